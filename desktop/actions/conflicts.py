"""Settle what two computers changed differently, and bring back an earlier value of a record.

Both make a revision that descends from what the person saw, so that whatever arrived meanwhile is not overwritten and
every other value stays in the history. Nothing here chooses a value.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from desktop.actions.people import Actor
from sync.errors import RujukError
from sync.records import Record
from sync.replica.values import Edit, Seen

if TYPE_CHECKING:
    from sync.replica.replica import Replica


class SettledMeanwhile(RujukError):
    """Somebody else has decided in the meantime; nothing was stored and nobody need decide again."""


class NotSettled(RujukError):
    """Two computers differ about a field that was to be brought back; it has to be decided first."""


def settle(
    replica: "Replica", actor: Actor, seen: Seen[Record], names: Sequence[str], values: Mapping[str, Any]
) -> None:
    """Decide about one question: the fields ``names`` of a record get ``values``.

    ``values`` may name further fields that go with the decision; a field of the question that is not named keeps the
    value that was shown. Other questions about the same record stay open.

    Raises:
        SettledMeanwhile: the question is no longer open.
        BadInput: a value cannot be stored; nothing was.
    """
    cls = type(seen.record)
    now = replica.get(cls, seen.record.id)
    if now is None or not set(names) <= set(now.conflicts):
        raise SettledMeanwhile(f"{cls.type.name} {seen.record.id}")
    decided = dataclasses.replace(seen.record, **values)
    replica.resolve(cls, decided, dataclasses.replace(seen, conflicts=tuple(names)), actor.id)


def restore(replica: "Replica", actor: Actor, seen: Seen[Record], values: Mapping[str, Any]) -> None:
    """Give fields of a record earlier values again, as an edit like any other.

    Raises:
        NotSettled: a person has to decide about one of the fields first.
        BadInput: a value cannot be stored; nothing was.
    """
    if not set(values).isdisjoint(seen.conflicts):
        raise NotSettled(f"{seen.record.type.name} {seen.record.id}")
    replica.save([Edit(dataclasses.replace(seen.record, **values), seen)], actor.id)
