"""Charts: longer bars for more, every bar in words, and the keyboard goes from bar to bar."""

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.charts import Chart, ChartPanel
from desktop.ui.widgets.charts_paint import BAR, paint_chart
from desktop.ui.widgets.charts_values import Bar, ChartValue, Columns, Lines
from tests.desktop.ui.screens.conftest import assert_legible

BARS = tuple(
    Bar(f"Bar {number}", amount, str(amount), f"Bar {number}: {amount} rujukan", id=f"id{number}")
    for number, amount in enumerate((40, 10, 0, 20))
)


def shown(qtbot: QtBot, value: ChartValue) -> Chart:
    chart = Chart("Jumlah rujukan")
    qtbot.addWidget(chart)
    chart.resize(500, 140)
    chart.set_value(value)
    with qtbot.waitExposed(chart):
        chart.show()
    return chart


def inked(image: QImage, place: QRectF) -> int:
    """How many pixels in ``place`` have the colour of a bar."""
    area = place.toRect().intersected(image.rect())
    return sum(
        image.pixelColor(x, y) == BAR
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    )


@pytest.mark.parametrize("value", [Columns(BARS), Lines(BARS)])
def test_the_ink_of_a_bar_is_as_much_as_what_it_stands_for(qapp: object, value: ChartValue) -> None:
    image = QImage(600, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(QFont("Noto Sans", 9))
    places = paint_chart(painter, QRectF(10, 10, 580, 180), value)
    painter.end()
    ink = [inked(image, place) for place in places]
    assert ink[0] > 0
    assert ink[1] / ink[0] == pytest.approx(10 / 40, abs=0.03)
    assert ink[3] / ink[0] == pytest.approx(20 / 40, abs=0.03)
    assert ink[2] <= 40, "nothing is no bar"


def test_nothing_to_show_is_no_bar(qapp: object, qtbot: QtBot) -> None:
    chart = shown(qtbot, Lines(()))
    chart.grab()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.current == -1


def test_the_arrows_go_from_bar_to_bar_and_say_each(qapp: object, qtbot: QtBot) -> None:
    chart = shown(qtbot, Columns(BARS))
    chart.point_at(-1)
    said: list[str] = []
    chart.pointed.connect(said.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        QTest.keyClick(chart, key)
    assert [words.partition(":")[0] for words in said] == ["Bar 0", "Bar 1", "Bar 3", "Bar 3", "Bar 0"]
    assert chart.accessibleName() == "Jumlah rujukan: Bar 0: 40 rujukan"
    with qtbot.waitSignal(chart.chosen) as chosen:
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert chosen.args == ["id0"]


def test_a_click_points_out_the_bar_under_it(qapp: object, qtbot: QtBot) -> None:
    chart = shown(qtbot, Lines(BARS))
    chart.grab()
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(200, 3 + 30 + 15))
    assert chart.current == 1
    with qtbot.waitSignal(chart.chosen) as chosen:
        QTest.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(200, 3 + 30 + 15))
    assert chosen.args == ["id1"]


def test_all_that_is_drawn_is_there_in_words(qapp: object, qtbot: QtBot) -> None:
    panel = ChartPanel("Jumlah rujukan")
    qtbot.addWidget(panel)
    panel.resize(520, 190)
    panel.set_content("Terbanyak pada bar pertama", "Dari 70 rujukan.", Columns(BARS, ("Semua", "Gawat darurat")))
    panel.show()
    assert panel.chart.accessibleDescription() == "; ".join(bar.spoken for bar in BARS)
    panel.chart.point_at(1)
    assert panel.basis.text() == "Bar 1: 10 rujukan"
    panel.chart.point_at(-1)
    assert panel.basis.text() == "Dari 70 rujukan."
    assert_legible(panel)
