"""The numbers of a weekly report, and which of several reports counts, whatever the order they arrive in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.records import WeeklyReport
from sync.records.weekly_counts import current_report, due_at, late_at, message, read_counts, write_counts
from sync.records.weeks import week_of

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
numbers = st.dictionaries(st.sampled_from(["A", "C", "K", "AA", "AC"]), st.integers(0, 999_999))


def report(number: int, replaces: int | None = None) -> WeeklyReport:
    return WeeklyReport(
        id=f"{number:032x}",
        facility="0a" * 16,
        first_day=date(2026, 11, 15),
        year=2026,
        week=46,
        reported_at=AT,
        by="0b" * 16,
        by_name="petugas",
        replaces=None if replaces is None else f"{replaces:032x}",
    )


@given(numbers)
def test_what_is_written_is_read_again_and_zero_is_not_named(given_numbers: dict[str, int]) -> None:
    assert read_counts(write_counts(given_numbers)) == {k: n for k, n in given_numbers.items() if n}


def test_what_is_no_count_is_refused_and_what_a_newer_program_wrote_is_passed_over() -> None:
    with pytest.raises(BadInput):
        write_counts({"A": -1})
    assert read_counts(["A2", "BARU:7", "c3"]) == {"A": 2}


@pytest.mark.parametrize(
    ("counts", "total", "words"),
    [
        (("A2", "C3"), 361, "SKDR 12#2026#A2,C3,X361"),
        (("A2",), None, "SKDR 12#2026#A2"),
        ((), 40, "SKDR 12#2026#X40"),
        ((), None, "SKDR 12#2026#A0"),
    ],
)
def test_the_text_message_never_makes_unknown_visits_zero(
    counts: tuple[str, ...], total: int | None, words: str
) -> None:
    assert message(12, 2026, counts, total) == words


def test_without_a_report_none_counts() -> None:
    assert current_report([]) is None


@pytest.mark.parametrize(
    ("reports", "counts"),
    [
        ([report(1)], 1),
        ([report(1), report(2, 1)], 2),
        ([report(9), report(2, 9)], 2),  # the clock of the second computer is behind: what it saw counts, not its clock
        ([report(1), report(2, 1), report(3, 1)], 3),  # two corrected the same one
        ([report(1), report(2, 1), report(3, 2), report(4, 1)], 4),
        ([report(1, 2), report(2, 1)], 2),  # what no honest program writes still gives one answer
    ],
)
def test_the_later_report_counts_in_whatever_order_they_come(reports: list[WeeklyReport], counts: int) -> None:
    found = {current_report(order) for order in permutations(reports)}
    assert {item.id for item in found if item} == {f"{counts:032x}"}


@given(
    st.lists(st.tuples(st.integers(1, 8), st.none() | st.integers(1, 8)), max_size=8, unique_by=lambda item: item[0]),
    st.randoms(),
)
def test_one_report_counts_everywhere_also_when_one_comes_twice(
    made: list[tuple[int, int | None]], chance: Random
) -> None:
    reports = [report(number, replaces) for number, replaces in made]
    shuffled = [*reports, *reports]
    chance.shuffle(shuffled)
    assert current_report(shuffled) == current_report(reports)
    if reports:
        assert current_report(reports) in reports


def test_a_report_is_due_on_monday_and_late_from_wednesday_on_in_the_time_of_the_place() -> None:
    place = timezone(timedelta(hours=7))
    week, now = week_of(date(2026, 11, 21)), datetime(2026, 11, 23, tzinfo=place)
    assert due_at(week, now) == datetime(2026, 11, 23, tzinfo=place)
    assert late_at(week, now) == datetime(2026, 11, 25, tzinfo=place)


def test_a_report_is_a_fact_that_names_its_week_by_its_sunday() -> None:
    first = report(1)
    assert WeeklyReport.from_fields(first.id, first.to_fields()) == first
    assert replace(first, total_visits=None).to_fields()["total_visits"] is None
