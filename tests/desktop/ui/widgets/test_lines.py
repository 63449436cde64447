"""Keys that an input of one line knows beside letters: days by one key, numbers that go on to the next input."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.fields import FieldEditor, LineEditor
from desktop.ui.widgets.measure_editor import MeasureEditor
from desktop.ui.widgets.suggestions import suggesting
from sync.records import Referral, ReferralEvent

FIELDS = Referral.type.fields
InWindow = Callable[..., QWidget]


@pytest.fixture
def in_window(qtbot: QtBot) -> Iterator[InWindow]:
    """Puts editors into a window under each other, the keyboard at the first."""
    windows: list[QWidget] = []

    def place(*editors: FieldEditor) -> QWidget:
        window = QWidget()
        windows.append(window)
        layout = QVBoxLayout(window)
        for editor in editors:
            layout.addWidget(editor)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        editors[0].control.setFocus()
        qtbot.waitUntil(editors[0].control.hasFocus)
        return window

    yield place
    for window in windows:
        window.close()


@pytest.mark.parametrize(("keys", "days"), [("h", 0), ("k", -1), ("b", 1), ("H", 0), ("hb", 1)])
def test_a_day_is_filled_in_by_one_key(in_window: InWindow, qtbot: QtBot, keys: str, days: int) -> None:
    editor = LineEditor(FIELDS["results_date"])
    in_window(editor)
    with qtbot.waitSignal(editor.changed):
        QTest.keyClicks(editor.control, keys)
    assert editor.value() == datetime.now(UTC).astimezone().date() + timedelta(days=days)


def test_arrows_go_a_day_on_and_back_and_leave_what_is_no_day(in_window: InWindow) -> None:
    editor = LineEditor(FIELDS["planned_date"])
    in_window(editor)
    QTest.keyClicks(editor.control, "28022026")
    QTest.keyClick(editor.control, Qt.Key.Key_Up)
    assert editor.value() == date(2026, 3, 1)
    QTest.keyClick(editor.control, Qt.Key.Key_Down)
    assert editor.value() == date(2026, 2, 28)
    assert isinstance(editor.control, QLineEdit)
    editor.control.setText("31-02-2026")
    QTest.keyClick(editor.control, Qt.Key.Key_Up)
    assert editor.control.text() == "31-02-2026"


def test_now_is_filled_in_by_one_key(in_window: InWindow) -> None:
    editor = LineEditor(ReferralEvent.type.fields["at"])
    in_window(editor)
    QTest.keyClicks(editor.control, "h")
    at = editor.value()
    assert isinstance(at, datetime)
    assert timedelta(0) <= datetime.now(UTC) - at < timedelta(minutes=2)


def test_a_stroke_or_a_blank_after_a_number_goes_on(in_window: InWindow) -> None:
    editors = [MeasureEditor(FIELDS[name]) for name in ("systolic", "diastolic", "pulse")]
    in_window(*editors)
    for letter in "120/80 88":
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, letter)
    assert [editor.value() for editor in editors] == [120, 80, 88]


def test_a_measure_has_its_unit_beside_it(in_window: InWindow) -> None:
    editor = MeasureEditor(FIELDS["temperature"])
    window = in_window(editor)
    assert editor.label.text() == "Suhu"
    assert "°C" in [child.property("text") for child in window.findChildren(QWidget)]
    QTest.keyClicks(editor.control, "36,8")
    assert editor.value() == 36.8


def test_usual_words_complete_themselves_and_others_are_kept(in_window: InWindow) -> None:
    editor, other = suggesting(["Suami", "Istri"])(FIELDS["escort"]), LineEditor(FIELDS["vehicle"])
    in_window(editor, other)
    QTest.keyClicks(editor.control, "su")
    assert editor.value() == "Suami"
    QTest.keyClick(editor.control, Qt.Key.Key_Tab)
    assert isinstance(editor.control, QLineEdit)
    assert editor.control.text() == "Suami"
    editor.control.clear()
    QTest.keyClicks(editor.control, "Sumi (kader)")
    assert editor.value() == "Sumi (kader)"
