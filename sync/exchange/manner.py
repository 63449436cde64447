"""How an exchange is to be run, how it stands, and what it came to: the values that its callers give and get.

Nothing here may do anything.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sync.exchange.pace import BEGINNING, Pace


@dataclass(frozen=True, slots=True)
class Progress:
    """How an exchange stands: revisions sent and received so far, and how many still wait on either side."""

    sent: int
    received: int
    waiting: int
    coming: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an exchange did. ``proven``: nothing waited and both digests were equal at its end.

    ``repaired``: revisions that a comparison found lacking on one side; ``lost``: those of them the other side lacked.
    """

    sent: int = 0
    received: int = 0
    refused: int = 0
    repaired: int = 0
    lost: int = 0
    requests: int = 0
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How considerately to run: the window is open or not, somebody wants to stop.

    ``batch``: rows in one writing transaction; ``pace``: how much the first message holds; ``pause`` is called between
    two transactions and ``wait`` with the seconds to wait before sending again; ``stopped`` is asked before each
    message.
    """

    batch: int = 500
    pause: Callable[[], None] = lambda: None
    pace: Pace = BEGINNING
    wait: Callable[[float], None] = time.sleep
    seconds: Callable[[], float] = time.monotonic
    progress: Callable[[Progress], None] = lambda _progress: None
    stopped: Callable[[], bool] = lambda: False


#: The ordinary manner: large batches, no pauses.
BRISK = Manner()
