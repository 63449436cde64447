"""The main window: menu, header, banner and the way back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QListWidgetItem, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop.ui.legibility import legibility_problems
from desktop.ui.main_window import MainWindow
from desktop.ui.navigation import entries_for
from desktop.ui.screen import Screen
from desktop.ui.screens.conflicts import ConflictsScreen
from sync.records import Patient
from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, add_received_letter
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.conftest import Open


@pytest.fixture
def window(new_home: Callable[..., Home], opened: Open) -> MainWindow:
    """The main window of a puskesmas where somebody has been chosen."""
    return opened(new_home(person=True))


def header_texts(window: MainWindow) -> str:
    header = window.findChild(QFrame, "header")
    assert isinstance(header, QFrame)
    return " | ".join(label.text() for label in header.findChildren(QLabel))


def menu_items(window: MainWindow) -> list[QListWidgetItem]:
    return [window.menu.item(place) for place in range(window.menu.count())]


def test_the_header_says_where_and_who(window: MainWindow) -> None:
    assert "Puskesmas Melati" in header_texts(window)
    assert "Ns. Dewi Lestari, S.Kep. (Perawat)" in header_texts(window)


def test_nobody_chosen_brings_the_list_of_staff_first(home: Home, opened: Open) -> None:
    window = opened(home)
    assert window.current_key == "choose_person"
    assert "Belum ada petugas" in header_texts(window)


def test_the_menu_is_walked_with_the_keyboard(window: MainWindow) -> None:
    assert window.current_key == "patients"
    window.menu.setFocus()
    QTest.keyClick(window.menu, Qt.Key.Key_Down)
    assert window.current_key == "referrals"


def click_on(window: MainWindow, title: str) -> None:
    [item] = [item for item in menu_items(window) if item.text().startswith(title)]
    place = window.menu.visualItemRect(item).center()
    QTest.mouseClick(window.menu.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_on_the_entry_that_is_marked_leads_from_its_form_to_its_list(window: MainWindow) -> None:
    window.desk.go("patient_form")
    assert window.menu.currentItem().text().startswith("Pasien")
    click_on(window, "Pasien")
    assert window.current_key == "patients"
    window.desk.go("patient_form")
    window.menu.setFocus()
    QTest.keyClick(window.menu, Qt.Key.Key_Return)
    assert window.current_key == "patients"


def test_what_the_bars_lead_to_marks_no_entry_of_the_menu(window: MainWindow) -> None:
    window.desk.go("stick")
    window.desk.go("sync_facts")
    assert window.menu.currentItem() is None
    click_on(window, "Stik")
    assert window.current_key == "stick"


def test_a_number_key_shows_a_screen(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.current_key == "beds_overview"


def test_back_leads_to_the_screen_shown_before(window: MainWindow) -> None:
    window.desk.go("referrals")
    window.desk.go("patient_form")
    window.desk.back()
    assert window.current_key == "referrals"
    window.desk.back()
    assert window.current_key == "patients"
    window.desk.back()
    assert window.current_key == "patients"


def test_a_screen_keeps_what_was_typed_while_another_is_shown(window: MainWindow) -> None:
    first = window.screen_of("patients")
    window.desk.go("referrals")
    window.desk.go("patients")
    assert window.screen_of("patients") is first


def test_what_is_said_stands_in_the_banner_until_it_is_closed(window: MainWindow) -> None:
    window.desk.say("error", "Data tidak dapat ditulis. " * 8)
    assert window.banner.isVisible()
    assert legibility_problems(window) == []
    close = window.banner.findChild(QPushButton)
    assert isinstance(close, QPushButton)
    close.click()
    assert not window.banner.isVisible()


def test_a_patient_named_like_markup_is_shown_as_text(window: MainWindow) -> None:
    window.desk.say("info", "<b>Siti</b> tersimpan")
    label = window.banner.findChild(QLabel)
    assert isinstance(label, QLabel)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_the_screen_that_is_shown_hears_of_new_data(window: MainWindow, qtbot: QtBot) -> None:
    refreshed: list[str] = []

    class Counting(Screen):
        def refresh(self) -> None:
            refreshed.append("ya")

    window._screens["referrals"] = Counting(window.desk)
    window.stack.addWidget(window._screens["referrals"])
    window.show_screen("referrals")
    refreshed.clear()
    for _ in range(5):
        window.desk.data_changed.emit()
    qtbot.waitUntil(lambda: bool(refreshed))
    assert refreshed == ["ya"]


def test_a_save_is_counted_in_the_sync_bar(window: MainWindow, qtbot: QtBot) -> None:
    before = window.sync_bar.waiting.text()

    def save(replica: Replica, person: object) -> None:
        replica.save([Edit(Patient(id=replica.new_id(), name="Siti", sex="P"), None)], replica.identity.device)

    window.desk.act(save, lambda _result: None)
    qtbot.waitUntil(lambda: window.sync_bar.waiting.text() != before)
    assert (before, window.sync_bar.waiting.text()) == ("3 catatan menunggu dikirim", "4 catatan menunggu dikirim")


@pytest.mark.parametrize(("answer", "closed"), [("Kembali ke isian", False), ("Tutup tanpa menyimpan", True)])
def test_closing_asks_before_something_typed_is_lost(
    window: MainWindow, qtbot: QtBot, answer: str, closed: bool
) -> None:
    class Typed(Screen):
        def has_unsaved(self) -> bool:
            return True

    window._screens["referrals"] = Typed(window.desk)

    def press() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, QMessageBox)
        assert legibility_problems(question) == []
        next(button for button in question.buttons() if button.text() == answer).click()

    QTimer.singleShot(0, press)
    assert window.close() is closed
    window._screens.pop("referrals")


def test_the_menu_says_how_much_waits_and_counts_anew_when_something_arrives(
    new_home: Callable[..., Home], opened: Open, qtbot: QtBot
) -> None:
    home = new_home("rs", person=True)
    add_received_letter(home, add_patient(home).id, age=timedelta(hours=1))
    window = opened(home)
    item = next(item for item in menu_items(window) if item.text().startswith("Daftar kerja"))
    assert item.text() == "Daftar kerja (1)"
    add_received_letter(home, add_patient(home, "Budi").id, age=timedelta(hours=1))
    window.desk.data_changed.emit()
    qtbot.waitUntil(lambda: item.text() == "Daftar kerja (2)")


@pytest.mark.parametrize("key", ["referral_form", "visit_form", "patient_form"])
def test_forms_can_be_read_on_a_screen_set_to_125_percent(
    new_home: Callable[..., Home], opened: Open, qtbot: QtBot, key: str
) -> None:
    home = new_home(person=True)
    patient = add_patient(home)
    window = opened(home)
    window.resize(1093, 614)
    window.desk.go(key, patient.id)
    qtbot.waitUntil(lambda: not window.desk.busy)
    QApplication.processEvents()
    assert legibility_problems(window) == []


@pytest.mark.parametrize("kind", ["puskesmas", "rs"])
def test_a_small_screen_and_long_names_still_leave_everything_readable(
    kind: str, new_home: Callable[..., Home], opened: Open
) -> None:
    """1366 x 768 at 125 % leaves 1093 x 614."""
    window = opened(new_home(kind, person=True))
    window.resize(1093, 614)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (1093, 614)
    assert legibility_problems(window) == []


def test_what_has_to_be_decided_is_in_the_menu_only_while_something_waits(
    two_pcs: TwoPcs, opened: Open, qtbot: QtBot
) -> None:
    patient = two_pcs.patient(name="Siti")
    window = opened(two_pcs.a)
    item = next(item for item in menu_items(window) if item.text().startswith("Perlu diputuskan"))
    assert item.isHidden()
    for home, name in ((two_pcs.a, "Siti A."), (two_pcs.b, "Siti B.")):
        two_pcs.edit_patient(home, patient, name=name)
    two_pcs.meet()
    window.desk.data_changed.emit()
    qtbot.waitUntil(lambda: not item.isHidden())
    assert item.text() == "Perlu diputuskan (1)"
    window.show_screen("conflicts", patient.id)
    qtbot.waitUntil(lambda: not window.desk.busy)
    screen = window.screen_of("conflicts")
    assert legibility_problems(window) == []
    assert isinstance(screen, ConflictsScreen)
    QTest.keyClick(screen.list, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: item.text() == "Perlu diputuskan")
    # It does not vanish from under whoever looks at it, and is gone with the next count elsewhere.
    assert not item.isHidden()
    window.show_screen("patients")
    window.desk.data_changed.emit()
    qtbot.waitUntil(item.isHidden)


@pytest.mark.parametrize("kind", ["puskesmas", "rs", "dinkes"])
def test_no_title_of_the_menu_is_cut_by_its_count(
    kind: str, new_home: Callable[..., Home], opened: Open, qtbot: QtBot
) -> None:
    window = opened(new_home(kind, person=True))
    menu = window.menu
    menu.setFocus()
    for entry in entries_for(kind):
        if entry.count is not None:
            window._say_count(entry, 12_345)
    texts = [menu.item(place).text() for place in range(menu.count())]
    assert "Daftar kerja (999+)" in texts
    assert legibility_problems(menu) == []
