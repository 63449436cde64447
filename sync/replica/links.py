"""What a replica knows of the replica it exchanges with: where it is, how far its feeds were read, what it confirmed.

All functions work inside the caller's transaction. A cursor moves together with the rows it counts, never apart.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Update, bindparam, case, func, insert, select, true, update

from sync.records import RECORD_TYPES
from sync.records.sending import is_public
from sync.replica import digest, local_values, tables
from sync.replica.bulk import among, asked, is_asked
from sync.replica.identity import HUB, PUBLIC, Identity
from sync.replica.storing import AT_DISTRICT, CARRIED, WAITS
from sync.replica.values import Counted, Cursor, Link
from sync.revisions.revision import Revision

DISTRICT_PEER = "district"
#: The PC of a colleague that holds the facility's records too and is reached over the network of the house.
HUB_PEER = "hub"
#: What ``revision.at_hub`` says of a revision that the hub would not have.
_REFUSED_BY_HUB = 2
#: Local value: set while the hub has refused something.
_HUB_REFUSED_VALUE = "hub.refused"
_PUBLIC_TYPES = tuple(name for name in RECORD_TYPES if is_public(name))
_OTHER_TYPES = tuple(name for name in RECORD_TYPES if not is_public(name))


def _of_peer(table: Any) -> tuple[ColumnElement[bool], ...]:
    return (table.c.district == bindparam("of_district"), table.c.peer == bindparam("of_peer"))


_LINK = select(tables.link).where(*_of_peer(tables.link))
_CLOCK_OFFSET = select(tables.link.c.clock_offset_ms).where(*_of_peer(tables.link))
_URL = select(tables.link.c.url).where(*_of_peer(tables.link))
_CURSORS = select(tables.cursor).where(*_of_peer(tables.cursor))
_OF_AUDIENCE = tables.cursor.c.audience == bindparam("of_audience")
_CURSOR = _CURSORS.where(_OF_AUDIENCE)
_MOVED = (
    update(tables.cursor)
    .where(*_of_peer(tables.cursor), _OF_AUDIENCE)
    .values({name: bindparam(f"new_{name}") for name in ("number", "count", "digest")})
)
_OFFERED_AGAIN = (
    update(tables.revision)
    .where(tables.revision.c.district == bindparam("of_district"), tables.revision.c.confirmed == bindparam("state"))
    .where(tables.revision.c.refusal.in_(bindparam("reasons", expanding=True)))
    .values(refusal=None)
)


def read_link(connection: Connection, district: str, peer: str) -> Link | None:
    """The link to a peer, if there is one."""
    row = connection.execute(_LINK, {"of_district": district, "of_peer": peer}).one_or_none()
    if row is None:
        return None
    return Link(
        row.peer,
        row.url,
        row.epoch,
        row.last_sync_at,
        row.last_try_at,
        row.last_error,
        row.clock_offset_ms,
        None if row.server_key is None else bytes(row.server_key),
    )


def clock_offset_ms(connection: Connection, district: str) -> int:
    """What this PC's clock is off, as the last exchange with the district found it (milliseconds)."""
    return connection.execute(_CLOCK_OFFSET, {"of_district": district, "of_peer": DISTRICT_PEER}).scalar() or 0


def write_link(connection: Connection, district: str, peer: str, **values: object) -> None:
    """Change columns of the link to a peer, making the link where there is none."""
    place = {"of_district": district, "of_peer": peer}
    changed = {f"new_{name}": value for name, value in values.items()}
    if connection.execute(_noted(tuple(sorted(values))), {**place, **changed}).rowcount == 0:
        connection.execute(
            insert(tables.link).values({"district": district, "peer": peer, "url": "", "clock_offset_ms": 0, **values})
        )


@functools.cache
def _noted(names: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(tables.link).where(*_of_peer(tables.link)).values(values)


def read_cursors(connection: Connection, identity: Identity, peer: str) -> list[Cursor]:
    """The cursors of the feeds that this replica reads from a peer, at 0 where nothing was read yet."""
    rows = connection.execute(_CURSORS, {"of_district": identity.district, "of_peer": peer}).all()
    known = {row.audience: Cursor(row.audience, row.number, digest.root(bytes(row.digest))) for row in rows}
    fresh = digest.root(digest.EMPTY)
    names = (HUB,) if peer == HUB_PEER else (PUBLIC, identity.home_audience)
    return [known.get(name, Cursor(name, 0, fresh)) for name in names]


def move_cursor(
    connection: Connection,
    district: str,
    peer: str,
    audience: str,
    *,
    added: Sequence[str] = (),
    expected: int | None = None,
    number: int | None = None,
) -> bool:
    """Count ``added`` in the digest and move the cursor from ``expected`` to ``number``.

    Returns ``False``, having changed nothing, if the cursor is not at ``expected`` (another process moved it).
    """
    place = {"of_district": district, "of_peer": peer, "of_audience": audience}
    row = connection.execute(_CURSOR, place).one_or_none()
    if row is None:
        first = {"district": district, "peer": peer, "audience": audience, "number": 0, "count": 0}
        connection.execute(insert(tables.cursor).values({**first, "digest": digest.EMPTY}))
        row = connection.execute(_CURSOR, place).one()
    if expected is not None and row.number != expected:
        return False
    connection.execute(
        _MOVED,
        {
            **place,
            "new_number": row.number if number is None else number,
            "new_count": row._mapping["count"] + len(added),
            "new_digest": digest.add(bytes(row.digest), added),
        },
    )
    return True


def count_held(
    connection: Connection, identity: Identity, audience: str, strange: Iterable[str], peer: str = DISTRICT_PEER
) -> Counted:
    """Count anew what the peer is known to hold of a feed; ``strange``: what only the peer can say to be in it."""
    ids = [*confirmed_ids(connection, identity, audience, peer), *strange]
    return Counted(_cursor(connection, identity, audience, peer), len(ids), digest.add(digest.EMPTY, ids))


def set_cursor(connection: Connection, identity: Identity, counted: Counted, number: int, peer: str) -> bool:
    """Set a cursor outright: after a repair.

    Returns ``False``, having changed nothing, if the cursor is not as it was when this was ``counted``.
    """
    audience = counted.cursor.audience
    if _cursor(connection, identity, audience, peer) != counted.cursor:
        return False
    move_cursor(connection, identity.district, peer, audience)
    place = {"of_district": identity.district, "of_peer": peer, "of_audience": audience}
    end = {"new_number": number, "new_count": counted.count, "new_digest": counted.digest}
    connection.execute(_MOVED, {**place, **end})
    return True


def _cursor(connection: Connection, identity: Identity, audience: str, peer: str) -> Cursor:
    return next(cursor for cursor in read_cursors(connection, identity, peer) if cursor.audience == audience)


def audience_of_type(identity: Identity, type_name: str, peer: str = DISTRICT_PEER) -> str:
    """In which of a peer's feeds this replica meets records of a type."""
    if peer == HUB_PEER:
        return HUB
    return PUBLIC if is_public(type_name) else identity.home_audience


def held_by(peer: str) -> ColumnElement[bool]:
    """Whether the peer is known to have a revision."""
    table = tables.revision
    return table.c.at_hub == 1 if peer == HUB_PEER else table.c.confirmed == AT_DISTRICT


def held_among(connection: Connection, district: str, ids: Iterable[str], peer: str) -> dict[str, bool]:
    """Which of these revisions are here, and whether the peer is known to have each."""
    names = list(ids)
    if not names:
        return {}
    form, wanted = asked(connection, names)
    rows = connection.execute(_held(form, peer), {"of_district": district, **wanted})
    return {row.id: bool(row.held) for row in rows}


@functools.cache
def _held(form: str, peer: str) -> Select[Any]:
    table = tables.revision
    chosen = (table.c.district == bindparam("of_district"), is_asked(table.c.id, form))
    return select(table.c.id, held_by(peer).label("held")).where(*chosen)


def confirmed_ids(
    connection: Connection, identity: Identity, audience: str, peer: str = DISTRICT_PEER
) -> dict[str, str]:
    """The revisions of a feed that the peer is known to hold, with the device that wrote each.

    Those of a type this program does not know are in neither of the district's two feeds: only it can say in which.
    """
    table = tables.revision
    query = select(table.c.id, table.c.device).where(table.c.district == identity.district, held_by(peer))
    if peer == DISTRICT_PEER:
        query = query.where(table.c.type.in_(_PUBLIC_TYPES if audience == PUBLIC else _OTHER_TYPES))
    return {row.id: row.device for row in connection.execute(query)}


def unknown_ids(connection: Connection, district: str, ids: Iterable[str]) -> list[str]:
    """Those of these revisions that are here and of a type this program does not know."""
    table = tables.revision
    query = select(table.c.id).where(
        table.c.district == district, among(connection, table.c.id, ids), table.c.type.not_in(RECORD_TYPES)
    )
    return list(connection.execute(query).scalars())


def mark_confirmed(
    connection: Connection, district: str, ids: Iterable[str], at: datetime, peer: str = DISTRICT_PEER
) -> None:
    """Note that the peer has these revisions, as was learned ``at`` this moment if it was not known before."""
    confirmed = list(ids)
    if confirmed:
        form, wanted = asked(connection, confirmed)
        moment = {} if peer == HUB_PEER else {"moment": at.isoformat(timespec="milliseconds")}
        connection.execute(_confirmed(form, peer), {"of_district": district, **moment, **wanted})


@functools.cache
def _confirmed(form: str, peer: str) -> Update:
    table = tables.revision
    first = func.coalesce(table.c.confirmed_at, bindparam("moment"))
    noted = {"at_hub": 1} if peer == HUB_PEER else {"confirmed": AT_DISTRICT, "confirmed_at": first, "refusal": None}
    # What is known already is not written again: after a restore that is nearly all there is.
    chosen = update(table).where(table.c.district == bindparam("of_district"), is_asked(table.c.id, form))
    return chosen.where(held_by(peer).is_not(true())).values(noted)


def mark_lost(connection: Connection, identity: Identity, ids: Iterable[str], peer: str = DISTRICT_PEER) -> None:
    """Note that the peer has lost these revisions: they wait again.

    A hub takes only what its own facility wrote; what others wrote it gets from the district again.
    """
    table = tables.revision
    for_hub = case((table.c.facility == identity.facility, WAITS))
    noted = {"at_hub": for_hub} if peer == HUB_PEER else {"confirmed": WAITS, "confirmed_at": None}
    chosen = update(table).where(table.c.district == identity.district, among(connection, table.c.id, ids))
    connection.execute(chosen.values(noted))


def mark_refused(connection: Connection, district: str, revision_id: str, reason: str, peer: str) -> None:
    """Note that the peer would not have a revision. The district's reason stays with it for a person to read."""
    table = tables.revision
    if peer == HUB_PEER:
        local_values.write_value(connection, district, _HUB_REFUSED_VALUE, "1")
    noted = {"at_hub": _REFUSED_BY_HUB} if peer == HUB_PEER else {"refusal": reason}
    chosen = update(table).where(table.c.district == district, table.c.id == revision_id)
    if peer == DISTRICT_PEER:
        chosen = chosen.where(table.c.confirmed != AT_DISTRICT)
    connection.execute(chosen.values(noted))


def offer_again(connection: Connection, district: str, reasons: Sequence[str], peer: str) -> None:
    """Let wait again what was refused for one of these reasons, and for this peer what a hub refused.

    Of what a colleague's computer brings it is asked again what became of it: he offers it again, too.
    """
    table = tables.revision
    for state in (WAITS, CARRIED):  # one by one, because each has an index of its own
        connection.execute(_OFFERED_AGAIN, {"of_district": district, "state": state, "reasons": list(reasons)})
    # Its mark saves reading all revisions when, as a rule, there are none.
    if peer == HUB_PEER and local_values.read_value(connection, district, _HUB_REFUSED_VALUE):
        refused = (table.c.district == district, table.c.at_hub == _REFUSED_BY_HUB)
        connection.execute(update(table).where(*refused).values(at_hub=WAITS))
        local_values.write_value(connection, district, _HUB_REFUSED_VALUE, None)


def for_the_hub(connection: Connection, identity: Identity) -> Callable[[Revision], int | None]:
    """What ``at_hub`` shall say of a revision that is stored now: those of this facility wait for its hub."""
    if not connection.execute(_URL, {"of_district": identity.district, "of_peer": HUB_PEER}).scalar():
        return lambda _revision: None
    return lambda revision: 0 if revision.facility == identity.facility else None
