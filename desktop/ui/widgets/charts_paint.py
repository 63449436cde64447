"""Draws charts into a rectangle, the same on the screen and on paper: bars, their labels, and nothing else.

Values stand beside the bars, so there is no grid to read them from. Colours repeat what a pattern and a word say.
Nothing here knows a widget; text keeps the size of the painter's font.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from desktop.ui import tones
from desktop.ui.widgets.charts_values import Bar, ChartValue, Columns, Lines

BAR = QColor("#5a9f9a")
STRONG = QColor(tones.ACCENT_DARK)
_CURRENT = QColor(tones.INK)
_INK = QColor(tones.INK)
_QUIET = QColor(tones.QUIET)
_LINE = QColor(tones.LINE)

_WIDEST_COLUMN = 46.0
_HIGHEST_LINE = 30.0
_GAP = 6.0


def paint_chart(painter: QPainter, area: QRectF, value: ChartValue, current: int = -1) -> list[QRectF]:
    """Draw ``value`` in ``area``; ``current`` is the bar that is pointed out. The places of the bars, to be clicked."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint = _paint_columns if isinstance(value, Columns) else _paint_lines
    places = paint(painter, area, value, current)  # type: ignore[arg-type]  # chosen by the type of the value
    painter.restore()
    return places


def _metrics(painter: QPainter) -> QFontMetricsF:
    return QFontMetricsF(painter.font(), painter.device())


def _paint_columns(painter: QPainter, area: QRectF, value: Columns, current: int) -> list[QRectF]:
    if not value.bars:
        return []
    metrics = _metrics(painter)
    line = metrics.height()
    top = area.top() + (_legend(painter, area, value.legend) if value.legend else 0) + line + 2
    bottom = area.bottom() - line - 4
    step = area.width() / len(value.bars)
    greatest = max(max(bar.amount, bar.part or 0) for bar in value.bars) or 1
    scale = max(bottom - top, 1) / greatest
    said = _said(value.bars, metrics, step, current, beside=value.beside)
    every = _every([bar.label for bar in value.bars], metrics, step)
    places = []
    for number, bar in enumerate(value.bars):
        middle = area.left() + step * (number + 0.5)
        places.append(QRectF(area.left() + step * number, area.top(), step, area.height()))
        if value.beside:
            width = min(step * 0.38, _WIDEST_COLUMN)
            _column(painter, QRectF(middle - width - 1, bottom - bar.amount * scale, width, bar.amount * scale), BAR)
            part = (bar.part or 0) * scale
            _column(painter, QRectF(middle + 1, bottom - part, width, part), STRONG, hatched=True)
            _centred(painter, QPointF(middle - width / 2 - 1, bottom - bar.amount * scale - 3), bar.text, _INK)
            _centred(painter, QPointF(middle + width / 2 + 1, bottom - part - 3), bar.part_text, _INK)
        else:
            width = min(step * 0.72, _WIDEST_COLUMN)
            whole = QRectF(middle - width / 2, bottom - bar.amount * scale, width, bar.amount * scale)
            _column(painter, whole, BAR)
            if bar.part:
                part = bar.part * scale
                _column(painter, QRectF(whole.left(), bottom - part, width, part), STRONG, hatched=True)
            if number in said:
                _centred(painter, QPointF(middle, whole.top() - 3), bar.text, _INK)
        if number % every == 0:
            _centred(painter, QPointF(middle, area.bottom() - metrics.descent()), bar.label, _QUIET)
        if number == current:
            _ring(painter, QRectF(middle - step / 2 + 1, top - line, step - 2, area.bottom() - top + line))
    painter.setPen(QPen(_LINE, 1))
    painter.drawLine(QPointF(area.left(), bottom + 0.5), QPointF(area.right(), bottom + 0.5))
    return places


def _paint_lines(painter: QPainter, area: QRectF, value: Lines, current: int) -> list[QRectF]:
    if not value.bars:
        return []
    metrics = _metrics(painter)
    step = min(area.height() / len(value.bars), _HIGHEST_LINE)
    labels = min(max(metrics.horizontalAdvance(bar.label) for bar in value.bars) + 2, area.width() * 0.5)
    texts = max(metrics.horizontalAdvance(bar.text) for bar in value.bars) + 2
    left = area.left() + labels + _GAP
    room = max(area.right() - left - texts - _GAP, 10)
    greatest = max(bar.amount for bar in value.bars) or 1
    thick = min(step * 0.62, 16.0)
    places = []
    for number, bar in enumerate(value.bars):
        row = QRectF(area.left(), area.top() + step * number, area.width(), step)
        places.append(row)
        middle = row.center().y()
        baseline = middle + (metrics.ascent() - metrics.descent()) / 2
        painter.setPen(_INK)
        words = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, labels)
        painter.drawText(QPointF(area.left(), baseline), words)
        length = max(bar.amount / greatest * room, 1.5 if bar.amount else 0)
        _column(painter, QRectF(left, middle - thick / 2, length, thick), BAR)
        if bar.part:
            part = bar.part / greatest * room
            _column(painter, QRectF(left, middle - thick / 2, part, thick), STRONG, hatched=True)
        painter.setPen(_INK)
        painter.drawText(QPointF(left + length + _GAP, baseline), bar.text)
        if number == current:
            _ring(painter, row.adjusted(-2, 0.5, 0, -0.5))
    return places


def _column(painter: QPainter, box: QRectF, colour: QColor, *, hatched: bool = False) -> None:
    if box.height() <= 0 or box.width() <= 0:
        return
    painter.fillRect(box, colour)
    if hatched:
        # Stripes tell it from the other without colour, in print too.
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(QColor(255, 255, 255, 120), 1))
        at = box.left() - box.height()
        while at < box.right():
            painter.drawLine(QPointF(at, box.bottom()), QPointF(at + box.height(), box.top()))
            at += 5
        painter.restore()


def _centred(painter: QPainter, foot: QPointF, text: str, colour: QColor) -> None:
    painter.setPen(colour)
    painter.drawText(QPointF(foot.x() - _metrics(painter).horizontalAdvance(text) / 2, foot.y()), text)


def _ring(painter: QPainter, box: QRectF) -> None:
    painter.setPen(QPen(_CURRENT, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)


def _legend(painter: QPainter, area: QRectF, names: tuple[str, str]) -> float:
    """What the two fillings mean, at the right of the first line; how high it is."""
    metrics = _metrics(painter)
    side = metrics.ascent() * 0.8
    at = area.right() - sum(side + 5 + metrics.horizontalAdvance(name) for name in names) - 16
    for name, colour, hatched in zip(names, (BAR, STRONG), (False, True), strict=True):
        _column(painter, QRectF(at, area.top() + metrics.ascent() - side + 1, side, side), colour, hatched=hatched)
        painter.setPen(_QUIET)
        painter.drawText(QPointF(at + side + 5, area.top() + metrics.ascent()), name)
        at += side + 5 + metrics.horizontalAdvance(name) + 16
    return metrics.height()


def _every(labels: Sequence[str], metrics: QFontMetricsF, step: float) -> int:
    """Every how many labels there is room for."""
    widest = max(metrics.horizontalAdvance(label) for label in labels) + 6
    return max(1, int(-(-widest // step)))


def _said(bars: Sequence[Bar], metrics: QFontMetricsF, step: float, current: int, *, beside: bool) -> set[int]:
    """The bars whose values there is room for: all, or else the highest and the one that is pointed out."""
    if beside or max(metrics.horizontalAdvance(bar.text) for bar in bars) + 4 <= step:
        return set(range(len(bars)))
    highest = max(range(len(bars)), key=lambda number: bars[number].amount)
    return {highest if current < 0 else current}
