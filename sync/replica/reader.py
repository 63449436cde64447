"""The window's quick way to read: one connection of the driver itself, plain SQL in, plain values out.

It imports no SQLAlchemy, so the first search result is there in a fraction of a second. It only reads: the connection
refuses to write, and a file that cannot be used is reported with the same errors as the replica's own.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2

from sync.errors import FileNewer, ReplicaError
from sync.replica.identity import Identity
from sync.replica.sqlcipher import check_sqlite_version, connect, named_error
from sync.replica.versions import wanted_versions

#: The versions of the base tables that this program can read (the files in ``migrations/versions``).
KNOWN_SCHEMAS = frozenset({"0001", "0002", "0003", "0004"})

Row = Mapping[str, Any]


def as_blob(record_id: str) -> bytes:
    """An id as the database holds it, for a parameter of a query."""
    return bytes.fromhex(record_id)


def current_reader(path: Path, key: bytes | None, before: Callable[[], None] = lambda: None) -> "Reader":
    """A reader of an enrolled computer's file, whose value tables are those of this program.

    Where a program of another version was the last to write, they are made anew first, which may take minutes;
    ``before`` is called then. Raises as :class:`Reader` does.
    """
    reader = Reader(path, key)
    try:
        if reader.identity() is None or reader.is_current():
            return reader
    except BaseException:
        reader.close()
        raise
    reader.close()
    before()
    from sync.replica.opening import open_sqlite
    from sync.replica.replica import Replica
    from sync.revisions.environment import system_environment

    engine = open_sqlite(path, key)
    try:
        Replica.load(engine, system_environment())
    finally:
        engine.dispose()
    return Reader(path, key)


class Reader:
    """Reads one database file.

    Not for more than one thread at a time. Blobs come back as ids (32 hexadecimal digits).

    Raises:
        ReplicaError: on opening, with the class that says why.
    """

    def __init__(self, path: Path, key: bytes | None) -> None:
        check_sqlite_version(sqlcipher3.dbapi2.sqlite_version_info)
        if not path.exists():
            raise ReplicaError("no database file")
        try:
            self._connection = connect(path, key, read_only=True, cache_mib=64)
        except sqlcipher3.dbapi2.Error as error:
            raise named_error(error) from error
        self._connection.row_factory = _as_mapping
        self._district: str | None = None
        try:
            schema = self._query("SELECT version_num FROM alembic_version") if self._has("alembic_version") else []
            if schema and schema[0]["version_num"] not in KNOWN_SCHEMAS:
                raise FileNewer(f"schema {schema[0]['version_num']}")
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Give back the connection."""
        self._connection.close()

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a query with ``:named`` parameters; ``:district`` is there without being given."""
        return self._query(sql, self._with_district(params))

    def tuples(self, sql: str, params: Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
        """As :meth:`rows`, one after the other, for tens of thousands: columns by their place, blobs as bytes."""
        given = self._with_district(params)
        try:
            cursor = self._connection.cursor()
            cursor.row_factory = None
            yield from cursor.execute(sql, given)
        except sqlcipher3.dbapi2.Error as error:
            raise named_error(error) from error

    def row(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
        """The first row of a query, if there is one."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def value(self, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or ``None``."""
        found = self.row(sql, params)
        return None if found is None else next(iter(found.values()))

    def identity(self) -> Identity | None:
        """Who this computer is (without its signing key); ``None`` while it is not enrolled."""
        if not self._has("identity"):
            return None
        names = ", ".join(name for name in Identity.__dataclass_fields__ if name != "signing_key")
        found = self._query(f"SELECT {names} FROM identity")  # noqa: S608 - the names are those of a class of ours
        return Identity(**found[0], signing_key=b"") if found else None

    def is_current(self) -> bool:
        """Whether all derived tables are those of this program, and whole."""
        rows = self.rows("SELECT name, version FROM projection WHERE district = :district AND position IS NULL")
        return {row["name"]: row["version"] for row in rows} == wanted_versions(searchable=True)

    def _with_district(self, params: Mapping[str, Any] | None) -> Mapping[str, Any]:
        if self._district is None:
            # Asked until there is one: the computer may be enrolled while the window is open.
            identity = self.identity()
            self._district = identity.district if identity else None
        return {"district": self._district, **(params or {})}

    def _has(self, table: str) -> bool:
        query = "SELECT 1 AS there FROM sqlite_master WHERE type = 'table' AND name = :name"
        return bool(self._query(query, {"name": table}))

    def _query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        try:
            return list(self._connection.execute(sql, params or {}))
        except sqlcipher3.dbapi2.Error as error:
            raise named_error(error) from error


def _as_mapping(cursor: Any, row: tuple[Any, ...]) -> dict[str, Any]:
    names = (column[0] for column in cursor.description)
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in zip(names, row, strict=True)}
