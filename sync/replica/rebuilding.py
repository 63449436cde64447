"""Making value and search tables, and making them anew from the revisions when a program with other record types opens.

Rebuilding runs in pieces that each commit, and goes on where it stopped after a crash. Revisions are only read.
"""

from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, inspect, select, update

from sync.records import RECORD_TYPES
from sync.replica import storing, tables
from sync.replica.counted import COUNTED_LETTER, count_letters
from sync.replica.opening import READ_ONLY, translated_errors
from sync.replica.projections import VALUE_TABLES, to_row
from sync.replica.same_person import SAME_PERSON_TABLE, join_registrations
from sync.replica.search import index_patients, search_tables
from sync.replica.transactions import with_retries
from sync.replica.types import Id
from sync.replica.versions import COUNTED, SAME_PERSON, SEARCH, wanted_versions
from sync.revisions.fold import Folded, fold

_PIECE = 500
_search_tables = search_tables(VALUE_TABLES["patient"].metadata)


def ensure_projections(engine: Engine, district: str, *, searchable: bool) -> None:
    """Bring every derived table of a district to this program's version; quick when it is there already."""
    wanted = wanted_versions(searchable=searchable)
    table = tables.projection
    with translated_errors(), engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        rows = connection.execute(select(table).where(table.c.district == district)).all()
    # A program that knows more record types made these. This one will not keep them up to date, so whoever comes
    # back to them must find them out of date.
    if strange := sorted({row.name for row in rows} - wanted.keys()):
        forget = delete(table).where(table.c.district == district, table.c.name.in_(strange))
        with_retries(engine, lambda connection: connection.execute(forget))
    done = {row.name: row.version for row in rows if row.position is None}
    for name, version in wanted.items():
        if done.get(name) != version:
            _rebuild(engine, district, name, version)


def _tables_of(name: str) -> tuple[Any, ...]:
    made = {SEARCH: _search_tables, COUNTED: (COUNTED_LETTER,), SAME_PERSON: (SAME_PERSON_TABLE,)}
    return made.get(name) or (VALUE_TABLES[name],)


def _rebuild(engine: Engine, district: str, name: str, version: str) -> None:
    with_retries(engine, lambda connection: _begin(connection, district, name, version))
    while with_retries(engine, lambda connection: _next_piece(connection, district, name)):
        pass


def _alone(connection: Connection) -> None:
    """Let no other process rebuild until this transaction ends. SQLite's one writer is alone already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({storing.PROJECTIONS_LOCK})")


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
    """Write what follows from the next records; whether there may be more."""
    _alone(connection)
    table, record = tables.projection, tables.record
    where = (table.c.district == district, table.c.name == name)
    position = connection.execute(select(table.c.position).where(*where)).scalar_one()
    if position is None:
        return False
    type_name = {SEARCH: "patient", COUNTED: "referral", SAME_PERSON: "patient_link"}.get(name, name)
    after = bytes(position).hex() if len(position) > 1 else "0" * 32
    ids = list(
        connection.execute(
            select(record.c.id)
            .where(record.c.district == district, record.c.type == type_name, record.c.id > after)
            .order_by(record.c.id)
            .limit(_PIECE)
        ).scalars()
    )
    if name == COUNTED:
        # The value tables that it follows from were made before.
        count_letters(connection, district, ids)
    elif name == SAME_PERSON:
        # All at once, whatever the piece: who is one person is known from all links together.
        join_registrations(connection, district)
    else:
        _write_folded(connection, district, name, type_name, ids)
    reached = bytes.fromhex(ids[-1]) if len(ids) == _PIECE else None
    connection.execute(update(table).where(*where).values(position=reached))
    return reached is not None


def _write_folded(connection: Connection, district: str, name: str, type_name: str, ids: list[str]) -> None:
    folded = _fold_all(connection, district, type_name, ids)
    shown = {key: result.fields for key, result in folded.items() if storing.complete(type_name, result.fields)}
    if name == SEARCH:
        index_patients(connection, district, [(record_id, None, fields) for record_id, fields in shown.items()])
    else:
        rows = [to_row(RECORD_TYPES[name], district, record_id, fields) for record_id, fields in shown.items()]
        storing.replace_rows(connection, VALUE_TABLES[name], district, rows, rows)
        _write_conflicts(connection, district, folded)


def _fold_all(connection: Connection, district: str, type_name: str, ids: list[str]) -> dict[str, Folded]:
    histories = storing.history_of(connection, district, ids)
    return {record_id: fold(RECORD_TYPES[type_name], history) for record_id, history in histories.items()}


def _write_conflicts(connection: Connection, district: str, folded: dict[str, Folded]) -> None:
    """A field that an older program did not know, or merged otherwise, may be one that people have to decide."""
    known = storing.known_records(connection, district, folded)
    changed = [
        {"of": district, "record": record_id, "now": storing.conflicts_column(result)}
        for record_id, result in folded.items()
        if result.conflicts != known[record_id].conflicts
    ]
    if changed:
        record = tables.record
        chosen = update(record).where(
            record.c.district == bindparam("of"), record.c.id == bindparam("record", type_=Id)
        )
        connection.execute(chosen.values(conflicts=bindparam("now")), changed)
