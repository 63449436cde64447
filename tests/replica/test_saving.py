"""Saving on one computer: what is kept, merged, asked, and refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from sync.errors import BadInput
from sync.records import Patient, Visit
from sync.replica.replica import Replica
from sync.replica.values import Edit, Seen
from tests.fakes.replicas import make_replica, new_patient, new_referral


@pytest.fixture
def replica() -> Iterator[Replica]:
    made = make_replica("aa" * 16, "puskesmas")
    yield made
    made.close()


def saved(replica: Replica, patient: Patient) -> Seen[Patient]:
    replica.save([Edit(patient)], replica.identity.device)
    return now(replica, patient.id)


def now(replica: Replica, patient: str) -> Seen[Patient]:
    seen = replica.get(Patient, patient)
    assert seen is not None
    return seen


def edit(replica: Replica, seen: Seen[Patient], **changes: object) -> None:
    replica.save([Edit(replace(seen.record, **changes), seen)], replica.identity.device)  # type: ignore[arg-type]  # any field of Patient


def test_what_was_saved_comes_back_with_every_field(replica: Replica) -> None:
    patient = replace(
        new_patient(replica), birth_date=date(1990, 2, 28), allergies=("amoksisilin", "udang"), birth_order=2
    )
    assert saved(replica, patient).record == patient


def test_saving_without_a_change_makes_no_revision(replica: Replica) -> None:
    seen = saved(replica, new_patient(replica))
    assert replica.save([Edit(seen.record, seen)], replica.identity.device) == []
    assert len(replica.history(seen.record.id)) == 1


def test_edits_of_different_fields_made_from_the_same_sight_merge(replica: Replica) -> None:
    seen = saved(replica, new_patient(replica))
    edit(replica, seen, phone="0811")
    edit(replica, seen, village="Sukamaju")
    merged = now(replica, seen.record.id)
    assert (merged.record.phone, merged.record.village, merged.conflicts) == ("0811", "Sukamaju", ())
    assert len(merged.heads) == 2


def test_two_names_for_one_patient_are_asked_and_neither_is_lost(replica: Replica) -> None:
    seen = saved(replica, new_patient(replica, "Siti"))
    edit(replica, seen, name="Siti Aminah")
    edit(replica, seen, name="Siti Aminatun")
    asked = now(replica, seen.record.id)
    assert asked.conflicts == ("name",)
    assert [(c.type_name, c.fields) for c in replica.conflicts()] == [("patient", ("name",))]
    values = {item.fields["name"] for item in replica.contested(Patient, seen.record.id, "name")}
    assert values == {"Siti Aminah", "Siti Aminatun"}
    replica.resolve(Patient, replace(asked.record, name="Siti Aminah"), asked, replica.identity.device)
    settled = now(replica, seen.record.id)
    assert (settled.record.name, settled.conflicts, replica.conflicts()) == ("Siti Aminah", (), [])
    assert "Siti Aminatun" in {item.fields.get("name") for item in replica.history(seen.record.id)}


def test_concurrent_changes_anywhere_in_a_clinical_group_are_asked(replica: Replica) -> None:
    visit = Visit(id=replica.new_id(), patient="bb" * 16, date=date(2026, 11, 24), diagnosis_label="Demam")
    replica.save([Edit(visit)], replica.identity.device)
    seen = replica.get(Visit, visit.id)
    assert seen is not None
    replica.save([Edit(replace(visit, diagnosis_label="Dengue"), seen)], replica.identity.device)
    replica.save([Edit(replace(visit, therapy="Parasetamol"), seen)], replica.identity.device)
    asked = replica.get(Visit, visit.id)
    assert asked is not None
    assert set(asked.conflicts) == set(Visit.type.groups["clinical"])


def test_allergies_of_both_sides_stay(replica: Replica) -> None:
    seen = saved(replica, replace(new_patient(replica), allergies=("debu",)))
    edit(replica, seen, allergies=("debu", "udang"))
    edit(replica, seen, allergies=("debu", "amoksisilin"))
    assert now(replica, seen.record.id).record.allergies == ("amoksisilin", "debu", "udang")


def test_a_fact_is_never_changed(replica: Replica) -> None:
    letter = new_referral(replica, "bb" * 16, "cc" * 16)
    replica.save([Edit(letter)], replica.identity.device)
    seen = replica.get(type(letter), letter.id)
    assert seen is not None
    with pytest.raises(BadInput, match="fact"):
        replica.save([Edit(replace(letter, reason="Lain"), seen)], replica.identity.device)


def test_all_or_nothing_of_one_save_is_kept(replica: Replica) -> None:
    good, bad = new_patient(replica), replace(new_patient(replica), phone="9" * 31)
    with pytest.raises(BadInput):
        replica.save([Edit(good), Edit(bad)], replica.identity.device)
    assert replica.get(Patient, good.id) is None
    assert replica.waiting_count() == 0
    saved(replica, good)
    assert [item.number for item in replica.history(good.id)] == [1]


def test_a_new_record_with_a_taken_id_is_refused(replica: Replica) -> None:
    patient = new_patient(replica)
    saved(replica, patient)
    with pytest.raises(BadInput, match="taken"):
        replica.save([Edit(patient)], replica.identity.device)


def test_the_chain_of_a_device_has_no_holes(replica: Replica) -> None:
    seen = saved(replica, new_patient(replica))
    edit(replica, seen, phone="1")
    edit(replica, now(replica, seen.record.id), phone="2")
    history = replica.history(seen.record.id)
    assert [item.number for item in history] == [1, 2, 3]
    assert [item.previous for item in history] == [None, history[0].id, history[1].id]


def test_an_emergency_takes_its_patient_along(replica: Replica) -> None:
    first, second = new_patient(replica), new_patient(replica)
    replica.save([Edit(first), Edit(second)], replica.identity.device)
    [letter] = replica.save([Edit(new_referral(replica, second.id, "cc" * 16, "merah"))], replica.identity.device)
    order = [revision_id for revision_id, _ in replica.waiting(10, 10**6)]
    assert order == [replica.history(second.id)[0].id, letter.id, replica.history(first.id)[0].id]
