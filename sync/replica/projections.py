"""The value tables: one per record type, one column per field, derived from the record types.

They hold what the fold made of the revisions and can be rebuilt from them at any time, in pieces that survive a crash.
No migration ever touches them: a changed record type changes the version, and the table is made anew.
"""

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Column, Float, Index, MetaData, PrimaryKeyConstraint, Table, Text

from sync.records import RECORD_TYPES, Field, Kind, RecordType, Wire
from sync.replica.types import Id

value_metadata = MetaData()

_COLUMN_TYPES: Mapping[Kind, Any] = MappingProxyType(
    {
        Kind.REFERENCE: Id,
        Kind.WHOLE: BigInteger,
        Kind.DECIMAL: Float,
        Kind.FLAG: BigInteger,
    }
)

#: Columns that worklists and searches look up, beside the key. Several with commas are one index, named after the
#: first: it holds all that the evaluation counts, so that a year is read without the letters themselves.
_INDEXED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "patient": ("nik", "jkn_number", "birth_date", "record_number"),
        "visit": ("patient",),
        "referral": (
            "patient",
            "to_facility",
            "written_at,id,from_facility,to_facility,kind,urgency,diagnosis_code,kd_tacc",
        ),
        "referral_event": ("referral,id,kind,at,reason,to_facility,answers",),
        "void": ("record",),
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
    for names in _INDEXED.get(record_type.name, ()):
        first, *others = names.split(",")
        Index(f"{record_type.name}_{first}", table.c.district, *(table.c[name] for name in (first, *others)))
    return table


VALUE_TABLES: Mapping[str, Table] = MappingProxyType(
    {name: _value_table(record_type) for name, record_type in RECORD_TYPES.items()}
)


def projection_version(record_type: RecordType) -> str:
    """A hash of what the value table is derived from; it changes when the table must be rebuilt."""
    # Limit and need decide whether a record can be shown at all.
    shape = [
        (name, field.kind, field.merge, field.group, field.limit, field.required)
        for name, field in record_type.fields.items()
    ]
    return hashlib.blake2b(json.dumps([shape, _INDEXED.get(record_type.name)]).encode(), digest_size=8).hexdigest()


def to_row(record_type: RecordType, district: str, record_id: str, fields: Mapping[str, Wire]) -> dict[str, Any]:
    """The table row of folded fields. What a newer program added stays in the revisions."""
    row: dict[str, Any] = {"district": district, "id": record_id}
    for name, field in record_type.fields.items():
        row[name] = _to_column(field, fields.get(name))
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
    if field.kind is Kind.FLAG and wire is not None:
        return int(bool(wire))
    return wire


def _from_column(field: Field, value: Any) -> Wire:
    if field.kind is Kind.TEXTS:
        return list(json.loads(value))
    if field.kind is Kind.FLAG:
        return bool(value)
    return value  # type: ignore[no-any-return]  # the driver gives back text and numbers as they were put in
