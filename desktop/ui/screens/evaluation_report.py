"""The evaluation on paper: A4 pages with the same charts and map as the screen, the tables whole, and the definitions.

Draws on any thread and touches no widget. Everything that is counted is on the paper, however many pages it takes.
"""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from desktop.assets import FONT_FAMILY, SIGNS_FAMILY
from desktop.queries.indicators import Evaluation, FacilityFigures
from desktop.ui import tones
from desktop.ui.screens import evaluation_findings as findings
from desktop.ui.screens.evaluation_map import flow_words, map_value, missing_places
from desktop.ui.screens.evaluation_table import HEADINGS, cells_of
from desktop.ui.screens.evaluation_words import DEFINITIONS, choice_words, site_name, tiles
from desktop.ui.texts import tr
from desktop.ui.widgets.charts_map_paint import paint_map
from desktop.ui.widgets.charts_map_values import fitting_view
from desktop.ui.widgets.charts_paint import paint_chart
from desktop.ui.wording import number_words

#: Drawn as if for a screen of 96 dots to the inch, so that the painters of the screen fit.
_DPI = 96
_MARGIN_MM = 14.0
_ROW = 19.0
#: Parts of the width that the columns of the tables have.
_WIDTHS = (28, 8, 8, 7, 8, 9.5, 7.5, 7, 7, 9, 6.5)


def report_pdf(evaluation: Evaluation, facility_name: str) -> bytes:
    """The report as the bytes of a PDF."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(tr("Evaluasi rujukan"))
    painter = QPainter(writer)
    try:
        _Report(writer, painter, evaluation, facility_name).draw()
    finally:
        painter.end()
    return bytes(buffer.data().data())


class _Report:
    """One report on its way down the pages; ``y`` is where the next thing goes."""

    def __init__(self, writer: QPdfWriter, painter: QPainter, evaluation: Evaluation, facility_name: str) -> None:
        self.writer, self.painter = writer, painter
        self.evaluation, self.facility_name = evaluation, facility_name
        self.width, self.height = float(writer.width()), float(writer.height()) - 24
        self.y, self.page = 0.0, 1

    def draw(self) -> None:
        """All pages."""
        self._head()
        self._tiles()
        for content, height in (
            (findings.volume(self.evaluation), 170.0),
            (findings.outcomes(self.evaluation), 104.0),
            (findings.answer_times(self.evaluation), 170.0),
            (findings.refusals(self.evaluation, shown=12), 250.0),
            (findings.diagnoses(self.evaluation), 280.0),
            (findings.chapters(self.evaluation), 280.0),
        ):
            self._chart(content, height)
        self._map()
        self._table(tr("Menurut perujuk"), self.evaluation.senders)
        self._table(tr("Menurut rumah sakit tujuan"), self.evaluation.hospitals)
        self._definitions()
        self._foot()

    def _head(self) -> None:
        self._text(self.facility_name, 9, colour=tones.QUIET)
        self._text(tr("Evaluasi rujukan"), 17, bold=True)
        self._text(choice_words(self.evaluation), 10)
        moment = self.evaluation.now.astimezone()
        self._text(tr("Dihitung {moment}").format(moment=f"{moment:%d-%m-%Y %H.%M}"), 9, colour=tones.QUIET)
        self.y += 8

    def _tiles(self) -> None:
        figures = tiles(self.evaluation)
        across = 4
        width, height = self.width / across, 66.0
        for number, (name, figure, detail) in enumerate(figures):
            box = QRectF(number % across * width, self.y + number // across * height, width - 8, height - 8)
            self.painter.setPen(QPen(QColor(tones.LINE), 1))
            self.painter.drawRoundedRect(box, 4, 4)
            inner = box.adjusted(8, 4, -8, -4)
            for text, points, bold, where in (
                (name, 8, False, Qt.AlignmentFlag.AlignTop),
                (figure, 13, True, Qt.AlignmentFlag.AlignVCenter),
                (detail, 8, False, Qt.AlignmentFlag.AlignBottom),
            ):
                self._font(points, bold=bold)
                self.painter.setPen(QColor(tones.INK))
                self.painter.drawText(inner, int(where | Qt.AlignmentFlag.AlignLeft), text)
        self.y += -(-len(figures) // across) * height + 6

    def _chart(self, content: findings.Content, height: float) -> None:
        finding, basis, value = content
        self._make_room(height + 50)
        self._text(finding, 11, bold=True)
        if value.bars:
            self._font(9)
            paint_chart(self.painter, QRectF(0, self.y + 4, self.width, height), value)
            self.y += height + 8
        if basis:
            self._text(basis, 9, colour=tones.QUIET)
        self.y += 12

    def _map(self) -> None:
        value = map_value(self.evaluation)
        if not value.places:
            return
        self._new_page()
        self._text(tr("Peta aliran rujukan"), 13, bold=True)
        height = 600.0
        self.painter.save()
        self.painter.translate(0, self.y + 4)
        self.painter.setPen(QPen(QColor(tones.LINE), 1))
        self.painter.drawRect(QRectF(0, 0, self.width, height))
        self._font(8)
        paint_map(self.painter, value, fitting_view(value.places, self.width, height))
        self.painter.restore()
        self.y += height + 12
        _heading, words = flow_words(self.evaluation, "")
        self._text("\n".join(words.split("\n")[:-1]), 9)
        absent = missing_places(self.evaluation, value)
        if absent:
            names = "; ".join(
                f"{site_name(self.evaluation, facility)} ({number_words(count)})" for facility, count in absent
            )
            self._text(tr("Tidak ada di peta, koordinat belum diketahui: {names}.").format(names=names), 9)

    def _table(self, title: str, lines: Sequence[FacilityFigures]) -> None:
        if not lines:
            return
        self._new_page()
        self._text(title, 13, bold=True)
        self._table_head()
        for number, line in enumerate(lines):
            if self.y + _ROW > self.height:
                self._new_page()
                self._table_head()
            self._row([cell.text for cell in cells_of(line)], shaded=number % 2 == 1)
        self._text(tr("* dihitung dari kurang dari 10 rujukan. — belum ada data."), 8, colour=tones.QUIET)

    def _table_head(self) -> None:
        self._font(8, bold=True)
        self.painter.setPen(QColor(tones.INK))
        for box, heading in zip(self._columns(32), HEADINGS, strict=True):
            side = Qt.AlignmentFlag.AlignLeft if heading == HEADINGS[0] else Qt.AlignmentFlag.AlignRight
            flags = int(side | Qt.AlignmentFlag.AlignBottom) | int(Qt.TextFlag.TextWordWrap)
            self.painter.drawText(box, flags, tr(heading))
        self.y += 34
        self.painter.setPen(QPen(QColor(tones.EDGE), 1))
        self.painter.drawLine(0, int(self.y), int(self.width), int(self.y))

    def _row(self, texts: Sequence[str], *, shaded: bool) -> None:
        if shaded:
            self.painter.fillRect(QRectF(0, self.y, self.width, _ROW), QColor(tones.DESK))
        self._font(8)
        metrics = QFontMetricsF(self.painter.font(), self.writer)
        self.painter.setPen(QColor(tones.INK))
        for number, (box, text) in enumerate(zip(self._columns(_ROW), texts, strict=True)):
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            self.painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        self.y += _ROW

    def _columns(self, height: float) -> list[QRectF]:
        part = self.width / sum(_WIDTHS)
        at, boxes = 0.0, []
        for width in _WIDTHS:
            boxes.append(QRectF(at + 2, self.y, width * part - 4, height))
            at += width * part
        return boxes

    def _definitions(self) -> None:
        self._make_room(60 + 22 * len(DEFINITIONS))
        self.y += 10
        self._text(tr("Arti angka"), 13, bold=True)
        for name, words in DEFINITIONS:
            self._text(f"{name}: {tr(words)}", 9)

    def _text(self, text: str, points: int, *, bold: bool = False, colour: str = tones.INK) -> None:
        """A paragraph, and ``y`` goes below it."""
        self._font(points, bold=bold)
        flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
        area = QRectF(0, self.y, self.width, 10_000)
        needed = self.painter.boundingRect(area, flags, text)
        if self.y + needed.height() > self.height:
            self._new_page()
            self._font(points, bold=bold)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(QRectF(0, self.y, self.width, needed.height() + 2), flags, text)
        self.y += needed.height() + 3

    def _font(self, points: int, *, bold: bool = False) -> None:
        font = QFont([FONT_FAMILY, SIGNS_FAMILY], points)
        font.setBold(bold)
        # Letters keep their own widths on paper; the screen's would be uneven.
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.painter.setFont(font)

    def _make_room(self, height: float) -> None:
        if self.y + height > self.height:
            self._new_page()

    def _new_page(self) -> None:
        self._foot()
        self.writer.newPage()
        self.y = 0.0
        self.page += 1

    def _foot(self) -> None:
        self._font(8)
        self.painter.setPen(QColor(tones.QUIET))
        box = QRectF(0, self.height + 6, self.width, 18)
        self.painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), tr("Rujuk · evaluasi rujukan"))
        page = tr("Halaman {n}").format(n=self.page)
        self.painter.drawText(box, int(Qt.AlignmentFlag.AlignRight), page)
