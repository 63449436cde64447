"""Which signals visits propose: every kind of rule, cases and not visits, never twice for the same cases."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.queries.alarms import EPISODE, Alarm, SeenVisit, alarms, cases_of, holds
from desktop.queries.skdr import Rule, rules
from sync.records.weeks import week_of

WEDNESDAY = date(2026, 11, 25)
SUNDAY = week_of(WEDNESDAY).first_day


def visit(
    number: int, day: date, code: str | None, patient: int | None = None, village: str | None = None
) -> SeenVisit:
    who = number if patient is None else patient
    return SeenVisit(f"{number:032x}", f"{who:032x}", day, code, village, None)


def people(code: str, day: date, count: int, first: int = 1) -> list[SeenVisit]:
    return [visit(first + number, day, code) for number in range(count)]


def proposed(visits: Sequence[SeenVisit], judged: set[str] | None = None, today: date = WEDNESDAY) -> list[Alarm]:
    return alarms(cases_of(visits), judged or set(), today)


def letters(found: Sequence[Alarm]) -> list[str]:
    return [alarm.letter for alarm in found]


@pytest.mark.parametrize(
    ("code", "count", "expected"),
    [
        ("B05.9", 1, ["K"]),
        ("A91", 1, []),
        ("A91", 2, ["C"]),
        ("G03.9", 2, []),
        ("G03.9", 3, ["U"]),
        ("J11.1", 50, []),  # a trend is looked at, and nothing is there to compare with
        ("O14.1", 50, []),
        ("A09", 50, []),  # against a week without any case nothing can be compared
    ],
)
def test_so_many_cases_in_one_week(code: str, count: int, expected: list[str]) -> None:
    assert letters(proposed(people(code, WEDNESDAY, count))) == expected


@pytest.mark.parametrize(
    ("before", "now", "ids"),
    [
        (2, 2, []),
        (1, 2, []),  # fewer than the least number
        (2, 3, ["SKDR-RASIO"]),
        (3, 4, []),
        (4, 6, ["SKDR-RASIO"]),
        (4, 8, ["SKDR-RASIO", "KLB-C"]),
    ],
)
def test_a_ratio_to_the_week_before(before: int, now: int, ids: list[str]) -> None:
    visits = people("A09", SUNDAY - timedelta(days=7), before) + people("A09", WEDNESDAY, now, first=100)
    found = [alarm for alarm in proposed(visits) if WEDNESDAY in alarm.week]
    assert [rule.id for alarm in found for rule in alarm.rules] == ids
    if found:
        assert found[0].week_before == before


def test_a_rise_of_three_weeks_in_a_row() -> None:
    # Each week by itself is below half as much again.
    counts = {3: 20, 2: 22, 1: 24, 0: 26}
    visits = [
        item
        for back, count in counts.items()
        for item in people("J06.9", SUNDAY - timedelta(weeks=back), count, first=1000 * (back + 1))
    ]
    found = [alarm for alarm in proposed(visits) if WEDNESDAY in alarm.week]
    assert [(alarm.letter, [rule.id for rule in alarm.rules]) for alarm in found] == [("AA", ["KLB-B"])]
    assert proposed([item for item in visits if item.date != SUNDAY - timedelta(weeks=3)])[0].rules[0].id == "KLB-B"
    flat = [item for item in visits if item.date >= SUNDAY - timedelta(weeks=2)][:-3]
    assert "AA" not in letters([alarm for alarm in proposed(flat) if WEDNESDAY in alarm.week])


def test_a_rule_for_people_is_never_computed() -> None:
    for rule in rules():
        if rule.kind in {"manual", "trend"}:
            assert not holds(rule, 1000, [1, 1, 1, 1])


def test_visits_of_one_patient_for_one_illness_are_one_case() -> None:
    twice = [visit(1, SUNDAY, "A91", patient=7), visit(2, WEDNESDAY, "A90", patient=7)]
    assert letters(proposed(twice)) == []
    (case,) = cases_of(twice)
    assert [item.id for item in case.visits] == [item.id for item in twice]
    assert case.date == SUNDAY
    again = [visit(1, SUNDAY - EPISODE - timedelta(days=1), "B05.9", patient=7), visit(2, SUNDAY, "B05.9", patient=7)]
    assert len(cases_of(again)) == 2


def test_a_control_next_week_raises_no_alarm_of_its_own() -> None:
    visits = [visit(1, SUNDAY - timedelta(days=3), "B05.9", patient=7), visit(2, SUNDAY, "B05.9", patient=7)]
    (alarm,) = proposed(visits)
    assert alarm.week == week_of(SUNDAY - timedelta(days=3))
    assert proposed(visits, {visits[0].id}) == []


def test_cases_that_were_judged_raise_no_alarm_again_and_new_ones_do() -> None:
    first = people("B05.9", WEDNESDAY, 2)
    (alarm,) = proposed(first)
    judged = set(alarm.visits)
    assert proposed(first, judged) == []
    (again,) = proposed([*first, visit(50, WEDNESDAY, "B05.9")], judged)
    assert again.visits == (f"{50:032x}",)
    two = people("A91", WEDNESDAY, 2)
    third = visit(60, WEDNESDAY, "A91")
    assert proposed([*two, third], {item.id for item in two}) == []  # one more is below what two take


def test_last_week_is_judged_too_and_the_one_before_no_more() -> None:
    for back, expected in ((0, ["K"]), (1, ["K"]), (2, [])):
        assert letters(proposed([visit(1, SUNDAY - timedelta(weeks=back), "B05.9")])) == expected


def test_a_code_of_two_diseases_counts_for_both() -> None:
    assert {case.letter for case in cases_of([visit(1, WEDNESDAY, "J22")])} == {"Y", "AA"}


def test_an_alarm_says_where_its_cases_live() -> None:
    villages = ["Sukamaju", "Karangsari", "Sukamaju", None]
    visits = [visit(number, WEDNESDAY, "A91", village=village) for number, village in enumerate(villages, 1)]
    (alarm,) = proposed(visits)
    assert alarm.villages == (("Sukamaju", 2), ("Karangsari", 1))
    assert alarm.id == f"C:{SUNDAY.isoformat()}"


codes = st.sampled_from(["B05.9", "A91", "A09", "J06.9", "J22", "G03.9", "O14.1", None])
histories = st.lists(st.tuples(st.integers(0, 40), codes, st.integers(1, 12)), max_size=40).map(
    lambda items: [
        visit(number, WEDNESDAY - timedelta(days=back), code, patient)
        for number, (back, code, patient) in enumerate(items)
    ]
)


@given(histories)
def test_after_everything_was_judged_nothing_is_proposed(visits: list[SeenVisit]) -> None:
    judged: set[str] = set()
    for _ in range(len(visits) + 1):
        found = proposed(visits, judged)
        named = {item for alarm in found for item in alarm.visits}
        assert not named & judged
        judged |= named
    assert proposed(visits, judged) == []


@given(histories, st.randoms())
def test_the_order_of_visits_changes_nothing(visits: list[SeenVisit], chance: Random) -> None:
    mixed = list(visits)
    chance.shuffle(mixed)
    assert proposed(mixed) == proposed(visits)


@given(st.sampled_from([rule for rule in rules() if rule.kind in {"count", "ratio", "rise"}]), st.integers(0, 60))
def test_more_cases_never_silence_a_rule(rule: Rule, cases: int) -> None:
    past = [4, 3, 2, 1]
    assert not holds(rule, cases, past) or holds(rule, cases + 1, past)
    assert not holds(rule, 0, past)
