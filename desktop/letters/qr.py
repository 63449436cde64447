"""A QR code as one black shape, in whole printer dots per module so that a thermal printer draws it sharply too.

Vector only: the same shape on screen, in a PDF and on paper. It never scales a code to an odd size.
"""

from dataclasses import dataclass

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

#: The coarsest printers at facilities, and the fewest of their dots that a cheap scanner still separates.
PRINTER_DPI = 203
LEAST_DOTS = 3
#: White modules around a code, as ISO/IEC 18004 asks.
QUIET_MODULES = 4
_MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class QrCode:
    """``path`` has modules of one unit, its corner at the outside of the quiet zone."""

    path: QPainterPath
    modules: int
    """Across, the quiet zone included."""
    dots: int
    """Printer dots of one module."""

    @property
    def width_mm(self) -> float:
        """How wide it is on paper, the quiet zone included."""
        return self.modules * self.module_mm

    @property
    def module_mm(self) -> float:
        """How wide one module is on paper."""
        return self.dots * _MM_PER_INCH / PRINTER_DPI


def qr_code(text: str, width_mm: float) -> QrCode:
    """The code of ``text`` with error correction M: a stamp on 15% of it does no harm.

    It is ``width_mm`` wide with its quiet zone where that can be; a long one is wider rather than finer.

    Raises:
        segno.DataOverflowError: longer than any QR code can be.
    """
    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    path = QPainterPath()
    # Neighbouring runs are one shape and not many, or a screen shows white hairs between them.
    path.setFillRule(Qt.FillRule.WindingFill)
    for row, modules in enumerate(matrix):
        start = None
        for place, dark in enumerate((*modules, 0)):
            if dark and start is None:
                start = place
            elif not dark and start is not None:
                path.addRect(QUIET_MODULES + start, QUIET_MODULES + row, place - start, 1)
                start = None
    across = len(matrix) + 2 * QUIET_MODULES
    dots = max(LEAST_DOTS, int(width_mm / across * PRINTER_DPI / _MM_PER_INCH))
    return QrCode(path, across, dots)
