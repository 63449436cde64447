"""The rules: what cannot be right is an error, what is odd a warning, and an emergency is never stopped."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.problem_words import PROBLEM_WORDS, problem_words
from desktop.queries.regions import region_known
from sync.records import Patient, Referral
from sync.records.rules import SEVERITIES, Problem, check_patient, check_referral

TODAY = date(2026, 11, 24)
ID = "0" * 32
WOMAN_1990 = "9901014101900001"


def patient(**values: Any) -> Patient:
    """An invented patient about whom there is nothing to say, changed by ``values``."""
    usual = {"name": "Siti Rahayu", "sex": "P", "birth_date": date(1990, 1, 1), "nik": WOMAN_1990}
    return Patient(id=ID, **{**usual, **values})


def referral(**values: Any) -> Referral:
    """An invented letter about which there is nothing to say, changed by ``values``."""
    usual: dict[str, Any] = {
        "number": "A-0001/XI/2026",
        "patient": ID,
        "from_facility": "1" * 32,
        "to_facility": "2" * 32,
        "kind": "rawat_inap",
        "urgency": "kuning",
        "written_at": datetime(2026, 11, 24, 3, tzinfo=UTC),
        "anamnesis": "Demam lima hari",
        "examination": "Tampak lemah",
        "therapy": "Infus RL",
        "diagnosis_code": "A91",
        "diagnosis_label": "Demam berdarah dengue",
        "reason": "Perlu rawat inap",
        "doctor_name": "dr. Contoh",
        "contact_phone": "0800000000",
        "consent": "pasien",
    }
    return Referral(id=ID, **{**usual, **values})


def found(problems: list[Problem]) -> set[tuple[str, str]]:
    """Fields and codes; the severities must be those that are written down."""
    assert all(problem.severity == SEVERITIES[problem.code] for problem in problems)
    return {(problem.field, problem.code) for problem in problems}


def test_a_complete_patient_has_no_problem() -> None:
    assert check_patient(patient(jkn_number="0001234567890"), TODAY) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": "  "}, ("name", "missing")),
        ({"nik": "123"}, ("nik", "nik_digits")),
        ({"nik": "9901017002900001"}, ("nik", "nik_date")),
        ({"nik": "9901014101900000"}, ("nik", "nik_serial")),
        ({"birth_date": date(1990, 1, 2)}, ("nik", "nik_other_birth_date")),
        ({"sex": "L"}, ("nik", "nik_other_sex")),
        ({"jkn_number": "123"}, ("jkn_number", "jkn_digits")),
        ({"birth_date": date(2026, 11, 25)}, ("birth_date", "birth_in_future")),
        ({"birth_date": date(1880, 1, 1)}, ("birth_date", "birth_too_old")),
        ({"birth_date": None}, ("birth_date", "advised")),
        ({"nik": None}, ("identity_reason", "reason_needed")),
        ({"mother_nik": WOMAN_1990}, ("mother_nik", "nik_same_as_mother")),
        ({"mother_nik": "9901010101700001"}, ("mother_nik", "nik_not_a_mother")),
        ({"mother_nik": "99"}, ("mother_nik", "nik_digits")),
        ({"birth_order": 10}, ("birth_order", "implausible")),
        ({"payer": "sultan"}, ("payer", "choice_unknown")),
    ],
)
def test_each_oddity_of_a_patient_is_found_at_its_field(values: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in found(check_patient(patient(**values), TODAY))


def test_a_person_of_a_hundred_and_two_keeps_a_fitting_nik() -> None:
    problems = check_patient(patient(birth_date=date(1924, 1, 1), nik="9901014101240001"), TODAY)
    assert problems == []


def test_an_unknown_region_is_only_a_warning_and_only_where_a_register_is_given() -> None:
    assert check_patient(patient(), TODAY) == []
    (problem,) = check_patient(patient(), TODAY, region_known)
    assert problem == Problem("nik", "nik_region_unknown", "warning")
    assert check_patient(patient(nik="3201014101900001"), TODAY, region_known) == []


@pytest.mark.parametrize("reason", ["tidak_dibawa", "tidak_dikenal", "wna", "belum_rekam", "lainnya"])
def test_a_patient_without_numbers_and_with_a_reason_has_no_problem(reason: str) -> None:
    assert check_patient(patient(nik=None, identity_reason=reason), TODAY) == []


def test_nothing_but_a_name_is_enough_in_an_emergency() -> None:
    problems = check_patient(Patient(id=ID, name="Tn. X", sex="L"), TODAY)
    assert {problem.severity for problem in problems} == {"warning"}


def test_a_newborn_is_asked_for_mother_and_birth_order() -> None:
    born = patient(nik=None, identity_reason="bayi_baru_lahir", birth_date=date(2026, 11, 20))
    assert found(check_patient(born, TODAY)) == {
        ("mother_nik", "mother_nik_needed"),
        ("birth_order", "birth_order_needed"),
    }
    whole = patient(
        nik=None,
        identity_reason="bayi_baru_lahir",
        birth_date=date(2026, 11, 20),
        mother_nik=WOMAN_1990,
        birth_order=0,
    )
    assert check_patient(whole, TODAY) == []


def test_a_newborn_of_four_months_should_have_a_nik_of_its_own() -> None:
    old = patient(
        nik=None, identity_reason="bayi_baru_lahir", birth_date=date(2026, 7, 1), mother_nik=WOMAN_1990, birth_order=1
    )
    assert found(check_patient(old, TODAY)) == {("identity_reason", "newborn_too_old")}


def test_a_complete_letter_has_no_problem() -> None:
    assert check_referral(referral()) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"anamnesis": " "}, ("anamnesis", "missing")),
        ({"reason": ""}, ("reason", "missing")),
        ({"therapy": None}, ("therapy", "advised")),
        ({"diagnosis_code": None}, ("diagnosis_code", "advised")),
        ({"to_facility": "1" * 32}, ("to_facility", "same_facility")),
        ({"temperature": 370.0}, ("temperature", "implausible")),
        ({"temperature": 3.7}, ("temperature", "implausible")),
        ({"saturation": 101}, ("saturation", "implausible")),
        ({"pulse": 0}, ("pulse", "implausible")),
        ({"systolic": 80, "diastolic": 120}, ("diastolic", "diastolic_not_below")),
        ({"planned_date": date(2026, 11, 20)}, ("planned_date", "planned_before_written")),
        ({"consciousness": "09"}, ("consciousness", "choice_unknown")),
        ({"consent": None}, ("consent", "consent_needed")),
        ({"consent": "keluarga", "consent_by": " "}, ("consent_by", "consent_by_needed")),
        ({"results": "Hb 9,1 g/dL", "results_date": None}, ("results_date", "results_date_needed")),
        ({"results": "Hb 9,1 g/dL", "results_date": date(2026, 12, 24)}, ("results_date", "results_in_future")),
        ({"consciousness": "04", "gcs": 15}, ("gcs", "gcs_contradicts")),
        ({"consciousness": "01", "gcs": 3}, ("gcs", "gcs_contradicts")),
        ({"gcs": 16}, ("gcs", "implausible")),
    ],
)
def test_each_oddity_of_a_letter_is_found_at_its_field(values: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found(check_referral(referral(**values))) == {expected}


def test_an_emergency_is_asked_for_vital_signs_but_not_stopped() -> None:
    problems = check_referral(referral(urgency="merah", kind="gawat_darurat", examination=None, therapy=None))
    assert {problem.severity for problem in problems} == {"warning"}
    assert ("systolic", "vital_sign_needed") in found(problems)


def test_an_emergency_is_asked_for_its_criteria_and_never_for_consent() -> None:
    without = found(check_referral(referral(kind="gawat_darurat", consent=None)))
    assert ("danger_signs", "danger_sign_needed") in without
    assert not {field for field, _ in without} & {"consent", "consent_by"}
    named = found(check_referral(referral(kind="gawat_darurat", danger_signs=("000002",))))
    assert not {field for field, _ in named} & {"danger_signs"}
    odd = found(check_referral(referral(kind="gawat_darurat", danger_signs=("000009",))))
    assert ("danger_signs", "choice_unknown") in odd


@pytest.mark.parametrize(
    ("birth_date", "values", "odd"),
    [
        (date(2026, 11, 20), {"weight": 3.1, "height": 49.0}, set()),
        (date(2026, 11, 20), {"weight": 310.0}, {"weight"}),
        (date(2024, 5, 1), {"weight": 11.0, "height": 82.0}, set()),
        (date(2024, 5, 1), {"weight": 82.0, "height": 11.0}, {"weight", "height"}),
        (date(1990, 5, 1), {"weight": 60.0, "height": 155.0}, set()),
        (date(1990, 5, 1), {"weight": 6.0, "height": 1.55}, {"weight", "height"}),
        (None, {"weight": 6.0}, set()),
    ],
)
def test_weight_and_height_are_compared_with_the_age(
    birth_date: date | None, values: dict[str, Any], odd: set[str]
) -> None:
    problems = check_referral(referral(**values), birth_date)
    assert {problem.field for problem in problems if problem.code == "implausible_for_age"} == odd


@given(st.integers(-1000, 1000), st.floats(-1000, 1000))
def test_vital_signs_are_odd_just_outside_their_bounds(pulse: int, temperature: float) -> None:
    codes = found(check_referral(referral(pulse=pulse, temperature=temperature)))
    assert (("pulse", "implausible") in codes) == (not 20 <= pulse <= 300)
    assert (("temperature", "implausible") in codes) == (not 30 <= temperature <= 44)


def test_every_code_has_words_that_name_the_field_and_no_value() -> None:
    assert set(PROBLEM_WORDS) == set(SEVERITIES)
    field = Referral.type.fields["temperature"]
    assert problem_words("implausible", field) == "Suhu tidak lazim: biasanya 30 sampai 44 °C. Periksa lagi."
    assert problem_words("missing", Patient.type.fields["name"]) == "Nama lengkap belum diisi."
