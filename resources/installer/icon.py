"""Draws the icon and the wizard's picture, ``python -m resources.installer.icon``: a stethoscope on our green.

Runs on a developer's machine only. An .ico is a list of pictures; Windows takes PNG for all of them.
"""

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
GREEN = "#0f6b62"


def picture(size: int) -> bytes:
    """The icon as a PNG of ``size`` pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(GREEN))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2)
    margin = size * (0.12 if size < 32 else 0.17)
    _draw_stethoscope(painter, QRectF(margin, margin, size - 2 * margin, size - 2 * margin))
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(content.data())


def wizard(path: Path) -> None:
    """The picture beside the first and the last page of the setup program, of the size that these pages have."""
    image = QImage(164, 314, QImage.Format.Format_RGB32)
    image.fill(QColor(GREEN))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_stethoscope(painter, QRectF(42, 42, 80, 80))
    painter.end()
    image.convertToFormat(QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither).save(str(path), "BMP")


def _draw_stethoscope(painter: QPainter, place: QRectF) -> None:
    drawing = (HERE.parent / "icons" / "stethoscope.svg").read_text("utf-8").replace("currentColor", "#ffffff")
    QSvgRenderer(drawing.encode()).render(painter, place)


def icon() -> bytes:
    """The whole file: a head, an entry for each picture, the pictures."""
    pictures = [picture(size) for size in SIZES]
    head, entries, place = struct.pack("<HHH", 0, 1, len(SIZES)), b"", 6 + 16 * len(SIZES)
    for size, content in zip(SIZES, pictures, strict=True):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(content), place)
        place += len(content)
    return head + entries + b"".join(pictures)


if __name__ == "__main__":
    QGuiApplication(["icon", "-platform", "offscreen"])
    (HERE / "rujuk.ico").write_bytes(icon())
    wizard(HERE / "wizard.bmp")
