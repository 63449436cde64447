"""The replica on real databases."""
