"""Tests of the district server."""
