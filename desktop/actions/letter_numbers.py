"""How the local number of a letter is written and read: ``A-0007/XI/2026``, PC's letter, running number, month, year.

Which number comes next is not decided here.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from desktop.queries.paper_letters import FORM_BEGINS
from sync.errors import BadInput

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_NUMBER = re.compile(r"([A-Z]+)-(\d{1,6})(/[IVX]+/\d{4})")


@dataclass(frozen=True, slots=True)
class CopiedForm:
    """A contingency form that was filled in by hand: its number as typed or scanned, and when it was written."""

    number: str
    written_at: datetime


def letter_number(letter: str, running: int, end: str) -> str:
    """The number of a letter; ``end`` as :func:`series_end` gives it."""
    return f"{letter}-{running:04d}{end}"


def series_end(written_at: datetime) -> str:
    """Month and year, ``/XI/2026``; ``written_at`` must be in the time zone of the place."""
    return f"/{_ROMAN[written_at.month - 1]}/{written_at.year}"


def read_form_number(text: str) -> tuple[str, int, str]:
    """PC's letter, running number and end of a form's number as somebody typed it, or as its QR code says it.

    Raises:
        BadInput: "not_a_form".
    """
    typed = text.strip().upper()
    if typed.startswith(FORM_BEGINS):
        typed = typed.removeprefix(FORM_BEGINS).partition(":")[0]
    found = _NUMBER.fullmatch(typed.replace(" ", ""))
    if found is None:
        raise BadInput("not_a_form", field="number")
    return found[1], int(found[2]), found[3]
