"""Tests of revisions and of the pure rules that turn a set of them into values."""
