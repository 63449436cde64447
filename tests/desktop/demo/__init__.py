"""Tests of the invented district and of the demo."""
