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
#: Local value: set while a stick has shown that both sides differ, until they were compared or proven equal.
COMPARE_VALUE = "sticks.compare"
#: Local value: ids of the bundles written since both sides were last compared or proven equal by network. Of these
#: alone an answer may say what the server has lost: to another one, what was confirmed since would look lost.
ASKED_VALUE = "sticks.asked"
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


def note_asked(replica: "Replica", bundle_id: str) -> None:
    """Note that a bundle was written that asks about the feeds."""
    from sync.replica import local_values

    def within(connection: "Connection") -> None:
        district = replica.identity.district
        asked = (local_values.read_value(connection, district, ASKED_VALUE) or "").split()
        local_values.write_value(connection, district, ASKED_VALUE, " ".join([*asked, bundle_id][-_KEPT:]))

    replica.write(within)


def may_compare(replica: "Replica", bundle_id: str) -> bool:
    """Whether the answer to a bundle may say what the server has lost."""
    return bundle_id in (replica.get_value(ASKED_VALUE) or "").split()


def note_settled(replica: "Replica") -> None:
    """Both sides were compared or proven equal: what sticks asked before says nothing more of a difference."""
    for name in (COMPARE_VALUE, ASKED_VALUE):
        if replica.get_value(name) is not None:
            replica.set_value(name, None)


def _change(replica: "Replica", work: Callable[[list[Stick]], list[Stick]]) -> None:
    from sync.replica import local_values

    def within(connection: "Connection") -> None:
        district = replica.identity.district
        known = read_sticks(local_values.read_value(connection, district, STICKS_VALUE))
        value = msgspec.json.encode(work(known)[-_KEPT:]).decode()
        local_values.write_value(connection, district, STICKS_VALUE, value)

    replica.write(within)
