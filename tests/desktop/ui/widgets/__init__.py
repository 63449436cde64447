"""Tests of the widgets that screens are made of."""
