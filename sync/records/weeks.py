"""Epidemiological weeks as SKDR counts them: Sunday to Saturday, with a year and a number.

The days of a week are a fact; which week is the first of a year is not verified for SKDR (the table of the Ministry was
not found), so that choice stands in one function here, and whoever shows a number says so. Nothing may use a number as
the identity of a week: its Sunday is that.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class EpiWeek:
    """One week. ``first_day`` is its Sunday; ``year`` and ``number`` (1 to 53) are what people call it."""

    first_day: date
    year: int
    number: int

    @property
    def last_day(self) -> date:
        """Its Saturday."""
        return self.first_day + timedelta(days=6)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first_day <= day <= self.last_day

    def before(self, weeks: int = 1) -> "EpiWeek":
        """The week so many weeks earlier (later, where ``weeks`` is negative)."""
        return week_of(self.first_day - weeks * _WEEK)


def week_of(day: date) -> EpiWeek:
    """The week that a day lies in."""
    sunday = sunday_of(day)
    year = year_of_week(sunday)
    return EpiWeek(sunday, year, (sunday - first_sunday(year)) // _WEEK + 1)


def sunday_of(day: date) -> date:
    """The Sunday with which the week of a day begins: the identity of that week."""
    return day - timedelta(days=day.isoweekday() % 7)


def first_sunday(year: int) -> date:
    """The Sunday with which week 1 of a year begins.

    The choice made here: week 1 is the first with at least four days in January, as WHO and CDC count weeks that begin
    on Sunday. Not verified for SKDR: around New Year Dinkes's own table of weeks decides.
    """
    return sunday_of(date(year, 1, 4))


def year_of_week(sunday: date) -> int:
    """The year a week is counted in: the one that most of its days, and so its Wednesday, lie in."""
    return (sunday + timedelta(days=3)).year
