"""Record values out of table rows: what a column holds becomes what the record type says it is.

Rows come from the reader as plain columns (ids as hexadecimal digits); nothing here may write or know a screen.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sync.records import Field, Kind, Record, Wire
from sync.replica.reader import Reader, as_blob
from sync.replica.values import Seen

R = TypeVar("R", bound=Record)

#: The records that were taken out of the lists and not returned. A decision names the record of the void it answers,
#: so one index serves both.
VOIDED = """SELECT void.record FROM void WHERE void.district = :district AND void.answers IS NULL AND NOT EXISTS (
    SELECT 1 FROM void AS decided WHERE decided.district = :district AND decided.record = void.record
        AND decided.answers = void.id AND decided.returned = 1)"""

#: Leaves those out; ``{id}`` names the column with the record's id.
NOT_VOID = f"NOT EXISTS ({VOIDED} AND void.record = {{id}})"


def to_day(text: str | None) -> date | None:
    """The day of a column, ``None`` where there is none."""
    return None if text is None else date.fromisoformat(text)


def to_moment(text: str | None) -> datetime | None:
    """The moment (UTC) of a column, ``None`` where there is none."""
    return None if text is None else datetime.fromisoformat(text)


def columns(cls: type[Record], table: str) -> str:
    """The columns of a record type's value table as SQL, each qualified by ``table``."""
    return ", ".join(f"{table}.{name}" for name in ("id", *cls.type.fields))


def to_record(cls: type[R], row: Mapping[str, Any]) -> R:
    """The record of a row that holds :func:`columns`.

    Raises:
        BadInput: the row lacks a required value.
    """
    fields = {name: _to_wire(field, row[name]) for name, field in cls.type.fields.items()}
    return cls.from_fields(row["id"], fields)


def read_record(reader: Reader, cls: type[R], record_id: str) -> R | None:
    """One record by its id; ``None`` if it is not here, or cannot be shown yet."""
    row = reader.row(
        f"SELECT {columns(cls, 'x')} FROM {cls.type.name} AS x WHERE x.district = :district AND x.id = :id",  # noqa: S608  # names of our own declarations only
        {"id": as_blob(record_id)},
    )
    return None if row is None else to_record(cls, row)


def read_seen(reader: Reader, cls: type[R], record_id: str) -> Seen[R] | None:
    """One record as a form opens it, with what a later save must say it has seen."""
    record = read_record(reader, cls, record_id)
    row = reader.row(
        "SELECT heads, conflicts, facility FROM record WHERE district = :district AND id = :id",
        {"id": as_blob(record_id)},
    )
    if record is None or row is None:
        return None
    heads = row["heads"]
    return Seen(
        record=record,
        heads=tuple(heads[start : start + 32] for start in range(0, len(heads), 32)),
        conflicts=tuple(json.loads(row["conflicts"] or "[]")),
        facility=row["facility"],
    )


def rows_in_parts(reader: Reader, sql: str, ids: Sequence[str], size: int = 200) -> list[Mapping[str, Any]]:
    """Rows of ``sql`` for many ids, whose parameters take the place of ``{ids}``: SQLite limits them per statement."""
    rows: list[Mapping[str, Any]] = []
    for start in range(0, len(ids), size):
        part = {f"id{number}": as_blob(value) for number, value in enumerate(ids[start : start + size])}
        rows.extend(reader.rows(sql.format(ids=", ".join(f":{name}" for name in part)), dict(part)))
    return rows


def local_value(reader: Reader, name: str) -> str | None:
    """A small value of this PC by its name; ``None`` if there is none."""
    text: str | None = reader.value(
        "SELECT value FROM local WHERE district = :district AND name = :name", {"name": name}
    )
    return text


def _to_wire(field: Field, value: Any) -> Wire:
    if value is None:
        return None
    if field.kind is Kind.FLAG:
        return bool(value)
    if field.kind is Kind.TEXTS:
        texts: list[str] = json.loads(value)
        return texts
    if field.kind is Kind.DECIMAL:
        return float(value)
    known: Wire = value
    return known
