"""What happens after the answer, written as facts: each with what it needs, at a time that can be."""

from datetime import timedelta

import pytest

from desktop.actions.referral_life import STEP_NEEDS, STEP_ROWS, add_step
from desktop.actions.referrals import accept
from desktop.queries.referrals import ReferralFile, referral_file
from sync.errors import BadInput
from sync.records import ReferralEvent
from sync.records.referral import EVENT_KINDS
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, add_received_letter, nurse_of, reading


def received(home: Home) -> str:
    return add_received_letter(home, add_patient(home).id).id


def file_of(home: Home, letter: str) -> ReferralFile:
    with reading(home) as reader:
        file = referral_file(reader, letter)
    assert file is not None
    return file


def test_steps_and_what_they_need_are_kinds_and_fields_of_an_event() -> None:
    assert set(STEP_NEEDS) <= set(STEP_ROWS) <= set(EVENT_KINDS)
    for kind, rows in STEP_ROWS.items():
        names = [name for row in rows for name in row]
        assert {*names, *STEP_NEEDS.get(kind, ())} <= ReferralEvent.type.fields.keys()
        assert set(STEP_NEEDS.get(kind, ())) <= set(names)


def test_the_whole_life_of_a_referral_is_kept_fact_by_fact(home: Home) -> None:
    letter, nurse = received(home), nurse_of(home)
    accept(home.replica, nurse, letter, ward=None, bed=None, note=None)
    now = home.replica.now()
    control = now.astimezone().date() + timedelta(days=14)
    add_step(home.replica, nurse, letter, "berangkat", {"at": now, "escort": "Bidan Rina", "vehicle": "Ambulans"})
    add_step(home.replica, nurse, letter, "tiba", {"at": now, "handed_to": "Ns. Putu", "note": None})
    back = {
        "final_diagnosis": "Preeklamsia berat",
        "drug_plan": "Nifedipin 3x10 mg",
        "advice": "Ukur tensi",
    }
    add_step(home.replica, nurse, letter, "dirujuk_balik", {**back, "control_date": control})
    file = file_of(home, letter)
    assert file.line.state == "dirujuk_balik"
    left, came, last = (file.latest(kind) for kind in ("berangkat", "tiba", "dirujuk_balik"))
    assert left is not None
    assert came is not None
    assert last is not None
    assert (left.escort, left.vehicle, came.handed_to) == ("Bidan Rina", "Ambulans", "Ns. Putu")
    assert (last.drug_plan, last.advice, last.control_date) == ("Nifedipin 3x10 mg", "Ukur tensi", control)
    add_step(home.replica, nurse, letter, "ditindaklanjuti", {"note": "Sudah ditelepon"})
    assert file_of(home, letter).line.state == "dirujuk_balik"


def test_an_arrival_written_later_keeps_the_hour_at_which_it_was(home: Home) -> None:
    letter, at = received(home), home.replica.now() - timedelta(hours=3)
    add_step(home.replica, nurse_of(home), letter, "tiba", {"at": at})
    came = file_of(home, letter).latest("tiba")
    assert came is not None
    assert abs(came.at - at) < timedelta(seconds=1)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in STEP_NEEDS.items() for name in names])
def test_a_step_without_what_it_needs_is_not_saved(home: Home, kind: str, name: str) -> None:
    letter = received(home)
    with pytest.raises(BadInput) as raised:
        add_step(home.replica, nurse_of(home), letter, kind, {name: None})
    assert (raised.value.reason, raised.value.field) == ("missing", name)
    assert file_of(home, letter).events == ()


def test_times_that_cannot_be_are_not_saved(home: Home) -> None:
    letter, now = received(home), home.replica.now()
    yesterday = now.astimezone().date() - timedelta(days=1)
    for kind, values, reason in (
        ("tiba", {"at": now + timedelta(hours=1)}, "in_the_future"),
        ("dirujuk_balik", {"final_diagnosis": "Asma", "control_date": yesterday}, "in_the_past"),
        ("dilihat", {}, "unknown step"),
    ):
        with pytest.raises(BadInput) as raised:
            add_step(home.replica, nurse_of(home), letter, kind, values)
        assert raised.value.reason == reason
    assert file_of(home, letter).events == ()


def test_a_question_is_for_the_other_side_until_it_is_answered(home: Home) -> None:
    letter, nurse = received(home), nurse_of(home)
    add_step(home.replica, nurse, letter, "pertanyaan", {"note": "Hb terakhir berapa?"})
    file = file_of(home, letter)
    asked = file.question_to(file.referral.from_facility)
    assert asked is not None
    assert file.question_to(home.replica.identity.facility) is None
    add_step(home.replica, nurse, letter, "jawaban", {"note": "9,2", "answers": asked.id})
    assert file_of(home, letter).question_to(file.referral.from_facility) is None
