"""The history of one record: every revision in its order, who wrote it, and which fields it changed from what to what.

Nothing is left out, fields of a newer program included; nothing here words or changes anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.queries.same_person import Apart, Merging, apart_from, mergings
from desktop.queries.values import read_seen
from desktop.queries.written import Writer, Writers, matters, patient_of, revisions_of
from sync.records import RECORD_CLASSES, Field, Kind, Patient, Record, Wire
from sync.replica.reader import Reader, as_blob
from sync.replica.values import Seen
from sync.revisions.questions import Saving, savings


@dataclass(frozen=True, slots=True)
class Change:
    """Fields that people know as one, with the values that the author saw and those that were saved instead.

    ``fields`` is empty for a field of a newer program, ``restorable`` false where there is nothing to go back to now.
    """

    names: tuple[str, ...]
    fields: tuple[Field, ...]
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    restorable: bool


@dataclass(frozen=True, slots=True)
class Written:
    """One revision. ``first``: it made the record; ``waiting``: the district does not have it yet."""

    id: str
    writer: Writer
    changes: tuple[Change, ...]
    first: bool
    waiting: bool


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """A record as it is, all that led to it (the oldest first), its patient, and names for the references in it.

    ``owner_name`` is the facility whose record it is; ``merged`` and ``apart`` what was found out about a patient
    being, or not being, another one.
    """

    seen: Seen[Record]
    owner_name: str | None
    patient: Patient | None
    written: tuple[Written, ...]
    names: Mapping[str, str]
    merged: tuple[Merging, ...] = ()
    apart: tuple[Apart, ...] = ()


def record_history(reader: Reader, type_name: str, record_id: str) -> RecordHistory | None:
    """The history of a record; ``None`` if it is not here or cannot be shown yet."""
    cls = RECORD_CLASSES.get(type_name)
    seen = read_seen(reader, cls, record_id) if cls else None
    if cls is None or seen is None:
        return None
    writers, waiting = Writers(reader), _waiting(reader, record_id)
    told = savings(cls.type, revisions_of(reader, record_id))
    written = tuple(
        Written(
            id=saving.revision.id,
            writer=writers.writer_of(saving.revision),
            changes=_changes(seen, saving),
            first=not saving.revision.parents,
            waiting=saving.revision.id in waiting,
        )
        for saving in told
    )
    return RecordHistory(
        seen,
        writers.facility(seen.facility),
        patient_of(reader, seen.record),
        written,
        _reference_names(writers, cls, told),
        tuple(mergings(reader, record_id)) if cls is Patient else (),
        tuple(apart_from(reader, record_id)) if cls is Patient else (),
    )


def _changes(seen: Seen[Record], saving: Saving) -> tuple[Change, ...]:
    record_type, saved = seen.record.type, saving.revision.fields
    found = []
    for names in matters(record_type, saved):
        fields = tuple(record_type.fields[name] for name in names)
        new = _values(fields, saving.after)
        now = {name: getattr(seen.record, name) for name in names}
        open_question = not set(names).isdisjoint(seen.conflicts)
        found.append(Change(names, fields, _values(fields, saving.before), new, new != now and not open_question))
    strange = sorted(saved.keys() - record_type.fields.keys())
    found += [
        Change((name,), (), {name: saving.before.get(name)}, {name: saved[name]}, restorable=False) for name in strange
    ]
    return tuple(found)


def _values(fields: tuple[Field, ...], wires: Mapping[str, Wire]) -> dict[str, Any]:
    return {field.name: field.from_wire(wires.get(field.name)) for field in fields}


def _reference_names(writers: Writers, cls: type[Record], told: list[Saving]) -> dict[str, str]:
    """What people call the staff, facilities and signals that the record ever referred to."""
    references = [name for name, field in cls.type.fields.items() if field.kind is Kind.REFERENCE]
    ids = {str(item.revision.fields[name]) for item in told for name in references if item.revision.fields.get(name)}
    named = {found: writers.person(found) or writers.facility(found) or writers.signal(found) for found in sorted(ids)}
    return {found: name for found, name in named.items() if name is not None}


def _waiting(reader: Reader, record_id: str) -> set[str]:
    rows = reader.rows(
        """
        SELECT id FROM revision
        WHERE district = :district AND record = :id AND confirmed = 0 AND refusal IS NULL
        """,
        {"id": as_blob(record_id)},
    )
    return {row["id"] for row in rows}
