"""The map of a district as a widget: a click or the arrow keys choose a facility, wheel and +/- zoom, dragging moves.

Takes a frozen value and tells what was chosen. It keeps nothing but the view, and asks no server for tiles.
"""

import math
from dataclasses import replace

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui import tones
from desktop.ui.texts import tr
from desktop.ui.widgets.charts import CHART_POINTS
from desktop.ui.widgets.charts_map_paint import paint_map, radius_of
from desktop.ui.widgets.charts_map_values import EMPTY_MAP, MapPlace, MapValue, View, fitting_view

_ZOOM = 1.3
_CLOSEST, _FARTHEST = 12.0, 0.8
#: From this much closer than everything on, clinics have their names too.
_NAMES_OF_CLINICS = 1.9
_DIRECTIONS = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class DistrictMap(QWidget):
    """Facilities and the flows between them."""

    chosen_changed = Signal(str)
    """The id of the facility chosen here, "" for none."""
    opened = Signal(str)
    """Enter or a double click on the chosen facility."""

    def __init__(self) -> None:
        super().__init__()
        self._value = EMPTY_MAP
        self._zoom = 1.0
        self._view: View | None = None
        self._dragged: QPointF | None = None
        self.chosen = ""
        font = QFont(self.font())
        font.setPointSize(CHART_POINTS)
        self.setFont(font)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Peta rujukan"))
        self.setAccessibleDescription(
            tr("Panah memilih fasilitas terdekat ke arah itu, + dan - memperbesar, 0 menampilkan semua.")
        )

    def set_value(self, value: MapValue) -> None:
        """Show ``value``; the view stays where somebody has moved it."""
        moved = self._zoom != 1.0
        self._value = value
        if self.chosen and value.place(self.chosen) is None:
            self.chosen = ""
        if not moved:
            self._view = None
        self.update()

    def choose(self, place_id: str) -> None:
        """Point out a facility; "" for none."""
        place = self._value.place(place_id)
        chosen = place_id if place is not None else ""
        if chosen != self.chosen:
            self.chosen = chosen
            self.setAccessibleName(tr("Peta rujukan: {name}").format(name=place.name) if place else tr("Peta rujukan"))
            self.chosen_changed.emit(chosen)
            self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Closer or farther, with the place at ``at`` (the middle) where it is."""
        view = self.view()
        wanted = min(max(self._zoom * factor, _FARTHEST), _CLOSEST)
        point = at or QPointF(self.width() / 2, self.height() / 2)
        before = view.to_degrees(point.x(), point.y())
        closer = replace(view, pixels_per_km=view.pixels_per_km * wanted / self._zoom)
        after = closer.to_degrees(point.x(), point.y())
        self._zoom = wanted
        self._view = replace(
            closer,
            latitude=closer.latitude + before[0] - after[0],
            longitude=closer.longitude + before[1] - after[1],
        )
        self.update()

    def show_all(self) -> None:
        """The view that has everything in it."""
        self._zoom, self._view = 1.0, None
        self.update()

    def view(self) -> View:
        """What is seen now."""
        if self._view is None:
            self._view = fitting_view(self._value.places, self.width(), self.height())
        return self._view

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tones.PAPER))
        paint_map(painter, self._value, self.view(), self.chosen, labels_of_clinics=self._zoom >= _NAMES_OF_CLINICS)
        painter.setPen(QColor(tones.ACCENT if self.hasFocus() else tones.LINE))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._zoom == 1.0 or self._view is None:
            self._view = None
        else:
            self._view = replace(self._view, width=self.width(), height=self.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(_ZOOM if event.angleDelta().y() > 0 else 1 / _ZOOM, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._dragged = event.position()
        place = self._place_at(event.position())
        self.choose(place.id if place else "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._pan(event.position() - self._dragged)
            self._dragged = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._dragged = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        if self.chosen:
            self.opened.emit(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _DIRECTIONS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            across, down = _DIRECTIONS[key]
            self._pan(QPointF(-60.0 * across, -60.0 * down))
        elif key in _DIRECTIONS:
            self._go(*_DIRECTIONS[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif key == Qt.Key.Key_Escape and self.chosen:
            self.choose("")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen:
            self.opened.emit(self.chosen)
        else:
            super().keyPressEvent(event)

    def _pan(self, by: QPointF) -> None:
        view = self.view()
        latitude, longitude = view.to_degrees(view.width / 2 - by.x(), view.height / 2 - by.y())
        self._view = replace(view, latitude=latitude, longitude=longitude)
        self.update()

    def _spot(self, place: MapPlace) -> QPointF:
        return QPointF(*self.view().spot_of(place))

    def _place_at(self, at: QPointF) -> MapPlace | None:
        """The nearest facility whose sign is about there, rather a hospital than a clinic."""
        near = [
            (math.hypot(spot.x() - at.x(), spot.y() - at.y()) - radius_of(place), place.id, place)
            for place in self._value.places
            for spot in (self._spot(place),)
        ]
        distance, _, place = min(near, default=(math.inf, "", None))
        return place if distance <= 6 else None

    def _go(self, across: int, down: int) -> None:
        """Choose the nearest facility in a direction; from nowhere, the weightiest."""
        here = self._value.place(self.chosen)
        if here is None:
            heaviest = max(self._value.places, key=lambda place: place.weight, default=None)
            self.choose(heaviest.id if heaviest else "")
            return
        origin = self._spot(here)
        ahead = []
        for place in self._value.places:
            way = self._spot(place) - origin
            forth = way.x() * across + way.y() * down
            aside = abs(way.x() * down) + abs(way.y() * across)
            if place.id != here.id and forth > 0:
                ahead.append((forth + 2 * aside, place.id))
        if ahead:
            self.choose(min(ahead)[1])
