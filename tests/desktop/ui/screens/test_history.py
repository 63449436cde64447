"""The history of a record on the screen, and bringing an earlier value back with the keyboard."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.actions.patients import save_visit
from desktop.ui.desk import Desk
from desktop.ui.screens.history import HistoryScreen
from sync.records import Patient
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible, press

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled, item: str) -> HistoryScreen:
    screen = HistoryScreen(new_desk(home))
    screen.open_item(item)
    show(screen)
    screen.setFocus()
    return screen


def texts_of(screen: HistoryScreen) -> list[str]:
    return [text.text() for box in screen._boxes for text in box.findChildren(QLabel)]


def test_every_change_stands_with_old_and_new_and_the_newest_is_shown(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    patient = two_pcs.patient(name="Siti", allergies=("Udang",))
    two_pcs.edit_patient(two_pcs.b, patient, name="Siti Aminah", allergies=("Udang", "Amoksisilin"))
    two_pcs.meet()
    screen = opened(two_pcs.a, new_desk, show, settled, f"patient/{patient.id}")
    assert [card.title for card in screen.list.cards()] == ["Nama lengkap, Alergi", "Dicatat pertama kali"]
    assert "Ns. Dewi Lestari, S.Kep. · komputer B" in screen.list.cards()[0].subtitle
    texts = texts_of(screen)
    assert texts[:4] == ["Nama lengkap", "dari: Siti", "menjadi:", "Siti Aminah"]
    assert "Udang, Amoksisilin" in texts
    assert screen.restore_buttons == []
    assert_legible(screen)


def test_an_earlier_value_comes_back_by_keys_after_a_question_in_the_page(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = two_pcs.patient(name="Siti")
    two_pcs.edit_patient(two_pcs.b, patient, name="Sitti Aminah")
    two_pcs.meet()
    screen = opened(two_pcs.a, new_desk, show, settled, f"patient/{patient.id}")
    QTest.keyClick(screen.list, Qt.Key.Key_Down)
    QTest.keyClick(screen.list, Qt.Key.Key_Return)
    settled(screen.desk)
    (again,) = screen.restore_buttons
    assert again.hasFocus()
    QTest.keyClick(again, Qt.Key.Key_Return)
    assert "Kembalikan Nama lengkap menjadi “Siti”?" in screen.question.text()
    assert_legible(screen)
    # Enter once more changes nothing, and neither does Escape.
    with qtbot.assertNotEmitted(screen.desk.back_requested):
        press(screen, Qt.Key.Key_Return)
        assert screen.question.isHidden()
        again.click()
        press(screen, Qt.Key.Key_Escape)
        assert screen.question.isHidden()
        again.click()
        QTest.keyClick(screen.list, Qt.Key.Key_Escape)
        assert screen.question.isHidden()
    settled(screen.desk)
    assert len(screen.list.cards()) == 2
    again.click()
    QTest.keyClick(screen.question.buttons()["Ya, kembalikan"], Qt.Key.Key_Return)
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    seen = two_pcs.a.replica.get(Patient, patient.id)
    assert seen is not None
    assert seen.record.name == "Siti"
    assert len(screen.list.cards()) == 3
    two_pcs.meet()
    assert two_pcs.b.replica.conflicts() == []


def test_what_has_to_be_decided_says_so_and_is_not_brought_back_here(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    patient = two_pcs.patient(name="Siti")
    for home, name in ((two_pcs.a, "Siti A."), (two_pcs.b, "Siti B.")):
        two_pcs.edit_patient(home, patient, name=name)
    two_pcs.meet()
    screen = opened(two_pcs.a, new_desk, show, settled, f"patient/{patient.id}")
    assert len(screen.list.cards()) == 3
    for card in screen.list.cards():
        assert screen.list.select(card.id)
        assert "Isian ini masih perlu diputuskan." in texts_of(screen)
        assert screen.restore_buttons == []


def test_a_visit_has_a_history_with_names_and_not_with_numbers(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = add_patient(puskesmas)
    values = {"date": puskesmas.replica.now().astimezone().date(), "complaint": "Batuk", "outcome": "berobat_jalan"}
    visit = save_visit(puskesmas.replica, nurse_of(puskesmas), patient.id, values, None)
    screen = opened(puskesmas, new_desk, show, settled, f"visit/{visit}")
    texts = texts_of(screen)
    assert "Ns. Dewi Lestari, S.Kep." in texts
    assert "Berobat jalan" in texts
    assert patient.id not in texts
    assert screen.title.text().startswith("Riwayat isian: kunjungan")
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.back_requested):
        QTest.keyClick(screen.list, Qt.Key.Key_Escape)


def test_a_small_window_leaves_the_history_readable(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    """1366 x 768 at 125 % leaves 897 x 460 for a screen."""
    patient = two_pcs.patient(name="Siti", note="Tinggal bersama nenek, rumah di belakang balai desa. " * 8)
    two_pcs.edit_patient(two_pcs.a, patient, name="Siti Aminah", note="Pindah ke rumah orang tua. " * 15)
    screen = opened(two_pcs.a, new_desk, show, settled, f"patient/{patient.id}")
    screen.resize(897, 460)
    assert_legible(screen)
    assert screen.list.select(screen.list.cards()[-1].id)
    assert screen.width() == 897
    assert_legible(screen)
    screen.restore_buttons[-1].click()
    assert_legible(screen)
