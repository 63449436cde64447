"""A paper as PDF file and on a printer. Everything is drawn by ``painting`` alone.

A file is written whole or not at all; what already stood there stays when writing fails.
"""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter

from desktop.collector import collector_paused
from desktop.letters.painting import paint_sheets
from desktop.letters.sheet import Document, Paper
from desktop.whole_files import write_whole

_DOTS_PER_INCH = 600
_KNOWN = {Paper.A5: QPageSize.PageSizeId.A5, Paper.A4: QPageSize.PageSizeId.A4}


def set_paper(device: QPagedPaintDevice, paper: Paper) -> None:
    """Make ``device`` print upright on ``paper``."""
    width, height, margin = paper.value
    known = _KNOWN.get(paper)
    size = QPageSize(known) if known else QPageSize(QSizeF(width, height), QPageSize.Unit.Millimeter, paper.name)
    margins = QMarginsF(margin, margin, margin, margin)
    device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))


def pdf_bytes(document: Document) -> bytes:
    """The document as a PDF, with all its copies."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    # The name and nothing else: a title is shown in lists of files.
    writer.setTitle(document.name)
    writer.setCreator("Rujuk")
    set_paper(writer, document.paper)
    paint_sheets(writer, document.sheets)
    buffer.close()
    return bytes(buffer.data().data())


def save_pdf(document: Document, path: Path) -> Path:
    """Write the document as a PDF file, making its folder if need be; the path it was written to.

    Raises:
        OSError: it cannot be written; a file that stood there is unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Widgets that are collected in the GUI thread take locks of Qt's that making a document here needs, too, each
    # thread holding what the other waits for.
    with collector_paused():
        content = pdf_bytes(document)
    write_whole(path, content)
    return path


def file_name(document: Document) -> str:
    """The name of the document's file, safe on every system."""
    return "".join(sign if sign.isalnum() else "-" for sign in document.name) + ".pdf"
