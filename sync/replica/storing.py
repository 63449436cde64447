"""Putting revisions into the tables, set-wise and inside the caller's transaction.

New revisions are stored, their records folded, and value and search tables brought up to date. A revision that is
already here changes nothing. This module must never commit, and never drop a revision of a type it does not know.
"""

import functools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Row, Select, Table, bindparam, delete, select

from sync.errors import BadInput, FileNewer
from sync.records import RECORD_TYPES, Wire
from sync.records.sending import lane_of, scope_of
from sync.replica import tables
from sync.replica.bulk import asked, insert_rows, is_asked
from sync.replica.counted import count_letters
from sync.replica.projections import VALUE_TABLES, from_row, to_row
from sync.replica.same_person import join_registrations
from sync.replica.search import index_patients
from sync.replica.values import ConflictedRecord, Incoming
from sync.replica.versions import wanted_versions
from sync.revisions.fold import Folded, extend, fold
from sync.revisions.revision import ID_BYTES, Revision, decode_stored

#: PostgreSQL's advisory lock: who makes value tables anew holds it alone, who writes into them with others.
PROJECTIONS_LOCK = 7236188

#: What ``revision.confirmed`` says: it waits here, the district has it, another computer brings it.
WAITS, AT_DISTRICT, CARRIED = 0, 1, 2

#: The versions of some of the derived tables.
_VERSIONS = select(tables.projection.c.name, tables.projection.c.version).where(
    tables.projection.c.district == bindparam("of_district"),
    tables.projection.c.name.in_(bindparam("names", expanding=True)),
)

_NOTHING = Folded(fields={}, heads=(), conflicts=(), missing=())


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """The bookkeeping of a record that is already here."""

    type_name: str
    facility: str
    heads: tuple[str, ...]
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]


def known_records(connection: Connection, district: str, ids: Iterable[str]) -> dict[str, KnownRecord]:
    """The bookkeeping of those of these records that are here."""
    return {
        row.id: KnownRecord(
            row.type,
            row.facility,
            split_ids(row.heads),
            tuple(json.loads(row.conflicts)) if row.conflicts else (),
            split_ids(row.missing),
        )
        for row in _rows_of(connection, tables.record, district, ids)
    }


def known_fields(
    connection: Connection, district: str, type_name: str, ids: Iterable[str]
) -> dict[str, dict[str, Wire]]:
    """The current fields of records of one type, as far as their value table holds them."""
    rows = _rows_of(connection, VALUE_TABLES[type_name], district, ids)
    return {row.id: from_row(RECORD_TYPES[type_name], dict(row._mapping)) for row in rows}


def history_of(connection: Connection, district: str, ids: Iterable[str]) -> dict[str, list[Revision]]:
    """All revisions of these records, as they are stored."""
    form, wanted = asked(connection, ids)
    rows = connection.execute(_history(form), {"of_district": district, **wanted})
    found: dict[str, list[Revision]] = {}
    for row in rows:
        found.setdefault(row.record, []).append(decode_stored(bytes(row.body)))
    return found


def _rows_of(connection: Connection, table: Table, district: str, ids: Iterable[str]) -> Iterable[Row[Any]]:
    wanted = list(ids)
    if not wanted:
        return ()
    form, those = asked(connection, wanted)
    return connection.execute(_rows(table, form), {"of_district": district, **those})


@functools.cache
def _rows(table: Table, form: str) -> Select[Any]:
    return select(table).where(table.c.district == bindparam("of_district"), is_asked(table.c.id, form))


@functools.cache
def _history(form: str) -> Select[Any]:
    table = tables.revision
    chosen = (table.c.district == bindparam("of_district"), is_asked(table.c.record, form))
    return select(table.c.record, table.c.body).where(*chosen)


def store(
    connection: Connection,
    district: str,
    items: Sequence[Incoming],
    *,
    confirmed: int,
    searchable: bool,
    at_hub: Callable[[Revision], int | None] = lambda _revision: None,
    brought_by: str | None = None,
) -> None:
    """Store revisions that are not here yet and bring their records up to date.

    Args:
        confirmed: see :data:`WAITS` and its neighbours.
        searchable: keep what people look into: the patient search index, the counted letters, who is one person.
        at_hub: what the column of this name shall say of each.
        brought_by: the computer that brought them; noted where it is not the one that wrote them.

    Raises:
        FileNewer: another version of the program has made the value tables its own; nothing was stored.
    """
    if not items:
        return
    _check_versions(connection, district, {item.revision.type for item in items}, searchable=searchable)
    rows = [
        {
            **_revision_row(district, item, confirmed),
            "at_hub": at_hub(item.revision),
            "brought_by": None if brought_by in (None, item.revision.device) else brought_by,
        }
        for item in items
    ]
    insert_rows(connection, tables.revision, rows)
    by_record: dict[str, list[Revision]] = {}
    for item in items:
        by_record.setdefault(item.revision.record, []).append(item.revision)
    known = known_records(connection, district, by_record)
    before = _known_values(connection, district, by_record, known)
    folded = {
        record_id: quick
        for record_id, revisions in by_record.items()
        if (quick := _quick_fold(revisions, known.get(record_id), before.get(record_id))) is not None
    }
    slow = [record_id for record_id in by_record if record_id not in folded]
    if slow:
        for record_id, history in history_of(connection, district, slow).items():
            folded[record_id] = fold(RECORD_TYPES.get(history[0].type), history)
    _write_records(connection, district, by_record, known, folded)
    _write_values(connection, district, by_record, before, folded, searchable=searchable)


def conflicts_column(result: Folded) -> str | None:
    """The conflicts of a record as its column holds them."""
    return json.dumps(result.conflicts) if result.conflicts else None


def join_ids(ids: Iterable[str]) -> bytes:
    """Ids as one column holds them."""
    return b"".join(map(bytes.fromhex, ids))


def split_ids(joined: bytes | None) -> tuple[str, ...]:
    """The ids in a column made by :func:`join_ids`."""
    raw = bytes(joined or b"")
    return tuple(raw[start : start + ID_BYTES].hex() for start in range(0, len(raw), ID_BYTES))


def _check_versions(connection: Connection, district: str, types: Iterable[str], *, searchable: bool) -> None:
    """See that the value tables are still those that this program made when it opened the database.

    After an upgrade an agent (or a second server) of the version before may still run. What it wrote into the new
    tables would lack the new fields for good: it must leave.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({PROJECTIONS_LOCK})")
    wanted = wanted_versions(searchable=searchable)
    names = (set(types) | (wanted.keys() - RECORD_TYPES.keys())) & wanted.keys()
    rows = connection.execute(_VERSIONS, {"of_district": district, "names": sorted(names)})
    if {row.name: row.version for row in rows} != {name: wanted[name] for name in names}:
        raise FileNewer("the tables belong to another version of the program")


def _revision_row(district: str, item: Incoming, confirmed: int) -> dict[str, Any]:
    revision = item.revision
    return {
        "district": district,
        "id": revision.id,
        "device": revision.device,
        "number": revision.number,
        "type": revision.type,
        "record": revision.record,
        "scope": scope_of(revision.type, revision.record, revision.fields),
        "facility": revision.facility,
        "author": revision.author,
        "stamp": revision.stamp,
        "lane": int(lane_of(revision.type, revision.fields)),
        "confirmed": confirmed,
        "confirmed_at": None,
        "refusal": None,
        "body": item.body,
    }


def _known_values(
    connection: Connection,
    district: str,
    by_record: Mapping[str, Sequence[Revision]],
    known: Mapping[str, KnownRecord],
) -> dict[str, dict[str, Wire]]:
    """The current fields of the known records, for the quick way and for taking old keys out of the search index."""
    by_type: dict[str, list[str]] = {}
    for record_id in by_record:
        if record_id in known:
            by_type.setdefault(known[record_id].type_name, []).append(record_id)
    found: dict[str, dict[str, Wire]] = {}
    for type_name, ids in by_type.items():
        if type_name in VALUE_TABLES:
            found.update(known_fields(connection, district, type_name, ids))
    return found


def _quick_fold(
    revisions: Sequence[Revision], known: KnownRecord | None, before: Mapping[str, Wire] | None
) -> Folded | None:
    """Fold without the history, where that is sure to give the same: a new record, or edits of its only heads."""
    if known is None:
        first = extend(_NOTHING, revisions[0]) if len(revisions) == 1 else None
        return first or fold(RECORD_TYPES.get(revisions[0].type), revisions)
    if before is None or len(revisions) > 1:
        return None
    return extend(Folded(before, known.heads, known.conflicts, known.missing), revisions[0])


def _write_records(
    connection: Connection,
    district: str,
    by_record: Mapping[str, Sequence[Revision]],
    known: Mapping[str, KnownRecord],
    folded: Mapping[str, Folded],
) -> None:
    rows = []
    for record_id, result in folded.items():
        old = known.get(record_id)
        rows.append(
            {
                "district": district,
                "id": record_id,
                "type": old.type_name if old else by_record[record_id][0].type,
                "facility": old.facility if old else by_record[record_id][0].facility,
                "heads": join_ids(result.heads),
                "conflicts": conflicts_column(result),
                "missing": join_ids(result.missing) or None,
            }
        )
    replace_rows(connection, tables.record, district, [r for r in rows if r["id"] in known], rows)


def _write_values(
    connection: Connection,
    district: str,
    by_record: Mapping[str, Sequence[Revision]],
    before: Mapping[str, Mapping[str, Wire]],
    folded: Mapping[str, Folded],
    *,
    searchable: bool,
) -> None:
    by_type: dict[str, list[dict[str, Any]]] = {}
    for record_id, result in folded.items():
        record_type = RECORD_TYPES.get(by_record[record_id][0].type)
        if record_type is not None and complete(record_type.name, result.fields):
            by_type.setdefault(record_type.name, []).append(to_row(record_type, district, record_id, result.fields))
    for type_name, rows in by_type.items():
        replace_rows(connection, VALUE_TABLES[type_name], district, [r for r in rows if r["id"] in before], rows)
        if searchable and type_name == "patient":
            index_patients(connection, district, [(r["id"], before.get(r["id"]), folded[r["id"]].fields) for r in rows])
    if searchable:
        letters = {row["id"] for row in by_type.get("referral", ())}
        letters.update(row["referral"] for row in by_type.get("referral_event", ()))
        if letters:
            count_letters(connection, district, letters)
        if "patient_link" in by_type:
            join_registrations(connection, district)


def complete(type_name: str, fields: Mapping[str, Wire]) -> bool:
    """Whether the record can be shown: its first revision, which sets what is required, may still be on its way."""
    record_type = RECORD_TYPES[type_name]
    try:
        record_type.check_whole(fields)
    except BadInput:
        return False
    return True


def replace_rows(
    connection: Connection,
    table: Table,
    district: str,
    old: Sequence[Mapping[str, Any]],
    rows: Sequence[dict[str, Any]],
) -> None:
    """Put ``rows`` in the place of those with the same ids; two statements, whatever the number."""
    if old:
        form, wanted = asked(connection, [row["id"] for row in old])
        connection.execute(_deleted(table, form), {"of_district": district, **wanted})
    insert_rows(connection, table, rows)


@functools.cache
def _deleted(table: Table, form: str) -> Delete:
    return delete(table).where(table.c.district == bindparam("of_district"), is_asked(table.c.id, form))


def conflicted_records(connection: Connection, district: str) -> list[ConflictedRecord]:
    """The records with a conflict, in a fixed order."""
    table = tables.record
    rows = connection.execute(
        select(table.c.type, table.c.id, table.c.conflicts)
        .where(table.c.district == district, table.c.conflicts.is_not(None))
        .order_by(table.c.type, table.c.id)
    )
    return [ConflictedRecord(row.type, row.id, tuple(json.loads(row.conflicts))) for row in rows]
