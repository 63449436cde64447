"""What a play is made of: steps with a title, a picture and something that a person does.

Steps are data in their order; how they are timed and pictured is not their affair.
"""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.demo.stage import Side, Stage

SYNC = "Sinkron sekarang"
ALL_SENT = "Semua catatan sudah terkirim"


@dataclass(frozen=True, slots=True)
class Step:
    """``play`` it on a stage. ``picture``: short name of the picture of the side it returns, "" for none."""

    title: str
    picture: str
    play: Callable[[Stage], Side | None]


def exchange(side: Side) -> None:
    """Send what waits at one side and wait until all of it is at the server."""
    side.hands.come_here()
    side.hands.press(SYNC)
    side.hands.wait_to_see(ALL_SENT)
