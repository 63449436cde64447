"""A word on a coloured ground, as a widget and as a stroke of the painter. The colour never says more than the word."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.tones import TONES, Tone

_SIDE = 9


def mark_width(font: QFont, text: str) -> int:
    """The width that :func:`draw_mark` wants for ``text``."""
    return QFontMetrics(_bold(font)).horizontalAdvance(text) + 2 * _SIDE


def draw_mark(painter: QPainter, place: QRect, font: QFont, text: str, tone: Tone) -> None:
    """Paint ``text`` as a mark of ``tone`` into ``place``."""
    colours = TONES[tone]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colours.ground))
    painter.setPen(QColor(colours.edge))
    radius = place.height() / 2
    painter.drawRoundedRect(place.adjusted(0, 0, -1, -1), radius, radius)
    painter.setFont(_bold(font))
    painter.setPen(QColor(colours.ink))
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()


class Badge(QWidget):
    """A mark that stands by itself."""

    def __init__(self, text: str = "", tone: Tone = Tone.NEUTRAL) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text, self._tone, self._least = "", Tone.NEUTRAL, 0
        self.set_state(text, tone)

    def let_give_way(self, least: int) -> None:
        """Cut the word where there is no room for all of it, down to ``least`` letters; its page shows it as a tip."""
        self._least = least
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        return self._text

    def tone(self) -> Tone:
        return self._tone

    def set_state(self, text: str, tone: Tone) -> None:
        """Show another word and tone; an empty text hides it."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(mark_width(self.font(), self._text), QFontMetrics(self.font()).height() + 6)

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        if not self._least:
            return whole
        least = QFontMetrics(_bold(self.font())).averageCharWidth() * self._least + 2 * _SIDE
        return QSize(min(whole.width(), least), whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        metrics = QFontMetrics(_bold(self.font()))
        # One pixel for the rounding: a word that fits is not cut.
        shown = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width() - 2 * _SIDE + 1)
        draw_mark(QPainter(self), self.rect(), self.font(), shown, self._tone)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
