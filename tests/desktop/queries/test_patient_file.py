"""Tests of one patient's file."""

from datetime import date

from desktop.actions.patients import save_patient, save_visit
from desktop.queries.patient_file import latest_visit, namesakes, patient_file, recent_patients
from desktop.queries.values import read_seen
from sync.records import Patient, Void
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of, reading


def test_the_file_holds_the_visits_newest_first(home: Home) -> None:
    patient = add_patient(home)
    for day, complaint in ((date(2026, 1, 2), "Batuk"), (date(2026, 11, 3), "Demam"), (date(2026, 5, 4), "Pusing")):
        save_visit(home.replica, nurse_of(home), patient.id, {"date": day, "complaint": complaint}, None)
    with reading(home) as reader:
        file = patient_file(reader, patient.id)
        latest = latest_visit(reader, patient.id)
        assert patient_file(reader, home.replica.new_id()) is None
    assert file is not None
    assert file.patient == patient
    assert [visit.complaint for visit in file.visits] == ["Demam", "Pusing", "Batuk"]
    assert latest is not None
    assert latest.complaint == "Demam"


def test_waiting_ends_with_the_districts_receipt(home: Home) -> None:
    patient = add_patient(home)
    with reading(home) as reader:
        before = patient_file(reader, patient.id)
        home.replica.confirm([item.id for item in home.replica.history(patient.id)], [])
        after = patient_file(reader, patient.id)
    assert before is not None
    assert after is not None
    assert (before.waiting, after.waiting) == (True, False)


def test_what_two_pcs_changed_differently_is_named(home: Home) -> None:
    patient = add_patient(home)
    with reading(home) as reader:
        opened = read_seen(reader, Patient, patient.id)
        for day in (date(1991, 1, 1), date(1992, 2, 2)):
            save_patient(home.replica, nurse_of(home), {"birth_date": day}, opened)
        file = patient_file(reader, patient.id)
    assert file is not None
    assert file.conflicts == ("birth_date",)


def test_a_patient_and_a_visit_taken_out_of_the_lists_are_gone(home: Home) -> None:
    patient, twice = add_patient(home), add_patient(home, "Siti Aminah (dua kali)")
    visit = save_visit(home.replica, nurse_of(home), patient.id, {"date": date(2026, 1, 2)}, None)
    for record, kind in ((twice.id, "patient"), (visit, "visit")):
        void = Void(id=home.replica.new_id(), record=record, record_type=kind, reason="salah ketik")
        home.replica.save([Edit(void)], home.staff[0].id)
    with reading(home) as reader:
        file = patient_file(reader, patient.id)
        assert [hit.id for hit in recent_patients(reader)] == [patient.id]
    assert file is not None
    assert file.visits == ()


def test_the_patients_registered_last_come_first(home: Home) -> None:
    patients = [add_patient(home, f"Pasien {n}") for n in range(4)]
    with reading(home) as reader:
        assert [hit.name for hit in recent_patients(reader, limit=3)] == [patients[n].name for n in (3, 2, 1)]


def test_namesakes_have_the_same_number_and_are_not_oneself(home: Home) -> None:
    number = "3329014302920001"
    mine = add_patient(home, nik=number)
    add_patient(home, "Siti Aminatun", nik=number)
    add_patient(home, "Orang Lain", nik="3329014302920002")
    with reading(home) as reader:
        assert namesakes(reader, "nik", number, mine.id) == ["Siti Aminatun"]
