"""The demo: an invented district that is played on real parts. Invented data only."""
