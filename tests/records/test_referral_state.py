"""The state of a referral: the same from the same facts in any order, and never a step back."""

from dataclasses import replace
from datetime import UTC, datetime
from math import perm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records import ReferralEvent
from sync.records.referral import EVENT_KINDS, REMARKS
from sync.records.referral_state import (
    ANSWERING,
    PRECEDENCE,
    UNANSWERED,
    ReferralState,
    counting_facts,
    last_request,
    referral_state,
    request_to,
)

#: Facts about the patient, whoever is asked.
PATIENT = ("berangkat", "dibatalkan", "tiba", "selesai", "dirujuk_balik")


def event(
    kind: str, identity: str = "0a" * 16, *, minute: int = 0, answers: str | None = None, to_facility: str | None = None
) -> ReferralEvent:
    return ReferralEvent(
        id=identity,
        referral="01" * 16,
        kind=kind,
        at=datetime(2026, 1, 1, 12, minute, tzinfo=UTC),
        by="02" * 16,
        by_name="dr. Ratna",
        answers=answers,
        to_facility=to_facility,
    )


#: Few ids, so that facts name each other, also in rings and before what they name is there.
few_ids = st.sampled_from([f"{number:032x}" for number in range(1, 9)])
events = st.lists(
    st.builds(
        event,
        st.sampled_from(sorted(EVENT_KINDS)),
        few_ids,
        minute=st.integers(0, 59),
        answers=st.none() | few_ids,
        to_facility=st.sampled_from(["0b" * 16, "0c" * 16]),
    ),
    max_size=8,
    unique_by=lambda item: item.id,
)


@given(events, st.data())
def test_order_and_repetition_of_facts_do_not_matter(facts: list[ReferralEvent], data: st.DataObject) -> None:
    turned = data.draw(st.permutations(facts))
    assert referral_state([*turned, *facts]) == referral_state(facts)


@given(events, events)
def test_a_referral_never_goes_back_while_the_same_hospital_is_asked(
    facts: list[ReferralEvent], more: list[ReferralEvent]
) -> None:
    together = list({item.id: item for item in [*more, *facts]}.values())
    before, after = referral_state(facts), referral_state(together)
    never_back = last_request(facts) == last_request(together) or before.code in PATIENT
    assert not never_back or PRECEDENCE.index(after.code) >= PRECEDENCE.index(before.code)


@given(events)
def test_the_clock_of_a_fact_decides_nothing(facts: list[ReferralEvent]) -> None:
    turned = [replace(item, at=item.at.replace(minute=59 - item.at.minute)) for item in facts]
    assert referral_state(turned).code == referral_state(facts).code


@given(events)
def test_the_fact_that_decided_is_one_that_counts_and_of_the_state_it_made(facts: list[ReferralEvent]) -> None:
    state = referral_state(facts)
    if state.decided_by is None:
        assert state.code == "diajukan"
        assert {item.kind for item in counting_facts(facts)} <= REMARKS
    else:
        assert state.decided_by in counting_facts(facts)
        assert state.decided_by.kind == state.code
        same = [item.id for item in counting_facts(facts) if item.kind == state.code]
        assert state.code == "dialihkan" or state.decided_by.id == min(same)


@given(events)
def test_an_answer_is_always_one_of_who_is_asked_last(facts: list[ReferralEvent]) -> None:
    state, last = referral_state(facts), last_request(facts)
    asked = None if last is None else last.id
    if state.code in ANSWERING:
        assert state.decided_by is not None
        assert state.decided_by.answers == asked
    assert state.answer is None or state.answer.answers == asked
    accepted = any(item.kind == "diterima" and item.answers == asked for item in facts)
    assert accepted == (state.answer is not None and state.answer.kind == "diterima")


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ((), "diajukan"),
        (("catatan",), "diajukan"),
        (("dilihat",), "dilihat"),
        (("ditolak", "diterima"), "diterima"),
        (("diterima", "dibatalkan"), "dibatalkan"),
        (("dibatalkan", "tiba"), "tiba"),
        (("tiba", "selesai", "dirujuk_balik"), "dirujuk_balik"),
        (("berangkat", "tidak_datang"), "tidak_datang"),
    ],
)
def test_concurrent_facts_are_decided_by_the_written_precedence(kinds: tuple[str, ...], code: str) -> None:
    facts = [event(kind, f"{number:032x}") for number, kind in enumerate(kinds)]
    assert referral_state(facts).code == code


def test_every_kind_of_fact_is_a_step_or_a_remark() -> None:
    assert set(EVENT_KINDS) - REMARKS == set(PRECEDENCE) - {"diajukan"}
    assert set(PRECEDENCE) > UNANSWERED


#: What must be true of a state, whatever else was written: (facts that are there, states that are possible then).
#: Answers of the hospital of the letter say nothing any more where the letter was redirected.
RULES: tuple[tuple[str, frozenset[str]], ...] = (
    ("dirujuk_balik", frozenset({"dirujuk_balik"})),
    ("selesai", frozenset({"selesai", "dirujuk_balik"})),
    ("tiba", frozenset({"tiba", "selesai", "dirujuk_balik"})),
    ("dibatalkan", frozenset({"dibatalkan", "tiba", "selesai", "dirujuk_balik"})),
    ("berangkat", frozenset(PRECEDENCE) - UNANSWERED - {"ditolak", "diterima"}),
)
#: The same for the answers of who is asked last.
ANSWER_RULES: tuple[tuple[str, frozenset[str]], ...] = (
    ("tidak_datang", frozenset({"tidak_datang", "dibatalkan", "tiba", "selesai", "dirujuk_balik"})),
    ("diterima", frozenset(PRECEDENCE) - UNANSWERED - {"ditolak"}),
    ("ditolak", frozenset(PRECEDENCE) - UNANSWERED),
)


def test_every_order_of_up_to_six_facts_gives_one_state_that_is_possible() -> None:
    """All sides write offline, and each replica receives the facts in an order of its own.

    Every ordered choice of up to six facts is walked as a replica lives it: fact by fact, with the state after each.
    Both hospitals answer, the second one because of the redirection. Seeing and remarks have tests of their own.
    """
    moved = event("dialihkan", f"{1:032x}", to_facility="0c" * 16)
    said = [
        ("ditolak", None),
        ("diterima", None),
        ("tidak_datang", None),
        ("ditolak", moved.id),
        ("diterima", moved.id),
    ]
    facts = [
        moved,
        *(event(kind, f"{number:032x}", answers=asked) for number, (kind, asked) in enumerate(said, start=2)),
        *(event(kind, f"{number:032x}") for number, kind in enumerate(PATIENT, start=10)),
    ]
    settled: dict[frozenset[str], ReferralState] = {frozenset(): referral_state([])}
    orders = 0

    def live(received: list[ReferralEvent], before: ReferralState) -> None:
        nonlocal orders
        for fact in facts:
            if fact in received:
                continue
            now = [*received, fact]
            state = referral_state(now)
            known = settled.setdefault(frozenset(item.id for item in now), state)
            assert (state.code, state.decided_by) == (known.code, known.decided_by), [item.kind for item in now]
            if fact is not moved or before.code in PATIENT:
                assert PRECEDENCE.index(state.code) >= PRECEDENCE.index(before.code)
            orders += 1
            if len(now) < 6:
                live(now, state)

    live([], referral_state([]))
    assert orders == sum(perm(len(facts), count) for count in range(1, 7))
    by_id = {item.id: item for item in facts}
    for found, state in settled.items():
        chosen = [by_id[item] for item in found]
        asked = moved.id if moved in chosen else None
        kinds, answers = {item.kind for item in chosen}, {item.kind for item in chosen if item.answers == asked}
        assert state.code in {*kinds, "diajukan"}
        # An answer that came before the redirection it names says nothing until that is here.
        assert (state.code == "diajukan") == (kinds <= ANSWERING and not answers)
        for kind, possible in RULES:
            assert kind not in kinds or state.code in possible, kinds
        for kind, possible in ANSWER_RULES:
            assert kind not in answers or state.code in possible, kinds
        assert state.code not in ANSWERING or state.code in answers, kinds


R = {number: f"{number:032x}" for number in range(1, 10)}
FIRST, SECOND = "0b" * 16, "0c" * 16


def moved_to(number: int, facility: str, after: int | None = None) -> ReferralEvent:
    return event("dialihkan", R[number], to_facility=facility, answers=None if after is None else R[after])


def test_after_a_redirection_the_refusal_of_the_first_hospital_decides_nothing() -> None:
    refused = event("ditolak", R[1])
    state = referral_state([refused, moved_to(2, SECOND)])
    assert (state.code, state.answer, state.request) == ("dialihkan", None, moved_to(2, SECOND))
    seen = event("dilihat", R[3], answers=R[2])
    assert referral_state([refused, moved_to(2, SECOND), seen]).code == "dilihat"
    accepted = event("diterima", R[4], answers=R[2])
    state = referral_state([refused, moved_to(2, SECOND), seen, accepted])
    assert (state.code, state.answer) == ("diterima", accepted)


def test_a_hospital_that_is_asked_again_answers_again() -> None:
    facts = [event("ditolak", R[1]), moved_to(2, SECOND), event("ditolak", R[3], answers=R[2]), moved_to(4, FIRST, 2)]
    assert referral_state(facts).code == "dialihkan"
    assert request_to(facts, FIRST) == facts[-1]
    assert request_to(facts, SECOND) == facts[1]
    assert referral_state([*facts, event("diterima", R[5], answers=R[4])]).code == "diterima"


def test_of_two_redirections_made_at_once_a_promised_bed_decides_then_an_open_question_then_the_lowest_id() -> None:
    both = [moved_to(1, FIRST), moved_to(2, SECOND)]
    assert last_request(both) == both[0]
    refused = event("ditolak", R[3], answers=R[1])
    assert last_request([*both, refused]) == both[1]
    accepted = event("diterima", R[4], answers=R[1])
    assert last_request([*both, refused, accepted]) == both[0]
    settled = moved_to(5, SECOND, 1)
    assert last_request([*both, accepted, settled]) == settled, "whoever saw one of them and redirected again decides"


def test_a_patient_who_comes_to_the_first_hospital_all_the_same_is_there() -> None:
    came = event("tiba", R[3])
    state = referral_state([moved_to(1, SECOND), event("diterima", R[2], answers=R[1]), came])
    assert (state.code, state.request) == ("tiba", None)
    there = event("tiba", R[4], answers=R[1])
    state = referral_state([moved_to(1, SECOND), there])
    assert (state.code, state.request) == ("tiba", moved_to(1, SECOND))


def test_a_redirection_whose_predecessor_is_not_here_yet_counts() -> None:
    late = moved_to(3, FIRST, 2)
    assert last_request([moved_to(1, SECOND), late]) == late
    assert last_request([late]) == late
    assert last_request([moved_to(2, SECOND), late]) == late


@given(events, st.lists(st.sampled_from(sorted(REMARKS)), max_size=3))
def test_remarks_change_no_state(facts: list[ReferralEvent], kinds: list[str]) -> None:
    remarks = [event(kind, f"{number:032x}") for number, kind in enumerate(kinds)]
    assert referral_state([*facts, *remarks]) == referral_state(facts)
