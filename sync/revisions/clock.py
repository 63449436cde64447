"""The stamp of a revision: a hybrid logical clock that orders an edit after what its author saw.

A stamp only breaks ties between truly concurrent edits of a ``latest`` field. It follows the parents and the corrected
clock, and nothing else that was received: a PC whose clock is a year ahead marks only the records it touched.
"""

from collections.abc import Iterable

_COUNTER = 1 << 16
#: Databases count with 63 bits. Nothing honest comes near; what is there must still be editable.
_LAST = 2**63 - 1


def next_stamp(now_ms: int, parents: Iterable[int]) -> int:
    """A stamp greater than those of the parents (as far as there is one), at ``now_ms`` if the clock allows it."""
    return min(_LAST, max([max(now_ms, 0) * _COUNTER, *(stamp + 1 for stamp in parents)]))


def stamp_ms(stamp: int) -> int:
    """The milliseconds since 1970 (UTC) that the writer's clock showed."""
    return stamp // _COUNTER
