"""Frames, scroll areas and lines of trouble in one call each. Makes widgets and nothing else."""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QScrollArea, QStackedWidget, QWidget

from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.parts import column, label, named

#: Width of a page's list, in pixels.
LIST_WIDTH = 470


def panel(layout: QLayout) -> QFrame:
    """``layout`` on a white ground with a thin frame."""
    frame = named(QFrame(), "panel")
    frame.setLayout(layout)
    return frame


def scrolling(inner: QWidget) -> QScrollArea:
    """``inner`` in an area that scrolls up and down; the keyboard goes to what is inside."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area


def scrolling_column(*items: QWidget) -> QScrollArea:
    """``items`` under each other, the last one with the room that is left, in an area as :func:`scrolling` makes."""
    inner, layout = QWidget(), column(*items, margins=(0, 0, 4, 0))
    layout.setStretch(len(items) - 1, 1)
    inner.setLayout(layout)
    return scrolling(inner)


def pages(*parts: QWidget) -> QStackedWidget:
    """``parts`` in one place, the first one shown."""
    stack = QStackedWidget()
    for part in parts:
        stack.addWidget(part)
    return stack


def list_side(layout: QLayout) -> QWidget:
    """What stands at the left of a page with a list and the thing chosen in it, as wide on every such page."""
    side = QWidget()
    side.setFixedWidth(LIST_WIDTH)
    side.setLayout(layout)
    return side


def trouble() -> QLabel:
    """A label for what stands in the way, empty at first."""
    made = label("", "problem", wrap=True)
    made.setProperty("problem", "error")
    return made


def tint(frame: QFrame, tone: Tone) -> None:
    """Colour a named frame and the labels right inside it."""
    colours, name = TONES[tone], frame.objectName()
    frame.setStyleSheet(
        f"#{name} {{ background: {colours.ground}; border: 1px solid {colours.edge}; border-radius: 6px; }}"
        f"#{name} > QLabel {{ color: {colours.ink}; }}"
    )


def tab_order(*widgets: QWidget) -> None:
    """Let Tab go through ``widgets`` in this order.

    A page that hands its focus to one of its widgets needs it: Tab never comes to what was made before that widget.
    """
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def make_bold(target: QLabel) -> QLabel:
    """``target`` in bold."""
    font = target.font()
    font.setBold(True)
    target.setFont(font)
    return target
