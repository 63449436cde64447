"""Tests of the record types, their rules and the keys of names."""
