"""The one feed of a hub: everything it holds, in the order in which it was committed. No table is kept for it.

SQLite numbers the rows of ``revision`` upwards, has one writer, and nothing is ever deleted: a row's number is its
place in the order of commits. Where that does not hold (a file put back from a copy, or made anew), the digest of the
feed shows it and the reader compares instead; nothing here may rely on a number alone.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, Text, literal_column, select

from sync.replica import digest, tables
from sync.replica.bulk import among
from sync.replica.feeds import fill_page, most_rows, within_budget
from sync.replica.identity import HUB
from sync.replica.values import Page

_place = literal_column("revision.rowid", Integer)
#: The sign keeps SQLite from looking rows up by district, which a PC has one of, instead of by number.
_in_district = literal_column("+revision.district", Text)


class HubFeed:
    """Reads the feed of one district, and remembers its digest from one page to the next.

    For one thread at a time, with transactions that begin one after the other.
    """

    def __init__(self, district: str) -> None:
        self._district = district
        self._reached = 0
        self._digest = digest.EMPTY

    def page(self, connection: Connection, after: int, budget: int, device: str) -> Page:
        """What comes after number ``after``: about ``budget`` bytes, less what ``device`` wrote itself."""
        table = tables.revision
        top = self.top(connection)
        most = most_rows(budget)
        query = self._rows(table.c.body).where(_place > after, table.c.device != device)
        rows = connection.execute(query.order_by(_place).limit(most)).all()
        numbers, bodies, reached = fill_page(rows, after, top, budget, most)
        return Page(
            HUB, numbers, bodies, reached, top, digest.root(self._current(connection)) if reached == top else None
        )

    def head(self, connection: Connection) -> tuple[int, bytes, dict[int, list[str]]]:
        """The last number, the digest and the ids in each bucket, from the rows themselves."""
        ids = connection.execute(select(tables.revision.c.id).where(tables.revision.c.district == self._district))
        buckets = digest.by_bucket(ids.scalars())
        self._digest = digest.add(digest.EMPTY, (item for bucket in buckets.values() for item in bucket))
        self._reached = self.top(connection)
        return self._reached, self._digest, buckets

    def in_buckets(self, connection: Connection, buckets: Iterable[int]) -> tuple[int, bytes, list[str]]:
        """The last number, the digest and the ids in these buckets, read from those alone."""
        table = tables.revision
        ids: list[str] = []
        for bucket in buckets:
            chosen = (table.c.district == self._district, table.c.id.between(*digest.span_of(bucket)))
            ids += connection.execute(select(table.c.id).where(*chosen)).scalars()
        return self.top(connection), self._current(connection), ids

    def top(self, connection: Connection) -> int:
        """The last number."""
        return connection.execute(self._rows().order_by(_place.desc()).limit(1)).scalar_one_or_none() or 0

    def bodies(self, connection: Connection, ids: Iterable[str], budget: int) -> list[bytes]:
        """The bytes of those of ``ids`` that are here, at most ``budget`` bytes but at least one."""
        return within_budget(self._bodies(connection, ids), budget)

    def _bodies(self, connection: Connection, ids: Iterable[str]) -> Iterator[bytes]:
        table = tables.revision
        query = select(table.c.body).where(table.c.district == self._district, among(connection, table.c.id, ids))
        yield from connection.execute(query.order_by(_place)).scalars()

    def _rows(self, *columns: ColumnElement[Any]) -> Select[Any]:
        rows = select(_place.label("number"), *columns).select_from(tables.revision)
        return rows.where(_in_district == self._district)

    def _current(self, connection: Connection) -> bytes:
        """The digest at the top, with what was committed since it was last asked for."""
        query = self._rows(tables.revision.c.id).where(_place > self._reached).order_by(_place)
        rows = connection.execute(query).all()
        if rows:
            self._digest = digest.add(self._digest, (row.id for row in rows))
            self._reached = rows[-1].number
        return self._digest
