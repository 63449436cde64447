"""The hands of the demo do what a person can do, and no more."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.demo.hands import CannotPlay, Hands, wait_until
from desktop.ui.widgets.cards import Card, CardList


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """An empty window in the foreground."""
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    made.resize(500, 400)
    return made


def put(page: QWidget, *children: QWidget) -> Hands:
    """Hands at a window with ``children`` under each other."""
    layout = page.layout()
    assert layout is not None
    for child in children:
        layout.addWidget(child)
    hands = Hands(lambda: page, patience=0.2)
    hands.come_here()
    return hands


def named(widget: QWidget, name: str) -> QWidget:
    widget.setAccessibleName(name)
    return widget


def test_a_button_is_found_by_its_words_and_really_clicked(page: QWidget) -> None:
    button, clicks = QPushButton("&Simpan"), list[str]()
    button.clicked.connect(lambda: clicks.append("disimpan"))
    put(page, button).press("Simpan")
    assert clicks == ["disimpan"]


def test_a_button_that_is_hidden_or_grey_cannot_be_pressed(page: QWidget) -> None:
    hidden, grey = QPushButton("Kirim"), QPushButton("Hapus")
    grey.setEnabled(False)
    hands = put(page, hidden, grey)
    hidden.hide()
    for words in ("Kirim", "Hapus"):
        with pytest.raises(CannotPlay, match=words):
            hands.press(words)


def test_inputs_are_reached_by_tab_and_filled_by_keys(page: QWidget) -> None:
    first, second, choice = QLineEdit(), QLineEdit("lama"), QComboBox()
    choice.addItems(["Laki-laki", "Perempuan"])
    hands = put(page, named(first, "Nama"), named(second, "Alamat"), named(choice, "Jenis kelamin"))
    hands.fill("Alamat", "Dusun Krajan")
    hands.fill("Jenis kelamin", "Perempuan")
    hands.fill("Nama", "Siti")
    assert (first.text(), second.text(), choice.currentText()) == ("Siti", "Dusun Krajan", "Perempuan")


def test_an_input_that_tab_does_not_reach_fails(page: QWidget) -> None:
    line = QLineEdit()
    line.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    hands = put(page, QLineEdit(), named(line, "NIK"))
    with pytest.raises(CannotPlay, match="tidak tercapai dengan Tab"):
        hands.fill("NIK", "1")


def test_what_an_input_does_not_take_fails(page: QWidget) -> None:
    line = QLineEdit()
    line.setMaxLength(3)
    with pytest.raises(CannotPlay, match="terbaca “123”"):
        put(page, named(line, "NIK")).fill("NIK", "12345")


def test_a_card_is_picked_by_a_click_on_it(page: QWidget) -> None:
    cards, seen = CardList(), list[str]()
    cards.selected.connect(seen.append)
    cards.set_cards([Card("a", "Siti", "P"), Card("b", "Dewi", "P")])
    hands = put(page, cards)
    assert hands.pick_card("Dewi").id == "b"
    assert seen == ["b"]
    assert hands.sees("Dewi", "P")
    assert not hands.sees("Dewi", "Siti")


def test_a_button_is_pressed_until_its_work_is_seen(page: QWidget) -> None:
    button, label = QPushButton("Sinkron"), QLabel("menunggu")
    button.clicked.connect(lambda: label.setText("terkirim"))
    hands = put(page, button, label)
    hands.press_until_seen("Sinkron", "terkirim")
    with pytest.raises(CannotPlay, match="dijawab"):
        hands.press_until_seen("Sinkron", "dijawab")


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(CannotPlay, match="pintu terbuka"):
        wait_until(lambda: False, "pintu terbuka", seconds=0.05)


@pytest.mark.usefixtures("qapp")
def test_what_held_for_a_moment_was_not_waited_for_in_vain() -> None:
    asked: list[int] = []

    def holds_the_second_time() -> bool:
        asked.append(1)
        return len(asked) == 2

    wait_until(holds_the_second_time, "sekejap")
    assert len(asked) == 2
