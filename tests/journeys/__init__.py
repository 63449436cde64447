"""Whole journeys on real parts: windows, agents, servers and links as processes of their own."""
