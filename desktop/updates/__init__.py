"""Updates: signed packages that arrive by network or stick, applied beside the version that works, and taken back."""
