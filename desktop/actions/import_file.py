"""Reading a file of patients or referrals row by row: CSV as spreadsheets write it, or NDJSON.

Only the shape is judged here: names of columns and what belongs to which row. Values stay as they were written.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sync.errors import BadInput
from sync.records import RECORD_TYPES

#: Columns that are no fields: the row's name in the old system, its kind, and other ways to name a letter's patient.
EXTRA_COLUMNS = frozenset({"id", "type", "patient_nik", "patient_jkn_number", "patient_record_number"})

#: Kinds of records that can be imported.
IMPORTED_TYPES = ("patient", "referral")

_DELIMITERS = ",;\t"
_NDJSON_SUFFIXES = frozenset({".ndjson", ".jsonl", ".json"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file, from ``line`` on (the first is 1).

    ``values`` are by name of field, as they were written; ``unknown`` the names that are none. ``fault`` is a code if
    the row cannot be read at all.
    """

    line: int
    type_name: str
    values: Mapping[str, object]
    unknown: tuple[str, ...] = ()
    fault: str | None = None


def read_file(path: Path, type_name: str | None = None) -> Iterator[Row]:
    """The rows of a file. ``type_name`` is that of rows which do not say theirs and whose columns do not tell.

    Raises:
        OSError: the file cannot be read.
        BadInput: it is no CSV with known columns.
    """
    text = _decoded(path.read_bytes())
    if path.suffix.lower() in _NDJSON_SUFFIXES:
        return _json_rows(text, type_name)
    return _csv_rows(text, type_name)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets on Windows write unless told otherwise; it can decode nearly anything.
        return content.decode("cp1252", errors="replace")


def _json_rows(text: str, type_name: str | None) -> Iterator[Row]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError:
            values = None
        if isinstance(values, dict):
            yield _row(number, values, type_name)
        else:
            yield Row(number, type_name or "patient", {}, fault="not_json")


def _csv_rows(text: str, type_name: str | None) -> Iterator[Row]:
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [name.strip() for name in next(reader, [])]
    if not any(_field_name(name, kind) for name in header for kind in IMPORTED_TYPES):
        raise BadInput("no known column in the first line", field="file")
    line = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(line, type_name or "patient", {}, fault="not_csv")
            return
        if any(cell.strip() for cell in cells):
            if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                yield Row(line, type_name or "patient", {}, fault="too_many_columns")
            else:
                yield _row(line, dict(zip(header, cells, strict=False)), type_name)
        line = reader.line_num + 1


def _row(line: int, given: Mapping[str, object], type_name: str | None) -> Row:
    said = next((value for name, value in given.items() if name.strip().casefold() == "type"), None)
    kind = str(said).strip().casefold() if said else type_name or _kind_of(given)
    if kind not in IMPORTED_TYPES:
        return Row(line, type_name or "patient", {}, fault="type_unknown")
    values: dict[str, object] = {}
    unknown = []
    for name, value in given.items():
        field = _field_name(name, kind)
        if field is None:
            unknown.append(name.strip())
        elif value is not None and (not isinstance(value, str) or value.strip()):
            values[field] = value.strip() if isinstance(value, str) else value
    return Row(line, kind, values, tuple(unknown))


def _kind_of(given: Mapping[str, object]) -> str:
    names = {_field_name(name, "referral") for name in given}
    return "referral" if {"anamnesis", "diagnosis_label"} & names else "patient"


def _field_name(name: str, kind: str) -> str | None:
    """The field or extra column that ``name`` means: the field's name, or its label on the screen."""
    wanted = name.strip().casefold()
    if wanted in EXTRA_COLUMNS:
        return wanted
    for field in RECORD_TYPES[kind].fields.values():
        if wanted in {field.name, field.label.casefold()}:
            return field.name
    return None
