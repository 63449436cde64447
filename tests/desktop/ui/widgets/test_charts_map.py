"""The map: places lie where they are, labels do not lie over each other, keys and mouse choose, zoom and move."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.charts_labels import Anchor, Box, place_labels
from desktop.ui.widgets.charts_map import DistrictMap
from desktop.ui.widgets.charts_map_values import MapFlow, MapPlace, MapValue, View, fitting_view, scale_bar

WEST = MapPlace("w", "Puskesmas Barat", "puskesmas", outside=False, latitude=-7.0, longitude=108.8, weight=30)
EAST = MapPlace("e", "RSUD Timur", "rs", outside=False, latitude=-7.0, longitude=109.2, weight=50)
NORTH = MapPlace("n", "Klinik Utara", "klinik", outside=False, latitude=-6.8, longitude=109.0, weight=5)
FAR = MapPlace("f", "RS Provinsi", "rs", outside=True, latitude=-7.0, longitude=111.0, weight=9)
VALUE = MapValue(
    (EAST, WEST, FAR, NORTH),
    (
        MapFlow("w", "e", 30, outside=False),
        MapFlow("w", "f", 9, outside=True),
        MapFlow("n", "e", 5, outside=False),
    ),
)


@pytest.fixture
def district(qapp: object, qtbot: QtBot) -> DistrictMap:
    shown = DistrictMap()
    qtbot.addWidget(shown)
    shown.resize(800, 460)
    shown.set_value(VALUE)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.setFocus()
    return shown


def spot(district: DistrictMap, place: MapPlace) -> QPoint:
    return QPointF(*district.view().spot_of(place)).toPoint()


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north() -> None:
    view = View(-7.0, 109.0, 10.0, 800, 400)
    assert view.to_pixels(-7.0, 109.0) == (400, 200)
    degree = 111.32 * 10
    assert view.to_pixels(-6.0, 109.0) == pytest.approx((400, 200 - degree))
    assert view.to_pixels(-7.0, 110.0) == pytest.approx((400 + degree * math.cos(math.radians(7)), 200))


@given(st.floats(-10, 5), st.floats(96, 140), st.floats(0, 800), st.floats(0, 400))
def test_pixels_and_degrees_are_each_others_reverse(latitude: float, longitude: float, x: float, y: float) -> None:
    view = View(latitude, longitude, 7.5, 800, 400)
    assert view.to_pixels(*view.to_degrees(x, y)) == pytest.approx((x, y), abs=1e-6)


def test_the_whole_district_is_seen_and_who_is_beyond_stands_at_the_edge() -> None:
    view = fitting_view(VALUE.places, 800, 460)
    for place in (WEST, EAST, NORTH):
        x, y = view.spot_of(place)
        assert (x, y) == view.to_pixels(place.latitude, place.longitude)
        assert 0 < x < 800
        assert 0 < y < 460
    x, y = view.spot_of(FAR)
    assert (x, y) != view.to_pixels(FAR.latitude, FAR.longitude)
    assert 780 < x < 800


@given(st.floats(0.01, 500), st.floats(60, 200))
def test_a_scale_bar_is_round_and_fits(pixels_per_km: float, longest: float) -> None:
    kilometres, pixels = scale_bar(pixels_per_km, longest)
    assert pixels <= longest + 1e-9
    assert pixels > longest / 2.6
    assert f"{kilometres:e}"[0] in "125"


def meets(one: Box, other: Box) -> bool:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return across > 0 and down > 0


@pytest.mark.parametrize("seed", range(5))
def test_no_label_lies_over_another_or_over_a_sign(seed: int) -> None:
    chance = random.Random(seed)
    anchors = [
        Anchor(str(number), chance.uniform(0, 800), chance.uniform(0, 450), 6, chance.uniform(30, 140), 15)
        for number in range(145)
    ]
    signs = [(anchor.x - 6, anchor.y - 6, 12.0, 12.0) for anchor in anchors]
    found = place_labels(anchors, signs, (), (0, 0, 800, 450))
    boxes = list(found.values())
    assert boxes
    assert not [1 for place, one in enumerate(boxes) for other in boxes[place + 1 :] if meets(one, other)]
    assert not [1 for box in boxes for sign in signs if meets(box, sign)]
    assert all(left >= 0 and top >= 0 and left + w <= 800 and top + h <= 450 for left, top, w, h in boxes)


def test_the_weightiest_label_comes_first_and_the_chosen_one_always() -> None:
    crowd = [Anchor("first", 100, 100, 5, 60, 15), Anchor("second", 101, 101, 5, 60, 15)]
    wall = [(0.0, 0.0, 400.0, 96.0), (0.0, 106.0, 400.0, 300.0), (0.0, 90.0, 96.0, 30.0)]
    room = place_labels(crowd, [], wall, (0, 0, 400, 400))
    assert "first" not in room
    weighty = [Anchor("rs", 100, 100, 5, 60, 15, weighty=True)]
    assert "rs" in place_labels(weighty, [], wall, (0, 0, 400, 400))
    assert place_labels(weighty, wall, [], (0, 0, 400, 400)) == {}
    assert "must" in place_labels([Anchor("must", 100, 100, 5, 60, 15, must=True)], wall, [], (0, 0, 400, 400))


def test_the_greatest_flows_are_drawn_and_what_leaves_the_district_always() -> None:
    many = tuple(MapFlow("w", "e", 1000 - number, outside=False) for number in range(500))
    leak = MapFlow("w", "f", 1, outside=True)
    drawn = MapValue(VALUE.places, (*many, leak)).drawn_flows()
    assert leak in drawn
    assert len(drawn) < 200
    assert VALUE.drawn_flows("n") == (VALUE.flows[2],)


def test_the_arrows_choose_the_next_facility_that_way(district: DistrictMap) -> None:
    QTest.keyClick(district, Qt.Key.Key_Right)
    assert district.chosen == "e", "from nowhere the weightiest"
    QTest.keyClick(district, Qt.Key.Key_Left)
    assert district.chosen == "w"
    QTest.keyClick(district, Qt.Key.Key_Up)
    assert district.chosen == "n"
    QTest.keyClick(district, Qt.Key.Key_Up)
    assert district.chosen == "n", "there is nothing farther north"
    assert district.accessibleName().startswith("Peta rujukan: ")
    QTest.keyClick(district, Qt.Key.Key_Escape)
    assert district.chosen == ""


def test_a_click_chooses_and_a_second_one_opens(district: DistrictMap, qtbot: QtBot) -> None:
    QTest.mouseClick(district, Qt.MouseButton.LeftButton, pos=spot(district, WEST))
    assert district.chosen == "w"
    with qtbot.waitSignal(district.opened) as opened:
        QTest.mouseDClick(district, Qt.MouseButton.LeftButton, pos=spot(district, WEST))
    assert opened.args == ["w"]
    QTest.mouseClick(district, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert district.chosen == ""


def test_zooming_keeps_the_place_under_the_mouse(district: DistrictMap) -> None:
    at = QPointF(200, 120)
    before = district.view().to_degrees(at.x(), at.y())
    district.zoom(2.0, at)
    assert district.view().to_degrees(at.x(), at.y()) == pytest.approx(before, abs=1e-4)
    wider = fitting_view(VALUE.places, 800, 460).pixels_per_km
    assert district.view().pixels_per_km == pytest.approx(2 * wider)
    district.grab()
    QTest.keyClick(district, Qt.Key.Key_0)
    assert district.view() == fitting_view(VALUE.places, 800, 460)


def test_dragging_and_control_arrows_move_the_map(district: DistrictMap) -> None:
    before = spot(district, NORTH)
    QTest.mousePress(district, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    QTest.mouseMove(district, QPoint(80, 90))
    QTest.mouseRelease(district, Qt.MouseButton.LeftButton, pos=QPoint(80, 90))
    moved = spot(district, NORTH) - before
    assert (moved.x(), moved.y()) == pytest.approx((30, 40), abs=1)
    QTest.keyClick(district, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert spot(district, NORTH).x() - before.x() == pytest.approx(-30, abs=1)
    assert district.chosen == ""
