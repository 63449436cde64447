"""The order of hospitals: what is not known never passes for good nor for bad, and the order is total and stable."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.queries.bed_likelihood import Likelihood
from desktop.queries.destination_order import Competence, Destination, Room, Travel, in_order, order_key

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KINDS = ("gawat_darurat", "rawat_inap", "rawat_jalan")
WANTED = ("JAN", "INT")


def room(free: int | None, *, probability: float | None = None, hours: float = 1, **details: Any) -> Room:
    found = None if probability is None else Likelihood(probability, 20)
    values = {"wards": 1, "listed": True, "free": free, "likelihood": found, **details}
    return Room(oldest=None if free is None else NOW - timedelta(hours=hours), **values)


#: Reason -> values that are known to be good, not known, and known to be bad.
SCALES: Mapping[str, tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]] = {
    "travel": (
        (Travel(4.0, 10), Travel(30.0, 55), Travel(km=20.0)),
        (Travel(),),
        (Travel(80.0, 100), Travel(km=90.0, straight=True), Travel(200.0, 240)),
    ),
    "competence": (
        (Competence(WANTED, 0), Competence(WANTED, 1), Competence(WANTED, 0, (("ICU", True),))),
        (Competence(WANTED),),
        (Competence(WANTED, -1), Competence(WANTED, -1, (("ICU", True),))),
    ),
    "room": (
        (room(5, probability=0.95), room(2, probability=0.7), room(3)),
        (room(None), room(9, hours=9), Room()),
        (room(1, probability=0.1), room(0), room(2, held=2), Room(listed=True)),
    ),
    "usual_answer": ((timedelta(minutes=5),), (None,), (timedelta(hours=5),)),
}

destinations = st.builds(
    Destination,
    id=st.text("abcdef0123456789", min_size=4, max_size=4),
    name=st.sampled_from(("RSUD Kenanga", "RSU Anggrek", "RS Melati")),
    travel=st.sampled_from([value for values in SCALES["travel"] for value in values]),
    competence=st.sampled_from([value for values in SCALES["competence"] for value in values]),
    room=st.sampled_from([None, *(value for values in SCALES["room"] for value in values)]),
    usual_answer=st.sampled_from([value for values in SCALES["usual_answer"] for value in values]),
    full_today=st.integers(0, 6),
    outside=st.booleans(),
)


@given(st.lists(destinations, max_size=8, unique_by=lambda item: item.id), st.randoms(), st.sampled_from(KINDS))
def test_the_order_is_the_same_however_the_hospitals_come(found: list[Destination], chance: Any, kind: str) -> None:
    ordered = in_order(found, kind, NOW)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert in_order(shuffled, kind, NOW) == ordered
    assert sorted(item.id for item in ordered) == sorted(item.id for item in found)
    assert len({order_key(item, kind, NOW) for item in found}) == len(found)


@given(destinations, st.sampled_from(sorted(SCALES)), st.sampled_from(KINDS), st.data())
def test_of_two_that_differ_in_one_thing_what_is_not_known_stands_between_good_and_bad(
    found: Destination, reason: str, kind: str, data: st.DataObject
) -> None:
    good, unknown, bad = (replace(found, **{reason: data.draw(st.sampled_from(values))}) for values in SCALES[reason])
    assert [order_key(item, kind, NOW) for item in (good, unknown, bad)] == sorted(
        order_key(item, kind, NOW) for item in (bad, unknown, good)
    )
    assert order_key(good, kind, NOW) < order_key(unknown, kind, NOW) < order_key(bad, kind, NOW)


@given(
    st.lists(destinations, min_size=2, max_size=6, unique_by=lambda item: item.id),
    st.sampled_from(sorted(SCALES)),
    st.sampled_from(KINDS),
    st.data(),
)
def test_to_learn_something_good_never_moves_a_hospital_down_nor_something_bad_up(
    found: list[Destination], reason: str, kind: str, data: st.DataObject
) -> None:
    def place(values: tuple[Any, ...]) -> int:
        known = replace(found[0], **{reason: data.draw(st.sampled_from(values))})
        return in_order([known, *found[1:]], kind, NOW).index(known)

    good, unknown, bad = (place(values) for values in SCALES[reason])
    assert good <= unknown <= bad


NEAR_WITHOUT = Destination("1", "Dekat", travel=Travel(5.0, 12), competence=Competence(WANTED, -1))
FAR_WITH = Destination("2", "Jauh", travel=Travel(60.0, 80), competence=Competence(WANTED, 0))


@pytest.mark.parametrize(("kind", "first"), [("gawat_darurat", "1"), ("rawat_inap", "2"), ("rawat_jalan", "2")])
def test_an_emergency_weighs_the_way_first_the_others_competence(kind: str, first: str) -> None:
    assert in_order([NEAR_WITHOUT, FAR_WITH], kind, NOW)[0].id == first


@pytest.mark.parametrize("minutes", [28, 50])
def test_in_an_emergency_within_the_hour_the_way_does_not_outweigh_a_missing_poli(minutes: int) -> None:
    farther = replace(FAR_WITH, travel=Travel(20.0, minutes))
    assert in_order([NEAR_WITHOUT, farther], "gawat_darurat", NOW)[0].id == "2"


def test_a_special_facility_decides_between_hospitals_that_have_the_poli() -> None:
    with_icu = Destination("1", "Z", competence=Competence(WANTED, 0, (("ICU", True),)))
    not_known = Destination("2", "B", competence=Competence(WANTED, 0, (("ICU", None),)))
    without = Destination("3", "A", competence=Competence(WANTED, 0, (("ICU", False),)))
    assert [item.id for item in in_order([without, not_known, with_icu], "rawat_inap", NOW)] == ["1", "2", "3"]


def test_outside_the_district_comes_after_inside_for_an_outpatient_of_the_same_competence() -> None:
    outside = Destination("1", "A", travel=Travel(3.0, 8), competence=Competence(WANTED, 0), outside=True)
    inside = Destination("2", "B", travel=Travel(30.0, 45), competence=Competence(WANTED, 0))
    assert in_order([outside, inside], "rawat_jalan", NOW)[0] is inside
    assert in_order([outside, inside], "gawat_darurat", NOW)[0] is outside


def test_a_hospital_that_refused_for_full_rooms_today_comes_later() -> None:
    refused = Destination("1", "A", room=room(3), full_today=2)
    other = Destination("2", "B", room=room(3))
    assert in_order([refused, other], "rawat_inap", NOW)[0] is other


def test_kept_beds_are_not_free_for_another_patient() -> None:
    kept = Destination("1", "A", room=room(2, held=2))
    one_left = Destination("2", "B", room=room(2, held=1))
    assert in_order([kept, one_left], "rawat_inap", NOW)[0] is one_left
