"""Every other paper from a real database: its words are on it, inside the page, on as many pages as it should have."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.actions.forms import reserve_forms
from desktop.actions.referral_life import add_step
from desktop.actions.referrals import write_referral
from desktop.letters.documents import (
    back_referral_document,
    consent_document,
    contingency_document,
    letter_document,
    online_queue_document,
    ticket_document,
)
from desktop.letters.output import file_name, pdf_bytes, save_pdf
from desktop.letters.reading import NotHere
from desktop.letters.seal import open_letter
from desktop.letters.sheet import Document, Paper
from desktop.letters.slips import Ticket
from sync.records import Referral
from sync.records.letter_code import letter_code
from tests.desktop.homes import Home
from tests.desktop.letters.foreign import needs_poppler, needs_zbar, outside_words, pictures, scanned, spoil, text_of
from tests.desktop.letters.samples import words
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, letter_values, nurse_of, reading

pytestmark = [pytest.mark.usefixtures("qapp"), needs_poppler, needs_zbar]

TODAY = date(2026, 11, 26)


def written(home: Home, **details: object) -> Referral:
    values = letter_values(add_patient(home, nik="9901014302680001").id, add_facility(home).id, **details)
    return write_referral(home.replica, nurse_of(home), values)


def assert_paper(document: Document, folder: Path, pages: int, *texts: str) -> None:
    text = text_of(document, folder)
    assert [words for words in texts if "".join(words.split()) not in text] == []
    assert outside_words(document, folder) == []
    assert len(pictures(document, folder, dpi=40)) == pages


@needs_zbar
def test_a_letter_of_this_facility_is_signed_with_this_pcs_key(home: Home, tmp_path: Path, qapp: QApplication) -> None:
    letter = written(home)
    with reading(home) as reader:
        document = letter_document(reader, letter.id)
    opened = open_letter(document.sheets[0].qr)
    assert opened.coded.referral == letter.id
    assert opened.device == home.replica.identity.device
    assert opened.coded.patient["nik"] == "9901014302680001"
    assert file_name(document) == f"Surat-rujukan-{letter.number.replace('/', '-')}-{letter_code(letter.id)}.pdf"


def test_a_letter_of_another_facility_is_printed_without_a_signature(new_home: object, tmp_path: Path) -> None:
    hospital: Home = new_home("rs", person=True)  # type: ignore[operator]  # the fixture makes homes
    letter = add_received_letter(hospital, add_patient(hospital).id)
    with reading(hospital) as reader:
        document = letter_document(reader, letter.id)
        assert document.sheets[0].qr == ""
        assert_paper(document, tmp_path, 2, "MERAH segera", f"Kode: {letter_code(letter.id)}", "Preeklamsia berat")
        with pytest.raises(NotHere):
            letter_document(reader, "0" * 32)
        with pytest.raises(NotHere):
            back_referral_document(reader, letter.id)


def test_a_back_referral_says_what_the_puskesmas_goes_on_with(home: Home, tmp_path: Path) -> None:
    letter = written(home)
    details = {
        "final_diagnosis": "Preeklamsia berat, pascasalin",
        "drug_plan": words("obat", 2000),
        "advice": words("saran", 2000),
        "control_date": date(2027, 1, 4),
    }
    add_step(home.replica, nurse_of(home), letter.id, "dirujuk_balik", details)
    with reading(home) as reader:
        document = back_referral_document(reader, letter.id)
    expected = [*str(details["drug_plan"]).split(), *str(details["advice"]).split()]
    assert_paper(document, tmp_path, 4, "SURAT RUJUK BALIK", letter.number, letter_code(letter.id), *expected)
    assert_paper(document, tmp_path, 4, "Kontrol di puskesmas: 4 Januari 2027", "Preeklamsia berat, pascasalin")


@pytest.mark.parametrize(("refused", "says"), [(False, "SETUJU DIRUJUK"), (True, "MENOLAK DIRUJUK")])
def test_consent_and_refusal_leave_open_what_only_the_person_can_say(
    home: Home, tmp_path: Path, *, refused: bool, says: str
) -> None:
    patient = add_patient(home)
    with reading(home) as reader:
        document = consent_document(reader, patient.id, refused=refused, day=TODAY, staff="dr. Bagus Santoso")
    assert_paper(document, tmp_path, 2, says, "Siti Aminah", "Saksi", "(dr. Bagus Santoso)", "Diagnosis")
    assert "Preeklamsia" not in text_of(document, tmp_path)


def test_consent_names_the_diagnosis_and_hospital_of_todays_letter(home: Home, tmp_path: Path) -> None:
    letter = written(home)
    with reading(home) as reader:
        day = letter.written_at.astimezone().date()
        document = consent_document(reader, letter.patient, refused=False, day=day)
    assert_paper(document, tmp_path, 2, "O14.1 Preeklamsia berat", "RSUD Kenanga")


def test_the_slip_about_queueing_names_the_letter_and_its_last_day(home: Home, tmp_path: Path) -> None:
    letter = written(home, kind="rawat_jalan", urgency="hijau", polyclinic="Mata")
    with reading(home) as reader:
        document = online_queue_document(reader, letter.patient)
    assert_paper(
        document, tmp_path, 1, letter.number, "Poli Mata di RSUD Kenanga", "Berlaku sampai", "7.", "Mobile JKN"
    )


@pytest.mark.parametrize("paper", [Paper.ROLL_58, Paper.ROLL_80])
def test_a_ticket_fits_its_roll_and_names_nobody(home: Home, tmp_path: Path, paper: Paper) -> None:
    ticket = Ticket(None, "Poli Anak/MTBS", "A-107", datetime(2026, 11, 26, 1, 15, tzinfo=UTC))
    assert_paper(ticket_document(ticket, paper), tmp_path, 1, "A-107", "Poli Anak/MTBS", "26 November 2026")


def test_an_empty_form_has_its_number_its_code_and_a_code_that_scans(home: Home, tmp_path: Path) -> None:
    forms = reserve_forms(home.replica, 2)
    with reading(home) as reader:
        document = contingency_document(reader, forms)
    codes = [letter_code(form.referral) for form in forms]
    assert_paper(document, tmp_path, 4, *(form.number for form in forms), *codes, "Kriteria gawat darurat", "Alergi")
    first = pictures(document, tmp_path, dpi=203)[0]
    assert scanned(spoil(first, seed=1)) == f"RUJUKF1:{forms[0].number}:{codes[0]}"


def test_no_paper_takes_the_place_of_another_letters_or_patients(new_home: object) -> None:
    hospital: Home = new_home("rs", person=True)  # type: ignore[operator]  # the fixture makes homes
    patients = [add_patient(hospital), add_patient(hospital)]
    letters = [add_received_letter(hospital, patient.id) for patient in patients]
    for letter in letters:
        add_step(hospital.replica, nurse_of(hospital), letter.id, "dirujuk_balik", {"final_diagnosis": "Sembuh"})
    assert letters[0].number == letters[1].number
    with reading(hospital) as reader:
        documents = [
            make(reader, letter.id) for letter in letters for make in (letter_document, back_referral_document)
        ]
        documents += [consent_document(reader, patient.id, refused=False, day=TODAY) for patient in patients]
        documents += [online_queue_document(reader, patient.id) for patient in patients]
    assert len({file_name(document) for document in documents}) == len(documents)


def test_a_file_is_written_whole_or_not_at_all(home: Home, tmp_path: Path) -> None:
    letter = written(home)
    with reading(home) as reader:
        document = letter_document(reader, letter.id)
    path = save_pdf(document, tmp_path / "new folder" / "letter.pdf")
    assert path.read_bytes()[:5] == pdf_bytes(document)[:5] == b"%PDF-"
    in_the_way = tmp_path / "letter.pdf"
    in_the_way.mkdir()
    with pytest.raises(OSError, match=r"letter\.pdf"):
        save_pdf(document, in_the_way)
    assert [file.name for file in tmp_path.iterdir() if file.name.endswith(".part")] == []
