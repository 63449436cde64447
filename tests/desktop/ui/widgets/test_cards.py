"""The list of cards: keyboard and mouse, and no jump when the list is read again."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.cards import Card, CardList, Mark


def cards(*names: str) -> list[Card]:
    return [Card(name, f"Pasien {name}", "P, 34 th", "10.15", (Mark("Diterima", Tone.GOOD),)) for name in names]


def shown(qtbot: QtBot, *names: str) -> CardList:
    made = CardList()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    made.set_cards(cards(*names))
    return made


def test_arrows_select_and_enter_opens(qtbot: QtBot) -> None:
    made = shown(qtbot, "a", "b", "c")
    made.select("a")
    with qtbot.waitSignal(made.selected) as selected:
        QTest.keyClick(made, Qt.Key.Key_Down)
    assert selected.args == ["b"]
    with qtbot.waitSignal(made.opened) as opened:
        QTest.keyClick(made, Qt.Key.Key_Return)
    assert opened.args == ["b"]


def test_a_list_that_gets_the_focus_chooses_nothing_by_itself(qtbot: QtBot) -> None:
    made = shown(qtbot, "a", "b")
    with qtbot.assertNotEmitted(made.selected):
        made.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(made.hasFocus)
    assert made.current_id() == ""
    with qtbot.waitSignal(made.selected) as selected:
        QTest.keyClick(made, Qt.Key.Key_Down)
    assert selected.args == ["a"]


def test_what_is_selected_stays_selected_when_the_list_is_read_again(qtbot: QtBot) -> None:
    made = shown(qtbot, "a", "b", "c")
    made.select("b")
    with qtbot.assertNotEmitted(made.selected):
        made.set_cards(cards("baru", "a", "b"))
    assert made.current_id() == "b"


def test_a_selected_card_that_is_gone_is_said(qtbot: QtBot) -> None:
    made = shown(qtbot, "a", "b")
    made.select("b")
    with qtbot.waitSignal(made.selected) as selected:
        made.set_cards(cards("a"))
    assert selected.args == [""]
    assert made.current_id() == ""


def test_a_screen_reader_hears_the_whole_card_with_its_state(qtbot: QtBot) -> None:
    made = shown(qtbot, "a")
    spoken = made.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Pasien a, P, 34 th, 10.15, Diterima"


def test_a_card_is_painted_with_its_mark(qtbot: QtBot) -> None:
    made = shown(qtbot, "a")
    picture = made.viewport().grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(40)}
    assert QColor(TONES[Tone.GOOD].ground).name() in colours


def test_the_last_of_many_cards_can_be_reached(qtbot: QtBot) -> None:
    made = shown(qtbot, *(str(number) for number in range(500)))
    assert made.select("499")
    assert made.cards()[499].id == "499"
