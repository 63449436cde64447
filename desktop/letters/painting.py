"""Draws papers: one function for the PDF and the printer, so that both are the same.

Every copy has all pages. A text that is long flows onto further pages, each with a short head and its number; who signs
stays together. Nothing is ever left out to make a paper fit.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPagedPaintDevice, QPainter, QPen, QTextDocument

from desktop.letters.page import Page, body_document, css_mm, font, narrow_document, page_of
from desktop.letters.qr import QrCode, qr_code
from desktop.letters.sheet import Sheet, Signature, plain

_BLACK = QColor("black")
_STAMP_MM = 21.0
_SIGN_MM = 13.0
_GAP_MM = 4.0
#: The narrowest column that holds a code of 12 in one line.
_NOTE_MM = 39.0


def paint_sheets(device: QPagedPaintDevice, sheets: Sequence[Sheet]) -> int:
    """Draw all copies of ``sheets`` on ``device``, whose paper is set already; how many pages they are together.

    Raises:
        OSError: the device cannot be drawn on, as when a file cannot be written.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise OSError("the page cannot be drawn")
    pages = 0
    try:
        for sheet in sheets:
            pages += _Drawing(device, painter, sheet).draw(after=pages)
    finally:
        painter.end()
    return pages


class _Drawing:
    """The parts of one sheet, measured once for one device."""

    def __init__(self, device: QPagedPaintDevice, painter: QPainter, sheet: Sheet) -> None:
        self.device, self.painter, self.sheet = device, painter, sheet
        self.page = page_of(device, strips=bool(sheet.foot))
        self.top = _Top(device, self.page, sheet)
        self.body = body_document(sheet.markup, self.page, device, self.top.height)
        self.end = _End(device, self.page, sheet)
        self.text_pages = max(self.body.pageCount(), 1)
        bottom = self.body.documentLayout().documentSize().height()
        last = self.body.documentLayout().blockBoundingRect(self.body.lastBlock()).bottom()
        # The document's height is that of whole pages once it has more than one.
        below = (last if self.text_pages > 1 else bottom) - (self.text_pages - 1) * self.page.body + self.page.mm(2)
        fits = below + self.end.height <= self.page.body
        self.pages = self.text_pages + (not fits)
        self.end_top = below if fits else 0.0

    def draw(self, after: int) -> int:
        """Draw all copies after ``after`` pages of others; how many pages they are."""
        drawn = 0
        for copy in self.sheet.copies:
            for number in range(self.pages):
                if after + drawn:
                    self.device.newPage()
                self._draw_page(copy, number)
                drawn += 1
        return drawn

    def _draw_page(self, copy: str, number: int) -> None:
        page, painter = self.page, self.painter
        if self.sheet.foot:
            self._draw_strips(copy, number)
        painter.save()
        painter.translate(0, page.strip)
        if number < self.text_pages:
            painter.save()
            top = number * page.body
            painter.translate(0, -top)
            self.body.drawContents(painter, QRectF(0, top, page.width, page.body))
            painter.restore()
        if not number:
            self.top.draw(painter)
        if number == self.pages - 1:
            painter.translate(0, self.end_top)
            self.end.draw(painter)
        painter.restore()

    def _draw_strips(self, copy: str, number: int) -> None:
        page, sheet = self.page, self.sheet
        small = page.points - 1.5
        self._line(0, small, copy, f"Halaman {number + 1} dari {self.pages}")
        if number:
            self._line(page.mm(3.2), small, sheet.running, "")
        foot = page.height - page.mm(3.5)
        self.painter.setPen(QPen(_BLACK, page.mm(0.1)))
        self.painter.drawLine(QPointF(0, foot - page.mm(0.6)), QPointF(page.width, foot - page.mm(0.6)))
        self._line(foot, small, sheet.foot, "Dibuat dengan Rujuk")

    def _line(self, top: float, points: float, left: str, right: str) -> None:
        """One line of small text with something at both ends; the left one gives way: it only repeats the paper."""
        painter, page = self.painter, self.page
        painter.setFont(font(points))
        painter.setPen(_BLACK)
        metrics = QFontMetricsF(painter.font(), self.device)
        room = page.width - metrics.horizontalAdvance(right) - page.mm(3)
        box = QRectF(0, top, page.width, metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, right)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, metrics.elidedText(left, Qt.TextElideMode.ElideRight, room))


class _Top:
    """The head, and under it two columns: text at the left, the QR code at the right."""

    def __init__(self, device: QPagedPaintDevice, page: Page, sheet: Sheet) -> None:
        self.page = page
        self.qr: QrCode | None = qr_code(sheet.qr, sheet.qr_width_mm) if sheet.qr else None
        self.qr_size = page.mm(self.qr.width_mm) if self.qr else 0.0
        self.right_width = max(self.qr_size, page.mm(_NOTE_MM)) if sheet.qr or sheet.right else 0.0
        gap = page.mm(_GAP_MM) if self.right_width else 0.0
        left_width = page.width - self.right_width - gap
        self.right_left = left_width + gap
        self.head = narrow_document(sheet.head, page, device, page.width)
        self.left = narrow_document(sheet.left, page, device, left_width)
        self.above = narrow_document(sheet.right, page, device, self.right_width)
        self.note = narrow_document(_note(sheet.qr_note), page, device, self.right_width)
        self.head_height = _height(self.head) if sheet.head else 0.0
        self.above_height = _height(self.above) if sheet.right else 0.0
        left_height = _height(self.left) if sheet.left else 0.0
        note_height = _height(self.note) if sheet.qr_note else 0.0
        below_head = max(left_height, self.above_height + self.qr_size + note_height)
        self.height = self.head_height + below_head + (page.mm(1) if below_head else 0.0)

    def draw(self, painter: QPainter) -> None:
        _draw_at(painter, self.head, 0, 0)
        _draw_at(painter, self.left, 0, self.head_height)
        _draw_at(painter, self.above, self.right_left, self.head_height)
        qr_top = self.head_height + self.above_height
        _draw_at(painter, self.note, self.right_left, qr_top + self.qr_size)
        if self.qr is not None:
            left = self.right_left + (self.right_width - self.qr_size) / 2
            _draw_qr(painter, self.qr, self.page, left, qr_top)


def _draw_qr(painter: QPainter, qr: QrCode, page: Page, left: float, top: float) -> None:
    """Draw a code near a place: where the dots of a coarse printer begin, or its modules would be of uneven widths."""
    dot = page.mm(qr.module_mm / qr.dots)
    moved = painter.transform()
    place = [
        round((corner + shift + near) / dot) * dot - corner - shift
        for corner, shift, near in zip(page.corner, (moved.dx(), moved.dy()), (left, top), strict=True)
    ]
    painter.save()
    painter.translate(*place)
    painter.scale(page.mm(qr.module_mm), page.mm(qr.module_mm))
    painter.fillPath(qr.path, _BLACK)
    painter.restore()


class _End:
    """Text and signatures side by side."""

    def __init__(self, device: QPagedPaintDevice, page: Page, sheet: Sheet) -> None:
        gap = page.mm(_GAP_MM)
        width = page.width * (0.46 if sheet.signatures else 1.0) if sheet.before_signatures else 0.0
        self.text = narrow_document(sheet.before_signatures, page, device, width) if width else None
        start = width + gap if width else 0.0
        across = max(len(sheet.signatures), 1)
        each = (page.width - start - gap * (across - 1)) / across
        self.seats = [
            _Seat(device, page, signature, start + number * (each + gap), each)
            for number, signature in enumerate(sheet.signatures)
        ]
        lowest = max((seat.sign_top for seat in self.seats), default=0.0)
        for seat in self.seats:
            seat.sign_below(lowest)
        self.height = max([_height(self.text) if self.text else 0.0, *(seat.height for seat in self.seats)])

    def draw(self, painter: QPainter) -> None:
        if self.text is not None:
            _draw_at(painter, self.text, 0, 0)
        for seat in self.seats:
            seat.draw(painter)


class _Seat:
    """One place to sign, with the place of the stamp at its left where there is one."""

    def __init__(self, device: QPagedPaintDevice, page: Page, signature: Signature, left: float, width: float) -> None:
        self.page, self.left, self.stamp = page, left, signature.stamp
        self.above = narrow_document(f'<p align="center">{plain(signature.above)}</p>', page, device, width)
        self.sign_top = _height(self.above)
        name = f"({signature.name})" if signature.name else "(" + "." * 32 + ")"
        below = (
            f'<p align="center" style="margin-bottom:{css_mm(0.2)}"><b>{plain(name)}</b></p>'
            f'<p align="center" class="tiny">{plain(signature.note)}</p>'
        )
        self.stamp_mm = min(_STAMP_MM, width / page.dots_per_mm * 0.4) if signature.stamp else 0.0
        room = width - page.mm(self.stamp_mm)
        self.below = narrow_document(below, page, device, room)
        self.below_left = page.mm(self.stamp_mm)
        self.sign_below(self.sign_top)

    def sign_below(self, top: float) -> None:
        """Let the room for the signature begin at ``top``, so that neighbours sign in one line."""
        self.sign_top = top
        self.below_top = top + self.page.mm(_SIGN_MM)
        self.height = max(self.below_top + _height(self.below), self.sign_top + self.page.mm(self.stamp_mm))

    def draw(self, painter: QPainter) -> None:
        painter.save()
        painter.translate(self.left, 0)
        _draw_at(painter, self.above, 0, 0)
        if self.stamp:
            side = self.page.mm(self.stamp_mm)
            pen = QPen(QColor("#555555"), self.page.mm(0.15), Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            circle = QRectF(0, self.sign_top, side, side).adjusted(side * 0.04, side * 0.04, -side * 0.04, -side * 0.04)
            painter.drawEllipse(circle)
            painter.setFont(font(self.page.points - 1.5))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, "cap")
        _draw_at(painter, self.below, self.below_left, self.below_top)
        painter.restore()


def _draw_at(painter: QPainter, document: QTextDocument, left: float, top: float) -> None:
    painter.save()
    painter.translate(left, top)
    document.drawContents(painter)
    painter.restore()


def _height(document: QTextDocument) -> float:
    return document.size().height()


def _note(markup: str) -> str:
    return f'<p align="center" class="tiny">{markup}</p>'
