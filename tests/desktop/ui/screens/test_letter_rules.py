"""What the referral form asks, warns of and fills in by itself. Plain functions: no widget is made."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.ui.screens.letter_fields import asked_fields
from desktop.ui.screens.letter_rules import (
    carried_over,
    letter_problems,
    should_follow,
    visit_to_carry,
)
from desktop.ui.screens.visit_form import code_problem, diagnosis_code
from sync.records import Patient, Visit

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PATIENT = Patient(id="1" * 32, name="Siti", sex="P", allergies=("Udang",))
VISIT = Visit(id="2" * 32, patient="1" * 32, date=date(2026, 11, 24), complaint="Pusing", diagnosis_label="Preeklamsia")


def test_an_emergency_is_asked_only_what_it_needs_until_more_is_wanted() -> None:
    needed = asked_fields("merah", "gawat_darurat", everything=False)
    assert {"danger_signs", "systolic", "therapy", "diagnosis_label", "ward_class", "weight"} <= needed
    assert not needed & {"examination", "results", "differential", "consent", "purpose", "planned_date"}
    assert {"examination", "results", "consent"} <= asked_fields("merah", "gawat_darurat", everything=True)


def test_an_outpatient_is_asked_for_poli_and_day_and_not_for_a_bed() -> None:
    asked = asked_fields("hijau", "rawat_jalan", everything=False)
    assert {"polyclinic_code", "planned_date", "purpose", "consent", "results_date"} <= asked
    assert not asked & {"danger_signs", "ward_class"}
    assert "ward_class" in asked_fields("kuning", "rawat_inap", everything=False)


def test_what_should_follow_is_named_and_what_is_there_is_not() -> None:
    assert should_follow({"urgency": "hijau", "results": "Hb 9"}, NOW) == ["Persetujuan", "Tanggal hasil"]
    emergency = should_follow({"urgency": "merah", "kind": "gawat_darurat", "systolic": 90}, NOW)
    assert "Kriteria gawat darurat" in emergency
    assert "Sistolik" not in emergency


def test_vital_signs_out_of_the_ordinary_are_warned_of_and_never_forbidden() -> None:
    problems = letter_problems({"systolic": 700, "temperature": 12.0, "pulse": 80, "diagnosis_code": None}, NOW)
    assert {problem.field: problem.severity for problem in problems} == {
        "systolic": "warning",
        "temperature": "warning",
    }
    assert all("{" not in problem.text for problem in problems)


def test_a_lower_pressure_above_the_upper_is_warned_of() -> None:
    (problem,) = letter_problems({"systolic": 80, "diastolic": 120}, NOW)
    assert (problem.field, problem.severity) == ("diastolic", "warning")


def test_weight_is_looked_at_for_this_patients_age() -> None:
    assert letter_problems({"weight": 6.0}, NOW) == []
    assert letter_problems({"danger_signs": (), "urgency": "merah"}, NOW) == []
    (problem,) = letter_problems({"weight": 6.0}, NOW, date(1990, 1, 1))
    assert problem.text == "Berat tidak lazim untuk umur pasien ini. Periksa angka dan satuannya (kg)."


def test_empty_fields_are_left_in_peace() -> None:
    assert letter_problems({"anamnesis": None, "urgency": "merah", "systolic": None}, NOW) == []


@pytest.mark.parametrize(("typed", "meant"), [("o14.1", "O14.1"), (" O 14,1 ", "O14.1"), ("", None), (None, None)])
def test_a_code_is_written_as_it_is_in_the_list(typed: str | None, meant: str | None) -> None:
    assert diagnosis_code(typed) == meant


@pytest.mark.parametrize("typed", ["A90", "o14.1", "S52.50", None, ""])
def test_codes_of_the_right_form_pass(typed: str | None) -> None:
    assert code_problem(typed) is None


@pytest.mark.parametrize("typed", ["demam", "14.1", "AA1", "O14.", "O14.123"])
def test_codes_of_another_form_are_told(typed: str) -> None:
    problem = code_problem(typed)
    assert problem is not None
    assert "O14.1" in problem.text


def test_allergies_and_todays_visit_need_not_be_typed_again() -> None:
    values = carried_over(PATIENT, VISIT, "dr. Bagus")
    assert values == {
        "allergies": ("Udang",),
        "doctor_name": "dr. Bagus",
        "anamnesis": "Pusing",
        "diagnosis_label": "Preeklamsia",
    }


def test_a_visit_of_another_day_is_not_carried_over() -> None:
    assert visit_to_carry(VISIT, VISIT.date) is VISIT
    assert visit_to_carry(VISIT, VISIT.date + timedelta(days=1)) is None
