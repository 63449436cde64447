"""Tests of the self-test: it passes here, and what it looks for it finds when it is planted."""
