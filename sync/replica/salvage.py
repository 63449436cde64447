"""Reading whatever can still be read of a damaged database file, row by row where it must be.

SQLCipher's page seals tell damage from data, and every revision proves itself by its id, so nothing that is found here
can be wrong; it may only be incomplete. This module only ever reads, and never from the place where the program writes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2

from sync.errors import BadInput
from sync.replica.identity import Identity
from sync.replica.sqlcipher import connect
from sync.replica.values import Incoming
from sync.revisions.revision import decode

#: Rows asked for at once while nothing is wrong.
_ROWS = 500
#: Row numbers tried where the end of a table cannot be read.
_FARTHEST = 2**31


@dataclass(frozen=True, slots=True)
class FoundRevision:
    """A revision that could be read, and what was known of its way: see ``sync.replica.tables``."""

    item: Incoming
    confirmed: int
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What could be read. ``unreadable``: rows of revisions that are there and cannot be; ``identity`` may be lost."""

    identity: Identity | None
    url: str
    server_key: bytes | None
    revisions: Sequence[FoundRevision]
    local: Sequence[tuple[str, str]]
    unreadable: int


def salvage(path: Path, key: bytes | None) -> Salvaged:
    """Read all that can be read of the file at ``path`` (which ``-wal`` file beside it belongs to it)."""
    file = _File(path, key)
    try:
        identities = [_identity(row) for row in file.rows("identity", _IDENTITY)]
        links = [row for row in file.rows("link", ("peer", "url", "server_key")) if row[0] == "district"]
        url, server_key = (links[0][1], links[0][2]) if links else ("", None)
        local = [(row[0], row[1]) for row in file.rows("local", ("name", "value"))]
        file.unreadable = 0
        revisions = [found for row in file.rows("revision", _REVISION) if (found := _revision(row)) is not None]
        identity = next(iter(identities), None)
        return Salvaged(identity, url, server_key, revisions, local, file.unreadable)
    finally:
        file.close()


_IDENTITY = tuple(Identity.__dataclass_fields__)
_REVISION = ("body", "confirmed", "refusal")
_IDS = frozenset({"replica", "epoch", "device", "facility"})


class _File:
    """A damaged file. After a bad page a connection is of no more use, so each failure costs a new one."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._path, self._key = path, key
        self._connection: Any = None
        self.unreadable = 0

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Every row of a table that can be read, in the order it was written."""
        end = self._last(table)
        for start in range(1, end + 1, _ROWS):
            yield from self._range(table, columns, start, min(start + _ROWS - 1, end))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _range(self, table: str, columns: Sequence[str], first: int, last: int) -> Iterator[tuple[Any, ...]]:
        names = ", ".join(columns)
        found = self._ask(
            f"SELECT {names} FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid",  # noqa: S608 - our own names
            *(first, last),
        )
        if found is not None:
            yield from found
        elif first == last:
            self.unreadable += 1
        else:
            middle = (first + last) // 2
            yield from self._range(table, columns, first, middle)
            yield from self._range(table, columns, middle + 1, last)

    def _last(self, table: str) -> int:
        """The greatest row number; where it cannot be read, the power of two beyond the last row that can."""
        found = self._ask(f"SELECT max(rowid) FROM {table}")  # noqa: S608 - our own names
        if found is not None:
            return int(found[0][0] or 0)
        end, number = 0, 1
        while number <= _FARTHEST:
            if self._ask(f"SELECT rowid FROM {table} WHERE rowid >= ? ORDER BY rowid LIMIT 1", number):  # noqa: S608 - as above
                end = number * 2
            number *= 2
        return end

    def _ask(self, statement: str, *values: int) -> list[tuple[Any, ...]] | None:
        try:
            if self._connection is None:
                self._connection = connect(self._path, self._key, read_only=True)
            return list(self._connection.execute(statement, values))
        except (sqlcipher3.dbapi2.Error, OverflowError):
            self.close()
            return None


def _identity(row: Sequence[Any]) -> Identity:
    named = zip(_IDENTITY, row, strict=True)
    values: dict[str, Any] = {name: bytes(value).hex() if name in _IDS else value for name, value in named}
    return Identity(**values)


def _revision(row: Sequence[Any]) -> FoundRevision | None:
    try:
        body = bytes(row[0])
        return FoundRevision(Incoming(decode(body), body), row[1], row[2])
    except (BadInput, TypeError):
        return None
