"""How a computer stands with the district: what waits here, since when, what was refused, what a person must decide.

A reading of the data and nothing else; it never says that something was sent.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, select

from sync.replica import digest, links, tables
from sync.replica.bulk import asked, is_asked
from sync.replica.identity import PUBLIC, Identity
from sync.replica.outgoing import waits, whose
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
    # At the office the server's own words have its facility, too; they go back another way and are nobody's work.
    own = {"of_district": identity.district, "of_facility": identity.facility}
    here = whose(identity)
    form, wanted = asked(connection, brought) if brought else ("", {})
    waiting, oldest, refused = connection.execute(_figures(form), {**here, **wanted}).one()
    return Standing(
        waiting,
        stamp_ms(oldest or 0),
        refused,
        connection.execute(_CARRIED, here).scalar_one(),
        connection.execute(_CONFLICTS, own).scalar_one(),
    )


def _own(table: Any) -> tuple[ColumnElement[bool], ...]:
    return (table.c.district == bindparam("of_district"), table.c.facility == bindparam("of_facility"))


def _not_the_servers() -> ColumnElement[bool]:
    return ~by_the_server(bindparam("of_device"))


_CARRIED = (
    select(func.count())
    .select_from(tables.revision)
    .where(*_own(tables.revision), _not_the_servers(), tables.revision.c.confirmed == CARRIED)
)
_CONFLICTS = (
    select(func.count()).select_from(tables.record).where(*_own(tables.record), tables.record.c.conflicts.is_not(None))
)


@functools.cache
def _figures(form: str) -> Select[int, Any, int]:
    """How many wait, since when, and how many were refused; with a ``form`` without those asked about."""
    table = tables.revision
    waits = table.c.refusal.is_(None)
    figures = select(
        func.count(case((waits, 1))), func.min(case((waits, table.c.stamp))), func.count(case((~waits, 1)))
    ).where(*_own(table), _not_the_servers(), table.c.confirmed == WAITS)
    return figures.where(~is_asked(table.c.id, form)) if form else figures


def waits_beside(connection: Connection, identity: Identity, brought: Sequence[str]) -> bool:
    """Whether anything of this facility waits beside the revisions ``brought``; of a long backlog it counts nothing."""
    form, wanted = asked(connection, brought) if brought else ("", {})
    return connection.execute(_left(form), {**whose(identity), **wanted}).first() is not None


@functools.cache
def _left(form: str) -> Select[Any]:
    table = tables.revision
    left = select(table.c.id).where(*waits(links.DISTRICT_PEER)).limit(1)
    return left.where(~is_asked(table.c.id, form)) if form else left


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
