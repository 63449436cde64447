"""The window. Knows Qt and the desk; never touches the network or ``sync.exchange``."""
