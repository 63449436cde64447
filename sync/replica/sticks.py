"""Which bundles this computer has written and which of their answers it has read: a short list of its own, never sent.

It only serves to tell people where their sticks are. Nothing may count as confirmed because of it.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from sync.records.moments import moment_text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.replica.replica import Replica

#: Local value: the list, oldest first.
STICKS_VALUE = "sticks"
#: Local value: set while a stick has shown that both sides differ, until one has brought what the server holds.
COMPARE_VALUE = "sticks.compare"
#: Entries that are kept.
_KEPT = 30


class Stick(msgspec.Struct, frozen=True, omit_defaults=True):
    """A bundle written here: id, moment (ISO 8601 in UTC), changes in it, and the moment when its answer was read."""

    id: str
    written_at: str
    changes: int
    answered_at: str | None = None


def read_sticks(value: str | None) -> list[Stick]:
    """The list in the local value, oldest first."""
    return [] if value is None else msgspec.json.decode(value, type=list[Stick])


def note_written(replica: "Replica", sticks: Sequence[Stick]) -> None:
    """Add bundles that were written."""
    _change(replica, lambda known: [*known, *sticks])


def note_answered(replica: "Replica", bundle_id: str) -> None:
    """Note that the answer to a bundle was read; the first time counts."""
    moment = moment_text(replica.now(), "seconds")

    def answered(stick: Stick) -> Stick:
        if stick.id != bundle_id or stick.answered_at is not None:
            return stick
        return msgspec.structs.replace(stick, answered_at=moment)

    _change(replica, lambda known: list(map(answered, known)))


def _change(replica: "Replica", work: Callable[[list[Stick]], list[Stick]]) -> None:
    from sync.replica import local_values

    def within(connection: "Connection") -> None:
        district = replica.identity.district
        known = read_sticks(local_values.read_value(connection, district, STICKS_VALUE))
        value = msgspec.json.encode(work(known)[-_KEPT:]).decode()
        local_values.write_value(connection, district, STICKS_VALUE, value)

    replica.write(within)
