"""Values of a record's fields in words, as questions and histories say them, and who wrote them.

Plain functions; a value that a form shows is said whole, and what is not there is said to be empty.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from desktop.queries.written import BED_COUNT, Writer, matters
from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.widgets import field_text
from sync.records import Facility, Field, Patient, Record, RecordType, Specimen, Staff, Visit, Ward
from sync.records.outbreak import SPECIMEN_KINDS

_NOBODY: Mapping[str, str] = MappingProxyType({})


def value_words(field: Field, value: object, names: Mapping[str, str] = _NOBODY) -> str:
    """One value; ``names``: what people call the records that references name."""
    if value is None or value in ("", ()):
        return tr("(kosong)")
    if isinstance(value, bool):
        return tr("ya") if value else tr("tidak")
    if isinstance(value, date) and not isinstance(value, datetime):
        return wording.day_words(value)
    if isinstance(value, str):
        return field.choices.get(value) or names.get(value) or value
    return f"{field_text.show(value)} {field.unit}".strip()


def matter_words(
    record_type: RecordType, matter: tuple[str, ...], values: Mapping[str, Any], names: Mapping[str, str] = _NOBODY
) -> str:
    """The values of what people know as one thing, see :func:`desktop.queries.written.matters`."""
    if len(matter) == 1:
        return value_words(record_type.fields[matter[0]], values.get(matter[0]), names)
    if matter == BED_COUNT:
        counted, free = (value_words(record_type.fields[name], values.get(name)) for name in matter)
        return tr("{free}, dihitung {time}").format(free=free, time=counted) if values.get("counted_at") else free
    code, _, text = (values.get(name) for name in matter)
    return wording.diagnosis_words(code, text) if code or text else tr("(kosong)")


def matter_label(record_type: RecordType, matter: tuple[str, ...]) -> str:
    """What the form calls it."""
    return record_type.fields[matter[-1]].label


def matters_in_words(record_type: RecordType, names: tuple[str, ...]) -> str:
    """Fields in words: ``Keluhan, Diagnosis``."""
    return ", ".join(matter_label(record_type, matter) for matter in matters(record_type, names))


def record_words(record: Record) -> str:
    """What a record is to people: the patient's data, the visit of a day, or what it is called by."""
    if isinstance(record, Patient):
        return tr("Data pasien")
    if isinstance(record, Visit):
        return tr("Kunjungan {day}").format(day=wording.day_words(record.date))
    name = ""
    if isinstance(record, Ward | Facility | Staff):
        name = record.name
    elif isinstance(record, Specimen):
        name = " · ".join(part for part in (SPECIMEN_KINDS.get(record.kind, record.kind), record.subject) if part)
    return f"{record.type.label} {name}".rstrip()


def writer_words(writer: Writer, now: datetime, here: str | None) -> str:
    """Who wrote it, at which computer, and when; the facility is named where it is not the one that is ``here``."""
    parts = (
        writer.name or tr("Petugas tidak dikenal di sini"),
        tr("komputer {letter}").format(letter=writer.letter) if writer.letter else tr("komputer tidak dikenal"),
        writer.facility if writer.facility and writer.facility != here else "",
        wording.clock_words(writer.at, now),
    )
    return " · ".join(part for part in parts if part)
