"""The small widgets: badge, notice, full page, long name."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.legibility import legibility_problems
from desktop.ui.tones import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.elided import ElidedLabel
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice

LONG = "Kalimat panjang yang menjelaskan apa yang terjadi, apakah data aman, dan apa yang harus dilakukan. " * 3


def test_a_badge_is_as_wide_as_its_word_and_hides_without_one(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    badge = Badge("Diterima", Tone.GOOD)
    QHBoxLayout(page).addWidget(badge)
    page.show()
    badge.set_state("Menunggu jawaban rumah sakit", Tone.ATTENTION)
    assert legibility_problems(page) == []
    assert badge.accessibleName() == "Menunggu jawaban rumah sakit"
    badge.set_state("", Tone.NEUTRAL)
    assert not badge.isVisible()


def test_a_full_page_shows_its_whole_sentence_also_in_a_narrow_window(qtbot: QtBot) -> None:
    page = EmptyState("Data tidak dapat dibaca", LONG, action="Coba lagi")
    qtbot.addWidget(page)
    page.show()
    for width in (320, 700, 1366):
        page.resize(width, 600)
        assert legibility_problems(page) == []


def test_the_one_thing_to_do_on_a_full_page_is_done_with_the_keyboard(qtbot: QtBot) -> None:
    page = EmptyState("Kosong", action="Coba lagi")
    qtbot.addWidget(page)
    page.show()
    button = page.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    button.setFocus()
    with qtbot.waitSignal(page.action_chosen):
        QTest.keyClick(button, Qt.Key.Key_Return)


def test_a_long_name_gives_way_and_is_whole_in_its_tip(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    name = ElidedLabel("Prof. Dr. dr. Raden Ayu Siti Nurhaliza Kusumawardhani Prawirodirdjo, Sp.PD-KGEH")
    QHBoxLayout(page).addWidget(name)
    page.resize(200, 60)
    page.show()
    assert page.width() == 200
    assert name.toolTip() == name.text()
    page.resize(900, 60)
    QApplication.processEvents()
    assert name.toolTip() == ""


def test_a_notice_shows_all_its_lines(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    notice = Notice()
    QHBoxLayout(page).addWidget(notice)
    page.resize(400, 400)
    page.show()
    notice.say(LONG, Tone.DANGER)
    assert legibility_problems(page) == []
    notice.say("")
    assert not notice.isVisible()


def test_an_information_goes_by_itself_and_an_error_stays(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.say("info", "Tersimpan di komputer ini.")
    assert banner._timer.isActive()
    banner.say("error", "Tidak dapat disimpan.")
    assert not banner._timer.isActive()
    assert banner.text() == "Tidak dapat disimpan."
