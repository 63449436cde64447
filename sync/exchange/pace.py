"""How much to put into one message: as much as the link carries in about three seconds, less after trouble.

A cut then costs at most one chunk, and a fast link is not held up by small ones.
"""

from dataclasses import dataclass, replace

SMALLEST = 8 * 2**10
LARGEST = 2 * 2**20
START = 128 * 2**10
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Pace:
    """``budget``: bytes of revisions (before compression) in the next message."""

    budget: int = START

    def after(self, size: int, seconds: float) -> "Pace":
        """The pace after a message of ``size`` bytes took ``seconds``; a nearly empty one teaches nothing."""
        if size < self.budget // 2:
            return self
        wanted = int(size * SECONDS / max(seconds, 0.001))
        return replace(self, budget=max(SMALLEST, min(LARGEST, wanted, self.budget * 4)))

    def after_trouble(self) -> "Pace":
        """The pace after a message was lost."""
        return replace(self, budget=max(SMALLEST, self.budget // 2))
