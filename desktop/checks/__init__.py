"""What the self-test looks at, one small function for each thing. They work in scratch folders and in the machine."""
