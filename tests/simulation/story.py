"""What happened in a simulated history: every event in order, counted by kind, and one hash over all of it.

The hash is the proof that a seed replays to the byte; so nothing may be told here that depends on the machine, on the
time it took or on the order of a set.
"""

import hashlib
from collections import Counter


class Violation(Exception):
    """A promise of the product was broken in a simulated history."""


class Story:
    """The events of one history."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.tally: Counter[str] = Counter()
        self._hash = hashlib.blake2b(digest_size=16)

    def tell(self, who: str, what: str) -> None:
        """Add an event."""
        line = f"{len(self.events):5} {who}: {what}"
        self.events.append(line)
        self._hash.update(line.encode() + b"\n")

    def count(self, kind: str, times: int = 1) -> None:
        """Count something that happened without telling it."""
        self.tally[kind] += times

    def digest(self) -> str:
        """A hash of all events so far, as hexadecimal digits."""
        return self._hash.hexdigest()
