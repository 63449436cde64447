"""Tests of updates on installations that are made of small folders, with Python as the launcher."""
