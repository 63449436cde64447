"""What each command of ``rujuk`` does. No Qt here, and no argument parsing."""
