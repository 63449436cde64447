"""The state of a referral: the same from the same facts in any order, and never a step back."""

from datetime import UTC, datetime
from math import perm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records import ReferralEvent
from sync.records.referral import EVENT_KINDS, REMARKS
from sync.records.referral_state import PRECEDENCE, UNANSWERED, ReferralState, referral_state
from tests.revisions.generators import ids


def event(kind: str, identity: str = "0a" * 16, *, minute: int = 0) -> ReferralEvent:
    return ReferralEvent(
        id=identity,
        referral="01" * 16,
        kind=kind,
        at=datetime(2026, 1, 1, 12, minute, tzinfo=UTC),
        by="02" * 16,
        by_name="dr. Ratna",
    )


events = st.lists(
    st.builds(event, st.sampled_from(sorted(EVENT_KINDS)), ids, minute=st.integers(0, 59)),
    max_size=8,
    unique_by=lambda item: item.id,
)


@given(events, st.data())
def test_order_and_repetition_of_facts_do_not_matter(facts: list[ReferralEvent], data: st.DataObject) -> None:
    turned = data.draw(st.permutations(facts))
    assert referral_state([*turned, *facts]) == referral_state(facts)


@given(events, events)
def test_a_referral_never_goes_back_when_facts_are_added(facts: list[ReferralEvent], more: list[ReferralEvent]) -> None:
    before, after = referral_state(facts).code, referral_state([*more, *facts]).code
    assert PRECEDENCE.index(after) >= PRECEDENCE.index(before)


@given(events)
def test_the_clock_of_a_fact_decides_nothing(facts: list[ReferralEvent]) -> None:
    turned = [event(item.kind, item.id, minute=59 - item.at.minute) for item in facts]
    assert referral_state(turned).code == referral_state(facts).code


@given(events)
def test_the_fact_that_decided_is_one_of_the_facts_and_of_the_state_it_made(facts: list[ReferralEvent]) -> None:
    state = referral_state(facts)
    if state.decided_by is None:
        assert state.code == "diajukan"
        assert {item.kind for item in facts} <= REMARKS
    else:
        assert state.decided_by in facts
        assert state.decided_by.kind == state.code
        assert state.decided_by.id == min(item.id for item in facts if item.kind == state.code)


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
RULES: tuple[tuple[str, frozenset[str]], ...] = (
    ("dirujuk_balik", frozenset({"dirujuk_balik"})),
    ("selesai", frozenset({"selesai", "dirujuk_balik"})),
    ("tiba", frozenset({"tiba", "selesai", "dirujuk_balik"})),
    ("dibatalkan", frozenset({"dibatalkan", "tiba", "selesai", "dirujuk_balik"})),
    ("tidak_datang", frozenset({"tidak_datang", "dibatalkan", "tiba", "selesai", "dirujuk_balik"})),
    ("diterima", frozenset(PRECEDENCE) - UNANSWERED - {"ditolak"}),
    ("ditolak", frozenset(PRECEDENCE) - UNANSWERED),
)


def test_every_order_of_up_to_six_facts_gives_one_state_that_is_possible() -> None:
    """All sides write offline, and each replica receives the facts in an order of its own.

    Every ordered choice of up to six kinds is walked as a replica lives it: fact by fact, with the state after each.
    Remarks are one kind here; the test below holds for each of them.
    """
    facts = [event(kind, f"{number:032x}") for number, kind in enumerate((*PRECEDENCE[1:], "catatan"))]
    settled: dict[frozenset[str], ReferralState] = {frozenset(): referral_state([])}
    orders = 0

    def live(received: list[ReferralEvent], before: ReferralState) -> None:
        nonlocal orders
        for fact in facts:
            if fact in received:
                continue
            now = [*received, fact]
            state = referral_state(now)
            kinds = frozenset(item.kind for item in now)
            assert state == settled.setdefault(kinds, state), [item.kind for item in now]
            assert PRECEDENCE.index(state.code) >= PRECEDENCE.index(before.code)
            orders += 1
            if len(now) < 6:
                live(now, state)

    live([], referral_state([]))
    assert orders == sum(perm(len(facts), count) for count in range(1, 7))
    for kinds, state in settled.items():
        assert state.code in {*kinds, "diajukan"}
        assert (state.code == "diajukan") == (kinds <= REMARKS)
        for kind, possible in RULES:
            assert kind not in kinds or state.code in possible, kinds


@given(events, st.lists(st.sampled_from(sorted(REMARKS)), max_size=3))
def test_remarks_change_no_state(facts: list[ReferralEvent], kinds: list[str]) -> None:
    remarks = [event(kind, f"{number:032x}") for number, kind in enumerate(kinds)]
    assert referral_state([*facts, *remarks]) == referral_state(facts)
