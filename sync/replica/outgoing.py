"""What waits to be brought to another replica, most urgent lane first, as a reading of the data.

It is not a queue beside the data: nothing here may mark anything as sent. For the district wait the revisions of this
facility that it has neither confirmed nor refused, whichever computer wrote them: those of a colleague's PC wait at a
hub, and where the district has lost them. What the server itself wrote goes back another way (``recovering``).
"""

import functools
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

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
    found: list[tuple[str, bytes]] = []
    size = 0
    for row in connection.execute(_in_order(peer, lane), {**whose(identity), "most": limit}):
        size += len(row.body)
        if found and size > budget:
            break
        found.append((row.id, bytes(row.body)))
    return found


def all_waiting(connection: Connection, identity: Identity, limit: int) -> list[tuple[str, bytes]]:
    """Id and bytes of the first ``limit`` that wait for the district, in the same order, emergencies and all others."""
    peer = links.DISTRICT_PEER
    rows = connection.execute(_in_order(peer, None), {**whose(identity), "most": limit})
    return [(row.id, bytes(row.body)) for row in rows]


def emergency_waits(connection: Connection, identity: Identity, peer: str = links.DISTRICT_PEER) -> bool:
    """Whether an emergency is among them."""
    query = _in_order(peer, Lane.EMERGENCY)
    return connection.execute(query, {**whose(identity), "most": 1}).first() is not None


def waiting_count(connection: Connection, identity: Identity, peer: str = links.DISTRICT_PEER) -> int:
    """How many there are."""
    return int(connection.execute(_count(peer), whose(identity)).scalar_one())


@functools.cache
def _in_order(peer: str, lane: Lane | None) -> Select[Any]:
    table = tables.revision
    query = select(table.c.id, table.c.lane, table.c.body).where(*waits(peer))
    if lane is not None:
        query = query.where(table.c.lane == int(lane))
    return query.order_by(table.c.lane, table.c.number).limit(bindparam("most"))


@functools.cache
def _count(peer: str) -> Select[Any]:
    return select(func.count()).select_from(tables.revision).where(*waits(peer))


def waits(peer: str) -> tuple[ColumnElement[Any], ...]:
    """The condition that a revision waits for a peer; to be executed with :func:`whose`."""
    table = tables.revision
    own = (table.c.district == bindparam("of_district"), table.c.facility == bindparam("of_facility"))
    if peer == links.HUB_PEER:
        return (*own, table.c.at_hub == WAITS)
    return (*own, table.c.confirmed == WAITS, table.c.refusal.is_(None), ~by_the_server(bindparam("of_device")))


def whose(identity: Identity) -> dict[str, Any]:
    """What the condition of :func:`waits` is executed with."""
    return {"of_district": identity.district, "of_facility": identity.facility, "of_device": identity.device}
