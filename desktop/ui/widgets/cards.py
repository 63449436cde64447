"""A list of cards of two or three lines, drawn by one delegate: a table with a Python model repaints ten times slower.

Shows at most some hundred cards; who wants more narrows the search. It never reads: cards come in, ids go out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui import tones
from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.badge import draw_mark, mark_width

_Index = QModelIndex | QPersistentModelIndex

_PAD = 12
_LINE_GAP = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on a coloured ground."""

    text: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Card:
    """What one card shows. ``right`` stands at the right of the last line, ``marks`` at the right of the first.

    ``more`` is a third line, in lists that were made for three.

    ``stripe`` colours the left edge and repeats what one of the marks says in words.
    """

    id: str
    title: str
    subtitle: str = ""
    right: str = ""
    marks: tuple[Mark, ...] = ()
    stripe: Tone | None = None
    more: str = ""

    @property
    def spoken(self) -> str:
        """The whole card in words, for screen readers."""
        parts = (self.title, self.subtitle, self.more, self.right, *(mark.text for mark in self.marks))
        return ", ".join(part for part in parts if part)


class CardModel(QAbstractListModel):
    """Cards in their order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._cards: Sequence[Card] = ()

    def set_cards(self, cards: Sequence[Card]) -> None:
        self.beginResetModel()
        self._cards = tuple(cards)
        self.endResetModel()

    def card(self, row: int) -> Card:
        return self._cards[row]

    def row_of(self, card_id: str) -> int:
        """-1 if it is not shown."""
        return next((row for row, card in enumerate(self._cards) if card.id == card_id), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, never changed
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self._cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return card.spoken
        if role == Qt.ItemDataRole.UserRole:
            return card
        return None


class _CardDelegate(QStyledItemDelegate):
    """Draws a card from the widget's palette and font."""

    def __init__(self, parent: QObject, lines: int) -> None:
        super().__init__(parent)
        self._lines = lines

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002 - Qt's signature
        first, second = _fonts(option.font)
        others = (self._lines - 1) * (QFontMetrics(second).height() + _LINE_GAP)
        return QSize(200, QFontMetrics(first).height() + others + 2 * 9)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        card = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(card, Card):
            return
        painter.save()
        box = option.rect.adjusted(1, 1, -1, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        ground = tones.ACCENT_PALE if selected else "#f7f9fa" if hovered else tones.PAPER
        painter.fillRect(box, QColor(ground))
        painter.fillRect(QRect(box.left(), box.bottom() + 1, box.width(), 1), QColor(tones.LINE))
        if card.stripe is not None:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), QColor(TONES[card.stripe].ink))
        if focused:
            painter.setPen(QColor(tones.ACCENT))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        self._draw_lines(painter, box, option.font, card)
        painter.restore()

    def _draw_lines(self, painter: QPainter, box: QRect, font: QFont, card: Card) -> None:
        first, second = _fonts(font)
        top = box.adjusted(_PAD, 8, -_PAD, 0)
        top.setHeight(QFontMetrics(first).height())
        height = QFontMetrics(second).height()
        bottom = QRect(top.left(), top.bottom() + 1 + _LINE_GAP, top.width(), height)
        right = top.right() + 1
        for mark in reversed(card.marks):
            width = mark_width(second, mark.text)
            draw_mark(painter, QRect(right - width, top.top(), width, top.height()), second, mark.text, mark.tone)
            right -= width + 6
        _draw_text(
            painter, QRect(top.left(), top.top(), right - top.left() - 4, top.height()), first, tones.INK, card.title
        )
        last = card.subtitle
        if self._lines > 2:
            _draw_text(painter, bottom, second, tones.QUIET, card.subtitle)
            bottom.translate(0, height + _LINE_GAP)
            last = card.more
        right_width = min(QFontMetrics(second).horizontalAdvance(card.right) + 2, bottom.width() // 2)
        place = QRect(bottom.right() + 1 - right_width, bottom.top(), right_width, bottom.height())
        _draw_text(painter, place, second, tones.QUIET, card.right)
        bottom.setWidth(bottom.width() - right_width - (10 if right_width else 0))
        _draw_text(painter, bottom, second, tones.QUIET, last)


class CardList(QListView):
    """Cards to choose from, by mouse or keyboard: arrows select, Enter activates."""

    selected = Signal(str)
    """The card that the cursor came to, "" for none."""
    opened = Signal(str)
    """A card was activated by Enter or double click."""

    def __init__(self, lines: int = 2) -> None:
        """``lines`` of every card: two, or three with :attr:`Card.more`."""
        super().__init__()
        self._cards = CardModel(self)
        self._quiet = False
        self.setModel(self._cards)
        self.setItemDelegate(_CardDelegate(self, lines))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._tell_selected)
        self.activated.connect(self._tell_opened)

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Show ``cards``; what was selected stays selected if it is still there, and the list does not jump."""
        before, scroll = self.current_id(), self.verticalScrollBar().value()
        self._quiet = True
        self._cards.set_cards(cards)
        row = self._cards.row_of(before) if before else -1
        if row >= 0:
            self.setCurrentIndex(self._cards.index(row))
        self.verticalScrollBar().setValue(scroll)
        self._quiet = False
        if before and row < 0:
            self.selected.emit("")

    def select(self, card_id: str) -> bool:
        """Move the cursor to a card; whether it is there."""
        row = self._cards.row_of(card_id)
        if row >= 0:
            self.setCurrentIndex(self._cards.index(row))
        return row >= 0

    def current_id(self) -> str:
        """The id of the card under the cursor, "" for none."""
        index = self.currentIndex()
        return self._cards.card(index.row()).id if index.isValid() else ""

    def cards(self) -> tuple[Card, ...]:
        """The cards shown."""
        return tuple(self._cards.card(row) for row in range(self._cards.rowCount()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt would choose the first card by itself; a card is chosen by a person only."""
        chosen, self._quiet = self.currentIndex().isValid(), True
        super().focusInEvent(event)
        if not chosen:
            self.setCurrentIndex(QModelIndex())
        self._quiet = False

    def _tell_selected(self, index: QModelIndex) -> None:
        if not self._quiet:
            self.selected.emit(self._cards.card(index.row()).id if index.isValid() else "")

    def _tell_opened(self, index: QModelIndex) -> None:
        self.opened.emit(self._cards.card(index.row()).id)


def _fonts(font: QFont) -> tuple[QFont, QFont]:
    first = QFont(font)
    first.setBold(True)
    return first, font


def _draw_text(painter: QPainter, place: QRect, font: QFont, colour: str, text: str) -> None:
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
