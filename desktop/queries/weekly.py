"""The weekly report: which weeks are reported and when, what the visits here say, and who has been silent how long.

A week that nobody reported is not known and never zero. The first report of a week decides whether it came in time, the
one that counts gives the numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from desktop.queries.alarms import WEEKS_NEEDED, cases_of
from desktop.queries.referrals import Delivery, delivery_of
from desktop.queries.signals import waiting_signals
from desktop.queries.skdr import letters_of
from desktop.queries.values import NOT_VOID, columns, to_day, to_record
from desktop.queries.visit_cases import present_alarms, seen_visits
from sync.records import WeeklyReport
from sync.records.weekly_counts import current_report, due_at, late_at
from sync.records.weeks import EpiWeek, week_of
from sync.replica.reader import Reader, as_blob

#: How many finished weeks are looked at.
WEEKS = 8

#: What the guide of SKDR asks for: of all weeks reported, and reported in time.
COMPLETE_TARGET, IN_TIME_TARGET = 0.9, 0.8

#: States of a week in which nothing is missing.
_NOT_YET = frozenset({"running", "due", "before"})


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week of one facility. ``first_at``: when it was reported first; ``report``: the one that counts."""

    week: EpiWeek
    report: WeeklyReport | None
    first_at: datetime | None
    reports: int
    delivery: Delivery | None
    counts: bool
    """Whether a report was to be expected: weeks before the facility began to work with the program are not missing."""

    def state(self, now: datetime) -> str:
        """``in_time``, ``late`` (reported then), ``running`` (not over), ``due`` (to be sent now), ``missing``, or
        ``before`` (nothing was expected).
        """
        local = now.astimezone()
        if self.first_at is not None:
            return "in_time" if self.first_at < late_at(self.week, local) else "late"
        if not self.counts:
            return "before"
        if local < due_at(self.week, local):
            return "running"
        return "due" if local < late_at(self.week, local) else "missing"


@dataclass(frozen=True, slots=True)
class WeekNumbers:
    """What the visits here say of one week: cases by letter, those that are counted under two, and all visits."""

    week: EpiWeek
    cases: Mapping[str, int]
    shared: Mapping[str, int]
    total_visits: int


@dataclass(frozen=True, slots=True)
class Silence:
    """One facility in the district office's table. ``silent``: finished weeks without a report up to now, in a row."""

    facility: str
    name: str
    phone: str | None
    weeks: tuple[WeekLine, ...]
    last: EpiWeek | None
    silent: int


def week_lines(reader: Reader, facility: str, now: datetime, weeks: int = WEEKS) -> list[WeekLine]:
    """The last finished weeks of this facility, the newest first."""
    last = week_of(now.astimezone().date()).before()
    reports = _reports(reader, last.before(weeks - 1), facility)
    begun = reader.value(
        """
        SELECT min(day) FROM (
            SELECT min(date) AS day FROM visit WHERE district = :district
            UNION ALL SELECT min(first_day) FROM weekly_report WHERE district = :district AND facility = :facility)
        """,
        {"facility": as_blob(facility)},
    )
    return _lines(reports, last, weeks, to_day(begun) or date.max)


def share(lines: Iterable[WeekLine], now: datetime) -> tuple[int, int, int]:
    """Of finished weeks whose report is no longer awaited: how many, how many reported, how many in time."""
    states = [state for line in lines if (state := line.state(now)) not in _NOT_YET]
    return len(states), sum(state != "missing" for state in states), states.count("in_time")


def week_numbers(reader: Reader, week: EpiWeek) -> WeekNumbers:
    """What the visits here say of a week; a case belongs to the week of its first visit."""
    visits = seen_visits(reader, week.before(WEEKS_NEEDED).first_day, week.last_day)
    cases: dict[str, int] = {}
    shared: dict[str, int] = {}
    for case in cases_of(visits):
        if case.date in week:
            cases[case.letter] = cases.get(case.letter, 0) + 1
            if len(letters_of(case.visits[0].code)) > 1:
                shared[case.letter] = shared.get(case.letter, 0) + 1
    total = reader.value(
        f"""
        SELECT count(*) FROM visit WHERE district = :district AND date BETWEEN :first AND :last
        AND {NOT_VOID.format(id="visit.id")}
        """,  # noqa: S608  # put together from our own constants
        {"first": week.first_day.isoformat(), "last": week.last_day.isoformat()},
    )
    return WeekNumbers(week, cases, shared, int(total))


def pressing(reader: Reader, facility: str, now: datetime) -> int:
    """What presses: at the district office the signals that wait for it; elsewhere proposed signals, and the report of
    the last week from Monday until it is made.
    """
    identity = reader.identity()
    if identity is not None and identity.facility_kind == "dinkes":
        return waiting_signals(reader)
    (line,) = week_lines(reader, facility, now, weeks=1)
    return len(present_alarms(reader, now)) + (line.state(now) in {"due", "missing"})


def silences(reader: Reader, now: datetime, weeks: int = WEEKS) -> list[Silence]:
    """All puskesmas and clinics in use: the longest silent first, then by name."""
    last = week_of(now.astimezone().date()).before()
    by_facility: dict[str, list[tuple[WeeklyReport, Delivery]]] = {}
    for report, delivery in _reports(reader, last.before(weeks - 1)):
        by_facility.setdefault(report.facility, []).append((report, delivery))
    rows = reader.rows(
        """
        SELECT f.id, f.name, f.phone, min(w.first_day) AS first, max(w.first_day) AS last
        FROM facility AS f
        LEFT JOIN weekly_report AS w ON w.district = :district AND w.facility = f.id AND w.first_day <= :last
        WHERE f.district = :district AND f.kind IN ('puskesmas', 'klinik') AND f.active = 1
        GROUP BY f.id, f.name, f.phone
        """,
        {"last": last.first_day.isoformat()},
    )
    found = [
        Silence(
            facility=row["id"],
            name=row["name"],
            phone=row["phone"],
            weeks=tuple(lines := _lines(by_facility.get(row["id"], []), last, weeks, to_day(row["first"]) or date.min)),
            last=None if (day := to_day(row["last"])) is None else week_of(day),
            silent=_silent(lines, now),
        )
        for row in rows
    ]
    return sorted(found, key=lambda item: (-item.silent, item.name))


def _silent(lines: Sequence[WeekLine], now: datetime) -> int:
    """How many weeks in a row up to now have no report, not counting one that may still come in time."""
    count = 0
    for line in lines:
        state = line.state(now)
        if state == "missing":
            count += 1
        elif state not in _NOT_YET:
            break
    return count


def _lines(reports: Sequence[tuple[WeeklyReport, Delivery]], last: EpiWeek, weeks: int, begun: date) -> list[WeekLine]:
    return [_line(last.before(back), reports, begun) for back in range(weeks)]


def _line(week: EpiWeek, reports: Sequence[tuple[WeeklyReport, Delivery]], begun: date) -> WeekLine:
    own = {report.id: (report, delivery) for report, delivery in reports if report.first_day == week.first_day}
    current = current_report(report for report, _ in own.values())
    return WeekLine(
        week=week,
        report=current,
        first_at=min((report.reported_at for report, _ in own.values()), default=None),
        reports=len(own),
        delivery=own[current.id][1] if current else None,
        counts=week.last_day >= begun,
    )


def _reports(reader: Reader, since: EpiWeek, facility: str | None = None) -> list[tuple[WeeklyReport, Delivery]]:
    """The reports of the weeks from ``since`` on, of one facility or all that are here."""
    own = "" if facility is None else "AND w.facility = :facility"
    rows = reader.rows(
        f"""
        SELECT {columns(WeeklyReport, "w")}, v.confirmed, v.confirmed_at, v.refusal FROM weekly_report AS w
        LEFT JOIN revision AS v ON v.district = :district AND v.record = w.id
        WHERE w.district = :district AND w.first_day >= :since {own}
        """,  # noqa: S608  # names of our own declarations only
        {"since": since.first_day.isoformat(), **({} if facility is None else {"facility": as_blob(facility)})},
    )
    return [(to_record(WeeklyReport, row), delivery_of(row)) for row in rows]
