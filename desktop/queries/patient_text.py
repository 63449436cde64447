"""What somebody typed into the patient search, taken apart: words of a name, numbers, a day of birth.

Pure text in, values out. A text that could be several things is taken for each of them.
"""

import re
from dataclasses import dataclass
from datetime import date

from sync.records.namekey import split_words

_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})|(\d{2})(\d{2})(\d{4})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SEPARATORS = re.compile(r"[\s.\-]")


@dataclass(frozen=True, slots=True)
class NumberStart:
    """The beginning of a number in a column of the patient; ``words`` must fit the name or village beside it."""

    column: str
    start: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """``words`` are in small letters, the last one perhaps only begun; with a day or number they may name a village."""

    words: tuple[str, ...]
    birth_date: date | None
    numbers: tuple[NumberStart, ...]

    @property
    def is_name(self) -> bool:
        """Whether nothing but words was typed."""
        return bool(self.words) and not self.numbers and self.birth_date is None


def read_search(text: str) -> Wanted:
    """Take apart what was typed."""
    # Half a surrogate pair, as an argument of a command may hold, is no text that a database takes.
    parts = text.encode(errors="ignore").decode().split()
    days = [day for part in parts if (day := read_day(part)) is not None]
    with_digits = [part for part in parts if any(letter.isdecimal() for letter in part)]
    words = tuple(word for part in parts if part not in with_digits for word in split_words(part))
    numbers = {NumberStart("record_number", form, words) for part in with_digits for form in {part, part.upper()}}
    digits = _SEPARATORS.sub("", "".join(with_digits))
    if digits.isascii() and digits.isdecimal():
        numbers |= {NumberStart(column, digits, words) for column in ("nik", "jkn_number")}
    if with_digits and len(parts) > 1:
        whole = " ".join(parts)
        numbers |= {NumberStart("record_number", form, ()) for form in {whole, whole.upper()}}
    ordered = sorted(numbers, key=lambda number: (number.column, number.start))
    return Wanted(words, days[0] if days else None, tuple(ordered))


def read_day(text: str) -> date | None:
    """A day written dd-mm-yyyy (also with / or . or nothing between) or yyyy-mm-dd; ``None`` if it is none."""
    try:
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
        found = _DAY.fullmatch(text)
        if found is None:
            return None
        day, month, year = (int(part) for part in found.groups() if part is not None)
        return date(year, month, day)
    except ValueError:
        return None
