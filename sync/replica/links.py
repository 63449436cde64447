"""What a replica knows of the replica it exchanges with: where it is, how far its feeds were read, what it confirmed.

All functions work inside the caller's transaction. A cursor moves together with the rows it counts, never apart.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from sync.records import RECORD_TYPES
from sync.records.sending import is_public
from sync.replica import digest, tables
from sync.replica.identity import PUBLIC, Identity
from sync.replica.storing import pieces
from sync.replica.values import Cursor, Link

DISTRICT_PEER = "district"
_PUBLIC_TYPES = tuple(name for name in RECORD_TYPES if is_public(name))
_OTHER_TYPES = tuple(name for name in RECORD_TYPES if not is_public(name))


def read_link(connection: Connection, district: str, peer: str) -> Link | None:
    """The link to a peer, if there is one."""
    table = tables.link
    row = connection.execute(select(table).where(table.c.district == district, table.c.peer == peer)).one_or_none()
    if row is None:
        return None
    return Link(row.peer, row.url, row.epoch, row.last_sync_at, row.last_try_at, row.last_error, row.clock_offset_ms)


def write_link(connection: Connection, district: str, peer: str, **values: object) -> None:
    """Change columns of the link to a peer, making the link where there is none."""
    table = tables.link
    done = connection.execute(update(table).where(table.c.district == district, table.c.peer == peer).values(**values))
    if done.rowcount == 0:
        connection.execute(
            insert(table).values({"district": district, "peer": peer, "url": "", "clock_offset_ms": 0, **values})
        )


def read_cursors(connection: Connection, identity: Identity, peer: str) -> list[Cursor]:
    """The cursors of the two feeds that this replica reads, at 0 where nothing was read yet."""
    table = tables.cursor
    rows = connection.execute(select(table).where(table.c.district == identity.district, table.c.peer == peer)).all()
    known = {row.audience: Cursor(row.audience, row.number, digest.root(bytes(row.digest))) for row in rows}
    fresh = digest.root(digest.EMPTY)
    return [known.get(name, Cursor(name, 0, fresh)) for name in (PUBLIC, identity.home_audience)]


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
    table = tables.cursor
    where = (table.c.district == district, table.c.peer == peer, table.c.audience == audience)
    row = connection.execute(select(table).where(*where)).one_or_none()
    if row is None:
        first = {"district": district, "peer": peer, "audience": audience, "number": 0, "count": 0}
        connection.execute(insert(table).values({**first, "digest": digest.EMPTY}))
        row = connection.execute(select(table).where(*where)).one()
    if expected is not None and row.number != expected:
        return False
    connection.execute(
        update(table)
        .where(*where)
        .values(
            number=row.number if number is None else number,
            count=row._mapping["count"] + len(added),
            digest=digest.add(bytes(row.digest), added),
        )
    )
    return True


def set_cursor(
    connection: Connection, district: str, peer: str, audience: str, number: int, ids: Sequence[str]
) -> None:
    """Set a cursor outright, its digest computed from ``ids``: after a repair."""
    move_cursor(connection, district, peer, audience)
    table = tables.cursor
    connection.execute(
        update(table)
        .where(table.c.district == district, table.c.peer == peer, table.c.audience == audience)
        .values(number=number, count=len(ids), digest=digest.add(digest.EMPTY, ids))
    )


def audience_of_type(identity: Identity, type_name: str) -> str:
    """In which of its two feeds this replica meets records of a type."""
    return PUBLIC if is_public(type_name) else identity.home_audience


def confirmed_ids(connection: Connection, identity: Identity, audience: str) -> dict[str, str]:
    """The revisions of a feed that the district is known to hold, with the device that wrote each.

    Those of a type this program does not know are in neither of the two feeds: only the district can say in which.
    """
    table = tables.revision
    rows = connection.execute(
        select(table.c.id, table.c.device).where(
            table.c.district == identity.district,
            table.c.confirmed == 1,
            table.c.type.in_(_PUBLIC_TYPES if audience == PUBLIC else _OTHER_TYPES),
        )
    )
    return {row.id: row.device for row in rows}


def unknown_ids(connection: Connection, district: str, among: Iterable[str]) -> list[str]:
    """Those of these revisions that are here and of a type this program does not know."""
    table = tables.revision
    found: list[str] = []
    for piece in pieces(among):
        query = select(table.c.id).where(
            table.c.district == district, table.c.id.in_(piece), table.c.type.not_in(RECORD_TYPES)
        )
        found.extend(connection.execute(query).scalars())
    return found


def mark_confirmed(connection: Connection, district: str, ids: Iterable[str], at: datetime) -> None:
    """Note that the district has these revisions, as was learned ``at`` this moment if it was not known before."""
    table = tables.revision
    first = func.coalesce(table.c.confirmed_at, at.isoformat(timespec="milliseconds"))
    for piece in pieces(ids):
        chosen = update(table).where(table.c.district == district, table.c.id.in_(piece))
        connection.execute(chosen.values(confirmed=1, confirmed_at=first, refusal=None))


def mark_lost(connection: Connection, district: str, ids: Iterable[str]) -> None:
    """Note that the district has lost these revisions: they wait again."""
    table = tables.revision
    for piece in pieces(ids):
        chosen = update(table).where(table.c.district == district, table.c.id.in_(piece))
        connection.execute(chosen.values(confirmed=0, confirmed_at=None))
