"""A label in one line that gives way: what does not fit is cut with an ellipsis and shown whole as a tip.

For names that others chose and that may be long, and for the bar at the foot of a small window; what to do about
something is never cut.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

#: The least that is left of a long name, in letters.
_LEAST = 12


class ElidedLabel(QLabel):
    """As wide as its text if there is room; ``least``: so many letters are always left of it."""

    def __init__(self, text: str = "", least: int = _LEAST) -> None:
        super().__init__()
        self._more, self._least = "", least
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str, more: str = "") -> None:  # noqa: N802 - the name is Qt's
        """Show ``text``; ``more`` is what the tip says of it, also where nothing is cut."""
        self._more = more
        super().setText(text)
        self._show_tip()

    def minimumSizeHint(self) -> QSize:
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), self.fontMetrics().averageCharWidth() * self._least), whole.height())

    def sizeHint(self) -> QSize:
        return super().minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_tip()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)

    def _show_tip(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip("\n".join(part for part in (self.text() if cut else "", self._more) if part))
