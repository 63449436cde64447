"""The numbers of a weekly report: how they are written, which of several reports counts, when one is due.

A disease that a confirmed report does not name had no case; a week without a report is not known, and never zero.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sync.errors import BadInput
from sync.records.outbreak import WeeklyReport
from sync.records.weeks import EpiWeek

#: The letter under which SKDR counts all visits.
TOTAL_VISITS = "X"

_COUNT = re.compile(r"([A-Z]{1,2})(\d{1,6})", re.ASCII)


def write_counts(numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Numbers by letter as a report holds them; what had no case is left out.

    Raises:
        BadInput: a number is negative or a letter is none.
    """
    written = tuple(f"{letter}{number}" for letter, number in numbers.items() if number)
    for text in written:
        if _COUNT.fullmatch(text) is None:
            raise BadInput("not_a_count", field="counts")
    return written


def read_counts(counts: Iterable[str]) -> dict[str, int]:
    """The numbers by letter; what cannot be read comes from a newer program and is passed over."""
    found = (_COUNT.fullmatch(text) for text in counts)
    return {match[1]: int(match[2]) for match in found if match}


def message(week: int, year: int, counts: Iterable[str], total_visits: int | None) -> str:
    """The report as the SKDR text message, ``SKDR 12#2026#A2,C3,X361``.

    Where nobody knows the visits it has no X; a zero report then says so of its first disease.
    """
    parts = [*counts, *([] if total_visits is None else [f"{TOTAL_VISITS}{total_visits}"])]
    return f"SKDR {week}#{year}#{','.join(parts) or 'A0'}"


def current_report(reports: Iterable[WeeklyReport]) -> WeeklyReport | None:
    """Of several reports for one week of one facility the one that counts, in whatever order they are given.

    A report that another one corrects counts no more; of several that nobody has corrected (two computers without a
    network) the one with the greatest id, which is the one made last by the clocks of these computers.
    """
    everything = {report.id: report for report in reports}
    corrected = {report.replaces for report in everything.values()}
    standing = [report for report in everything.values() if report.id not in corrected] or list(everything.values())
    return max(standing, key=lambda report: report.id, default=None)


def due_at(week: EpiWeek, now: datetime) -> datetime:
    """When the report of a week should be sent: the Monday after it, from its beginning, in the zone of ``now``."""
    return _midnight(week, 2, now)


def late_at(week: EpiWeek, now: datetime) -> datetime:
    """From when on a report is late: the Wednesday after the week, from its beginning."""
    return _midnight(week, 4, now)


def _midnight(week: EpiWeek, days: int, now: datetime) -> datetime:
    day = week.last_day + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
