"""Papers of the patient that is looked at, and the back-referral at the hospital that wrote it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrintDialog, QPrinter

from desktop.actions.referral_life import add_step
from desktop.ui.desk import Desk
from desktop.ui.screens.inbox import InboxScreen
from desktop.ui.screens.patients import PatientsScreen
from sync.records.letter_code import letter_code
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, add_received_letter, nurse_of
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled, folder: Path) -> PatientsScreen:
    patient = add_patient(home)
    screen = PatientsScreen(new_desk(home))
    screen.papers.office.folder = folder
    show(screen)
    screen.open_item(patient.id)
    settled(screen.desk)
    return screen


@pytest.mark.parametrize(
    ("key", "beginning"),
    [
        ("consent", "Persetujuan-rujukan-"),
        ("refusal", "Penolakan-rujukan-"),
        ("online_queue", "Cara-antrean-online.pdf"),
        ("ticket:kia", "Karcis-antrean-A-001.pdf"),
    ],
)
def test_each_paper_of_a_patient_is_saved(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path, key: str, beginning: str
) -> None:
    screen = opened(puskesmas, new_desk, show, settled, tmp_path / "papers")
    assert_legible(screen)
    bar = screen.pane.papers
    bar.choice.setCurrentIndex(bar.choice.findData(key))
    bar.save_button.click()
    for _ in range(2):
        settled(screen.desk)
    (file,) = (tmp_path / "papers").iterdir()
    assert file.name.startswith(beginning)
    assert "Siti" not in file.name
    screen.resize(950, 510)
    assert_legible(screen)
    assert (screen.width(), screen.height()) == (950, 510)


def test_tickets_follow_each_other_on_one_printer_that_was_asked_for_once(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    screen = opened(puskesmas, new_desk, show, settled, tmp_path)
    said: list[str] = []
    screen.desk.said.connect(lambda _level, text: said.append(text))
    bar = screen.pane.papers
    bar.choice.setCurrentIndex(bar.choice.findData("ticket:umum"))
    bar.print_button.click()
    for _ in range(2):
        settled(screen.desk)
    dialog = screen.findChild(QPrintDialog)
    assert dialog is not None
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "ticket.pdf"))
    dialog.accepted.emit(printer)
    settled(screen.desk)
    dialog.close()
    (tmp_path / "ticket.pdf").unlink()
    bar.print_button.click()
    for _ in range(3):
        settled(screen.desk)
    assert (tmp_path / "ticket.pdf").exists()
    assert said == ["Dikirim ke printer: 1 halaman."] * 2


def test_the_hospital_prints_its_back_referral_and_nothing_before_it(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    letter = add_received_letter(hospital, add_patient(hospital).id)
    screen = InboxScreen(new_desk(hospital))
    screen.papers.office.folder = tmp_path / "papers"
    show(screen)
    assert screen.list.select(letter.id)
    for _ in range(2):
        settled(screen.desk)
    assert not screen.papers.isVisible()
    details = {"final_diagnosis": "Preeklamsia berat", "drug_plan": "Nifedipin 3x10 mg"}
    add_step(hospital.replica, nurse_of(hospital), letter.id, "dirujuk_balik", details)
    screen.refresh()
    for _ in range(2):
        settled(screen.desk)
    assert screen.papers.isVisible()
    assert_legible(screen)
    screen.papers.save_button.click()
    settled(screen.desk)
    saved = [file.name for file in (tmp_path / "papers").iterdir()]
    assert saved == [f"Surat-rujuk-balik-B-0001-XI-2026-{letter_code(letter.id)}.pdf"]
