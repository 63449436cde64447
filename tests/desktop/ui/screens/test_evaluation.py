"""The evaluation on the screen: each facility its own, findings in words, filters, drilling down, files."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.queries.indicators import Choice
from desktop.ui.desk import Desk
from desktop.ui.screens.evaluation import EvaluationScreen
from desktop.ui.screens.evaluation_map import map_value
from desktop.ui.screens.evaluation_report import report_pdf
from desktop.ui.screens.evaluation_sheets import evaluation_sheets
from desktop.ui.screens.evaluation_table import HEADINGS
from sync.records import Referral
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, add_received_letter
from tests.desktop.ui.screens.conftest import Show, assert_legible
from tests.fakes.district_year import DistrictYear, Size, district_year, write_year

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


@pytest.fixture
def office(new_home: MakeHome) -> Home:
    """A PC of the district office."""
    return new_home("dinkes", person=True)


def filled(home: Home, letters: int = 300) -> DistrictYear:
    size = Size(puskesmas=7, clinics=8, hospitals=4, outside=2, letters=letters)
    year = district_year(size, 1, home.replica.now())
    write_year(home.replica, year)
    return year


def opened(home: Home, new_desk: NewDesk, show: Show) -> EvaluationScreen:
    screen = EvaluationScreen(new_desk(home))
    show(screen)
    assert screen.evaluation is not None
    return screen


def rows(screen: EvaluationScreen) -> list[list[str]]:
    screen.tabs.setCurrentIndex(1)
    model = screen.table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_office_sees_the_district_and_every_text_can_be_read(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    filled(office)
    screen = opened(office, new_desk, show)
    assert screen.evaluation is not None
    assert screen.tiles.tiles[0].figure.text() == str(screen.evaluation.figures.letters)
    assert "diterima" in screen.outcomes.finding.text()
    assert screen.volume.chart.accessibleDescription().count("rujukan") == len(screen.evaluation.parts)
    for place in range(screen.tabs.count()):
        screen.tabs.setCurrentIndex(place)
        assert_legible(screen)


def test_without_referrals_it_says_so_and_shows_no_zero_percent(office: Home, new_desk: NewDesk, show: Show) -> None:
    screen = opened(office, new_desk, show)
    assert screen.volume.finding.text() == "Belum ada rujukan pada periode ini"
    assert screen.refusals.finding.text() == "Tidak ada penolakan pada periode ini"
    assert [tile.figure.text() for tile in screen.tiles.tiles] == ["0", "—", "—", "—", "—", "—", "—"]
    for place in range(screen.tabs.count()):
        screen.tabs.setCurrentIndex(place)
        assert_legible(screen)


def test_few_letters_are_marked_as_few(hospital: Home, new_desk: NewDesk, show: Show) -> None:
    add_received_letter(hospital, add_patient(hospital).id)
    screen = opened(hospital, new_desk, show)
    accepted = screen.tiles.tiles[1]
    assert (accepted.figure.text(), accepted.detail.text()) == ("0,0% *", "0 dari 1 (sedikit)")
    assert rows(screen)[0][:3] == ["Puskesmas Melati", "1", "0,0% *"]
    assert rows(screen)[0][5] == "—", "nobody has answered, so there is no median"


def test_a_hospital_sees_what_it_was_sent_and_a_puskesmas_what_it_sent(
    new_home: MakeHome, new_desk: NewDesk, show: Show
) -> None:
    for kind in ("rs", "puskesmas"):
        home = new_home(kind, person=True)
        year = filled(home)
        letters = [record for record in year.records() if isinstance(record, Referral)]
        screen = opened(home, new_desk, show)
        assert screen.evaluation is not None
        assert screen.evaluation.figures.letters == 0, "all of it is between others"
        assert screen.filters.origin.isVisible() == (kind == "rs")
        assert screen.filters.hospital.isVisible() == (kind == "puskesmas")
        assert letters


def test_the_table_is_sorted_and_what_is_not_known_stands_last(office: Home, new_desk: NewDesk, show: Show) -> None:
    filled(office, 60)
    screen = opened(office, new_desk, show)
    screen.tabs.setCurrentIndex(1)
    counts = [int(row[1]) for row in rows(screen)]
    assert counts == sorted(counts, reverse=True)
    column = HEADINGS.index("Median jawab")
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        screen.table.sortByColumn(column, order)
        texts = [row[column] for row in rows(screen)]
        known = [text for text in texts if text != "—"]
        assert texts == known + ["—"] * (len(texts) - len(known))
    screen.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    names = [row[0].lower() for row in rows(screen)]
    assert names == sorted(names)


def test_enter_on_a_facility_counts_only_its_letters_and_one_button_goes_back(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    filled(office)
    screen = opened(office, new_desk, show)
    screen.tabs.setCurrentIndex(1)
    name, count = rows(screen)[0][:2]
    screen.table.selectRow(0)
    QTest.keyClick(screen.table, Qt.Key.Key_Return)
    settled(screen.desk)
    assert screen.filters.origin.currentText() == name
    assert screen.tiles.tiles[0].figure.text() == count
    assert name in screen.status.text()
    assert screen.tabs.currentIndex() == 0
    assert_legible(screen)
    screen.everything.click()
    settled(screen.desk)
    assert screen.evaluation is not None
    assert screen.evaluation.choice == Choice()
    assert not screen.everything.isVisible()
    screen.side.setCurrentIndex(1)
    screen.side.activated.emit(1)
    hospital = rows(screen)[0]
    screen.tabs.setCurrentIndex(1)
    screen.table.selectRow(0)
    QTest.keyClick(screen.table, Qt.Key.Key_Return)
    settled(screen.desk)
    assert screen.filters.hospital.currentText() == hospital[0]


def test_own_dates_are_asked_for_and_taken_in_either_order(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    year = filled(office)
    screen = opened(office, new_desk, show)
    assert not screen.filters.first.isVisible()
    screen.filters.period.setCurrentIndex(screen.filters.period.findData("own"))
    screen.filters.period.activated.emit(0)
    last = year.until.astimezone().date()
    first = last - timedelta(days=20)
    screen.filters.first.setDate(QDate(last.year, last.month, last.day))
    screen.filters.last.setDate(QDate(first.year, first.month, first.day))
    screen.filters.last.editingFinished.emit()
    settled(screen.desk)
    assert screen.evaluation is not None
    assert (screen.evaluation.period.first, screen.evaluation.period.last) == (first, last)
    written = [record.written_at for record in year.records() if isinstance(record, Referral)]
    assert screen.evaluation.figures.letters == sum(first <= at.astimezone().date() <= last for at in written)
    assert len(screen.evaluation.parts) == 21
    assert_legible(screen)


def test_the_kind_of_referral_is_chosen(office: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    filled(office)
    screen = opened(office, new_desk, show)
    screen.filters.kind.setCurrentIndex(screen.filters.kind.findData("gawat_darurat"))
    screen.filters.kind.activated.emit(0)
    settled(screen.desk)
    assert screen.evaluation is not None
    figures = screen.evaluation.figures
    assert figures.letters == figures.emergencies > 0
    offered = [screen.filters.origin.itemData(place) for place in range(1, screen.filters.origin.count())]
    assert set(offered) == {line.site.id for line in screen.evaluation.senders}


def test_the_map_says_its_flows_and_lists_who_is_not_on_it(office: Home, new_desk: NewDesk, show: Show) -> None:
    year = filled(office)
    screen = opened(office, new_desk, show)
    page = screen.map
    screen.tabs.setCurrentWidget(page)
    assert page.heading.text() == "Semua fasilitas"
    assert "Ke luar kabupaten:" in page.words.text()
    assert screen.evaluation is not None
    place = map_value(screen.evaluation).places[0]
    page.map.choose(place.id)
    assert page.heading.text() == place.name
    assert page.facility.currentData() == place.id
    assert_legible(screen)
    unknown = [facility for facility in year.first_level if facility.latitude is None]
    assert unknown
    listed = [page.missing.item(row).text() for row in range(page.missing.count())]
    assert [text.partition("  ·  ")[0] for text in listed] == [facility.name for facility in unknown]
    page.missing.setCurrentRow(0)
    assert page.heading.text() == unknown[0].name
    assert page.map.chosen == ""
    assert page.words.text().startswith("Merujuk ")


def test_a_second_refresh_within_the_minute_waits(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    filled(office, 30)
    screen = opened(office, new_desk, show)
    before = screen.evaluation
    screen.refresh()
    settled(screen.desk)
    assert screen.evaluation is before
    screen._pause.setInterval(1)
    screen._pause.start()
    screen._stale = True
    screen._pause.timeout.emit()
    settled(screen.desk)
    assert screen.evaluation is not before


def test_a_file_is_written_where_the_dialog_says(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path, qtbot: QtBot
) -> None:
    filled(office, 60)
    screen = opened(office, new_desk, show)
    said: list[str] = []
    screen.desk.said.connect(lambda _level, text: said.append(text))
    for pressed, name, begins in (
        (screen.saving.csv, "a.csv", b"\xef\xbb\xbf"),
        (screen.saving.xlsx, "a.xlsx", b"PK"),
        (screen.saving.pdf, "a.pdf", b"%PDF"),
    ):
        pressed.click()
        (dialog,) = screen.saving.findChildren(QFileDialog)
        assert dialog.selectedFiles()[0].endswith(name[1:])
        dialog.fileSelected.emit(str(tmp_path / name))
        dialog.close()
        settled(screen.desk)
        assert (tmp_path / name).read_bytes().startswith(begins)
        assert said[-1].startswith("Tersimpan: ")
        qtbot.waitUntil(lambda: not screen.saving.findChildren(QFileDialog))


def test_a_file_that_cannot_be_written_says_what_to_do(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled, tmp_path: Path
) -> None:
    screen = opened(office, new_desk, show)
    said: list[tuple[str, str]] = []
    screen.desk.said.connect(lambda level, text: said.append((level, text)))
    screen.saving.save(tmp_path / "tidak ada" / "a.csv", lambda: b"")
    settled(screen.desk)
    ((level, text),) = said
    assert level == "error"
    assert "belum tersimpan" in text
    assert screen.saving.isEnabled()


def test_paper_and_spreadsheet_hold_every_facility(office: Home, new_desk: NewDesk, show: Show) -> None:
    filled(office)
    screen = opened(office, new_desk, show)
    evaluation = screen.evaluation
    assert evaluation is not None
    pdf = report_pdf(evaluation, "Dinas Kesehatan")
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") >= 4
    sheets = {sheet.name: sheet for sheet in evaluation_sheets(evaluation, "Dinas Kesehatan")}
    assert len(sheets["Perujuk"].rows) == len(evaluation.senders)
    assert all(len(row) == len(sheet.headings) for sheet in sheets.values() for row in sheet.rows)
    assert sum(int(row[2] or 0) for row in sheets["Diagnosis"].rows) == evaluation.figures.letters
    assert sum(int(row[2] or 0) for row in sheets["Aliran"].rows) == evaluation.figures.letters
    assert any("Surat yang ditulis" in str(row[1]) for row in sheets["Keterangan"].rows)


def test_the_keyboard_reaches_filters_charts_table_and_map(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    filled(office, 60)
    screen = opened(office, new_desk, show)
    screen.activateWindow()
    screen.filters.period.setFocus()
    wanted = {screen.filters.kind, screen.volume.chart, screen.refusals.chart, screen.saving.pdf}
    for _ in range(30):
        focused = screen.focusWidget()
        wanted.discard(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert wanted == set()
    screen.tabs.setCurrentWidget(screen.map)
    screen.tabs.setFocus()
    for _ in range(30):
        QTest.keyClick(screen.focusWidget(), Qt.Key.Key_Tab)
        if screen.map.map.hasFocus():
            break
    assert screen.map.map.hasFocus()
