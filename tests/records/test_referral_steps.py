"""What each side is offered next: only what makes sense, and never less than what a patient at the door needs."""

from datetime import UTC, datetime

import pytest

from sync.records import ReferralEvent
from sync.records.referral import EVENT_KINDS
from sync.records.referral_state import PRECEDENCE, UNANSWERED
from sync.records.referral_steps import awaits_answer, hospital_steps, office_steps, open_question, sender_steps


def fact(kind: str, number: int = 1, **details: str) -> ReferralEvent:
    return ReferralEvent(
        id=f"{number:032x}",
        referral="01" * 16,
        kind=kind,
        at=datetime(2026, 1, 1, 12, tzinfo=UTC),
        by="02" * 16,
        by_name="dr. Ratna",
        **details,  # type: ignore[arg-type]  # by name
    )


@pytest.mark.parametrize("state", PRECEDENCE)
@pytest.mark.parametrize("answered", [False, True])
def test_only_steps_that_lead_on_are_offered(state: str, *, answered: bool) -> None:
    offered = (*hospital_steps(state, answered=answered), *sender_steps(state, []))
    assert set(offered) <= set(EVENT_KINDS)
    for kind in set(offered) & set(PRECEDENCE):
        late_answer = state == "berangkat" and kind in {"diterima", "ditolak"}
        assert late_answer or PRECEDENCE.index(kind) > PRECEDENCE.index(state)


@pytest.mark.parametrize("state", [code for code in PRECEDENCE if code not in {"tiba", "selesai", "dirujuk_balik"}])
def test_a_patient_at_the_door_can_always_be_received(state: str) -> None:
    assert "tiba" in hospital_steps(state, answered=state not in UNANSWERED)


def test_a_hospital_finishes_or_refers_back_only_who_arrived() -> None:
    assert hospital_steps("diterima", answered=True) == ("tiba", "tidak_datang")
    assert hospital_steps("tiba", answered=True) == ("dirujuk_balik", "selesai")
    assert hospital_steps("dirujuk_balik", answered=True) == ()


def test_who_left_before_an_answer_is_still_answered() -> None:
    assert hospital_steps("berangkat", answered=False)[:2] == ("diterima", "ditolak")
    assert hospital_steps("berangkat", answered=True) == ("tiba", "tidak_datang")
    assert awaits_answer("berangkat", answered=False)
    assert not awaits_answer("tiba", answered=False)


@pytest.mark.parametrize("state", PRECEDENCE)
def test_a_hospital_that_is_asked_no_more_only_receives_who_comes(state: str) -> None:
    offered = hospital_steps(state, answered=False, asked=False)
    assert offered == (() if state in {"tiba", "selesai", "dirujuk_balik"} else ("tiba",))


def test_the_office_reminds_who_owes_something_and_redirects_who_is_not_there_yet() -> None:
    assert office_steps("diajukan", answered=False) == ("diingatkan", "dialihkan")
    assert office_steps("berangkat", answered=True) == ("dialihkan",)
    assert office_steps("ditolak", answered=True) == ("dialihkan",)
    assert office_steps("tidak_datang", answered=True) == ("dialihkan",)
    assert office_steps("tiba", answered=True) == ("diingatkan",)
    for state in ("dibatalkan", "selesai", "dirujuk_balik"):
        assert office_steps(state, answered=False) == ()


def test_a_back_referral_is_a_task_until_somebody_saw_to_it() -> None:
    assert sender_steps("dirujuk_balik", [fact("dirujuk_balik")]) == ("ditindaklanjuti",)
    assert sender_steps("dirujuk_balik", [fact("dirujuk_balik"), fact("ditindaklanjuti", 2)]) == ()
    assert sender_steps("ditolak", []) == ()


def test_a_question_is_open_until_an_answer_names_it() -> None:
    first, second = fact("pertanyaan", 1), fact("pertanyaan", 2)
    assert open_question([]) is None
    assert open_question([second, first]) == first
    assert open_question([first, fact("jawaban", 3, answers=first.id), second]) == second
    assert open_question([first, fact("jawaban", 3, answers=first.id)]) is None
