"""The state of a signal: one on every computer, never one that only an official decides, and what is offered next."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations

import pytest

from sync.records import SignalEvent
from sync.records.outbreak import REPORTER_EVENTS, SIGNAL_EVENT_KINDS
from sync.records.signal_state import (
    PRECEDENCE,
    REMARKS,
    first_of,
    latest_numbers,
    office_steps,
    reporter_steps,
    signal_state,
)

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)


def event(kind: str, number: int = 1, *, minutes: int = 0, cases: int | None = None) -> SignalEvent:
    return SignalEvent(
        id=f"{number:032x}",
        signal="0a" * 16,
        kind=kind,
        at=AT + timedelta(minutes=minutes),
        by="0b" * 16,
        by_name="petugas",
        cases=cases,
    )


def test_every_kind_is_a_step_or_a_remark() -> None:
    assert set(SIGNAL_EVENT_KINDS) == (set(PRECEDENCE) - {"dilaporkan"}) | REMARKS
    assert REPORTER_EVENTS == REMARKS


@pytest.mark.parametrize("kinds", list(combinations(SIGNAL_EVENT_KINDS, 3)))
def test_the_state_is_the_same_in_every_order(kinds: tuple[str, ...]) -> None:
    events = [event(kind, number) for number, kind in enumerate(kinds)]
    assert len({signal_state(order) for order in permutations(events)}) == 1


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), "dilaporkan"),
        (("pe_dimulai", "catatan", "kind_of_tomorrow"), "dilaporkan"),
        (("diterima",), "diterima"),
        (("diterima", "terverifikasi", "tidak_terbukti"), "terverifikasi"),
        (("terverifikasi", "ke_provinsi", "ke_kemenkes"), "ke_kemenkes"),
        (("klb_ditetapkan", "ditutup"), "ditutup"),
    ],
)
def test_the_furthest_step_is_the_state(kinds: tuple[str, ...], state: str) -> None:
    assert signal_state(event(kind, number) for number, kind in enumerate(kinds)) == state


def test_only_the_decision_of_an_official_makes_the_state_say_klb() -> None:
    others = [event(kind, number) for number, kind in enumerate(SIGNAL_EVENT_KINDS) if kind != "klb_ditetapkan"]
    for count in range(len(others) + 1):
        assert all("klb" not in signal_state(chosen) for chosen in combinations(others, count))


def test_the_office_receives_first_then_verifies_then_hands_on() -> None:
    assert office_steps([])[0] == "diterima"
    assert office_steps([event("diterima")])[:2] == ("terverifikasi", "tidak_terbukti")
    verified = office_steps([event("diterima"), event("terverifikasi", 2)])
    assert "ke_provinsi" in verified
    assert "ke_kemenkes" not in verified
    assert "klb_ditetapkan" in verified
    assert "ke_kemenkes" in office_steps([event("terverifikasi"), event("ke_provinsi", 2)])
    assert office_steps([event("ditutup")]) == ("catatan",)


def test_the_reporter_is_offered_only_what_it_may_write() -> None:
    for kinds in ((), ("pe_dimulai",), ("ditutup",)):
        offered = reporter_steps([event(kind) for kind in kinds])
        assert set(offered) <= REPORTER_EVENTS
        assert offered


def test_numbers_are_those_updated_last_and_unknown_stays_unknown() -> None:
    assert latest_numbers(None, None, []) == (None, None)
    updates = [event("pembaruan", 2, minutes=9, cases=7), event("pembaruan", 1, minutes=3, cases=5)]
    assert latest_numbers(3, 1, updates) == (7, 1)
    assert latest_numbers(3, 1, reversed(updates)) == (7, 1)


def test_the_first_of_two_receipts_counts() -> None:
    receipts = [event("diterima", 1, minutes=9), event("diterima", 2, minutes=3)]
    assert first_of(receipts, "diterima") is receipts[1]
    assert first_of(receipts, "ditutup") is None
