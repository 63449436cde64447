"""The stick that is still away: when it was written, with how many changes, and whether anything waits for it.

A stick that was written before an answered one is of no interest: the later one held everything.
"""

from dataclasses import dataclass
from datetime import datetime

from desktop.queries.sync_state import sync_state
from desktop.queries.values import local_value, to_moment
from sync.replica.reader import Reader
from sync.replica.sticks import STICKS_VALUE, read_sticks


@dataclass(frozen=True, slots=True)
class Away:
    """The last stick that was written here and has not come back; ``waiting``: records that are not confirmed yet."""

    written_at: datetime
    changes: int
    waiting: int


def stick_away(reader: Reader) -> Away | None:
    """The stick that is away, ``None`` if there is none."""
    known = read_sticks(local_value(reader, STICKS_VALUE))
    if not known:
        return None
    # What was written at one moment is one stick with several files.
    last = [stick for stick in known if stick.written_at == known[-1].written_at]
    moment = to_moment(last[0].written_at)
    if moment is None or all(stick.answered_at for stick in last):
        return None
    return Away(moment, sum(stick.changes for stick in last), sync_state(reader).waiting)
