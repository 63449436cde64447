"""Forms for hours without power: printed with reserved numbers, copied later into a letter with that number."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest

from desktop.actions.forms import reserve_forms
from desktop.queries.forms import reserved_forms, ticket_width
from desktop.ui.desk import Desk
from desktop.ui.screens.forms import FormsScreen
from desktop.ui.screens.referral_form import ReferralFormScreen
from sync.records.letter_code import letter_code
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, letter_values, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def opened(home: Home, new_desk: NewDesk, show: Show, folder: Path) -> FormsScreen:
    screen = FormsScreen(new_desk(home))
    screen.office.folder = folder
    show(screen)
    return screen


def test_new_forms_are_saved_with_numbers_of_their_own(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    screen = opened(puskesmas, new_desk, show, tmp_path / "papers")
    assert screen.none.isVisible()
    assert screen.none.y() < 120, "right below its heading"
    assert not screen.again_button.isVisible(), "there is nothing to print again"
    assert_legible(screen)
    screen.count.setCurrentIndex(screen.count.findData(2))
    screen.save_button.click()
    for _ in range(2):
        settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    assert [card.title[:6] for card in screen.list.cards()] == ["A-0002", "A-0001"]
    screen.resize(950, 510)
    assert_legible(screen)
    assert (screen.width(), screen.height()) == (950, 510)
    assert [file.name[:23] for file in (tmp_path / "papers").iterdir()] == ["Formulir-darurat-A-0001"]
    assert_legible(screen)


def test_one_form_is_printed_again_under_its_number(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    form = reserve_forms(puskesmas.replica, 1)[0]
    screen = opened(puskesmas, new_desk, show, tmp_path)
    assert not screen.again_button.isEnabled()
    assert screen.list.select(form.number)
    screen.again_button.click()
    settled(screen.desk)
    dialog = screen.findChild(QPrintDialog)
    assert dialog is not None
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "form.pdf"))
    dialog.accepted.emit(printer)
    settled(screen.desk)
    dialog.close()
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF")
    with reading(puskesmas) as reader:
        assert len(reserved_forms(reader)) == 1


def test_the_width_of_the_tickets_is_remembered(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    screen = opened(puskesmas, new_desk, show, tmp_path)
    assert screen.roll.currentData() == "58"
    QTest.keyClick(screen.roll, Qt.Key.Key_Down)
    settled(screen.desk)
    with reading(puskesmas) as reader:
        assert ticket_width(reader) == "80"


def letter_form(home: Home, new_desk: NewDesk, show: Show, settled: Settled) -> ReferralFormScreen:
    hospital, patient = add_facility(home), add_patient(home)
    screen = ReferralFormScreen(new_desk(home))
    show(screen)
    screen.open_item(patient.id)
    settled(screen.desk)
    screen.form.set_values(letter_values(patient.id, hospital.id))
    screen.diagnosis.set_diagnosis("O14.1", "icd10_who2019", "Preeklamsia berat")
    assert screen.hospitals.select(hospital.id)
    return screen


def test_a_form_that_is_copied_gives_the_letter_its_number_and_time(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    form = reserve_forms(puskesmas.replica, 3)[1]
    screen = letter_form(puskesmas, new_desk, show, settled)
    went: list[str] = []
    screen.desk.go_requested.connect(lambda _key, referral: went.append(referral))
    assert screen.copied.isHidden()
    screen.copied.ask_button.click()
    QTest.keyClicks(screen.copied.editor("number").control, f"RUJUKF1:{form.number}:{letter_code(form.referral)}")
    written_at = (datetime.now(UTC) - timedelta(hours=3)).astimezone().replace(second=0, microsecond=0)
    screen.copied.set_values({"written_at": written_at})
    assert_legible(screen)
    screen.save()
    settled(screen.desk)
    assert went == [form.referral]
    with reading(puskesmas) as reader:
        number = reader.value("SELECT number FROM referral")
        written = reader.value("SELECT written_at FROM referral")
    assert number == form.number
    assert datetime.fromisoformat(written) == written_at


def test_a_number_of_no_form_says_so_at_its_field_and_keeps_what_was_typed(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = letter_form(puskesmas, new_desk, show, settled)
    screen.copied.ask_button.click()
    screen.save()
    assert screen.copied.editor("number").problem.text() == "Nomor surat belum diisi."
    QTest.keyClicks(screen.copied.editor("number").control, "A-0077/XI/2026")
    screen.copied.set_values({"written_at": datetime.now(UTC) - timedelta(hours=3)})
    screen.save()
    settled(screen.desk)
    assert screen.copied.editor("number").problem.text().startswith("Nomor ini bukan nomor formulir")
    assert screen.form.editor("anamnesis").value() == "Nyeri kepala hebat sejak empat jam"
    assert_legible(screen)
    with reading(puskesmas) as reader:
        assert reader.value("SELECT count(*) FROM referral") == 0
