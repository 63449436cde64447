"""Tests of the installer under wine."""
