"""Tests of writing a letter and of the facts that follow, on a real encrypted file."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from desktop.actions.letter_numbers import letter_number, series_end
from desktop.actions.patients import save_visit
from desktop.actions.referrals import accept, cancel, mark_seen, refuse, write_referral
from desktop.queries.patient_file import patient_file
from desktop.queries.referrals import referral_file
from desktop.security.keys import load_key
from sync.errors import BadInput
from sync.records import Patient, Referral, Visit
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, letter_values, nurse_of, reading


def test_a_number_says_pc_running_number_month_and_year() -> None:
    assert letter_number("A", 7, series_end(datetime(2026, 11, 24, tzinfo=UTC))) == "A-0007/XI/2026"


def test_numbers_of_a_month_follow_each_other(home: Home) -> None:
    patient, hospital = add_patient(home), add_facility(home)
    values = letter_values(patient.id, hospital.id)
    letters = [write_referral(home.replica, nurse_of(home), values) for _ in range(3)]
    month = series_end(letters[0].written_at.astimezone())
    assert [letter.number for letter in letters] == [f"A-000{n}{month}" for n in (1, 2, 3)]


def test_numbers_of_another_pc_and_of_another_month_are_not_counted(home: Home) -> None:
    patient, hospital = add_patient(home), add_facility(home)
    values = letter_values(patient.id, hospital.id)
    first = write_referral(home.replica, nurse_of(home), values)
    for number in (first.number.replace("A-0001", "B-0041"), "A-0077/I/1999", first.number.replace("A-0001", "A-lama")):
        fields = {**first.to_fields(), "number": number}
        other = Referral.from_fields(home.replica.new_id(), fields)
        home.replica.save([Edit(other)], home.staff[0].id)
    assert write_referral(home.replica, nurse_of(home), values).number == first.number.replace("0001", "0002")


def test_two_programs_that_write_at_once_never_share_a_number(home: Home) -> None:
    values = letter_values(add_patient(home).id, add_facility(home).id)
    key = load_key(home.settings).secret

    def write_some(count: int) -> list[str]:
        replica = Replica.load(open_sqlite(home.settings.database, key), system_environment())
        assert replica is not None
        written = [write_referral(replica, nurse_of(home), values).number for _ in range(count)]
        replica.close()
        return written

    with ThreadPoolExecutor(2) as pool:
        numbers = [number for part in pool.map(write_some, (6, 6)) for number in part]
    assert sorted(number[:6] for number in numbers) == [f"A-{n:04d}" for n in range(1, 13)]


def test_two_pcs_of_a_puskesmas_that_never_met_never_give_the_same_number(new_home: MakeHome) -> None:
    """Each enrolled PC has a letter of its own from the district's server; see tests/server for that."""
    first = new_home("puskesmas")
    second = new_home("puskesmas", letter="B", facility=first.replica.identity.facility)
    numbers = []
    for home in (first, second):
        values = letter_values(add_patient(home).id, add_facility(home).id)
        numbers += [write_referral(home.replica, nurse_of(home), values).number for _ in range(5)]
    assert len(set(numbers)) == 10
    assert [number[:6] for number in numbers] == [f"{pc}-{n:04d}" for pc in "AB" for n in range(1, 6)]


def test_letters_of_the_other_pc_that_arrive_change_no_number(new_home: MakeHome) -> None:
    first = new_home("puskesmas")
    second = new_home("puskesmas", letter="B", facility=first.replica.identity.facility)
    patient, hospital = add_patient(second), add_facility(second)
    for _ in range(3):
        letter = write_referral(second.replica, nurse_of(second), letter_values(patient.id, hospital.id))
        first.replica.save([Edit(letter)], first.staff[0].id)
    values = letter_values(add_patient(first).id, add_facility(first).id)
    assert write_referral(first.replica, nurse_of(first), values).number.startswith("A-0001/")


def test_taking_a_letter_back_leaves_visit_and_registration_exactly_as_they_were(home: Home) -> None:
    patient, hospital = add_patient(home), add_facility(home)
    visit = save_visit(
        home.replica,
        nurse_of(home),
        patient.id,
        {"date": date(2026, 11, 24), "complaint": "Pusing", "diagnosis_label": "Preeklamsia", "outcome": "rujuk"},
        None,
    )
    patient_before = (home.replica.get(Patient, patient.id), home.replica.history(patient.id))
    visit_before = (home.replica.get(Visit, visit), home.replica.history(visit))
    letter = write_referral(home.replica, nurse_of(home), letter_values(patient.id, hospital.id, visit=visit))
    cancel(home.replica, nurse_of(home), letter.id, note="Keluarga menolak")
    assert (home.replica.get(Patient, patient.id), home.replica.history(patient.id)) == patient_before
    assert (home.replica.get(Visit, visit), home.replica.history(visit)) == visit_before
    with reading(home) as reader:
        file = patient_file(reader, patient.id)
    assert file is not None
    assert [(line.id, line.outcome) for line in file.visits] == [(visit, "rujuk")]
    assert [line.state for line in file.referrals] == ["dibatalkan"]


def test_a_letter_is_of_this_facility_and_this_moment_whatever_the_form_says(home: Home) -> None:
    patient, hospital = add_patient(home), add_facility(home)
    forged = {"from_facility": hospital.id, "number": "X", "written_at": datetime(1999, 1, 1, tzinfo=UTC)}
    letter = write_referral(home.replica, nurse_of(home), {**letter_values(patient.id, hospital.id), **forged})
    assert letter.from_facility == home.replica.identity.facility
    assert letter.number.startswith("A-0001/")
    assert abs((letter.written_at - home.replica.now()).total_seconds()) < 60


@pytest.mark.parametrize("name", ["anamnesis", "reason", "diagnosis_label", "doctor_name", "urgency", "to_facility"])
def test_a_letter_without_what_the_law_asks_for_is_not_stored(home: Home, name: str) -> None:
    values = {**letter_values(add_patient(home).id, add_facility(home).id), name: None}
    with pytest.raises(BadInput) as caught:
        write_referral(home.replica, nurse_of(home), values)
    assert caught.value.field == name
    with reading(home) as reader:
        assert reader.value("SELECT count(*) FROM referral") == 0


def test_an_answer_names_who_gave_it_and_where_the_bed_is(home: Home) -> None:
    letter = write_referral(home.replica, nurse_of(home), letter_values(add_patient(home).id, add_facility(home).id))
    mark_seen(home.replica, nurse_of(home), letter.id)
    ward = home.replica.new_id()
    accept(home.replica, nurse_of(home), letter.id, ward=ward, bed="3B", note="Bawa hasil laboratorium")
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    assert file.line.state == "diterima"
    assert file.line.answer is not None
    answer = file.line.answer
    assert (answer.by_name, answer.ward, answer.bed, answer.note) == (
        home.staff[0].name,
        ward,
        "3B",
        "Bawa hasil laboratorium",
    )


@pytest.mark.parametrize(("reason", "note"), [("penuh sekali", None), ("lainnya", None), ("lainnya", "")])
def test_a_refusal_without_a_reason_is_not_stored(home: Home, reason: str, note: str | None) -> None:
    letter = write_referral(home.replica, nurse_of(home), letter_values(add_patient(home).id, add_facility(home).id))
    with pytest.raises(BadInput):
        refuse(home.replica, nurse_of(home), letter.id, reason=reason, note=note)
    with reading(home) as reader:
        assert reader.value("SELECT count(*) FROM referral_event") == 0


def test_taking_a_letter_back_needs_a_reason_and_keeps_the_letter(home: Home) -> None:
    letter = write_referral(home.replica, nurse_of(home), letter_values(add_patient(home).id, add_facility(home).id))
    with pytest.raises(BadInput):
        cancel(home.replica, nurse_of(home), letter.id, note="  ")
    cancel(home.replica, nurse_of(home), letter.id, note="Keluarga menolak")
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    assert (file.line.state, file.events[0].note) == ("dibatalkan", "Keluarga menolak")
    assert file.referral.anamnesis == letter.anamnesis
