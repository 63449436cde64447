"""The check of legibility itself: it finds what is planted, and nothing in what is right."""

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.legibility import legibility_problems

LONG = "Kalimat yang jelas lebih lebar daripada tempatnya"


def shown(qtbot: QtBot, *children: QWidget) -> QWidget:
    """A visible page of 600 x 400 with the children under each other."""
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    for child in children:
        layout.addWidget(child)
    page.resize(600, 400)
    page.show()
    return page


def test_what_has_its_place_is_no_problem(qtbot: QtBot) -> None:
    wrapped = QLabel(LONG * 4)
    wrapped.setWordWrap(True)
    box = QComboBox()
    box.addItem("Perempuan")
    page = shown(qtbot, QLabel(LONG), wrapped, QPushButton("&Simpan"), QCheckBox("Aktif"), box)
    assert legibility_problems(page) == []


def test_a_label_wider_than_its_place_is_found(qtbot: QtBot) -> None:
    label = QLabel(LONG)
    label.setMaximumWidth(100)
    assert "100 px wide" in legibility_problems(shown(qtbot, label))[0]


def test_a_wrapped_label_lower_than_its_lines_is_found(qtbot: QtBot) -> None:
    label = QLabel(LONG * 6)
    label.setWordWrap(True)
    label.setFixedHeight(20)
    assert "20 px high" in legibility_problems(shown(qtbot, label))[0]


def test_buttons_and_boxes_that_cut_their_text_are_found(qtbot: QtBot) -> None:
    button, check, box = QPushButton(LONG), QCheckBox(LONG), QComboBox()
    box.addItem(LONG)
    for widget in (button, check, box):
        widget.setFixedWidth(90)
    problems = legibility_problems(shown(qtbot, button, check, box))
    assert len(problems) == 3


def test_a_tiny_font_is_found(qtbot: QtBot) -> None:
    label = QLabel("kecil")
    label.setStyleSheet("font-size: 8pt")
    assert "font of 8" in legibility_problems(shown(qtbot, label))[0]


def test_a_nested_child_cut_by_its_parent_is_found(qtbot: QtBot) -> None:
    outer = QWidget()
    outer.setFixedSize(300, 60)
    label = QLabel("di bawah", outer)
    label.setGeometry(10, 50, 120, 30)
    assert "is cut by" in legibility_problems(shown(qtbot, outer))[0]


def test_texts_over_each_other_are_found(qtbot: QtBot) -> None:
    outer = QWidget()
    outer.setFixedSize(300, 60)
    QLabel("satu", outer).setGeometry(10, 10, 100, 30)
    QLabel("dua", outer).setGeometry(60, 10, 100, 30)
    assert "lies over" in legibility_problems(shown(qtbot, outer))[0]


def test_what_can_be_scrolled_down_to_counts_as_seen(qtbot: QtBot) -> None:
    area = QScrollArea()
    content = QWidget()
    content.setFixedSize(200, 900)
    QLabel("jauh di bawah", content).setGeometry(10, 800, 150, 30)
    area.setWidget(content)
    assert legibility_problems(shown(qtbot, area)) == []
