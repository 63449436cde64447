"""What a hub knows of the computers of its facility: those it was paired with, and the public cards of all.

A PC that was paired before its card came may speak at once; the district's word, where there is one, counts more.
Kept as local values and never sent. All functions work inside the caller's transaction.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, case, func, select

from sync.records.moments import moment_text
from sync.replica import local_values, tables
from sync.replica.bulk import among
from sync.replica.projections import VALUE_TABLES
from sync.replica.storing import AT_DISTRICT, WAITS

PEER_PREFIX = "hub.peer."


@dataclass(frozen=True, slots=True)
class HubPeer:
    """A PC that this hub serves; ``public_key`` in hexadecimal, moments ISO 8601 in UTC.

    ``waiting``: how many of its revisions were not known to be at the district when it last said so, at ``told_at``: a
    contact alone (``last_seen``, as for pairing) says nothing of that; ``held``: how many of them are here, so that it
    is seen when they arrive without it; ``program``: what it said of its name and version.
    """

    device: str
    name: str
    letter: str
    public_key: str
    paired_at: str | None = None
    last_seen: str | None = None
    waiting: int = 0
    held: int = 0
    told_at: str | None = None
    program: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What the district says of a computer; ``public_key`` in hexadecimal."""

    facility: str
    letter: str
    public_key: str
    revoked: bool


def read_peer(connection: Connection, district: str, device: str) -> HubPeer | None:
    """A PC that was here before, if it was."""
    kept = local_values.read_value(connection, district, PEER_PREFIX + device)
    return None if kept is None else _read(kept)


def write_peer(connection: Connection, district: str, peer: HubPeer) -> None:
    """Keep what is known of a PC."""
    local_values.write_value(connection, district, PEER_PREFIX + peer.device, json.dumps(asdict(peer)))


def forget_peer(connection: Connection, district: str, device: str) -> None:
    """Take a PC off the list; one with a card of this facility comes back when it next speaks."""
    local_values.write_value(connection, district, PEER_PREFIX + device, None)


def read_peers(connection: Connection, district: str) -> list[HubPeer]:
    """All of them, by letter."""
    table = tables.local
    query = select(table.c.value).where(table.c.district == district, table.c.name.startswith(PEER_PREFIX))
    found = [_read(value) for value in connection.execute(query).scalars()]
    return sorted(found, key=lambda peer: (peer.letter, peer.device))


def _read(kept: str) -> HubPeer:
    """A later version, taken back meanwhile, may have kept more."""
    found: HubPeer = msgspec.json.decode(kept, type=HubPeer)
    return found


def note_contact(
    connection: Connection,
    district: str,
    device: str,
    now: datetime,
    figures: tuple[int, int] | None = None,
    program: str = "",
) -> None:
    """Write down that a PC spoke just now and, if it told, what waits there and how much of that is here."""
    known = read_peer(connection, district, device)
    card = read_card(connection, district, device)
    if known is None and card is not None:
        known = HubPeer(device, f"PC {card.letter}", card.letter, card.public_key)
    if known is not None:
        moment = moment_text(now, "seconds")
        met = replace(known, last_seen=moment, program=program or known.program)
        told = replace(met, waiting=figures[0], held=figures[1], told_at=moment) if figures else met
        write_peer(connection, district, told)


def note_asked(
    connection: Connection, district: str, device: str, now: datetime, asked: Sequence[str], waiting: int
) -> None:
    """Write down that a PC where so much waits has asked about these, and what still waits once it is answered.

    Only what it wrote itself and asks about is subtracted: nothing that waits is ever left out.
    """
    table = tables.revision
    own = (table.c.district == district, table.c.device == device, among(connection, table.c.id, asked))
    query = select(
        func.count(case((table.c.confirmed == AT_DISTRICT, 1))), func.count(case((table.c.confirmed != AT_DISTRICT, 1)))
    ).where(*own)
    arrived, held = connection.execute(query).one()
    note_contact(connection, district, device, now, (max(waiting - arrived, 0), held))


def waits_here(connection: Connection, district: str, brought: Sequence[str]) -> dict[str, int]:
    """By device, how many revisions wait here, once the revisions ``brought`` have arrived."""
    table = tables.revision
    query = select(table.c.device, func.count().label("waits")).where(
        table.c.district == district, table.c.confirmed == WAITS
    )
    if brought:
        query = query.where(~among(connection, table.c.id, brought))
    return {row.device: row.waits for row in connection.execute(query.group_by(table.c.device))}


def read_card(connection: Connection, district: str, device: str) -> Card | None:
    """The public card of a computer, if the district's news of it has come."""
    table = VALUE_TABLES["computer"]
    query = select(table).where(table.c.district == district, table.c.id == device)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Card(row.facility, row.letter, row.public_key, row.revoked_at is not None)


def devices_elsewhere(connection: Connection, district: str, facility: str, devices: Iterable[str]) -> frozenset[str]:
    """Those of these devices that are known, by their cards, to belong to another facility."""
    table = VALUE_TABLES["computer"]
    query = select(table.c.id).where(
        table.c.district == district, table.c.id.in_(list(devices)), table.c.facility != facility
    )
    return frozenset(connection.execute(query).scalars())
