"""Surroundings for tests: a real PostgreSQL, a real server process, and a link that can be cut."""
