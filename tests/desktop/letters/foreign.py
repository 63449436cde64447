"""Foreign programs look at our papers: poppler reads the text and draws the page, zbar reads the QR code."""

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from desktop.letters.output import save_pdf
from desktop.letters.sheet import Document

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
needs_zbar = pytest.mark.skipif(
    shutil.which("pdftoppm") is None or shutil.which("zbarimg") is None,
    reason="poppler-utils or zbar-tools is not installed",
)

_WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
_PAGE = re.compile(r'<page width="(.+?)" height="(.+?)">')


def text_of(document: Document, folder: Path) -> str:
    """The text of the PDF, without any blanks: where a line is broken does not matter."""
    path = save_pdf(document, folder / "paper.pdf")
    return "".join(_run("pdftotext", "-raw", str(path), "-").split())


def outside_words(document: Document, folder: Path) -> list[str]:
    """The words that are not wholly on their page."""
    path = save_pdf(document, folder / "paper.pdf")
    page = (0.0, 0.0)
    found = []
    for line in _run("pdftotext", "-bbox", str(path), "-").splitlines():
        if match := _PAGE.search(line):
            page = float(match[1]), float(match[2])
        elif match := _WORD.search(line):
            left, top, right, bottom = map(float, match.groups()[:4])
            if left < 0 or top < 0 or right > page[0] or bottom > page[1]:
                found.append(match[5])
    return found


def pictures(document: Document, folder: Path, dpi: int) -> list[Path]:
    """Every page as a picture, as a printer of ``dpi`` would have it."""
    path = save_pdf(document, folder / "paper.pdf")
    _run("pdftoppm", "-r", str(dpi), "-gray", "-png", str(path), str(folder / "page"))
    return sorted(folder.glob("page*.png"))


def spoil(picture: Path, seed: int) -> Path:
    """The picture blurred by a pixel and with the noise of a bad scan."""
    image = QImage(str(picture)).convertToFormat(QImage.Format.Format_Grayscale8)
    blurred = QImage(image)
    painter = QPainter(blurred)
    painter.setOpacity(0.2)
    for right, down in ((1, 0), (0, 1), (1, 1)):
        painter.drawImage(right, down, image)
    painter.end()
    noise = QImage(image.size(), QImage.Format.Format_Grayscale8)
    dots = random.Random(seed).randbytes(noise.width() * noise.height())
    painter = QPainter(blurred)
    painter.setOpacity(0.2)
    painter.drawImage(0, 0, QImage(dots, noise.width(), noise.height(), noise.width(), QImage.Format.Format_Grayscale8))
    painter.fillRect(0, 0, 3, 3, QColor("white"))
    painter.end()
    spoiled = picture.with_name(f"spoiled-{picture.name}")
    assert blurred.save(str(spoiled))
    return spoiled


def scanned(picture: Path) -> str:
    """What zbar reads in a picture; "" if nothing."""
    ran = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", str(picture)],
        check=False,
        capture_output=True,
        text=True,
    )
    return ran.stdout.rstrip("\n")


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
