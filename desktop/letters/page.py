"""The sizes of a page, and markup as a document that breaks over as many pages as it needs.

The fonts are the program's own, so that a paper is the same on every PC. Nothing is drawn here.
"""

from dataclasses import dataclass

from PySide6.QtCore import QSizeF
from PySide6.QtGui import (
    QFont,
    QPagedPaintDevice,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
    QTextTable,
)

from desktop.assets import FONT_FAMILY, SIGNS_FAMILY

_MM_PER_INCH = 25.4
#: The widest paper, in millimetres, that is written in each size of running text: slip, A5, and what is wider.
_POINTS = ((100.0, 9.0), (180.0, 8.2), (1000.0, 10.0))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a device within its margins, in dots of the device. ``points`` is the size of running text."""

    width: float
    height: float
    dots_per_mm: float
    points: float
    strip: float
    """Height of the strip at the top, and of the one at the foot."""
    corner: tuple[float, float]
    """Where the margins end, from the corner of the paper."""

    def mm(self, length: float) -> float:
        """``length`` millimetres in dots."""
        return length * self.dots_per_mm

    @property
    def body(self) -> float:
        """Height between the strips."""
        return self.height - 2 * self.strip


def page_of(device: QPagedPaintDevice, *, strips: bool) -> Page:
    """The page of a PDF or a printer, whatever paper it is set to."""
    dots_per_inch = device.logicalDpiX()
    layout = device.pageLayout()
    inner = layout.paintRectPixels(dots_per_inch)
    paper_mm = layout.fullRectPixels(dots_per_inch).width() / dots_per_inch * _MM_PER_INCH
    dots_per_mm = dots_per_inch / _MM_PER_INCH
    return Page(
        width=inner.width(),
        height=inner.height(),
        dots_per_mm=dots_per_mm,
        points=next(points for widest, points in _POINTS if paper_mm < widest),
        strip=7.0 * dots_per_mm if strips else 0.0,
        corner=(inner.left(), inner.top()),
    )


def font(points: float) -> QFont:
    """The program's own font, the same on every PC."""
    made = QFont([FONT_FAMILY, SIGNS_FAMILY])
    made.setPointSizeF(points)
    # "fi" drawn as one sign could neither be found nor copied out of a PDF.
    made.setFeature(QFont.Tag("liga"), 0)
    return made


def body_document(markup: str, page: Page, device: QPagedPaintDevice, top: float) -> QTextDocument:
    """The running text of a paper, in pages of the body's height; ``top`` dots of the first one are left free."""
    document = _document(('<p style="font-size:1pt">&nbsp;</p>' if top else "") + markup, page, device)
    if top:
        # A first line of this height: a margin above the first paragraph of a document is dropped.
        cursor = QTextCursor(document)
        room = QTextBlockFormat(cursor.blockFormat())
        room.setLineHeight(css_pixels(top / page.dots_per_mm), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(room)
    document.setPageSize(QSizeF(page.width, page.body))
    _keep_together(document, page)
    return document


def narrow_document(markup: str, page: Page, device: QPagedPaintDevice, width: float) -> QTextDocument:
    """A piece of text of its own, ``width`` dots wide and as high as it needs."""
    document = _document(markup, page, device)
    document.setTextWidth(width)
    return document


def css_pixels(length_mm: float) -> float:
    """Millimetres in the pixels of a document, which are a 96th of an inch on every device."""
    return length_mm / _MM_PER_INCH * 96


def css_mm(length: float) -> str:
    """``length`` millimetres for the style sheet."""
    return f"{css_pixels(length):.1f}px"


def _keep_together(document: QTextDocument, page: Page) -> None:
    """Let no small table begin on one page and end on the next: its captions would part from its values."""
    layout = document.documentLayout()
    for frame in document.rootFrame().childFrames():
        box = layout.frameBoundingRect(frame)
        breaks = int(box.top() // page.body) != int((box.bottom() - 1) // page.body)
        if isinstance(frame, QTextTable) and breaks and box.height() < page.body / 4:
            kept = frame.format()
            kept.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            frame.setFormat(kept)


def _document(markup: str, page: Page, device: QPagedPaintDevice) -> QTextDocument:
    document = QTextDocument()
    document.setUseDesignMetrics(True)
    document.documentLayout().setPaintDevice(device)
    document.setDocumentMargin(0)
    document.setDefaultFont(font(page.points))
    # A name or number without blanks is broken rather than cut off.
    wrapping = QTextOption()
    wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(wrapping)
    document.setDefaultStyleSheet(_style(page.points))
    document.setHtml(f"<body>{markup}</body>")
    return document


def _style(points: float) -> str:
    return f"""
        p, td, hr {{ color: black; margin-top: 0px; margin-bottom: {css_mm(0.7)}; line-height: 87%; }}
        p.small {{ font-size: {points - 0.5}pt; }}
        p.tiny {{ font-size: {points - 1.5}pt; }}
        p.large {{ font-size: {points + 3.5}pt; }}
        p.title {{ font-size: {points + 2}pt; margin-bottom: {css_mm(0.2)}; }}
        p.huge {{ font-size: {points * 4}pt; }}
        p.apart {{ margin-bottom: {css_mm(2)}; }}
        p.none {{ margin-bottom: 0px; }}
        p.before {{ margin-top: {css_mm(1.2)}; }}
        p.urgency {{ font-size: {points + 3}pt; margin-bottom: 0px; }}
        p.diagnosis {{ font-size: {points + 2.5}pt; margin-bottom: 0px; }}
        p.write {{ margin-top: {css_mm(2)}; margin-bottom: 0px; }}
        td.caption {{ padding-top: {css_mm(1.4)}; }}
        td.line {{ padding-top: {css_mm(1.4)}; border-bottom: 1px solid #777777; }}
        span.caption {{ font-size: {points - 2}pt; }}
        table.box {{ border: 1px solid black; border-collapse: collapse;
                     margin-top: {css_mm(0.6)}; margin-bottom: {css_mm(0.6)}; }}
        td.box {{ padding: {css_mm(0.8)} {css_mm(1.4)}; border: 1px solid black; }}
        td.cell {{ padding: {css_mm(0.3)} {css_mm(0.4)}; border: 1px solid black; }}
        td.dark {{ background-color: black; padding: {css_mm(0.8)}; }}
        td.thick {{ border: 3px solid black; padding: {css_mm(0.6)}; }}
        td.thin {{ border: 1px solid black; padding: {css_mm(0.8)}; }}
    """
