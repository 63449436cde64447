"""A chart in a panel: a sentence that says the finding, what it is a share of, and the bars; arrows go from bar to bar.

Takes frozen values and gives signals. What is drawn is also there in words, for those who cannot see it; it never reads
and never decides what is worth showing.
"""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.ui.widgets.charts_paint import paint_chart
from desktop.ui.widgets.charts_values import NO_BARS, ChartValue
from desktop.ui.widgets.panels import make_bold
from desktop.ui.widgets.parts import column, label, named

#: The size of text in charts: the smallest that may be on the screen.
CHART_POINTS = 9
_MARGIN = 3

_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}


class Chart(QWidget):
    """The bars of one value."""

    chosen = Signal(str)
    """The id of a bar that was clicked twice, or Enter pressed on."""
    pointed = Signal(str)
    """The words of the bar that is pointed out, "" for none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._value: ChartValue = NO_BARS
        self._places: list[QRectF] = []
        self.current = -1
        font = QFont(self.font())
        font.setPointSize(CHART_POINTS)
        self.setFont(font)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def set_value(self, value: ChartValue) -> None:
        """Show ``value``."""
        self._value = value
        self.current = -1
        self.setAccessibleName(self._name)
        self.setAccessibleDescription("; ".join(bar.spoken for bar in value.bars))
        self.update()

    def value(self) -> ChartValue:
        return self._value

    def point_at(self, number: int) -> None:
        """Point out a bar and say it; -1 for none."""
        self.current = number if 0 <= number < len(self._value.bars) else -1
        words = self._value.bars[self.current].spoken if self.current >= 0 else ""
        self.setAccessibleName(f"{self._name}: {words}" if words else self._name)
        self.setToolTip(words)
        self.pointed.emit(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 70)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self._places = paint_chart(painter, area, self._value, self.current)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = Qt.Key(event.key()), len(self._value.bars) - 1
        if key in _STEPS:
            self.point_at(min(max(self.current + _STEPS[key], 0), last))
        elif key == Qt.Key.Key_Home:
            self.point_at(0)
        elif key == Qt.Key.Key_End:
            self.point_at(last)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.current < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.point_at(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = event.position()
        self.point_at(next((number for number, place in enumerate(self._places) if place.contains(at)), -1))

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._choose()

    def _choose(self) -> None:
        if self.current >= 0 and self._value.bars[self.current].id:
            self.chosen.emit(self._value.bars[self.current].id)


class ChartPanel(QFrame):
    """A chart below its finding in a sentence; the line under it says what is counted, or the bar pointed out."""

    def __init__(self, name: str) -> None:
        super().__init__()
        named(self, "panel")
        self.finding = make_bold(label("", wrap=True))
        self.basis = label("", "quiet", wrap=True)
        self.chart = Chart(name)
        self._basis = ""
        layout = column(self.finding, self.chart, self.basis, margins=(12, 8, 12, 8), gap=3)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.chart.pointed.connect(self._say)

    def set_content(self, finding: str, basis: str, value: ChartValue) -> None:
        """``finding`` says what is to be seen, ``basis`` of how many letters, and what is not in it."""
        self.finding.setText(finding)
        self._basis = basis
        self.basis.setText(basis)
        self.chart.set_value(value)

    def _say(self, words: str) -> None:
        self.basis.setText(words or self._basis)
