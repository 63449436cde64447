"""Values of fields in words: what a form shows is said whole, and what is not there is said to be empty."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.queries.written import Writer, matters
from desktop.ui.screens.field_words import matter_label, matter_words, matters_in_words, value_words, writer_words
from sync.records import Facility, Patient, Visit, Ward

STAFF = "0a" * 16


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (Patient.type.fields["sex"], "P", "Perempuan"),
        (Patient.type.fields["payer"], "from_tomorrow", "from_tomorrow"),
        (Patient.type.fields["birth_date"], date(1992, 2, 3), "3 Feb 1992"),
        (Patient.type.fields["birth_order"], 0, "0"),
        (Patient.type.fields["allergies"], ("Udang", "Amoksisilin"), "Udang, Amoksisilin"),
        (Patient.type.fields["allergies"], (), "(kosong)"),
        (Patient.type.fields["nik"], None, "(kosong)"),
        (Facility.type.fields["active"], False, "tidak"),
        (Facility.type.fields["latitude"], -6.9, "-6,9 °"),
        (Ward.type.fields["free"], 3, "3 tempat tidur"),
        (Visit.type.fields["seen_by"], STAFF, "dr. Contoh"),
    ],
)
def test_each_kind_of_value_has_its_words(field, value, words: str) -> None:  # type: ignore[no-untyped-def]  # any field
    assert value_words(field, value, {STAFF: "dr. Contoh"}) == words


def test_a_diagnosis_is_one_matter_with_code_and_words() -> None:
    names = ("therapy", "diagnosis_code")
    assert matters(Visit.type, names) == [("diagnosis_code", "diagnosis_set", "diagnosis_label"), ("therapy",)]
    assert matters_in_words(Visit.type, names) == "Diagnosis, Terapi"
    diagnosis = matters(Visit.type, names)[0]
    assert matter_label(Visit.type, diagnosis) == "Diagnosis"
    assert matter_words(Visit.type, diagnosis, {"diagnosis_code": "A91"}) == "A91"
    assert matter_words(Visit.type, diagnosis, {"diagnosis_set": "icd10_bpjs"}) == "(kosong)"


def test_who_wrote_it_is_said_as_far_as_it_is_known() -> None:
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    at = now - timedelta(days=400)
    known = writer_words(Writer("Ns. Dewi", "Puskesmas Melati", "B", at), now, here="Puskesmas Melati")
    assert known.startswith("Ns. Dewi · komputer B · ")
    assert "Melati" not in known
    assert "2025" in known
    strange = writer_words(Writer(None, "RSUD Kenanga", None, at), now, here="Puskesmas Melati")
    assert strange.startswith("Petugas tidak dikenal di sini · komputer tidak dikenal · RSUD Kenanga · ")
