"""What waits to be brought to another replica, most urgent lane first, as a reading of the data.

It is not a queue beside the data: nothing here may mark anything as sent. For the district wait the revisions of this
facility that it has neither confirmed nor refused, whichever computer wrote them: those of a colleague's PC wait at a
hub, and where the district has lost them. What the server itself wrote goes back another way (``recovering``).
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from sync.records import Lane
from sync.replica import links, tables
from sync.replica.identity import Identity
from sync.replica.recovering import by_the_server
from sync.replica.storing import WAITS


def waiting(
    connection: Connection,
    identity: Identity,
    limit: int,
    budget: int,
    peer: str = links.DISTRICT_PEER,
    lane: Lane | None = None,
) -> list[tuple[str, bytes]]:
    """Id and bytes of at most ``limit`` of them, most urgent first, about ``budget`` bytes but at least one.

    ``lane``: only of this one.
    """
    query = _in_order(identity, peer)
    if lane is not None:
        query = query.where(tables.revision.c.lane == int(lane))
    found: list[tuple[str, bytes]] = []
    size = 0
    for row in connection.execute(query.limit(limit)):
        size += len(row.body)
        if found and size > budget:
            break
        found.append((row.id, bytes(row.body)))
    return found


def all_waiting(connection: Connection, identity: Identity, limit: int) -> list[tuple[str, bytes]]:
    """Id and bytes of the first ``limit`` that wait for the district, in the same order, emergencies and all others."""
    rows = connection.execute(_in_order(identity, links.DISTRICT_PEER).limit(limit))
    return [(row.id, bytes(row.body)) for row in rows]


def emergency_waits(connection: Connection, identity: Identity, peer: str = links.DISTRICT_PEER) -> bool:
    """Whether an emergency is among them."""
    table = tables.revision
    query = select(table.c.id).where(*_waits(identity, peer), table.c.lane == int(Lane.EMERGENCY))
    return connection.execute(query.limit(1)).first() is not None


def waiting_count(connection: Connection, identity: Identity, peer: str = links.DISTRICT_PEER) -> int:
    """How many there are."""
    query = select(func.count()).select_from(tables.revision).where(*_waits(identity, peer))
    return int(connection.execute(query).scalar_one())


def _in_order(identity: Identity, peer: str) -> Select[Any]:
    table = tables.revision
    query = select(table.c.id, table.c.lane, table.c.body).where(*_waits(identity, peer))
    return query.order_by(table.c.lane, table.c.number)


def _waits(identity: Identity, peer: str) -> tuple[ColumnElement[Any], ...]:
    table = tables.revision
    if peer == links.HUB_PEER:
        return (table.c.district == identity.district, table.c.at_hub == 0)
    return (
        table.c.district == identity.district,
        table.c.confirmed == WAITS,
        table.c.refusal.is_(None),
        table.c.facility == identity.facility,
        ~by_the_server(identity),
    )
