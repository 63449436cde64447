"""Who is one person: the same from any set of facts in any order, and parted only when every link is taken back."""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from sync.records.patient_link import Link, in_force, persons

A, B, C, D = ("0a" * 16, "0b" * 16, "0c" * 16, "0d" * 16)
PATIENTS = (A, B, C, D, "0e" * 16)


def link(number: int, patient: str, other: str, takes_back: int | None = None) -> Link:
    return Link(_id(number), patient, other, None if takes_back is None else _id(takes_back))


def _id(number: int) -> str:
    return f"{number:032x}"


@st.composite
def facts(draw: st.DrawFn) -> list[Link]:
    """Links and takings back as any number of computers may write them, of links that nobody has seen among them."""
    made: list[Link] = []
    for number in range(draw(st.integers(0, 12))):
        patient, other = draw(st.sampled_from(PATIENTS)), draw(st.sampled_from(PATIENTS))
        back = draw(st.none() | st.integers(0, 14))
        made.append(link(number, patient, other, back))
    return made


def by_hand(told: Sequence[Link]) -> dict[str, str]:
    """As a person would find it out: spread the lowest id along the links until nothing changes."""
    gone = {fact.takes_back for fact in told}
    pairs = [(fact.patient, fact.other) for fact in told if fact.takes_back is None and fact.id not in gone]
    stands = {patient: patient for pair in pairs for patient in pair}
    for _ in PATIENTS:
        for left, right in pairs:
            stands[left] = stands[right] = min(stands[left], stands[right])
    return stands


@given(facts(), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_give_the_same_persons(told: list[Link], chance: random.Random) -> None:
    again = told + chance.choices(told, k=len(told)) if told else []
    chance.shuffle(again)
    assert persons(again) == persons(told) == by_hand(told)


@given(facts(), facts())
def test_two_computers_that_hold_the_same_facts_agree_whatever_each_merged_before(
    here: list[Link], there: list[Link]
) -> None:
    there = [Link(_id(100 + int(fact.id, 16)), fact.patient, fact.other, fact.takes_back) for fact in there]
    assert persons(here + there) == persons(there + here)
    assert all(persons(here + there)[stands] == stands for stands in persons(here + there).values())


@given(facts(), st.data())
def test_any_subset_gives_persons_of_that_subset(told: list[Link], data: st.DataObject) -> None:
    """What arrives in part is shown as far as it goes; nothing of it is kept when the rest is there."""
    part = [fact for fact in told if data.draw(st.booleans())]
    assert persons(part) == by_hand(part)


@given(facts())
def test_all_taken_back_is_as_if_nobody_had_ever_merged(told: list[Link]) -> None:
    back = [Link(_id(200 + place), fact.patient, fact.other, fact.id) for place, fact in enumerate(told)]
    assert persons(told + back) == {}


def test_opposite_merges_agree_on_the_lowest_id() -> None:
    assert persons([link(1, B, A)]) == persons([link(2, A, B)]) == {A: A, B: A}
    assert persons([link(1, A, B), link(2, C, B)]) == {A: A, B: A, C: A}


def test_a_pair_that_two_linked_parts_only_when_both_take_it_back() -> None:
    twice = [link(1, A, B), link(2, B, A)]
    once = [*twice, link(3, A, B, takes_back=1)]
    assert persons(once) == {A: A, B: A}
    assert persons([*once, link(4, B, A, takes_back=2)]) == {}


def test_a_chain_falls_apart_where_its_link_is_taken_back() -> None:
    chain = [link(1, A, B), link(2, B, C), link(3, C, D)]
    assert set(persons(chain).values()) == {A}
    assert persons([*chain, link(4, B, C, takes_back=2)]) == {A: A, B: A, C: C, D: C}


def test_a_taking_back_is_final_and_links_nobody() -> None:
    told = [link(1, A, B), link(2, A, B, takes_back=1), link(3, A, B, takes_back=2)]
    assert persons(told) == {}
    assert persons([*told, link(4, A, B)]) == {A: A, B: A}
    assert [fact.id for fact in in_force([*told, link(4, A, B)])] == [_id(4)]
