"""The numbers a person is known by: NIK (16 digits, with place, birth and sex in them) and JKN card (13 digits).

A number that could be real is never proved to be; one that cannot be real is refused with the reason. Pure: no clock
(the caller gives today's date) and no register of places.
"""

from dataclasses import dataclass
from datetime import date

from sync.errors import BadInput

#: Women have their day of birth written with 40 added.
_FEMALE_DAY = 40


@dataclass(frozen=True, slots=True)
class Nik:
    """A NIK taken apart. ``region`` is the code (6 digits) of the subdistrict where it was first issued.

    ``birth_dates`` are the days it can mean, the latest first: the century is not written in it.
    """

    digits: str
    region: str
    sex: str
    birth_dates: tuple[date, ...]

    @property
    def birth_date(self) -> date:
        """The likeliest day of birth."""
        return self.birth_dates[0]


def read_nik(text: str, today: date) -> Nik:
    """Take a NIK apart. ``today`` decides which centuries are possible.

    Raises:
        BadInput: ``nik_digits`` (not just 16 digits), ``nik_region``, ``nik_date`` (no such day, or in the future),
            ``nik_serial`` (0000 is never given).
    """
    if not _only_digits(text, 16):
        raise BadInput("nik_digits", field="nik")
    if "00" in {text[0:2], text[2:4], text[4:6]}:
        raise BadInput("nik_region", field="nik")
    day, month, year = int(text[6:8]), int(text[8:10]), int(text[10:12])
    sex = "P" if day > _FEMALE_DAY else "L"
    born = day - _FEMALE_DAY if sex == "P" else day
    first = today.year - today.year % 100 + year
    days = [
        found
        for century in (first, first - 100)
        if (found := _day(century, month, born)) is not None and found <= today
    ]
    if not days:
        raise BadInput("nik_date", field="nik")
    if text[12:] == "0000":
        raise BadInput("nik_serial", field="nik")
    return Nik(text, text[:6], sex, tuple(days))


def check_jkn_number(text: str) -> None:
    """Refuse what cannot be the number of a JKN card.

    Raises:
        BadInput: ``jkn_digits`` (not just 13 digits).
    """
    if not _only_digits(text, 13):
        raise BadInput("jkn_digits", field="jkn_number")


def _only_digits(text: str, size: int) -> bool:
    return len(text) == size and text.isascii() and text.isdigit()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
