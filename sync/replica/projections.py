"""The value tables: one per record type, one column per field, derived from the record types.

They hold what the fold made of the revisions and can be rebuilt from them at any time, in pieces that survive a crash.
No migration ever touches them: a changed record type changes the version, and the table is made anew.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Column, Float, Index, MetaData, PrimaryKeyConstraint, Table, Text

from sync.records import RECORD_TYPES, Field, Kind, RecordType, Wire
from sync.replica.types import Id
from sync.replica.versions import INDEXED

value_metadata = MetaData()

_COLUMN_TYPES: Mapping[Kind, Any] = MappingProxyType(
    {
        Kind.REFERENCE: Id,
        Kind.WHOLE: BigInteger,
        Kind.DECIMAL: Float,
        Kind.FLAG: BigInteger,
    }
)


def _value_table(record_type: RecordType) -> Table:
    table = Table(
        record_type.name,
        value_metadata,
        Column("district", Text, nullable=False),
        Column("id", Id, nullable=False),
        *(Column(name, _COLUMN_TYPES.get(field.kind, Text)) for name, field in record_type.fields.items()),
        PrimaryKeyConstraint("district", "id"),
    )
    for names in INDEXED.get(record_type.name, ()):
        Index(f"{record_type.name}_{names[0]}", table.c.district, *(table.c[name] for name in names))
    return table


VALUE_TABLES: Mapping[str, Table] = MappingProxyType(
    {name: _value_table(record_type) for name, record_type in RECORD_TYPES.items()}
)


def to_row(record_type: RecordType, district: str, record_id: str, fields: Mapping[str, Wire]) -> dict[str, Any]:
    """The table row of folded fields. What a newer program added stays in the revisions."""
    row: dict[str, Any] = {"district": district, "id": record_id, **dict.fromkeys(record_type.fields)}
    for name, wire in fields.items():
        if name in record_type.fields:
            row[name] = _to_column(record_type.fields[name], wire)
    return row


def from_row(record_type: RecordType, row: Mapping[str, Any]) -> dict[str, Wire]:
    """The fields that :func:`to_row` was given, without those that are not set."""
    fields: dict[str, Wire] = {}
    for name, field in record_type.fields.items():
        value = row[name]
        if value is not None:
            fields[name] = _from_column(field, value)
    return fields


def _to_column(field: Field, wire: Wire) -> Any:
    if isinstance(wire, list):
        return json.dumps(wire, ensure_ascii=False)
    if isinstance(wire, bool) and field.kind is Kind.FLAG:
        return int(wire)
    return wire


def _from_column(field: Field, value: Any) -> Wire:
    if field.kind is Kind.TEXTS:
        return list(json.loads(value))
    if field.kind is Kind.FLAG:
        return bool(value)
    return value  # type: ignore[no-any-return]  # the driver gives back text and numbers as they were put in
