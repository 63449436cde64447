"""How much to put into one message: as much as the link carries in about three seconds, less after trouble.

A cut then costs at most one chunk, and a fast link is not held up by small ones.
"""

from dataclasses import dataclass, replace

SMALLEST = 8 * 2**10
LARGEST = 2**20
#: Trouble alone makes messages no smaller: small ones hardly compress.
AFTER_TROUBLE = 64 * 2**10
START = 128 * 2**10
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Pace:
    """``budget``: bytes of revisions (before compression) in the next message; ``growth``: how much more at most in
    the one after it, as long as there was no trouble."""

    budget: int = START
    growth: float = 4.0

    def after(self, size: int, seconds: float) -> "Pace":
        """The pace after a message of ``size`` bytes took ``seconds``; a nearly empty one teaches nothing."""
        if size < self.budget // 2:
            return self
        wanted = int(size * SECONDS / max(seconds, 0.001))
        return replace(self, budget=max(SMALLEST, min(LARGEST, wanted, int(self.budget * self.growth))))

    def after_trouble(self) -> "Pace":
        """The pace after a message was lost: where one is cut, more are."""
        return Pace(min(self.budget, max(AFTER_TROUBLE, self.budget // 4)), min(self.growth, 1.25))


BEGINNING = Pace()
