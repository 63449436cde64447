"""The five criteria of an emergency by keyboard."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.danger_signs import DangerSignsEditor
from sync.records import Referral


@pytest.fixture
def signs(qtbot: QtBot) -> Iterator[DangerSignsEditor]:
    window = QWidget()
    layout = QVBoxLayout(window)
    editor = DangerSignsEditor(Referral.type.fields["danger_signs"])
    layout.addWidget(editor)
    after = QLineEdit()
    after.setObjectName("after")
    layout.addWidget(after)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    editor.control.setFocus()
    qtbot.waitUntil(editor.boxes()[0].hasFocus)
    yield editor
    window.close()


def press(key: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def test_numbers_tick_and_untick(signs: DangerSignsEditor, qtbot: QtBot) -> None:
    with qtbot.waitSignal(signs.changed):
        press(Qt.Key.Key_2)
    press(Qt.Key.Key_4)
    press(Qt.Key.Key_9)
    assert signs.value() == ("000002", "000004")
    press(Qt.Key.Key_2)
    assert signs.value() == ("000004",)


def test_arrows_and_space_tick_and_tab_leaves_all_in_one_go(signs: DangerSignsEditor) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        press(key)
    assert signs.value() == ("000003",)
    assert signs.boxes()[4].hasFocus()
    press(Qt.Key.Key_Tab)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "after"


def test_what_a_newer_program_ticked_is_kept(signs: DangerSignsEditor) -> None:
    signs.set_value(("000001", "000006"))
    assert signs.value() == ("000001", "000006")
    signs.set_typed(["000005"])
    assert (signs.typed(), signs.is_empty()) == (["000005"], False)
    signs.set_value(None)
    assert signs.is_empty()
