"""What a hub knows of the computers of its facility: those it was paired with, and the public cards of all.

A PC that was paired before its card came may speak at once; the district's word, where there is one, counts more.
Kept as local values and never sent. All functions work inside the caller's transaction.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from sync.records.moments import moment_text
from sync.replica import local_values, tables
from sync.replica.projections import VALUE_TABLES

PEER_PREFIX = "hub.peer."


@dataclass(frozen=True, slots=True)
class HubPeer:
    """A PC that this hub serves; ``public_key`` in hexadecimal, moments ISO 8601 in UTC.

    ``waiting``: how many of its revisions it did not know to be at the district when it last spoke.
    """

    device: str
    name: str
    letter: str
    public_key: str
    paired_at: str | None = None
    last_seen: str | None = None
    waiting: int = 0


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
    return None if kept is None else HubPeer(**json.loads(kept))


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
    found = [HubPeer(**json.loads(value)) for value in connection.execute(query).scalars()]
    return sorted(found, key=lambda peer: (peer.letter, peer.device))


def note_contact(connection: Connection, district: str, device: str, now: datetime, waiting: int | None = None) -> None:
    """Write down that a PC spoke just now, and what waits there if it said so."""
    known = read_peer(connection, district, device)
    card = read_card(connection, district, device)
    if known is None and card is not None:
        known = HubPeer(device, f"PC {card.letter}", card.letter, card.public_key)
    if known is not None:
        moment = moment_text(now, "seconds")
        still = known.waiting if waiting is None else waiting
        write_peer(connection, district, replace(known, last_seen=moment, waiting=still))


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
