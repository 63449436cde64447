"""The paper of a letter: nothing is cut off, and the QR on it is read by a foreign decoder from a bad print."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.letters.letter import Letter, valid_until
from desktop.letters.seal import open_letter
from desktop.letters.sheet import Paper
from sync.records import Patient, Referral
from tests.desktop.letters.foreign import needs_poppler, needs_zbar, outside_words, pictures, scanned, spoil, text_of
from tests.desktop.letters.samples import (
    document,
    emergency_letter,
    long_letter,
    patient,
    referral,
    sealed,
    usual_letter,
)

pytestmark = pytest.mark.usefixtures("qapp")

LETTERS = [usual_letter, emergency_letter, long_letter]
#: Fields that are codes, numbers or days: their words are checked one by one.
_TEXTS = ("number", "polyclinic", "anamnesis", "examination", "results", "diagnosis_code", "diagnosis_label")
_MORE = ("differential", "differential_code", "therapy", "reason", "doctor_name", "contact_phone", "escort", "vehicle")
_PERSON = ("name", "nik", "jkn_number", "record_number", "phone", "address", "village", "subdistrict")


def words_of(letter: Letter) -> list[str]:
    """Every word that somebody wrote."""
    values: list[object] = [getattr(letter.referral, name) for name in (*_TEXTS, *_MORE, "consent_by", "tacc_reason")]
    values += [getattr(letter.patient, name) for name in _PERSON]
    values += letter.referral.allergies
    values += [place.name for place in (letter.sender, letter.receiver) if place]
    return [word for value in values if isinstance(value, str) for word in value.split()]


@needs_poppler
@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4])
@pytest.mark.parametrize("make", LETTERS)
def test_every_word_is_on_the_paper_in_both_copies_and_inside_it(
    make: object, paper: Paper, tmp_path: Path, qapp: QApplication
) -> None:
    letter: Letter = make()  # type: ignore[operator]  # one of LETTERS
    made = document(letter, paper)
    text = text_of(made, tmp_path)
    missing = {word for word in words_of(letter) if text.count(word) < 2}
    assert missing == set()
    assert outside_words(made, tmp_path) == []


@needs_poppler
def test_codes_numbers_and_days_are_said_in_words(tmp_path: Path) -> None:
    text = text_of(document(emergency_letter()), tmp_path)
    for words in (
        "SURAT RUJUKAN GAWAT DARURAT",
        "MERAH",
        "TS Dokter IGD di RSUD Kenanga",
        "Perempuan, 58 tahun (3 Februari 1968)",
        "Mengancam nyawa, membahayakan diri atau orang lain; Gangguan hemodinamik",
        "Alasan Rujuk Diagnosa Non-Spesialistik: Time < 3 Hari",
        "180/115 mmHg",
        "Tindakan medis. Terminasi",
        "Hasil penunjang (24 November 2026)",
        "Keluarga setuju (Joko Susilo (suami))",
        "Berlaku untuk kejadian ini.",
        "Lembar 1: untuk rumah sakit",
        "Lembar 2: arsip",
    ):
        assert "".join(words.split()) in text


def test_an_outpatient_letter_is_valid_for_ninety_days_the_first_counted() -> None:
    until = valid_until(referral())
    assert until is not None
    assert until.isoformat() == "2027-02-21"
    assert valid_until(referral(kind="gawat_darurat")) is None


@needs_zbar
@pytest.mark.parametrize("make", LETTERS)
def test_a_foreign_decoder_reads_the_code_from_a_noisy_blurred_print(make: object, tmp_path: Path) -> None:
    letter: Letter = make()  # type: ignore[operator]  # one of LETTERS
    assert letter.sealed is not None
    first = pictures(document(letter), tmp_path, dpi=203)[0]
    for seed in range(3):
        assert scanned(spoil(first, seed)) == letter.sealed.text
    text = scanned(first)
    coded = open_letter(text).coded
    assert coded.referral == letter.referral.id
    assert coded.letter["diagnosis_label"] == letter.referral.diagnosis_label
    assert coded.patient["name"] == letter.patient_name
    print(f"sealed: {letter.sealed.size} bytes, {len(text)} characters, shortened: {coded.shortened}")


def test_the_usual_letters_fit_one_page_and_900_bytes_with_nothing_shortened() -> None:
    for letter in (usual_letter(), emergency_letter()):
        assert letter.sealed is not None
        assert letter.sealed.size <= 900
        assert not letter.sealed.coded.shortened
        print(f"sealed letter: {letter.sealed.size} bytes")


@needs_zbar
@pytest.mark.parametrize("make", [usual_letter, emergency_letter])
def test_usual_letters_take_one_page_of_a5_for_each_copy(make: object, tmp_path: Path) -> None:
    letter: Letter = make()  # type: ignore[operator]  # one of the two
    assert len(pictures(document(letter), tmp_path, dpi=50)) == 2


def test_the_longest_letter_keeps_names_and_numbers_whole_in_its_code() -> None:
    letter = long_letter()
    assert letter.sealed is not None
    coded = open_letter(letter.sealed.text).coded
    assert coded.shortened
    assert letter.sealed.size <= 900
    for name in ("number", "diagnosis_label", "doctor_name"):
        assert coded.letter[name] == getattr(letter.referral, name)
    assert coded.letter["anamnesis"] != letter.referral.anamnesis
    assert set(coded.letter) <= set(Referral.type.fields)
    assert set(coded.patient) <= set(Patient.type.fields)


@needs_poppler
def test_an_allergy_that_only_the_patients_record_knows_is_on_the_paper_and_in_the_code(tmp_path: Path) -> None:
    letter = usual_letter()
    letter = sealed(replace(letter, patient=patient(allergies=("Amoksisilin", "Sulfa"))))
    assert letter.sealed is not None
    assert letter.sealed.coded.letter["allergies"] == ["Sulfa", "Amoksisilin"]
    assert "Alergi:Sulfa,Amoksisilin" in text_of(document(letter), tmp_path)
