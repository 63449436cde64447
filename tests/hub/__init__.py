"""The hub: a PC that serves the other PCs of its puskesmas over the network of the house."""
