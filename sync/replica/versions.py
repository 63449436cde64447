"""Which version of each derived table this program makes and reads. Imports no SQLAlchemy: the window asks it first.

A table of another version was made by another program and is made anew (``rebuilding``) before anybody uses it.
"""

import functools
import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType

from sync.records import RECORD_TYPES, RecordType
from sync.records.namekey import NAMEKEY_VERSION

_SHAPE_VERSION = 2

#: The patient search index among the derived tables; the others have the names of their record types.
SEARCH = "search"
_SEARCH_VERSION = f"1.{NAMEKEY_VERSION}"

#: The letters as the evaluation counts them, derived from two value tables.
COUNTED = "counted"
_COUNTED_VERSION = "1"

#: Which registrations are one person, derived from the links of patients.
SAME_PERSON = "same_person"
_SAME_PERSON_VERSION = "1"

#: Columns that worklists and searches look up, beside the key. A longer tuple is one index named after its first
#: column: it holds all that is counted over many letters or facts, so that they themselves are not read.
INDEXED: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "patient": (("nik",), ("jkn_number",), ("birth_date",), ("record_number",)),
        "visit": (("patient",), ("date",)),
        "referral": (
            ("patient",),
            ("to_facility",),
            ("written_at", "id", "from_facility", "to_facility", "kind", "urgency", "diagnosis_code", "kd_tacc"),
        ),
        "referral_event": (("referral", "id", "kind", "at", "reason", "to_facility", "answers"),),
        "void": (("record",),),
        "signal_event": (("signal",),),
        "weekly_report": (("facility",),),
    }
)


def projection_version(record_type: RecordType) -> str:
    """A hash of what the value table is derived from; it changes when the table must be rebuilt."""
    # Limit and need decide whether a record can be shown at all; since version 2 a list's limit is that of each text.
    shape = [
        (name, field.kind, field.merge, field.group, field.limit, field.required)
        for name, field in record_type.fields.items()
    ]
    return hashlib.blake2b(
        json.dumps([_SHAPE_VERSION, shape, INDEXED.get(record_type.name)]).encode(), digest_size=8
    ).hexdigest()


@functools.cache
def wanted_versions(*, searchable: bool) -> Mapping[str, str]:
    """The version of each derived table by its name, those that follow from others last.

    ``searchable``: with what only people need who look into the file, the patient search index, the counted
    letters and who is one person.
    """
    wanted = {name: projection_version(record_type) for name, record_type in RECORD_TYPES.items()}
    if searchable:
        wanted[SEARCH] = f"{_SEARCH_VERSION}-{wanted['patient']}"
        wanted[COUNTED] = f"{_COUNTED_VERSION}-{wanted['referral']}-{wanted['referral_event']}"
        wanted[SAME_PERSON] = f"{_SAME_PERSON_VERSION}-{wanted['patient_link']}"
    return MappingProxyType(wanted)


@functools.cache
def program_version() -> str:
    """The version of the installed program, "" where it runs without having been installed."""
    import importlib.metadata  # not at the start: the window's first paint would wait for it

    try:
        return importlib.metadata.version("rujuk")[:40]
    except importlib.metadata.PackageNotFoundError:
        return ""
