"""Tests mirror the packages; their names are the promises they keep."""
