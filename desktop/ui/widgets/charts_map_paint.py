"""Draws the map of a district, the same on the screen and on paper: flows below, facilities above, labels where there
is room, a scale bar, north, and what the signs mean.

A kind of facility is told by its shape, leaving the district by a broken line; colour only repeats it. Draws no ground:
no boundaries come with the program.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop.ui import tones
from desktop.ui.texts import tr
from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.charts_labels import Anchor, Box, place_labels
from desktop.ui.widgets.charts_map_values import MapFlow, MapPlace, MapValue, View, scale_bar

_WIDEST_FLOW = 11.0
_FLOW = QColor(tones.ACCENT)
_LEAK = QColor(TONES[Tone.DANGER].ink)
_INK = QColor(tones.INK)
_QUIET = QColor(tones.QUIET)
_PAPER = QColor(tones.PAPER)
#: Paper around letters, so that lines below do not disturb them; a stroked outline takes ten times as long.
_HALO = tuple(QPointF(x, y) for x, y in ((-1.2, 0), (1.2, 0), (0, -1.2), (0, 1.2)))
_RADII = {"rs": 7.0, "puskesmas": 5.0, "klinik": 3.2}


def radius_of(place: MapPlace) -> float:
    """Half the size of a place's sign, in pixels."""
    return _RADII.get(place.kind, 4.0)


def paint_map(
    painter: QPainter, value: MapValue, view: View, chosen: str = "", *, labels_of_clinics: bool = False
) -> None:
    """Draw ``value`` as ``view`` shows it, ``chosen`` pointed out."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    spots = {place.id: QPointF(*view.spot_of(place)) for place in value.places}
    _paint_flows(painter, value.drawn_flows(chosen), spots)
    concerned = {end for flow in value.flows_of(chosen) for end in (flow.start, flow.end)} if chosen else set()
    for place in sorted(value.places, key=lambda place: (place.is_hospital, place.weight)):
        _paint_sign(painter, place, spots[place.id], faint=bool(chosen) and place.id not in {chosen, *concerned})
    if chosen in spots:
        painter.setPen(QPen(_INK, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(spots[chosen], 12, 12)
    taken = _paint_furniture(painter, view, list(spots.values()))
    labelled = [
        place
        for place in value.places
        if (place.id in {chosen, *concerned} if chosen else labels_of_clinics or place.kind != "klinik")
    ]
    _paint_labels(painter, labelled, value.places, spots, view, chosen, taken)
    painter.restore()


def _paint_flows(painter: QPainter, flows: tuple[MapFlow, ...], spots: dict[str, QPointF]) -> None:
    greatest = max((flow.count for flow in flows), default=1)
    # What leaves the district lies above what stays, and the thin above the thick.
    for flow in sorted(flows, key=lambda flow: (flow.outside, -flow.count)):
        start, end = spots.get(flow.start), spots.get(flow.end)
        if start is None or end is None:
            continue
        colour = QColor(_LEAK if flow.outside else _FLOW)
        colour.setAlpha(190 if flow.outside else 90)
        pen = QPen(colour, max(flow.count / greatest * _WIDEST_FLOW, 0.8))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if flow.outside:
            pen.setDashPattern([max(6 / pen.widthF(), 1.5), max(3 / pen.widthF(), 0.8)])
        painter.setPen(pen)
        painter.drawLine(start, end)


def _paint_sign(painter: QPainter, place: MapPlace, at: QPointF, *, faint: bool = False) -> None:
    radius = radius_of(place)
    painter.save()
    if faint:
        painter.setOpacity(0.35)
    painter.setPen(QPen(_PAPER, 1.2))
    if place.is_hospital:
        colour = _LEAK if place.outside else QColor(tones.ACCENT_DARK)
        painter.setBrush(_PAPER if place.outside else colour)
        painter.setPen(QPen(colour if place.outside else _PAPER, 1.6))
        painter.drawRect(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))
        painter.setPen(QPen(colour if place.outside else _PAPER, 2.2))
        arm = radius * 0.55
        painter.drawLine(QPointF(at.x() - arm, at.y()), QPointF(at.x() + arm, at.y()))
        painter.drawLine(QPointF(at.x(), at.y() - arm), QPointF(at.x(), at.y() + arm))
    elif place.kind == "puskesmas":
        painter.setBrush(QColor(TONES[Tone.INFO].ink))
        painter.drawEllipse(at, radius, radius)
    else:
        painter.setBrush(_QUIET)
        corners = [(0, -radius), (radius, 0), (0, radius), (-radius, 0)]
        painter.drawPolygon(QPolygonF([QPointF(at.x() + x, at.y() + y) for x, y in corners]))
    painter.restore()


def _paint_labels(
    painter: QPainter,
    labelled: list[MapPlace],
    places: tuple[MapPlace, ...],
    spots: dict[str, QPointF],
    view: View,
    chosen: str,
    taken: list[Box],
) -> None:
    metrics = QFontMetricsF(painter.font(), painter.device())
    ordered = sorted(labelled, key=lambda place: (place.id != chosen, not place.is_hospital, -place.weight))
    anchors = [
        Anchor(
            place.id,
            spots[place.id].x(),
            spots[place.id].y(),
            12 if place.id == chosen else radius_of(place),
            metrics.horizontalAdvance(_short(place)) + 2,
            metrics.height(),
            weighty=place.is_hospital,
            must=place.id == chosen,
        )
        for place in ordered
    ]
    signs = [_sign_box(place, spots[place.id]) for place in places if place.kind != "klinik"]
    small = [_sign_box(place, spots[place.id]) for place in places if place.kind == "klinik"]
    found = place_labels(anchors, [*signs, *taken], small, (0, 0, view.width, view.height))
    for place in ordered:
        if place.id in found:
            left, top, _width, _height = found[place.id]
            at = QPointF(left + 1, top + metrics.ascent())
            painter.setPen(_PAPER)
            for aside in _HALO:
                painter.drawText(at + aside, _short(place))
            painter.setPen(_LEAK if place.outside else _INK)
            painter.drawText(at, _short(place))


def _sign_box(place: MapPlace, at: QPointF) -> Box:
    radius = radius_of(place)
    return at.x() - radius, at.y() - radius, 2 * radius, 2 * radius


def _short(place: MapPlace) -> str:
    """A name as the map has room for it: the shape says that it is a puskesmas."""
    return place.name.removeprefix("Puskesmas ").removeprefix("Klinik Pratama ")


def _paint_furniture(painter: QPainter, view: View, spots: list[QPointF]) -> list[Box]:
    """Scale bar, north and the meaning of the signs; the room they take."""
    metrics = QFontMetricsF(painter.font(), painter.device())
    kilometres, length = scale_bar(view.pixels_per_km, 120)
    left, bottom = 14.0, view.height - 14
    painter.setPen(QPen(_INK, 1.5))
    painter.drawLine(QPointF(left, bottom), QPointF(left + length, bottom))
    for x in (left, left + length):
        painter.drawLine(QPointF(x, bottom - 5), QPointF(x, bottom))
    painter.drawText(QPointF(left, bottom - 8), tr("{n} km").format(n=f"{kilometres:g}".replace(".", ",")))
    north = QPointF(view.width - 22, 16)
    painter.setBrush(_INK)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF([north + QPointF(0, -8), north + QPointF(6, 8), north + QPointF(-6, 8)]))
    painter.setPen(_INK)
    painter.drawText(QPointF(north.x() - metrics.horizontalAdvance("U") / 2, north.y() + 8 + metrics.ascent()), "U")
    return [
        (left, bottom - 8 - metrics.height(), max(length, 40), metrics.height() + 12),
        (north.x() - 12, 0, 34, 30 + metrics.height()),
        _paint_key(painter, view, spots),
    ]


def _paint_key(painter: QPainter, view: View, spots: list[QPointF]) -> Box:
    """What the signs mean, in the corner where it lies over the fewest of them."""
    metrics = QFontMetricsF(painter.font(), painter.device())
    lines = (
        ("rs", False, tr("Rumah sakit")),
        ("rs", True, tr("RS luar kabupaten (di tepi: lebih jauh)")),
        ("puskesmas", False, tr("Puskesmas")),
        ("klinik", False, tr("Klinik")),
        ("", True, tr("Rujukan ke luar kabupaten")),
    )
    step = metrics.height() + 2
    width = max(metrics.horizontalAdvance(words) for _, _, words in lines) + 34
    height = step * len(lines) + 8
    corners = [
        QRectF(view.width - width - 8, view.height - height - 6, width, height),
        QRectF(8, 8, width, height),
        QRectF(8, view.height - height - 48, width, height),
        QRectF(view.width - width - 8, 52, width, height),
    ]
    box = min(corners, key=lambda corner: sum(corner.contains(spot) for spot in spots))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 225))
    painter.drawRoundedRect(box, 4, 4)
    for number, (kind, outside, words) in enumerate(lines):
        middle = box.top() + 4 + step * (number + 0.5)
        if kind:
            _paint_sign(painter, MapPlace("", "", kind, outside, 0, 0, 0), QPointF(box.left() + 15, middle))
        else:
            painter.setPen(QPen(_LEAK, 3, Qt.PenStyle.CustomDashLine))
            pen = painter.pen()
            pen.setDashPattern([2, 1])
            painter.setPen(pen)
            painter.drawLine(QPointF(box.left() + 4, middle), QPointF(box.left() + 26, middle))
        painter.setPen(_INK)
        painter.drawText(QPointF(box.left() + 32, middle + (metrics.ascent() - metrics.descent()) / 2), words)
    return box.left(), box.top(), box.width(), box.height()
