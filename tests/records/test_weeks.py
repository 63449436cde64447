"""Epidemiological weeks: Sunday to Saturday, each day in just one, each with one number."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.weeks import first_sunday, week_of

days = st.dates(date(2001, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("day", "year", "number"),
    [
        (date(2026, 11, 15), 2026, 46),  # a Sunday begins it
        (date(2026, 11, 21), 2026, 46),  # and the Saturday ends it
        (date(2026, 11, 22), 2026, 47),
        (date(2026, 1, 3), 2025, 53),  # three days of January only
        (date(2026, 1, 4), 2026, 1),
        (date(2024, 12, 31), 2025, 1),  # four days of January
        (date(2022, 12, 31), 2022, 52),
    ],
)
def test_a_day_lies_in_the_week_that_people_call_so(day: date, year: int, number: int) -> None:
    week = week_of(day)
    assert (week.year, week.number) == (year, number)
    assert day in week


@given(days)
def test_a_week_has_seven_days_that_all_say_the_same(day: date) -> None:
    week = week_of(day)
    assert week.first_day.isoweekday() == 7
    assert {week_of(week.first_day + timedelta(days=back)) for back in range(7)} == {week}
    assert week.first_day + timedelta(days=7) not in week
    assert 1 <= week.number <= 53


@given(days)
def test_weeks_follow_each_other_without_a_gap(day: date) -> None:
    week = week_of(day)
    after = week.before(-1)
    assert after.first_day - week.last_day == timedelta(days=1)
    assert after.before() == week
    assert (after.year, after.number) in {(week.year, week.number + 1), (week.year + 1, 1)}


@given(st.integers(2001, 2150))
def test_week_1_has_at_least_four_days_in_january(year: int) -> None:
    days_in_january = sum((first_sunday(year) + timedelta(days=add)).year == year for add in range(7))
    assert days_in_january >= 4
