"""When it is whose turn: the agent's next exchange with each peer, backing off by itself when a peer is in trouble.

Knows no clock and no Qt; moments are seconds of any clock that only goes forward.
"""

from dataclasses import dataclass

#: Seconds between two exchanges when all is well, and the longest wait in trouble.
IDLE_S = 30.0
LONGEST_S = 900.0
#: The longest wait in trouble while an emergency is to be sent.
LONGEST_URGENT_S = 20.0


def next_delay(failures: int, chance: float, longest_s: float = LONGEST_S) -> float:
    """Seconds until the next exchange, after ``failures`` in a row; ``chance`` is random from 0 to 1 (full jitter)."""
    if failures == 0:
        return IDLE_S * (0.75 + 0.5 * chance)
    return 1.0 + chance * (min(longest_s, IDLE_S * 2.0 ** min(failures, 10)) - 1.0)


@dataclass(slots=True)
class Turn:
    """One peer. ``due``: when it is its turn again; ``failures``: exchanges in a row that came to nothing."""

    due: float = 0.0
    failures: int = 0

    def hasten(self, moment: float) -> None:
        """Let it be its turn at this moment, if not before."""
        self.due = min(self.due, moment)

    def ended(self, now: float, chance: float, *, well: bool, asked_s: float = 0.0, urgent: bool = False) -> None:
        """Plan the next one after an exchange.

        ``asked_s``: how long the peer asked to be left alone; ``urgent``: an emergency waits for it.
        """
        self.failures = 0 if well else self.failures + 1
        longest_s = LONGEST_URGENT_S if urgent else LONGEST_S
        self.due = now + max(next_delay(self.failures, chance, longest_s), asked_s)
