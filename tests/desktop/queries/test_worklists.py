"""The worklists: each task begins at its limit and not before, ends by a fact, and is the same on both sides."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, cancel, refuse
from desktop.queries.referrals import ReferralLine, inbox
from desktop.queries.worklists import LIMITS, Task, last_day, pressing_count, tasks_of, worklist
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, add_received_letter, nurse_of, reading

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ROUTINE: dict[str, Any] = {"kind": "rawat_jalan", "urgency": "hijau"}


def received(home: Home, age: timedelta = timedelta(0), **details: Any) -> str:
    return add_received_letter(home, add_patient(home).id, age=age, **details).id


def lines_of(home: Home) -> list[ReferralLine]:
    with reading(home) as reader:
        return inbox(reader, home.replica.identity.facility)


def tasks(home: Home, later: timedelta = timedelta(0)) -> list[Task]:
    """The tasks of the hospital when ``later`` has passed."""
    return tasks_of(lines_of(home), home.replica.now() + later)


def kinds(home: Home, later: timedelta = timedelta(0)) -> list[str]:
    return [task.kind for task in tasks(home, later)]


@pytest.mark.parametrize(("details", "limit"), [({}, 15 * MINUTE), (ROUTINE, HOUR)])
def test_an_unanswered_letter_is_a_task_from_its_limit_on(
    home: Home, details: dict[str, Any], limit: timedelta
) -> None:
    received(home, **details)
    assert kinds(home, limit - MINUTE) == []
    assert kinds(home, limit + MINUTE) == ["no_answer"]


@pytest.mark.parametrize("end", ["answer", "refusal", "cancelled", "arrived"])
def test_a_fact_ends_the_waiting_for_an_answer(home: Home, end: str) -> None:
    letter, nurse = received(home), nurse_of(home)
    if end == "answer":
        accept(home.replica, nurse, letter, ward=None, bed=None, note=None)
    elif end == "refusal":
        refuse(home.replica, nurse, letter, reason="ruang_penuh", note=None)
    elif end == "cancelled":
        cancel(home.replica, nurse, letter, note="Keluarga menolak")
    else:
        add_step(home.replica, nurse, letter, "tiba", {"at": home.replica.now()})
    assert kinds(home, HOUR) == []


def test_leaving_before_an_answer_does_not_hide_that_there_is_none(home: Home) -> None:
    letter = received(home)
    add_step(home.replica, nurse_of(home), letter, "berangkat", {"at": home.replica.now()})
    assert kinds(home, HOUR) == ["no_answer"]


def test_an_accepted_emergency_that_has_not_arrived_is_a_task_after_six_hours(home: Home) -> None:
    letter = received(home)
    accept(home.replica, nurse_of(home), letter, ward=None, bed=None, note=None)
    assert kinds(home, 6 * HOUR - MINUTE) == []
    assert kinds(home, 6 * HOUR + MINUTE) == ["not_arrived"]
    add_step(home.replica, nurse_of(home), letter, "tidak_datang", {})
    assert kinds(home, 7 * HOUR) == []


def test_an_outpatient_is_late_only_after_the_planned_day(home: Home) -> None:
    planned = home.replica.now().astimezone().date() + timedelta(days=10)
    letter = received(home, planned_date=planned, **ROUTINE)
    accept(home.replica, nurse_of(home), letter, ward=None, bed=None, note=None)
    assert kinds(home, 10 * DAY) == []
    (task,) = tasks(home, 11 * DAY)
    assert (task.kind, task.day) == ("not_arrived", planned)


def test_no_back_referral_is_a_task_two_weeks_after_arrival_until_it_is_finished(home: Home) -> None:
    letter = received(home)
    add_step(home.replica, nurse_of(home), letter, "tiba", {"at": home.replica.now()})
    assert kinds(home, 14 * DAY - MINUTE) == []
    assert kinds(home, 14 * DAY + MINUTE) == ["no_back_referral"]
    add_step(home.replica, nurse_of(home), letter, "selesai", {})
    assert kinds(home, 20 * DAY) == []


def test_the_ninetieth_day_counts() -> None:
    # The sample of the insurer's service: 19 March to 16 June 2021.
    assert last_day(datetime(2021, 3, 19, 12, tzinfo=UTC)) == date(2021, 6, 16)


def test_a_letter_warns_fourteen_days_before_its_end_and_presses_three_days_before(home: Home) -> None:
    received(home, **ROUTINE)

    def letter_tasks(days: int) -> list[tuple[str, bool]]:
        return [(task.kind, task.pressing) for task in tasks(home, days * DAY) if task.kind == "letter_ends"]

    assert letter_tasks(89 - 15) == []
    assert letter_tasks(89 - 14) == [("letter_ends", False)]
    assert letter_tasks(89 - 4) == [("letter_ends", False)]
    assert letter_tasks(89 - 3) == [("letter_ends", True)]
    assert letter_tasks(89 + 14) == [("letter_ends", True)]
    assert letter_tasks(89 + 15) == []


def test_an_emergency_letter_never_ends(home: Home) -> None:
    received(home)
    assert "letter_ends" not in kinds(home, 88 * DAY)


def test_a_back_referral_is_a_task_until_somebody_notes_what_was_done(home: Home) -> None:
    letter, nurse = received(home), nurse_of(home)
    control = home.replica.now().astimezone().date() + timedelta(days=10)
    add_step(home.replica, nurse, letter, "dirujuk_balik", {"final_diagnosis": "Asma", "control_date": control})
    assert [(task.kind, task.day, task.pressing) for task in tasks(home)] == [("follow_up", control, False)]
    assert [task.pressing for task in tasks(home, 6 * DAY)] == [False]
    assert [task.pressing for task in tasks(home, 7 * DAY)] == [True]
    assert [task.pressing for task in tasks(home, 30 * DAY)] == [True]
    add_step(home.replica, nurse, letter, "ditindaklanjuti", {"note": "Sudah ditelepon"})
    assert kinds(home, 30 * DAY) == []


def test_both_sides_have_the_same_tasks_and_others_have_none(home: Home) -> None:
    letter = add_received_letter(home, add_patient(home).id, age=2 * HOUR)
    now = home.replica.now()
    with reading(home) as reader:
        hospital = worklist(reader, home.replica.identity.facility, now)
        assert [(task.kind, task.line.id) for task in hospital] == [("no_answer", letter.id)]
        assert worklist(reader, letter.from_facility, now) == hospital
        assert worklist(reader, home.replica.new_id(), now) == []
        assert pressing_count(reader, home.replica.identity.facility, now) == 1
        assert pressing_count(reader, home.replica.identity.facility, now - 2 * HOUR) == 0


def test_limits_are_data(home: Home) -> None:
    received(home, 2 * HOUR)
    patient = replace(LIMITS, emergency_answer=3 * HOUR)
    assert tasks_of(lines_of(home), home.replica.now(), patient) == []


def test_what_presses_comes_first_within_its_kind(home: Home) -> None:
    nurse, today = nurse_of(home), home.replica.now().astimezone().date()
    letters = [received(home) for _ in range(3)]
    for letter, days in zip(letters, (30, 1, 8), strict=True):
        day = today + timedelta(days=days)
        add_step(home.replica, nurse, letter, "dirujuk_balik", {"final_diagnosis": "Asma", "control_date": day})
    assert [task.line.id for task in tasks(home)] == [letters[1], letters[2], letters[0]]


def test_an_unanswered_emergency_comes_before_what_has_waited_longer(home: Home) -> None:
    calm, emergency = received(home, 5 * HOUR, **ROUTINE), received(home, HOUR)
    assert [task.line.id for task in tasks(home)] == [emergency, calm]
