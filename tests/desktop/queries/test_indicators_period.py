"""Periods are days of the place, and their parts cover them without a gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.queries.indicators_period import PERIODS, Period, parts_of, period_named

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("last_12_months", date(2025, 4, 1), TODAY),
        ("this_month", date(2026, 3, 1), TODAY),
        ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
        ("this_quarter", date(2026, 1, 1), TODAY),
        ("this_year", date(2026, 1, 1), TODAY),
    ],
)
def test_a_named_period_is_what_its_name_says(name: str, first: date, last: date) -> None:
    assert period_named(name, TODAY) == Period(first, last)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 12, 31), date(2026, 3, 31)])
@pytest.mark.parametrize("name", PERIODS)
def test_every_day_has_every_period(name: str, today: date) -> None:
    period = period_named(name, today)
    assert period.first <= period.last <= today
    assert len(parts_of(Period(period.first, today))) <= 62


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_the_parts_begin_with_the_period_and_leave_nothing_out(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days))
    parts = parts_of(period)
    assert parts[0] == first
    assert list(parts) == sorted(set(parts))
    assert parts[-1] <= period.last
    if period.by_month:
        assert all(day.day == 1 for day in parts[1:])
        assert (period.last.year, period.last.month) == (parts[-1].year, parts[-1].month)
    else:
        assert len(parts) == period.days


def test_a_period_that_ends_with_its_month_says_so() -> None:
    assert Period(date(2026, 1, 5), date(2026, 2, 28)).ends_with_month
    assert not Period(date(2026, 1, 5), date(2026, 2, 27)).ends_with_month
