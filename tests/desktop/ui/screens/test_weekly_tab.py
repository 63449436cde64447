"""The weekly report on the screen: proposed beside reported, confirmed by a person, zero in one key."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.queries.weekly import WeekLine, week_lines
from desktop.ui.desk import Desk
from desktop.ui.screens.surveillance import SurveillanceScreen
from desktop.ui.screens.weekly_tab import WeeklyTab
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_report, add_visits, last_week
from tests.desktop.scenes import reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled) -> tuple[SurveillanceScreen, WeeklyTab]:
    screen = SurveillanceScreen(new_desk(home))
    show(screen)
    screen.open_item(f"week:{last_week(home).first_day}")
    again(screen, settled)
    assert screen.weekly is not None
    assert screen.stack.currentWidget() is screen.weekly
    return screen, screen.weekly


def again(screen: SurveillanceScreen, settled: Settled) -> None:
    for _ in range(2):
        settled(screen.desk)
        screen.refresh()
    settled(screen.desk)
    settled(screen.desk)


def reported(home: Home) -> WeekLine:
    with reading(home) as reader:
        return week_lines(reader, home.replica.identity.facility, home.replica.now())[0]


def test_the_visits_propose_and_a_person_corrects_and_confirms(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    add_visits(puskesmas, last_week(puskesmas).first_day, "A09", 3)
    add_visits(puskesmas, last_week(puskesmas).last_day, "J22", 1)
    screen, weekly = opened(puskesmas, new_desk, show, settled)
    week = last_week(puskesmas)
    assert weekly.heading.text().startswith(f"Minggu {week.number} tahun {week.year}")
    assert (weekly.grid.fields["A"].text(), weekly.total.text()) == ("3", "4")
    assert weekly.sms.text() == f"SKDR {week.number}#{week.year}#A3,Y1,AA1,X4"
    assert "* kodenya juga terhitung" in weekly.hint.text()
    assert reported(puskesmas).report is None
    assert_legible(screen)
    weekly.grid.fields["Y"].clear()
    weekly.grid.fields["Y"].textEdited.emit("")
    assert screen.has_unsaved()
    again(screen, settled)
    assert weekly.grid.fields["Y"].text() == ""  # what was typed stays
    assert weekly.grid.proposed["Y"].text() == "beda: 1*"
    weekly.save()
    again(screen, settled)
    report = reported(puskesmas).report
    assert report is not None
    assert (report.counts, report.total_visits) == (("A3", "AA1"), 4)
    assert not screen.has_unsaved()
    assert "menunggu dikirim" in weekly.state.text()
    assert weekly.save_button.text() == "Simpan perbaikan (Ctrl+S)"
    assert_legible(screen)


def test_a_correction_names_what_it_corrects(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    first = add_report(puskesmas, last_week(puskesmas), counts=("A2",), total_visits=None)
    screen, weekly = opened(puskesmas, new_desk, show, settled)
    assert (weekly.grid.fields["A"].text(), weekly.total.text()) == ("2", "")
    QTest.keyClicks(weekly.grid.fields["C"], "4")
    weekly.save()
    again(screen, settled)
    line = reported(puskesmas)
    assert line.report is not None
    assert (line.report.replaces, line.report.counts, line.report.total_visits) == (first.id, ("A2", "C4"), None)
    assert line.reports == 2
    assert "perbaikan ke-1" in weekly.state.text()


def test_a_zero_report_is_one_key(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    add_visits(puskesmas, last_week(puskesmas).first_day, "O14.1", 2)
    screen, weekly = opened(puskesmas, new_desk, show, settled)
    weekly.report_nil()
    again(screen, settled)
    report = reported(puskesmas).report
    assert report is not None
    assert (report.counts, report.total_visits) == ((), 2)


def test_zero_against_what_the_visits_say_is_asked_first(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    add_visits(puskesmas, last_week(puskesmas).first_day, "A09", 3)
    screen, weekly = opened(puskesmas, new_desk, show, settled)
    weekly.report_nil()
    assert weekly.question.text() == "Kunjungan minggu ini menyebut 3 kasus. Tetap laporkan nihil?"
    assert_legible(screen)
    weekly.question.buttons()["Tidak, periksa lagi"].click()
    settled(screen.desk)
    assert reported(puskesmas).report is None
    weekly.report_nil()
    weekly.question.buttons()["Ya, laporkan nihil"].click()
    again(screen, settled)
    assert reported(puskesmas).report is not None


def test_what_is_no_number_is_said_and_kept(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    screen, weekly = opened(puskesmas, new_desk, show, settled)
    QTest.keyClicks(weekly.grid.fields["A"], "dua")
    weekly.save()
    assert weekly.problem.text() == "Tulis dengan angka bulat saja; kosong berarti 0."
    assert weekly.sms.text() == ""
    assert_legible(screen)
    weekly.grid.fields["A"].clear()
    weekly.total.clear()
    QTest.keyClicks(weekly.total, "x")
    weekly.save()
    assert weekly.problem.text().startswith("Total kunjungan:")
    settled(screen.desk)
    assert reported(puskesmas).report is None
    assert weekly.total.text() == "x"


def test_what_was_typed_for_one_week_waits_while_another_is_shown(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, weekly = opened(puskesmas, new_desk, show, settled)
    QTest.keyClicks(weekly.grid.fields["K"], "2")
    other = last_week(puskesmas).before()
    weekly.list.select(other.first_day.isoformat())
    settled(screen.desk)
    assert weekly.grid.fields["K"].text() == ""
    weekly.list.select(last_week(puskesmas).first_day.isoformat())
    settled(screen.desk)
    assert weekly.grid.fields["K"].text() == "2"


def test_the_text_message_can_be_copied(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    add_visits(puskesmas, last_week(puskesmas).first_day + timedelta(days=1), "A91", 2)
    _screen, weekly = opened(puskesmas, new_desk, show, settled)
    weekly.copy_button.click()
    assert QGuiApplication.clipboard().text() == weekly.sms.text()
    assert weekly.sms.text().endswith("#C2,X2")
