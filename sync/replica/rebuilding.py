"""Making value and search tables, and making them anew from the revisions when a program with other record types opens.

Rebuilding runs in pieces that each commit, and goes on where it stopped after a crash. Revisions are only read.
"""

from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, inspect, select, update

from sync.records import RECORD_TYPES, Wire
from sync.replica import storing, tables
from sync.replica.projections import VALUE_TABLES, projection_version, to_row
from sync.replica.search import SEARCH_VERSION, index_patients, search_tables
from sync.replica.transactions import with_retries
from sync.revisions.fold import fold

_PIECE = 500
_SEARCH = "search"
_search_tables = search_tables(VALUE_TABLES["patient"].metadata)


def ensure_projections(engine: Engine, district: str, *, searchable: bool) -> None:
    """Bring every derived table of a district to this program's version; quick when it is there already."""
    wanted = {name: projection_version(RECORD_TYPES[name]) for name in VALUE_TABLES}
    if searchable:
        wanted[_SEARCH] = f"{SEARCH_VERSION}-{wanted['patient']}"
    table = tables.projection
    with engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.district == district)).all()
        connection.rollback()
    done = {row.name: row.version for row in rows if row.position is None}
    for name, version in wanted.items():
        if done.get(name) != version:
            _rebuild(engine, district, name, version)


def _tables_of(name: str) -> tuple[Any, ...]:
    return _search_tables if name == _SEARCH else (VALUE_TABLES[name],)


def _rebuild(engine: Engine, district: str, name: str, version: str) -> None:
    with_retries(engine, lambda connection: _begin(connection, district, name, version))
    while with_retries(engine, lambda connection: _next_piece(connection, district, name)):
        pass


def _alone(connection: Connection) -> None:
    """Let no other process rebuild until this transaction ends. SQLite's one writer is alone already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7236188)")


def _begin(connection: Connection, district: str, name: str, version: str) -> None:
    """Make the tables empty in their new shape, unless a rebuilding of this version was under way."""
    _alone(connection)
    table = tables.projection
    where = (table.c.district == district, table.c.name == name)
    row = connection.execute(select(table).where(*where)).one_or_none()
    if row is not None and row.version == version:
        return
    others = connection.execute(
        select(table.c.district).where(table.c.district != district, table.c.name == name, table.c.version == version)
    ).first()
    for made in _tables_of(name):
        there = inspect(connection).has_table(made.name)
        if there and others is None:
            made.drop(connection)
        if not there or others is None:
            made.create(connection)
        else:
            connection.execute(delete(made).where(made.c.district == district))
    connection.execute(delete(table).where(*where))
    connection.execute(insert(table).values(district=district, name=name, version=version, position=bytes(1)))


def _next_piece(connection: Connection, district: str, name: str) -> bool:
    """Fold and write the next records; whether there may be more."""
    _alone(connection)
    table, record = tables.projection, tables.record
    where = (table.c.district == district, table.c.name == name)
    position = connection.execute(select(table.c.position).where(*where)).scalar_one()
    if position is None:
        return False
    type_name = "patient" if name == _SEARCH else name
    after = bytes(position).hex() if len(position) > 1 else "0" * 32
    ids = list(
        connection.execute(
            select(record.c.id)
            .where(record.c.district == district, record.c.type == type_name, record.c.id > after)
            .order_by(record.c.id)
            .limit(_PIECE)
        ).scalars()
    )
    folded = _fold_all(connection, district, type_name, ids)
    if name == _SEARCH:
        index_patients(connection, district, [(record_id, None, fields) for record_id, fields in folded.items()])
    else:
        rows = [to_row(RECORD_TYPES[name], district, record_id, fields) for record_id, fields in folded.items()]
        storing.replace_rows(connection, VALUE_TABLES[name], district, rows, rows)
    reached = bytes.fromhex(ids[-1]) if len(ids) == _PIECE else None
    connection.execute(update(table).where(*where).values(position=reached))
    return reached is not None


def _fold_all(connection: Connection, district: str, type_name: str, ids: list[str]) -> dict[str, dict[str, Wire]]:
    found: dict[str, dict[str, Wire]] = {}
    for record_id, history in storing.history_of(connection, district, ids).items():
        fields = dict(fold(RECORD_TYPES[type_name], history).fields)
        if storing.complete(type_name, fields):
            found[record_id] = fields
    return found
