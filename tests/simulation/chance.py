"""Time and chance of a simulated world: one clock for all, each machine off by as much as its owner set it wrong."""

from collections.abc import Callable
from random import Random

from sync.revisions.environment import Environment

#: 2026-01-05, a Monday, in milliseconds.
_BEGINNING = 1_767_571_200_000

YEAR_MS = 365 * 24 * 3600 * 1000


class Clock:
    """The true time of the world, which only moves when it is told to."""

    def __init__(self) -> None:
        self.now_ms = _BEGINNING

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now_ms += int(seconds * 1000)

    def seconds(self) -> float:
        """The true time in seconds, for measuring how long something took."""
        return self.now_ms / 1000


def environment(clock: Clock, chance: Random, offset_ms: Callable[[], int]) -> Environment:
    """What a machine sees: the true time plus its error, and its own chance."""
    return Environment(now_ms=lambda: clock.now_ms + offset_ms(), random_bytes=chance.randbytes)


def wrong_by(chance: Random) -> int:
    """How far a machine's clock may be off, in milliseconds: mostly little, sometimes a year."""
    return chance.choice(
        [0, 0, chance.randint(-90_000, 90_000), chance.randint(-YEAR_MS, YEAR_MS), YEAR_MS, -YEAR_MS, -8 * 3_600_000]
    )
