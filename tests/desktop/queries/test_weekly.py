"""Weeks: what is reported and when, what the visits say, who is silent since when."""

from datetime import date, datetime, timedelta

import pytest

from desktop.queries.weekly import pressing, share, silences, week_lines, week_numbers
from sync.records.weeks import week_of
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_report, add_visit, add_visits
from tests.desktop.scenes import add_facility, add_patient, reading

WEEK = week_of(date(2026, 11, 18))


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour).astimezone()


SATURDAY, MONDAY = at(WEEK.last_day), at(WEEK.last_day + timedelta(days=2))
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("reported_at", "now", "state"),
    [
        (None, MONDAY, "due"),
        (None, TUESDAY, "due"),
        (None, WEDNESDAY, "missing"),
        (MONDAY, WEDNESDAY, "in_time"),
        (TUESDAY + timedelta(hours=14), WEDNESDAY, "in_time"),
        (WEDNESDAY, WEDNESDAY, "late"),
    ],
)
def test_a_week_is_due_on_monday_and_late_from_wednesday(
    home: Home, reported_at: datetime | None, now: datetime, state: str
) -> None:
    add_visit(home, add_patient(home), WEEK.first_day, None)
    if reported_at is not None:
        add_report(home, WEEK, reported_at)
    with reading(home) as reader:
        lines = week_lines(reader, home.replica.identity.facility, now)
        presses = pressing(reader, home.replica.identity.facility, now)
    assert (lines[0].week, lines[0].state(now)) == (WEEK, state)
    assert presses == (reported_at is None)


def test_weeks_before_the_program_was_used_are_not_missing(home: Home) -> None:
    facility = home.replica.identity.facility
    with reading(home) as reader:
        fresh = week_lines(reader, facility, WEDNESDAY)
        assert pressing(reader, facility, WEDNESDAY) == 0
    assert {line.state(WEDNESDAY) for line in fresh} == {"before"}
    assert share(fresh, WEDNESDAY) == (0, 0, 0)
    add_visit(home, add_patient(home), WEEK.before(2).last_day, None)
    with reading(home) as reader:
        lines = week_lines(reader, facility, WEDNESDAY)
    assert [line.state(WEDNESDAY) for line in lines] == ["missing"] * 3 + ["before"] * 5


def test_completeness_and_timeliness_leave_out_what_may_still_come(home: Home) -> None:
    add_report(home, WEEK.before(3))
    add_report(home, WEEK.before(2), MONDAY)
    with reading(home) as reader:
        lines = week_lines(reader, home.replica.identity.facility, MONDAY)
    assert share(lines, MONDAY) == (3, 2, 1)
    assert share(lines, WEDNESDAY) == (4, 2, 1)


def test_a_correction_gives_the_numbers_and_the_first_report_the_time(home: Home) -> None:
    first = add_report(home, WEEK, MONDAY, counts=("A2",))
    second = add_report(home, WEEK, WEDNESDAY, counts=("A5",), replaces=first.id)
    with reading(home) as reader:
        line = week_lines(reader, home.replica.identity.facility, WEDNESDAY)[0]
    assert line.report == second
    assert (line.reports, line.state(WEDNESDAY)) == (2, "in_time")
    assert line.delivery is not None
    assert not line.delivery.confirmed


def test_the_visits_propose_the_numbers_of_a_week(home: Home) -> None:
    siti = add_patient(home)
    add_visit(home, siti, WEEK.first_day, "A09")
    add_visit(home, siti, WEEK.last_day, "A09")  # the same illness
    add_visits(home, WEEK.last_day, "A91", 2)
    add_visits(home, WEEK.last_day, "J22", 1)
    add_visits(home, WEEK.first_day - timedelta(days=1), "A09", 4)
    add_visit(home, add_patient(home), WEEK.last_day, None)
    with reading(home) as reader:
        found = week_numbers(reader, WEEK)
    assert found.cases == {"A": 1, "C": 2, "Y": 1, "AA": 1}
    assert found.shared == {"Y": 1, "AA": 1}
    assert found.total_visits == 6


def test_the_office_sees_who_is_silent_since_when(new_home: MakeHome) -> None:
    office = new_home("dinkes")
    names = ("Puskesmas Melati", "Puskesmas Kenanga", "Puskesmas Dahlia")
    melati, kenanga, _dahlia = [
        add_facility(office, name, "puskesmas", code=f"1199U{number}", phone="0800")
        for number, name in enumerate(names)
    ]
    add_facility(office, "RSUD", "rs")
    for back in (0, 1, 2):
        add_report(office, WEEK.before(back), facility=melati.id)
    add_report(office, WEEK.before(3), facility=kenanga.id)
    with reading(office) as reader:
        late, early = silences(reader, WEDNESDAY), silences(reader, MONDAY)
    assert [(item.name, item.silent) for item in late] == [
        ("Puskesmas Dahlia", 8),
        ("Puskesmas Kenanga", 3),
        ("Puskesmas Melati", 0),
    ]
    assert late[0].last is None
    assert late[1].last == WEEK.before(3)
    assert [item.silent for item in early] == [7, 2, 0]
    assert share(late[1].weeks, WEDNESDAY) == (4, 1, 1)
