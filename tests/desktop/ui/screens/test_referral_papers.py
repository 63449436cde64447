"""Papers of a referral from its detail: saved as PDF, printed, copied for the telephone."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from pytestqt.qtbot import QtBot

from desktop.actions.referral_life import add_step
from desktop.actions.referrals import write_referral
from desktop.ui.desk import Desk
from desktop.ui.screens.referrals import ReferralsScreen
from sync.records import Referral
from sync.records.letter_code import letter_code
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, letter_values, nurse_of
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def opened(
    home: Home, new_desk: NewDesk, show: Show, settled: Settled, folder: Path
) -> tuple[ReferralsScreen, Referral, list[str]]:
    values = letter_values(add_patient(home, nik="9901014302680001").id, add_facility(home).id)
    letter = write_referral(home.replica, nurse_of(home), values)
    screen = ReferralsScreen(new_desk(home))
    screen.office.folder = folder
    said: list[str] = []
    screen.desk.said.connect(lambda _level, text: said.append(text))
    show(screen)
    screen.open_item(letter.id)
    settled(screen.desk)
    return screen, letter, said


def test_a_pdf_is_saved_and_its_place_is_said(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    screen, letter, said = opened(puskesmas, new_desk, show, settled, tmp_path / "Rujuk")
    assert_legible(screen)
    screen.detail.papers.save_button.click()
    settled(screen.desk)
    (file,) = (tmp_path / "Rujuk").iterdir()
    assert file.name == f"Surat-rujukan-{letter.number.replace('/', '-')}-{letter_code(letter.id)}.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert str(file) in said[-1]


def test_a_pdf_that_cannot_be_written_is_said_and_leaves_nothing(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "Rujuk"
    in_the_way.write_text("a file where the folder should be")
    screen, _letter, said = opened(puskesmas, new_desk, show, settled, in_the_way)
    screen.detail.papers.save_button.click()
    settled(screen.desk)
    assert said[-1].startswith("Belum tercetak atau tersimpan sebagai PDF. Data di Rujuk tetap aman.")
    assert in_the_way.read_text() == "a file where the folder should be"


def test_a_letter_is_printed_on_the_chosen_printer(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path, qtbot: QtBot
) -> None:
    screen, _letter, said = opened(puskesmas, new_desk, show, settled, tmp_path)
    screen.detail.papers.print_button.click()
    settled(screen.desk)
    dialog = screen.findChild(QPrintDialog)
    assert dialog is not None
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.accepted.emit(printer)
    settled(screen.desk)
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")
    assert said[-1] == "Dikirim ke printer: 2 halaman."
    dialog.close()


def test_the_text_for_the_telephone_has_initials_unless_the_name_is_wanted(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    screen, letter, said = opened(puskesmas, new_desk, show, settled, tmp_path)
    screen.detail.papers.copy_short.trigger()
    settled(screen.desk)
    text = QGuiApplication.clipboard().text()
    assert letter.number in text
    assert "S.A., perempuan" in text
    assert "Siti Aminah" not in text
    screen.detail.papers.copy_named.trigger()
    settled(screen.desk)
    text = QGuiApplication.clipboard().text()
    assert "Siti Aminah, perempuan" in text
    assert "9901014302680001" not in text
    assert "Teks disalin" in said[-1]


def test_a_back_referral_is_the_first_paper_once_it_is_there(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    screen, letter, _said = opened(puskesmas, new_desk, show, settled, tmp_path)
    details = {
        "final_diagnosis": "Preeklamsia berat, pascasalin",
        "drug_plan": "Nifedipin 3x10 mg",
        "advice": "Kontrol tekanan darah",
        "control_date": date(2027, 1, 4),
    }
    add_step(puskesmas.replica, nurse_of(puskesmas), letter.id, "dirujuk_balik", details)
    screen.refresh()
    settled(screen.desk)
    bar = screen.detail.papers
    assert bar.choice.itemData(0) == "back_referral"
    bar.choice.setCurrentIndex(0)
    bar.save_button.click()
    settled(screen.desk)
    assert [file.name.startswith("Surat-rujuk-balik-A-0001") for file in tmp_path.glob("*.pdf")] == [True]
    assert_legible(screen)
