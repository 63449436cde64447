"""Labels, buttons and layouts in one line each, so that screens read as what they show. Styles go by name (app.qss).

Makes widgets and nothing else.
"""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str) -> W:
    """``widget``, with the name that the style sheet knows it by."""
    widget.setObjectName(name)
    return widget


def label(text: str = "", name: str = "", *, wrap: bool = False) -> QLabel:
    """A label in plain text: what people typed is never read as markup.

    Styled names: pageTitle, sectionTitle, fieldLabel, quiet, emptyTitle.
    """
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    return named(made, name)


def button(text: str, name: str = "") -> QPushButton:
    """A button that Enter presses when it has the focus. Styled names: primary, danger, quiet, link."""
    made = QPushButton(text)
    made.setAutoDefault(True)
    return named(made, name)


def waiting_bar() -> QProgressBar:
    """A bar, hidden as long as nothing is being done, for work of which nobody knows how long it takes."""
    made = QProgressBar()
    made.setRange(0, 0)
    made.setTextVisible(False)
    made.hide()
    return made


def column(
    *items: QWidget | QLayout | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), gap: int = 8
) -> QVBoxLayout:
    """Items under each other; a number is a stretch."""
    return _fill(QVBoxLayout(), items, margins, gap)


def row(
    *items: QWidget | QLayout | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), gap: int = 8
) -> QHBoxLayout:
    """Items beside each other; a number is a stretch."""
    return _fill(QHBoxLayout(), items, margins, gap)


B = TypeVar("B", bound=QBoxLayout)


def _fill(layout: B, items: tuple[QWidget | QLayout | int, ...], margins: tuple[int, int, int, int], gap: int) -> B:
    layout.setContentsMargins(*margins)
    layout.setSpacing(gap)
    for item in items:
        if isinstance(item, QWidget):
            layout.addWidget(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addStretch(item)
    return layout
