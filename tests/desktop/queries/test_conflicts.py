"""The queue of what a person has to decide, on two PCs that edit apart and exchange."""

from datetime import UTC, date, datetime

from desktop.queries import conflicts
from desktop.queries.conflicts import Conflict, conflict_count, conflicts_of
from sync.records import Patient, Visit, Void
from sync.replica.reader import as_blob
from sync.replica.values import Edit
from tests.desktop.homes import NAMES, Home
from tests.desktop.scenes import reading
from tests.desktop.two_pcs import TwoPcs


def asked(home: Home, facility: str = "") -> list[Conflict]:
    facility = facility or home.replica.identity.facility
    with reading(home) as reader:
        found = conflicts_of(reader, facility)
        assert conflict_count(reader, facility, datetime.now(UTC)) == len(found)
    return found


def test_without_differences_nobody_is_asked(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient()
    two_pcs.edit_patient(two_pcs.a, patient, phone="0811", allergies=("Udang",))
    two_pcs.edit_patient(two_pcs.b, patient, address="Jl. Melati 5", allergies=("Amoksisilin",))
    two_pcs.meet()
    assert asked(two_pcs.a) == []
    merged = two_pcs.a.replica.get(Patient, patient.id)
    assert merged is not None
    assert merged.record.allergies == ("Amoksisilin", "Udang")


def test_a_question_names_both_values_with_who_where_and_when(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient(name="Siti")
    two_pcs.edit_patient(two_pcs.a, patient, birth_date=date(1991, 1, 1))
    two_pcs.edit_patient(two_pcs.b, patient, birth_date=date(1992, 2, 2))
    before = two_pcs.a.replica.now()
    two_pcs.meet()
    (at_a,), (at_b,) = asked(two_pcs.a), asked(two_pcs.b)
    for found in (at_a, at_b):
        assert (found.names, found.differing) == (("birth_date",), ("birth_date",))
        assert [choice.values["birth_date"] for choice in found.choices] == [date(1991, 1, 1), date(1992, 2, 2)]
        assert found.patient == found.seen.record
        assert (found.owner, found.owner_name) == (two_pcs.district.puskesmas, NAMES["puskesmas"])
        writers = [writer for choice in found.choices for writer in choice.writers]
        assert [(writer.facility, writer.letter) for writer in writers] == [
            (NAMES["puskesmas"], letter) for letter in "AB"
        ]
        assert found.since == writers[1].at
        assert writers[0].at < found.since <= before
    assert [choice.writers[0].name for choice in at_a.choices] == ["Ns. Dewi Lestari, S.Kep."] * 2


def test_the_fields_of_one_clinical_group_are_one_question_about_the_patient(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient()
    visit = two_pcs.visit(patient, complaint="Demam", therapy="Parasetamol")
    two_pcs.edit_visit(two_pcs.a, visit, complaint="Demam, mimisan")
    two_pcs.edit_visit(two_pcs.b, visit, therapy="Parasetamol, oralit")
    two_pcs.meet()
    (found,) = asked(two_pcs.a)
    assert found.names == Visit.type.groups["clinical"]
    assert found.differing == ("complaint", "therapy")
    assert found.patient is not None
    assert found.patient.id == patient.id
    texts = [(choice.values["complaint"], choice.values["therapy"]) for choice in found.choices]
    together = ("Demam, mimisan", "Parasetamol, oralit")
    assert texts == [("Demam, mimisan", "Parasetamol"), ("Demam", "Parasetamol, oralit"), together]
    assert [len(choice.writers) for choice in found.choices] == [1, 1, 0]


def test_a_code_and_the_words_of_another_diagnosis_are_never_put_together(two_pcs: TwoPcs) -> None:
    visit = two_pcs.visit(two_pcs.patient(), diagnosis_code="A90", diagnosis_label="Demam dengue")
    two_pcs.edit_visit(two_pcs.a, visit, diagnosis_code="A91")
    two_pcs.edit_visit(two_pcs.b, visit, diagnosis_label="Demam berdarah")
    two_pcs.meet()
    (found,) = asked(two_pcs.a)
    assert len(found.choices) == 2


def test_two_questions_about_one_patient_stand_apart_and_the_oldest_comes_first(two_pcs: TwoPcs) -> None:
    patient, other = two_pcs.patient(name="Siti"), two_pcs.patient(name="Budi")
    for home, name in ((two_pcs.a, "Budiman"), (two_pcs.b, "Budi Santoso")):
        two_pcs.edit_patient(home, other, name=name)
    for home, name, nik in ((two_pcs.a, "Siti A.", "1" * 16), (two_pcs.b, "Siti B.", "2" * 16)):
        two_pcs.edit_patient(home, patient, name=name, nik=nik)
    two_pcs.meet()
    assert [(found.seen.record.id, found.names) for found in asked(two_pcs.a)] == [
        (other.id, ("name",)),
        (patient.id, ("name",)),
        (patient.id, ("nik",)),
    ]


def test_the_same_value_from_two_is_one_choice_with_both_names(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient()
    seen = two_pcs.a.replica.get(Patient, patient.id)
    assert seen is not None
    two_pcs.edit_patient(two_pcs.b, patient, name="Siti A.")
    for name in ("Siti A.", "Siti B."):
        edited = Patient(**{**{n: getattr(patient, n) for n in Patient.type.fields}, "id": patient.id, "name": name})
        two_pcs.a.replica.save([Edit(edited, seen)], two_pcs.a.staff[1].id)
    two_pcs.meet()
    (found,) = asked(two_pcs.b)
    counts = {choice.values["name"]: len(choice.writers) for choice in found.choices}
    assert counts == {"Siti A.": 2, "Siti B.": 1}


def test_another_facility_is_not_asked_about_it_nor_about_what_was_taken_out_of_the_lists(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient()
    for home, name in ((two_pcs.a, "Siti A."), (two_pcs.b, "Siti B.")):
        two_pcs.edit_patient(home, patient, name=name)
    two_pcs.meet()
    assert asked(two_pcs.a, two_pcs.district.hospital) == []
    void = Void(id=two_pcs.a.replica.new_id(), record=patient.id, record_type="patient", reason="salah ketik")
    two_pcs.a.replica.save([Edit(void)], two_pcs.a.staff[0].id)
    assert asked(two_pcs.a) == []


def test_the_queue_is_read_through_the_index_of_conflicts(home: Home) -> None:
    with reading(home) as reader:
        query = f"EXPLAIN QUERY PLAN SELECT r.id {conflicts._CONFLICTED}"
        plan = reader.rows(query, {"facility": as_blob(home.replica.identity.facility)})
    assert any("record_conflicts" in row["detail"] for row in plan)
