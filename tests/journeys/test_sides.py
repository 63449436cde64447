"""What one side of a referral does and the others see: redirection, reminder, every kind of task, on real replicas."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.actions.coordination import redirect
from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, add_fact, mark_seen, refuse
from desktop.queries.referrals import inbox, referral_file, sent_referrals
from desktop.queries.worklists import district_worklist, worklist
from sync.errors import BadInput
from sync.records import Patient, Referral
from sync.replica.facts import facts_of
from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.desktop.scenes import Nurse
from tests.fakes.replicas import new_patient, new_referral
from tests.fakes.sides import Sides
from tests.journeys.deliveries import told


def act_as(replica: Replica, name: str) -> Nurse:
    """Somebody at a PC."""
    return Nurse(replica.new_id(), name)


def test_the_office_redirects_and_the_new_hospital_gets_letter_and_patient_and_answers(sides: Sides) -> None:
    pc, first, second, office = (sides.pcs[name] for name in ("puskesmas", "first", "second", "office"))
    patient = new_patient(pc)
    letter = new_referral(pc, patient.id, sides.first, "merah")
    pc.save([Edit(patient), Edit(letter)], pc.identity.device)
    sides.exchange("puskesmas", "first", "office")
    assert second.get(Patient, patient.id) is None
    refuse(first, act_as(first, "dr. Ratna"), letter.id, reason="icu_penuh", note=None)
    sides.exchange("first", "office", "puskesmas")
    values = {"to_facility": sides.second, "spoke_with": "dr. Gita", "note": "ICU RSUD penuh"}
    redirect(office, act_as(office, "Sari"), letter.id, values)
    with pytest.raises(BadInput, match="asked_already"):
        redirect(office, act_as(office, "Sari"), letter.id, values)
    sides.exchange("office", "second", "first", "puskesmas")
    assert second.get(Referral, letter.id) is not None
    assert second.get(Patient, patient.id) is not None
    for name, waits in (("puskesmas", True), ("first", True), ("second", True), ("office", True)):
        with sides.reading(name) as reader:
            file = referral_file(reader, letter.id)
        assert file is not None
        assert (file.line.state, file.line.to_name, file.line.waits) == ("dialihkan", "RSU Bhakti", waits)
        assert file.line.answer is None
    with sides.reading("first") as reader:
        (line,) = inbox(reader, sides.first)
        assert not line.waits_for(sides.first)
        assert worklist(reader, sides.first, first.now() + timedelta(hours=1)) == []
    mark_seen(second, act_as(second, "Ns. Tuti"), letter.id)
    accept(second, act_as(second, "dr. Gita"), letter.id, ward=None, bed="ICU 2", note=None)
    sides.exchange("second", "puskesmas", "first", "office")
    with sides.reading("puskesmas") as reader:
        (line,) = sent_referrals(reader, sides.puskesmas)
    assert (line.state, line.to_name) == ("diterima", "RSU Bhakti")
    assert line.answer is not None
    assert line.answer.bed == "ICU 2"
    add_step(second, act_as(second, "Ns. Tuti"), letter.id, "tiba", {"at": second.now()})
    sides.exchange("second", "puskesmas", "office")
    with sides.reading("office") as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    assert (file.line.state, file.line.to_facility) == ("tiba", sides.second)


def test_a_reminder_and_a_redirection_are_the_offices_only(sides: Sides) -> None:
    pc, first = sides.pcs["puskesmas"], sides.pcs["first"]
    patient = new_patient(pc)
    letter = new_referral(pc, patient.id, sides.first)
    pc.save([Edit(patient), Edit(letter)], pc.identity.device)
    sides.exchange("puskesmas", "first", "office")
    add_step(first, act_as(first, "dr. Ratna"), letter.id, "diingatkan", {})
    with pytest.raises(AssertionError, match="first"):
        sides.exchange("first")
    add_step(sides.pcs["office"], act_as(pc, "Sari"), letter.id, "diingatkan", {"note": "Mohon dijawab"})
    sides.exchange("office", "puskesmas")
    assert [fact.note for fact in facts_of(pc, letter.id)] == ["Mohon dijawab"]


def test_each_kind_of_task_is_on_both_sides_and_at_the_office_and_ends_everywhere(sides: Sides) -> None:
    """One letter for each kind of task, from a puskesmas to a hospital, read from the three PCs' own files."""
    pc, first, day = sides.pcs["puskesmas"], sides.pcs["first"], timedelta(days=1)
    patient = new_patient(pc)
    pc.save([Edit(patient)], pc.identity.device)
    ages = {
        "no_answer": timedelta(hours=2),
        "not_arrived": 5 * day,
        "no_back_referral": 20 * day,
        "letter_ends": 88 * day,
        "follow_up": 3 * day,
    }
    letters = {}
    for kind, age in ages.items():
        letter = replace(
            new_referral(pc, patient.id, sides.first, "hijau"), kind="rawat_jalan", written_at=pc.now() - age
        )
        pc.save([Edit(letter)], pc.identity.device)
        letters[kind] = letter.id
    sides.exchange("puskesmas", "first")
    nurse, now = act_as(first, "Ns. Tuti"), first.now()
    accept(first, nurse, letters["letter_ends"], ward=None, bed=None, note=None)
    add_fact(first, nurse, letters["not_arrived"], "diterima", at=now - 4 * day)
    add_step(first, nurse, letters["no_back_referral"], "tiba", {"at": now - 15 * day})
    control = now.astimezone().date() + 2 * day
    values = {"final_diagnosis": "Asma", "drug_plan": "Salbutamol", "control_date": control}
    add_step(first, nurse, letters["follow_up"], "dirujuk_balik", values)
    sides.exchange("first", "puskesmas", "office")
    assert kinds_everywhere(sides) == {f"{kind}:{letter}" for kind, letter in letters.items()}

    refuse(first, nurse, letters["no_answer"], reason="ruang_penuh", note=None)
    add_step(first, nurse, letters["not_arrived"], "tidak_datang", {})
    add_step(first, nurse, letters["no_back_referral"], "selesai", {})
    add_step(first, nurse, letters["letter_ends"], "tidak_datang", {})
    add_step(pc, act_as(pc, "Ns. Ratna"), letters["follow_up"], "ditindaklanjuti", {"note": "Sudah kontrol"})
    sides.exchange("first", "puskesmas", "office")
    sides.exchange("first")
    assert kinds_everywhere(sides) == set()


def kinds_everywhere(sides: Sides) -> set[str]:
    """The tasks that puskesmas, hospital and office have, each in its own file; the same for all."""
    now = sides.server.now()
    found = []
    for name, facility in (("puskesmas", sides.puskesmas), ("first", sides.first)):
        with sides.reading(name) as reader:
            found.append(told(worklist(reader, facility, now)))
    with sides.reading("office") as reader:
        found.append(told(district_worklist(reader, now)))
    assert found[0] == found[1] == found[2]
    return {task for task, *_ in found[0]}
