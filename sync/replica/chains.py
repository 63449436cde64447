"""The chain of a device's revisions: its end, its forks, and a new device in the place of one whose chain has forked.

A fork means that a disk was cloned or put back from a copy. Both branches are kept, whatever they say; nothing here
ever refuses a revision for it.
"""

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from sync.records.moments import moment_text
from sync.replica import local_values, tables
from sync.replica.bulk import asked_numbers, is_asked_number
from sync.replica.identity import Identity
from sync.revisions.revision import Revision

#: Local value: the signing key (hexadecimal) that this computer will have as a new device, while it asks for its card.
NEXT_KEY_VALUE = "device.next_key"
#: Local value: set when this computer met a revision of its own that it never wrote, as after a restored copy.
BEHIND_VALUE = "device.behind"

_identity = tables.identity
_END = (
    select(_identity.c.device, _identity.c.number, _identity.c.head)
    .where(_identity.c.district == bindparam("of_district"))
    .with_for_update()
)
_EXTENDED = (
    update(_identity)
    .where(_identity.c.district == bindparam("of_district"))
    .values(number=bindparam("new_number"), head=bindparam("new_head"))
)


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The device that writes here now, and number and id of its last revision."""

    device: str
    number: int
    head: str | None


def chain_end(connection: Connection, district: str) -> ChainEnd:
    """The end of this computer's chain, its row locked until the transaction ends."""
    row = connection.execute(_END, {"of_district": district}).one()
    return ChainEnd(row.device, row.number, row.head)


def extend_chain(connection: Connection, district: str, number: int, head: str | None) -> None:
    """Note this device's new last revision."""
    connection.execute(_EXTENDED, {"of_district": district, "new_number": number, "new_head": head})


def note_if_behind(connection: Connection, identity: Identity, arrived: Iterable[Revision]) -> None:
    """Remember it when something that this very device wrote arrives here as news: another disk went on as it."""
    if any(revision.device == identity.device for revision in arrived):
        local_values.write_value(connection, identity.district, BEHIND_VALUE, "1")


def forked_devices(connection: Connection, district: str, fresh: Sequence[Revision]) -> tuple[str, ...]:
    """The devices of which ``fresh``, about to be stored, holds a number that another revision has already."""
    numbers: dict[str, dict[int, str]] = {}
    forked: set[str] = set()
    for revision in fresh:
        if numbers.setdefault(revision.device, {}).setdefault(revision.number, revision.id) != revision.id:
            forked.add(revision.device)
    for device, written in numbers.items():
        if _written(connection, district, device, written):
            forked.add(device)
    return tuple(sorted(forked))


def _written(connection: Connection, district: str, device: str, numbers: Collection[int]) -> Sequence[Row[Any]]:
    """Id and facility of what is here of a device with these numbers."""
    if not numbers:
        return []
    form, wanted = asked_numbers(connection, numbers)
    span = {"first": min(numbers), "last": max(numbers)}
    whose = {"of_district": district, "of_device": device}
    return connection.execute(_of_device(form), {**whose, **span, **wanted}).all()


@functools.cache
def _of_device(form: str) -> Select[Any]:
    table = tables.revision
    chosen = (table.c.district == bindparam("of_district"), table.c.device == bindparam("of_device"))
    # PostgreSQL, as long as it knows nothing of the table, reads all of a device if asked for numbers alone.
    span = table.c.number.between(bindparam("first"), bindparam("last"))
    return select(table.c.id, table.c.facility).where(*chosen, span, is_asked_number(table.c.number, form))


def ids_of(connection: Connection, district: str, facility: str, numbers: Mapping[str, Sequence[int]]) -> list[str]:
    """The revisions of a facility that are here with these numbers of these devices."""
    return [
        row.id
        for device, written in numbers.items()
        for row in _written(connection, district, device, written)
        if row.facility == facility
    ]


def devices_elsewhere(
    connection: Connection, identity: Identity, facility: str, devices: Iterable[str]
) -> frozenset[str]:
    """Those of these devices that are known not to be computers of ``facility``; the server's own is one of them."""
    table = tables.device
    rows = connection.execute(
        select(table.c.id).where(
            table.c.district == identity.district, table.c.id.in_(list(devices)), table.c.facility != facility
        )
    ).scalars()
    return frozenset([*rows, identity.device])


def mark_forked(connection: Connection, district: str, devices: Sequence[str], at: datetime) -> None:
    """Note when the fork of these devices was seen first."""
    table = tables.device
    connection.execute(
        update(table)
        .where(table.c.district == district, table.c.id.in_(devices), table.c.forked_at.is_(None))
        .values(forked_at=moment_text(at))
    )


def become(connection: Connection, identity: Identity, successor: Identity) -> bool:
    """Go on as another device with a chain of its own; whether this computer still was the device of ``identity``.

    Replica and epoch are new as well: cursors that others keep of this database may come from its twin.
    """
    table = tables.identity
    names = ("replica", "epoch", "device", "letter", "signing_key")
    changed = connection.execute(
        update(table)
        .where(table.c.district == identity.district, table.c.device == identity.device)
        .values(number=0, head=None, **{name: getattr(successor, name) for name in names})
    )
    for name in (NEXT_KEY_VALUE, BEHIND_VALUE):
        local_values.write_value(connection, identity.district, name, None)
    return changed.rowcount == 1


def successor_of(identity: Identity, *, device: str, letter: str, signing_key: bytes, ids: tuple[str, str]) -> Identity:
    """Who this computer is from now on; ``ids`` are its new replica and epoch."""
    return replace(identity, replica=ids[0], epoch=ids[1], device=device, letter=letter, signing_key=signing_key)
