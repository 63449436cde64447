"""One person with several registrations: found as one, shown with all visits and allergies, counted once."""

from datetime import date, timedelta

import pytest

from desktop.actions.patients import save_visit
from desktop.actions.referrals import write_referral
from desktop.actions.same_person import NotOneNow, merge, part
from desktop.queries.letter_subject import read_subject
from desktop.queries.patient_file import latest_visit, namesakes, patient_file, recent_patients
from desktop.queries.patients import search_patients
from desktop.queries.referrals import referral_file
from desktop.queries.same_person import mergings, read_patient, registrations
from desktop.queries.signals import case_lines
from desktop.queries.visit_cases import recent_cases
from sync.errors import BadInput
from sync.records import Patient, Void
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_visit, today_of
from tests.desktop.scenes import add_facility, add_patient, letter_values, nurse_of, reading


@pytest.fixture
def twice(home: Home) -> tuple[Patient, Patient]:
    """Somebody who was registered twice, and not merged yet."""
    first = add_patient(home, "Muhammad Yusuf", sex="L", allergies=("Amoksisilin", "udang"))
    return first, add_patient(home, "Moh. Jusup", sex="L", allergies=("Udang", "Antalgin"))


def join(home: Home, *pair: Patient) -> None:
    merge(home.replica, nurse_of(home), pair[0].id, pair[1].id, "Orang yang sama, KK sama")


def test_the_search_has_one_line_for_a_person_whichever_name_is_typed(
    home: Home, twice: tuple[Patient, Patient]
) -> None:
    first, second = twice
    add_patient(home, "Yusuf Hamdani", sex="L")
    join(home, second, first)
    with reading(home) as reader:
        for text in ("moh jusup", "muhammad yusuf"):
            (hit,) = search_patients(reader, text)
            assert (hit.id, [other.id for other in hit.also]) == (first.id, [second.id])
        assert [(hit.name, len(hit.also)) for hit in search_patients(reader, "yusuf")] == [
            ("Yusuf Hamdani", 0),
            ("Muhammad Yusuf", 1),
        ]
        assert [hit.name for hit in recent_patients(reader)] == ["Yusuf Hamdani", "Muhammad Yusuf"]


def test_the_file_of_either_shows_what_was_written_under_both(home: Home, twice: tuple[Patient, Patient]) -> None:
    first, second = twice
    hospital = add_facility(home)
    for patient, day in ((first, 3), (second, 7)):
        save_visit(home.replica, nurse_of(home), patient.id, {"date": date(2026, 1, day)}, None)
    letter = write_referral(home.replica, nurse_of(home), letter_values(second.id, hospital.id), None)
    join(home, first, second)
    with reading(home) as reader:
        for patient in twice:
            file = patient_file(reader, patient.id)
            assert file is not None
            assert (file.patient.id, [other.id for other in file.others]) == (first.id, [second.id])
            assert [(visit.date.day, visit.patient) for visit in file.visits] == [(7, second.id), (3, first.id)]
            assert [line.patient for line in file.referrals] == [second.id]
        latest = latest_visit(reader, first.id)
        assert latest is not None
        assert latest.patient == second.id
        told = referral_file(reader, letter.id)
    assert told is not None
    assert told.patient is not None
    assert told.patient.id == second.id


def test_allergies_of_all_registrations_warn_under_each_and_only_for_looking_at(
    home: Home, twice: tuple[Patient, Patient]
) -> None:
    first, second = twice
    join(home, first, second)
    with reading(home) as reader:
        seen = read_patient(reader, second.id)
        subject = read_subject(reader, second.id, home.staff[0].id, home.replica.identity.facility)
    assert seen is not None
    assert seen.allergies == ("Udang", "Antalgin", "Amoksisilin")
    assert subject.patient is not None
    assert (subject.patient.id, subject.patient.allergies) == (first.id, ("Amoksisilin", "udang", "Antalgin"))
    kept = home.replica.get(Patient, second.id)
    assert kept is not None
    assert kept.record.allergies == ("Udang", "Antalgin")


def test_a_persons_own_number_is_nobody_elses(home: Home, twice: tuple[Patient, Patient]) -> None:
    nik = "3329010703809001"
    third = add_patient(home, "M. Jusuf", sex="L", nik=nik)
    with reading(home) as reader:
        assert namesakes(reader, "nik", nik, twice[0].id) == ["M. Jusuf"]
    join(home, twice[0], third)
    with reading(home) as reader:
        assert namesakes(reader, "nik", nik, twice[0].id) == []
        assert namesakes(reader, "nik", nik, twice[1].id) == ["M. Jusuf"]


def test_a_person_is_one_case_under_two_registrations(home: Home, twice: tuple[Patient, Patient]) -> None:
    first, second = twice
    visits = [
        add_visit(home, patient, today_of(home) - timedelta(days=days), "B05.9")
        for patient, days in ((first, 2), (second, 0))
    ]
    with reading(home) as reader:
        assert len(recent_cases(reader, today_of(home))) == 2
    join(home, first, second)
    with reading(home) as reader:
        (case,) = recent_cases(reader, today_of(home))
        lines = case_lines(reader, tuple(visit.id for visit in visits))
    assert [visit.id for visit in case.visits] == [visit.id for visit in visits]
    assert [line.visit for line in lines] == [visits[0].id]


def test_a_registration_taken_out_of_the_lists_stands_for_nobody_and_its_visits_stay(
    home: Home, twice: tuple[Patient, Patient]
) -> None:
    first, second = twice
    save_visit(home.replica, nurse_of(home), first.id, {"date": date(2026, 1, 3)}, None)
    join(home, first, second)
    home.replica.save(
        [Edit(Void(id=home.replica.new_id(), record=first.id, record_type="patient", reason="dobel"))],
        home.staff[0].id,
    )
    with reading(home) as reader:
        (hit,) = search_patients(reader, "jusup")
        assert (hit.id, hit.also) == (second.id, ())
        file = patient_file(reader, second.id)
    assert file is not None
    assert [visit.patient for visit in file.visits] == [first.id]


def test_parted_again_everything_is_as_before_and_the_facts_are_kept(
    home: Home, twice: tuple[Patient, Patient]
) -> None:
    first, second = twice
    me = nurse_of(home)
    join(home, first, second)
    join(home, second, first)
    part(home.replica, me, first.id, second.id, "Ternyata kakak beradik")
    with reading(home) as reader:
        assert registrations(reader, first.id) == (first.id,)
        assert len(search_patients(reader, "yusuf")) == 2
        told = mergings(reader, second.id)
    assert [item.taken_back.reason if item.taken_back else None for item in told] == ["Ternyata kakak beradik"] * 2
    assert {item.names_other_than(second.id) for item in told} == {"Muhammad Yusuf"}
    with pytest.raises(NotOneNow):
        part(home.replica, me, first.id, second.id, "Lagi")


def test_what_cannot_be_one_is_refused_and_nothing_is_stored(home: Home, twice: tuple[Patient, Patient]) -> None:
    first, second = twice
    me = nurse_of(home)
    for patient, other, reason in (
        (first.id, first.id, "sama"),
        (first.id, "0" * 32, "tidak ada"),
        (first.id, second.id, "  "),
    ):
        with pytest.raises(BadInput):
            merge(home.replica, me, patient, other, reason)
    with reading(home) as reader:
        assert reader.value("SELECT count(*) FROM patient_link") == 0
