"""Tests of the papers, of the QR code and of the text for the telephone."""
