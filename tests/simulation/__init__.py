"""A seeded world in which the real code of the exchange meets every fault we can think of, and what must still hold."""
