"""What a cell of an imported file means: text as people and spreadsheets write it becomes the value of a field.

A value that cannot be understood is refused with a code; nothing is guessed. Also the lasting id of an imported row.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from desktop.queries.patient_text import read_day
from sync.errors import BadInput
from sync.records import Field, Kind
from sync.records.namekey import split_words

_ID = re.compile(r"[0-9a-f]{32}")
_MOMENT = re.compile(r"(\S+)[ T](\d{1,2})[:.](\d{2})(?:[:.]\d{2})?")
_ID_BYTES = 16


def read_value(field: Field, cell: object) -> object:
    """The field's value that ``cell`` (text, or what JSON held) means.

    Raises:
        BadInput: it cannot be one; the reason is a code.
    """
    if isinstance(cell, (bool, dict)):
        raise BadInput("not_understood", field=field.name)
    if isinstance(cell, list):
        if field.kind is not Kind.TEXTS:
            raise BadInput("not_understood", field=field.name)
        return _checked(field, tuple(str(item).strip() for item in cell if str(item).strip()))
    return _checked(field, _READ.get(field.kind, _read_text)(field, str(cell).strip()))


def stable_id(facility: str, type_name: str, values: Mapping[str, object]) -> str:
    """The record id of a row, the same at each import of it at this facility.

    It has the shape of the other ids (UUIDv7) with the time 0, so that imported patients do not count as the newest.
    """
    given = values.get("id")
    if isinstance(given, str) and _ID.fullmatch(given):
        return given
    parts = "\x1f".join((facility, type_name, *_names_of(type_name, values)))
    chance = hashlib.blake2b(parts.encode(), digest_size=_ID_BYTES, person=b"rujuk import").digest()
    number = int.from_bytes(chance, "big") & ((1 << 80) - 1)
    number = number & ~(0xF << 76) | (0x7 << 76)
    number = number & ~(0x3 << 62) | (0x2 << 62)
    return f"{number:032x}"


def _names_of(type_name: str, values: Mapping[str, object]) -> tuple[str, ...]:
    """What makes this row this row: the first of its numbers, else the person."""
    for name in ("id", "number") if type_name == "referral" else ("id", "record_number", "nik", "jkn_number"):
        if values.get(name):
            return (name, str(values[name]).strip().casefold())
    person = " ".join(split_words(str(values.get("name", ""))))
    return ("person", person, *(str(values.get(name, "")) for name in ("birth_date", "sex", "village", "mother_name")))


def _checked(field: Field, value: object) -> object:
    try:
        field.to_wire(value)
    except BadInput as error:
        code = "too_long" if "longer" in error.reason else "not_understood"
        raise BadInput(code, field=field.name) from error
    return value


def _read_text(_field: Field, text: str) -> str:
    return text


def _read_code(field: Field, text: str) -> str:
    wanted = text.casefold()
    for code, label in field.choices.items():
        if wanted in {code.casefold(), label.casefold()}:
            return code
    if field.choices:
        raise BadInput("choice_unknown", field=field.name)
    return text


def _read_whole(field: Field, text: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", text, re.ASCII):
        raise BadInput("not_whole", field=field.name)
    return int(text)


def _read_decimal(field: Field, text: str) -> float:
    if not re.fullmatch(r"-?\d{1,12}([.,]\d{1,6})?", text, re.ASCII):
        raise BadInput("not_decimal", field=field.name)
    return float(text.replace(",", "."))


def _read_day(field: Field, text: str) -> date:
    day = read_day(text)
    if day is None:
        raise BadInput("not_a_day", field=field.name)
    return day


def _read_moment(field: Field, text: str) -> datetime:
    """A day alone means its noon; without a zone the time is that of this PC's place."""
    try:
        moment = datetime.fromisoformat(text)
        if len(text) > len("2026-08-17"):
            return (moment if moment.tzinfo else moment.astimezone()).astimezone(UTC)
    except ValueError:
        pass
    found = _MOMENT.fullmatch(text)
    day = read_day(found[1] if found else text)
    if day is None:
        raise BadInput("not_a_moment", field=field.name)
    try:
        clock = time(int(found[2]), int(found[3])) if found else time(12)
    except ValueError as error:
        raise BadInput("not_a_moment", field=field.name) from error
    return datetime.combine(day, clock).astimezone(UTC)


def _read_texts(_field: Field, text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;,\n]", text) if part.strip())


_READ = {
    Kind.CODE: _read_code,
    Kind.WHOLE: _read_whole,
    Kind.DECIMAL: _read_decimal,
    Kind.DAY: _read_day,
    Kind.MOMENT: _read_moment,
    Kind.TEXTS: _read_texts,
}
