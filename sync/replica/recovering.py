"""What a restored server has lost of its own words (cards, facilities, routes), and how it gets them back from others.

Only the server writes them, and everybody holds them. Whoever has one that the server lacks brings it, byte for byte;
the server takes what it can prove to have written itself, by its seal or by its chain, and nothing else, whoever asks.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, insert, or_, select, update

from sync.records import Computer
from sync.records.moments import moment_text
from sync.replica import feeds, links, serving, storing, tables
from sync.replica.bulk import among
from sync.replica.identity import Identity
from sync.replica.seals import is_sealed
from sync.replica.storing import WAITS
from sync.replica.values import Incoming
from sync.revisions.revision import Revision, decode_stored

#: Why a server does not take back what somebody says it has written.
NOT_PROVED = "the server cannot tell that it has written this itself"
#: The types of records that a server writes.
SERVER_TYPES = ("computer", "facility", "route")

_log = logging.getLogger("rujuk.recovering")


def by_the_server(own_device: str | BindParameter[str]) -> ColumnElement[bool]:
    """Whether the server has written a revision: a program without a person names its device as the author."""
    table = tables.revision
    return and_(table.c.type.in_(SERVER_TYPES), table.c.author == table.c.device, table.c.device != own_device)


def lost_words(connection: Connection, identity: Identity, limit: int) -> list[bytes]:
    """The revisions that the district's server wrote and has lost, at most ``limit``, the last of its chain first."""
    table = tables.revision
    lost = (table.c.district == identity.district, table.c.confirmed == WAITS, table.c.refusal.is_(None))
    query = select(table.c.body).where(*lost, by_the_server(identity.device)).order_by(table.c.number.desc())
    return [bytes(body) for body in connection.execute(query.limit(limit)).scalars()]


def server_words(connection: Connection, identity: Identity, record: str | None = None) -> list[bytes]:
    """What the district's server wrote, of one record or all that is here, the last of its chain first."""
    table = tables.revision
    query = select(table.c.body).where(table.c.district == identity.district, by_the_server(identity.device))
    if record is not None:
        query = query.where(table.c.record == record)
    return [bytes(body) for body in connection.execute(query.order_by(table.c.number.desc())).scalars()]


def take_back(connection: Connection, identity: Identity, items: Sequence[Incoming], now: datetime) -> frozenset[str]:
    """Store what this server itself has written, and let its computers speak again; the ids that are here now.

    A computer whose letter was given to another one meanwhile is told to take a new one, as after a fork.
    """
    district = identity.district
    own = _own_words(connection, identity, items)
    cards = sorted({item.revision.record for item in own if item.revision.type == "computer"})
    places = {item.revision.fields.get("facility") for item in own if item.revision.type == "computer"}
    feeds.lock_scopes(connection, district, [place for place in places if isinstance(place, str)])
    if own:
        serving.apply(connection, identity, own, None, serves=True)
    for device, fields in sorted(storing.known_fields(connection, district, "computer", cards).items()):
        _let_speak(connection, district, Computer.from_fields(device, fields), now)
    ids = [item.revision.id for item in items]
    return frozenset(links.held_among(connection, district, ids, links.DISTRICT_PEER))


def _own_words(connection: Connection, identity: Identity, items: Sequence[Incoming]) -> list[Incoming]:
    """Those of ``items`` that bear the seal, or that something of this server names as what came before it."""
    mine = [item for item in items if item.revision.device == identity.device]
    mine.sort(key=lambda item: item.revision.number, reverse=True)
    named = {name for revision in _following(connection, identity, mine) for name in _before(revision)}
    own: list[Incoming] = []
    for item in mine:
        if item.revision.id in named or is_sealed(item.revision, identity.signing_key):
            own.append(item)
            named.update(_before(item.revision))
    return own


def _before(revision: Revision) -> tuple[str, ...]:
    """The ids in a revision, of which each holds the hash of another."""
    return (*revision.parents, *([revision.previous] if revision.previous else ()))


def _following(connection: Connection, identity: Identity, items: Sequence[Incoming]) -> list[Revision]:
    """What is here of this server that may name one of ``items``: the next of its chain, or later of the record."""
    table = tables.revision
    query = select(table.c.body).where(
        table.c.district == identity.district,
        table.c.device == identity.device,
        or_(
            table.c.number.in_([item.revision.number + 1 for item in items]),
            among(connection, table.c.record, {item.revision.record for item in items}),
        ),
    )
    return [decode_stored(bytes(body)) for body in connection.execute(query).scalars()]


def _let_speak(connection: Connection, district: str, card: Computer, now: datetime) -> None:
    """Make the row of a computer say at least what its card says; a revocation always counts."""
    table = tables.device
    this = (table.c.district == district, table.c.id == card.id)
    revoked_at = moment_text(card.revoked_at) if card.revoked_at else None
    if connection.execute(select(table.c.id).where(*this)).first() is not None:
        if revoked_at is not None:
            connection.execute(update(table).where(*this, table.c.revoked_at.is_(None)).values(revoked_at=revoked_at))
        return
    same_letter = select(table.c.id).where(
        table.c.district == district, table.c.facility == card.facility, table.c.letter == card.letter
    )
    given_away = connection.execute(same_letter).first() is not None
    connection.execute(
        insert(table).values(
            district=district,
            id=card.id,
            facility=card.facility,
            name=card.name or "",
            letter=card.letter,
            public_key=bytes.fromhex(card.public_key),
            enrolled_at=moment_text(card.enrolled_at),
            revoked_at=revoked_at,
            former=card.former,
            forked_at=moment_text(now) if given_away else None,
        )
    )
    _log.warning("computer %s is known again, by its card", card.id)
