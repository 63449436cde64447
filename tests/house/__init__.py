"""Tests of the house itself: what lies where, who may import whom, and how modules are written."""
