"""What waits to be sent: the revisions of this computer that the district has neither confirmed nor refused.

It is no queue beside the data but a reading of it: nothing here may mark anything as sent.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from sync.replica import tables
from sync.replica.identity import Identity


def waiting(connection: Connection, identity: Identity, limit: int, budget: int) -> list[tuple[str, bytes]]:
    """Id and bytes of at most ``limit`` of them, most urgent first, about ``budget`` bytes but at least one."""
    table = tables.revision
    query = select(table.c.id, table.c.body).where(*_waits(identity)).order_by(table.c.lane, table.c.number)
    found: list[tuple[str, bytes]] = []
    size = 0
    for row in connection.execute(query.limit(limit)):
        size += len(row.body)
        if found and size > budget:
            break
        found.append((row.id, bytes(row.body)))
    return found


def waiting_count(connection: Connection, identity: Identity) -> int:
    """How many there are."""
    query = select(func.count()).select_from(tables.revision).where(*_waits(identity))
    return int(connection.execute(query).scalar_one())


def _waits(identity: Identity) -> tuple[ColumnElement[Any], ...]:
    table = tables.revision
    return (
        table.c.district == identity.district,
        table.c.confirmed == 0,
        table.c.refusal.is_(None),
        table.c.device == identity.device,
    )
