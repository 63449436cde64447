"""The periods that are evaluated, in days of this place, and the parts that a chart over time shows of them.

Plain functions of days; nothing here reads a clock, and a period never hides that its last part is not over yet.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

#: What can be chosen beside own dates, in the order of the screen.
PERIODS = ("last_12_months", "this_month", "last_month", "this_quarter", "this_year")

#: A longer period is shown by month, a shorter one by day.
_BY_MONTH_FROM = 62


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of ``first`` to the end of ``last``, both in the time zone of the place."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def by_month(self) -> bool:
        """Whether its parts are months; else they are days."""
        return self.days > _BY_MONTH_FROM

    @property
    def ends_with_month(self) -> bool:
        """Whether its last month is in it to its end."""
        return self.last.month != (self.last + timedelta(days=1)).month


def period_named(name: str, today: date) -> Period:
    """One of ``PERIODS`` as of ``today``; those that are not over end with today."""
    month = today.replace(day=1)
    if name == "this_month":
        return Period(month, today)
    if name == "last_month":
        last = month - timedelta(days=1)
        return Period(last.replace(day=1), last)
    if name == "this_quarter":
        return Period(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today)
    if name == "this_year":
        return Period(date(today.year, 1, 1), today)
    return Period(_next_month(month.replace(year=month.year - 1)), today)


def parts_of(period: Period) -> tuple[date, ...]:
    """The first days of the months or days that a chart shows; the first part begins with the period."""
    found = [period.first]
    while True:
        following = _next_month(found[-1]) if period.by_month else found[-1] + timedelta(days=1)
        if following > period.last:
            return tuple(found)
        found.append(following)


def begins_at(day: date) -> datetime:
    """The moment (UTC) at which a day begins in the time zone of this PC."""
    return datetime(day.year, day.month, day.day).astimezone(UTC)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
