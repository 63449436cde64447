"""Finds what a person could not read: text wider or taller than its place, texts over each other, tiny fonts.

Tests and the demo judge every screen with it; it must never change a widget. Show the widget at the size to be judged
(1366 x 768 as a rule) and pass it to :func:`legibility_problems`.
"""

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QWidget,
)

from desktop.ui.widgets.badge import Badge

SMALLEST_POINTS = 9.0
#: Rounding of font metrics.
_SLACK = 1


def legibility_problems(widget: QWidget) -> list[str]:
    """One line for each problem in ``widget`` and all that is visible in it; empty if all can be read."""
    # A text that has just changed gets its place with the next layout, which is due at once.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    shown = [child for child in (widget, *widget.findChildren(QWidget)) if child.isVisible()]
    texts = [(child, text) for child in shown if (text := text_of(child))]
    problems: list[str] = []
    for child, text in texts:
        where = f"{_name(child)} {text[:60]!r}"
        points = child.fontInfo().pointSizeF()
        if points < SMALLEST_POINTS - 0.05:
            problems.append(f"{where}: font of {points:.1f} pt")
        problems += [f"{where}: {what}" for what in _clipped_by_itself(child, text)]
        problems += [f"{where}: {what}" for what in _clipped_by_others(child, widget)]
    problems += _overlaps([child for child, _ in texts])
    return problems


def text_of(widget: QWidget) -> str:
    """The text that a widget shows, "" if it shows none."""
    if isinstance(widget, QLabel | QAbstractButton | Badge):
        return widget.text().replace("&", "", 1) if isinstance(widget, QAbstractButton) else widget.text()
    if isinstance(widget, QLineEdit):
        return widget.text().strip(" -:") or widget.placeholderText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QProgressBar):
        return widget.text() if widget.isTextVisible() else ""
    if isinstance(widget, QListWidget):
        return " ".join(widget.item(place).text() for place in range(widget.count()))
    if isinstance(widget, QHeaderView):
        return " ".join(_sections(widget))
    return ""


def _clipped_by_itself(widget: QWidget, text: str) -> Iterator[str]:
    """What does not fit into the widget's own place."""
    if isinstance(widget, QLabel):
        yield from _label_clipped(widget)
    elif isinstance(widget, QAbstractButton):
        yield from _button_clipped(widget, text)
    elif isinstance(widget, QComboBox | QLineEdit):
        yield from _input_clipped(widget, text)
    elif isinstance(widget, Badge | QProgressBar):
        yield from _fits(widget.fontMetrics(), text, widget.rect())
    elif isinstance(widget, QListWidget):
        yield from _items_clipped(widget)
    elif isinstance(widget, QHeaderView):
        yield from _sections_clipped(widget)


def _input_clipped(widget: QComboBox | QLineEdit, text: str) -> Iterator[str]:
    metrics = widget.fontMetrics()
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        place = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, widget)
        yield from _fits(metrics, text, place)
        return
    if widget.height() < metrics.height() + 2:
        yield f"{widget.height()} px high, needs {metrics.height() + 2}"
    # A long text can be scrolled by the cursor, an example cannot.
    if not widget.text().strip(" -:") and metrics.horizontalAdvance(text) > widget.width() - 12:
        yield "the example is cut"


def _label_clipped(widget: QLabel) -> Iterator[str]:
    if widget.wordWrap():
        needed = widget.heightForWidth(widget.width())
        if needed > widget.height() + _SLACK:
            yield f"{widget.height()} px high, needs {needed}"
        # A path may end its lines where a space of no width stands.
        words = widget.text().replace("\u200b", " ").split()
        longest = max((widget.fontMetrics().horizontalAdvance(word) for word in words), default=0)
        if longest > widget.width():
            yield f"a word is {longest} px wide, there are {widget.width()}"
        return
    hint = widget.sizeHint()
    if hint.width() > widget.width() + _SLACK:
        yield f"{widget.width()} px wide, needs {hint.width()}"
    if hint.height() > widget.height() + _SLACK:
        yield f"{widget.height()} px high, needs {hint.height()}"


def _button_clipped(widget: QAbstractButton, text: str) -> Iterator[str]:
    if isinstance(widget, QPushButton | QCheckBox | QRadioButton):
        option = QStyleOptionButton()
        widget.initStyleOption(option)
        part = {
            QPushButton: QStyle.SubElement.SE_PushButtonContents,
            QCheckBox: QStyle.SubElement.SE_CheckBoxContents,
        }.get(type(widget), QStyle.SubElement.SE_RadioButtonContents)
        place = widget.style().subElementRect(part, option, widget)
        if not widget.icon().isNull():
            place.setWidth(place.width() - widget.iconSize().width() - 4)
        yield from _fits(widget.fontMetrics(), text, place)
    else:
        yield from _fits(widget.fontMetrics(), text, widget.rect())


def _fits(metrics: QFontMetrics, text: str, place: QRect) -> Iterator[str]:
    lines = text.split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines)
    if width > place.width() + _SLACK:
        yield f"{place.width()} px wide, needs {width}"
    # The box of a letter is higher than what is inked; a few pixels of air may be missing.
    height = metrics.height() * len(lines) - 4
    if height > place.height() + _SLACK:
        yield f"{place.height()} px high, needs {height}"


def _items_clipped(widget: QListWidget) -> Iterator[str]:
    for place in range(widget.count()):
        item = widget.item(place)
        hint = widget.sizeHintForIndex(widget.indexFromItem(item)).width()
        if hint > widget.viewport().width() + _SLACK:
            yield f"item {item.text()!r} is {hint} px wide, there are {widget.viewport().width()}"


def _clipped_by_others(widget: QWidget, root: QWidget) -> Iterator[str]:
    """What ancestors cut away. What can be scrolled into view counts as seen."""
    at: QWidget | None = widget
    while at is not None and at is not root:
        parent = at.parentWidget()
        if parent is None:
            return
        box = QRect(widget.mapTo(parent, widget.rect().topLeft()), widget.size())
        scrolled = parent.parentWidget()
        if isinstance(scrolled, QAbstractScrollArea) and scrolled.viewport() is parent:
            policy = scrolled.horizontalScrollBarPolicy()
            may_scroll = (
                policy != Qt.ScrollBarPolicy.ScrollBarAlwaysOff and scrolled.horizontalScrollBar().maximum() > 0
            )
            if not may_scroll and (box.left() < 0 or box.right() > parent.width()):
                yield "runs out of the side of a scrolled page"
            if may_scroll:
                yield "needs scrolling sideways"
            return
        if not parent.rect().adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK).contains(box):
            yield f"is cut by {_name(parent)}"
            return
        at = parent


def _overlaps(widgets: list[QWidget]) -> Iterator[str]:
    for place, one in enumerate(widgets):
        for other in widgets[place + 1 :]:
            if one.parentWidget() is not other.parentWidget() or one.parentWidget() is None:
                continue
            shared = one.geometry().intersected(other.geometry())
            if shared.width() > _SLACK and shared.height() > _SLACK:
                yield f"{_name(one)} {text_of(one)[:30]!r} lies over {_name(other)} {text_of(other)[:30]!r}"


def _sections_clipped(header: QHeaderView) -> Iterator[str]:
    for place, words in enumerate(_sections(header)):
        needed = header.fontMetrics().horizontalAdvance(words) + 6
        if needed > header.sectionSize(place) > 0:
            yield f"heading {words!r} is {needed} px wide, there are {header.sectionSize(place)}"


def _sections(header: QHeaderView) -> list[str]:
    model = header.model()
    orientation = header.orientation()
    return [str(model.headerData(place, orientation) or "") for place in range(header.count())]


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__}#{widget.objectName()}" if widget.objectName() else type(widget).__name__
