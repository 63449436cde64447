"""How a computer stands with the district: what waits here, since when, what was refused, what a person must decide.

A reading of the data and nothing else; it never says that something was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from sync.replica import digest, links, tables
from sync.replica.bulk import among
from sync.replica.identity import PUBLIC, Identity
from sync.replica.recovering import by_the_server
from sync.replica.storing import AT_DISTRICT, CARRIED, WAITS
from sync.revisions.clock import stamp_ms


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers of revisions, but for ``conflicts``, which are records.

    ``oldest_ms``: when the oldest that waits was written (milliseconds since 1970), 0 if none waits. ``carried``: what
    came by the hub and is not known to be at the district yet.
    """

    waiting: int
    oldest_ms: int
    refused: int
    carried: int
    conflicts: int

    @property
    def is_clear(self) -> bool:
        """Whether nothing of this facility is known to be missing at the district."""
        return not (self.waiting or self.refused or self.carried)


def standing(connection: Connection, identity: Identity, brought: Sequence[str] = ()) -> Standing:
    """How it stands, once the revisions ``brought`` have arrived at the district."""
    table, record = tables.revision, tables.record
    # At the office the server's own words have its facility, too; they go back another way and are nobody's work.
    own = (
        table.c.district == identity.district,
        table.c.facility == identity.facility,
        ~by_the_server(identity),
    )
    waits = table.c.refusal.is_(None)
    figures = select(
        func.count(case((waits, 1))), func.min(case((waits, table.c.stamp))), func.count(case((~waits, 1)))
    ).where(*own, table.c.confirmed == WAITS)
    if brought:
        figures = figures.where(~among(connection, table.c.id, brought))
    waiting, oldest, refused = connection.execute(figures).one()
    carried = select(func.count()).select_from(table).where(*own, table.c.confirmed == CARRIED)
    conflicts = (
        select(func.count())
        .select_from(record)
        .where(
            record.c.district == identity.district,
            record.c.facility == identity.facility,
            record.c.conflicts.is_not(None),
        )
    )
    return Standing(
        waiting,
        stamp_ms(oldest or 0),
        refused,
        connection.execute(carried).scalar_one(),
        connection.execute(conflicts).scalar_one(),
    )


def waits_beside(connection: Connection, identity: Identity, brought: Sequence[str]) -> bool:
    """Whether anything of this facility waits beside the revisions ``brought``; of a long backlog it counts nothing."""
    table = tables.revision
    left = select(table.c.id).where(
        table.c.district == identity.district,
        table.c.facility == identity.facility,
        table.c.confirmed == WAITS,
        table.c.refusal.is_(None),
    )
    if brought:
        left = left.where(~among(connection, table.c.id, brought))
    return connection.execute(left.limit(1)).first() is not None


def cursors_hold(connection: Connection, identity: Identity) -> bool:
    """Whether the digests beside the district's cursors are those of the revisions that are really in this database."""
    table, cursor = tables.revision, tables.cursor
    ids = connection.execute(
        select(table.c.id).where(table.c.district == identity.district, table.c.confirmed == AT_DISTRICT)
    ).scalars()
    kept = connection.execute(
        select(cursor.c.digest).where(
            cursor.c.district == identity.district,
            cursor.c.peer == links.DISTRICT_PEER,
            cursor.c.audience.in_((PUBLIC, identity.home_audience)),
        )
    ).scalars()
    return digest.joined(bytes(item) for item in kept) == digest.add(digest.EMPTY, ids)
