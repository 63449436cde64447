"""Tests of registering and correcting patients and visits, on a real encrypted file."""

from datetime import date

import pytest

from desktop.actions.patients import save_patient, save_visit
from desktop.queries.values import read_seen
from sync.errors import BadInput
from sync.records import Patient, Visit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of, reading


def test_two_corrections_of_different_fields_both_stay(home: Home) -> None:
    patient = add_patient(home)
    with reading(home) as reader:
        opened = read_seen(reader, Patient, patient.id)
    save_patient(home.replica, nurse_of(home), {"phone": "0812"}, opened)
    save_patient(home.replica, nurse_of(home), {"address": "Jl. Melati 5"}, opened)
    now = home.replica.get(Patient, patient.id)
    assert now is not None
    assert (now.record.phone, now.record.address, now.conflicts) == ("0812", "Jl. Melati 5", ())


def test_two_corrections_of_the_same_name_ask_a_person(home: Home) -> None:
    patient = add_patient(home)
    with reading(home) as reader:
        opened = read_seen(reader, Patient, patient.id)
    save_patient(home.replica, nurse_of(home), {"name": "Siti Aminah Putri"}, opened)
    save_patient(home.replica, nurse_of(home), {"name": "Siti Aminatun"}, opened)
    now = home.replica.get(Patient, patient.id)
    assert now is not None
    assert now.conflicts == ("name",)


def test_what_the_window_read_is_what_the_replica_has(home: Home) -> None:
    patient = add_patient(home, allergies=("Udang", "Amoksisilin"), birth_order=2)
    with reading(home) as reader:
        assert read_seen(reader, Patient, patient.id) == home.replica.get(Patient, patient.id)
        assert read_seen(reader, Patient, home.replica.new_id()) is None


def test_a_patient_without_any_number_is_saved(home: Home) -> None:
    values = {"name": "Tn. X", "sex": "L", "identity_reason": "tidak_dikenal"}
    saved = save_patient(home.replica, nurse_of(home), values, None)
    found = home.replica.get(Patient, saved)
    assert found is not None
    assert (found.record.name, found.record.nik, found.record.identity_reason) == ("Tn. X", None, "tidak_dikenal")


def test_a_value_that_cannot_be_stored_stores_nothing(home: Home) -> None:
    with pytest.raises(BadInput):
        save_patient(home.replica, nurse_of(home), {"name": "Siti", "sex": "P", "nik": "1" * 17}, None)
    with reading(home) as reader:
        assert reader.value("SELECT count(*) FROM patient") == 0


def test_a_visit_is_noted_and_corrected_by_whoever_saw_the_patient(home: Home) -> None:
    patient = add_patient(home)
    visit = save_visit(
        home.replica, nurse_of(home), patient.id, {"date": date(2026, 11, 24), "complaint": "Batuk"}, None
    )
    with reading(home) as reader:
        opened = read_seen(reader, Visit, visit)
    assert opened is not None
    save_visit(home.replica, nurse_of(home), patient.id, {"complaint": "Batuk tiga hari"}, opened)
    now = home.replica.get(Visit, visit)
    assert now is not None
    assert (now.record.complaint, now.record.patient, now.record.seen_by) == (
        "Batuk tiga hari",
        patient.id,
        home.staff[0].id,
    )
