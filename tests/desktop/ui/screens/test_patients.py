"""Finding a patient by typing, with real keys on real widgets."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.patients import save_visit
from desktop.ui.desk import Desk
from desktop.ui.screens.patient_form import new_patient
from desktop.ui.screens.patients import PatientsScreen, count_words
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]


def test_the_line_above_the_list_says_what_is_shown() -> None:
    assert count_words("", 20) == "Terakhir didaftarkan"
    assert count_words("siti", 0) == "Tidak ditemukan"
    assert count_words("siti", 3) == "3 ditemukan"
    assert "mempersempit" in count_words("s", 50)


def test_typing_finds_and_enter_shows_the_first(
    puskesmas: Home, new_desk: Callable[[Home], Desk], show: Show, settled: Settled, qtbot: QtBot
) -> None:
    siti = add_patient(puskesmas, "Siti Aminah", allergies=("Amoksisilin",))
    add_patient(puskesmas, "Budi Santoso", sex="L")
    save_visit(puskesmas.replica, nurse_of(puskesmas), siti.id, {"date": date(2026, 1, 2), "complaint": "Batuk"}, None)
    screen = PatientsScreen(new_desk(puskesmas))
    show(screen)
    QTest.keyClicks(screen.search, "siti am")
    settled(screen.desk)
    assert [card.title for card in screen.list.cards()] == ["Siti Aminah"]
    assert screen.right.currentWidget() is screen.nothing
    QTest.keyClick(screen.search, Qt.Key.Key_Return)
    settled(screen.desk)
    assert screen.right.currentWidget() is screen.pane
    assert screen.pane.name.text() == "Siti Aminah"
    assert screen.pane.allergies.text() == "Alergi: Amoksisilin"
    assert [card.subtitle for card in screen.pane.visits.cards()] == ["Batuk"]
    assert_legible(screen)


def test_a_patient_who_no_longer_fits_what_is_typed_is_not_left_on_the_screen(
    puskesmas: Home, new_desk: Callable[[Home], Desk], show: Show, settled: Settled, qtbot: QtBot
) -> None:
    add_patient(puskesmas, "Siti Aminah")
    add_patient(puskesmas, "Budi Santoso", sex="L")
    screen = PatientsScreen(new_desk(puskesmas))
    show(screen)
    QTest.keyClicks(screen.search, "siti")
    settled(screen.desk)
    QTest.keyClick(screen.search, Qt.Key.Key_Down)
    settled(screen.desk)
    assert screen.right.currentWidget() is screen.pane
    screen.search.clear()
    QTest.keyClicks(screen.search, "budi")
    settled(screen.desk)
    assert screen.right.currentWidget() is screen.nothing


def test_a_name_searched_for_in_vain_need_not_be_typed_again(
    puskesmas: Home, new_desk: Callable[[Home], Desk], show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = PatientsScreen(new_desk(puskesmas))
    show(screen)
    QTest.keyClicks(screen.search, "Wulandari")
    settled(screen.desk)
    assert screen.nothing.title() == "Tidak ada pasien yang cocok"
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        screen.new_button.click()
    assert went.args == ["patient_form", new_patient("Wulandari")]
    assert_legible(screen)


def test_a_patient_shown_after_saving_stays_though_the_list_does_not_hold_it(
    puskesmas: Home, new_desk: Callable[[Home], Desk], show: Show, settled: Settled, qtbot: QtBot
) -> None:
    siti = add_patient(puskesmas, "Siti Aminah")
    screen = PatientsScreen(new_desk(puskesmas))
    show(screen)
    QTest.keyClicks(screen.search, "zzz")
    settled(screen.desk)
    screen.open_item(siti.id)
    screen.refresh()
    settled(screen.desk)
    assert screen.right.currentWidget() is screen.pane
    assert screen.pane.name.text() == "Siti Aminah"


def test_without_anything_typed_the_newest_patients_are_shown(
    puskesmas: Home, new_desk: Callable[[Home], Desk], show: Show
) -> None:
    for name in ("Satu", "Dua", "Tiga"):
        add_patient(puskesmas, name)
    screen = PatientsScreen(new_desk(puskesmas))
    show(screen)
    assert [card.title for card in screen.list.cards()] == ["Tiga", "Dua", "Satu"]


def test_what_has_to_be_decided_and_the_history_are_one_press_away(
    two_pcs: TwoPcs, new_desk: Callable[[Home], Desk], show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = two_pcs.patient(name="Siti Aminah")
    visit = two_pcs.visit(patient, therapy="Oralit")
    screen = PatientsScreen(new_desk(two_pcs.a))
    screen.open_item(patient.id)
    show(screen)
    assert (screen.pane.conflict.text(), screen.pane.decide_button.isVisible()) == ("", False)
    for home, therapy in ((two_pcs.a, "Oralit, zink"), (two_pcs.b, "Oralit, probiotik")):
        two_pcs.edit_visit(home, visit, therapy=therapy)
    two_pcs.meet()
    screen.refresh()
    settled(screen.desk)
    assert screen.pane.conflict.text() == "Dua isian berbeda, perlu diputuskan"
    assert [mark.text for mark in screen.pane.visits.cards()[0].marks] == ["perlu diputuskan"]
    assert_legible(screen)
    for button, target in (
        (screen.pane.decide_button, ["conflicts", patient.id]),
        (screen.pane.history_button, ["history", f"patient/{patient.id}"]),
    ):
        with qtbot.waitSignal(screen.desk.go_requested) as went:
            QTest.keyClick(button, Qt.Key.Key_Return)
        assert went.args == target
