"""Prints papers and saves them as PDF for the screens, outside the GUI thread; nothing that is written waits for it.

A PDF lies where a person finds it again, in the documents folder, and the sentence afterwards says where. Its name
holds numbers only; what it shows is a patient's data, and the sentence says that too.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from desktop.letters.output import file_name, save_pdf, set_paper
from desktop.letters.painting import paint_sheets
from desktop.letters.reading import NotHere
from desktop.letters.sheet import Document
from desktop.ui.desk import Desk
from desktop.ui.texts import tr
from desktop.ui.widgets.paper_bar import PaperBar
from sync.replica.reader import Reader

Make = Callable[[Reader], Document]

_log = logging.getLogger(__name__)


class PaperOffice(QObject):
    """Prints, saves and copies for one screen."""

    def __init__(self, desk: Desk, screen: QWidget) -> None:
        super().__init__(screen)
        self._desk, self._screen = desk, screen
        self.folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)) / "Rujuk"
        """Where PDFs are put."""
        self._printer: QPrinter | None = None

    def serve(self, bar: PaperBar, maker: Callable[[str], Make]) -> None:
        """Do what ``bar`` asks for; ``maker`` gives, when it is asked, what makes the document of a key."""
        bar.print_wanted.connect(lambda key: self.print_document(maker(key)))
        bar.save_wanted.connect(lambda key: self.save(maker(key)))

    def save(self, make: Make) -> None:
        """Save what ``make`` gives as a PDF file and say where it lies."""

        def work(reader: Reader) -> Path:
            document = make(reader)
            return save_pdf(document, self.folder / file_name(document))

        self._desk.read(work, self._saved, failed=self._failed)

    def print_document(self, make: Make, *, same_printer: bool = False) -> None:
        """Ask for a printer, then print what ``make`` gives.

        ``same_printer``: not asked again once such a paper has been printed, as one ticket follows the other.
        """

        def ready(document: Document) -> None:
            if same_printer and self._printer is not None:
                self._print(self._printer, document)
            else:
                self._ask_printer(document, remember=same_printer)

        self._desk.read(make, ready, failed=self._failed)

    def copy(self, make: Callable[[Reader], str]) -> None:
        """Put a text on the clipboard."""
        self._desk.read(make, self._copied, failed=self._failed)

    def _ask_printer(self, document: Document, *, remember: bool) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(document.name)
        set_paper(printer, document.paper)
        dialog = QPrintDialog(printer, self._screen)

        def accepted(_printer: QPrinter) -> None:
            self._printer = printer if remember else None
            self._print(printer, document)

        # The printer lives as long as this function, which the dialog holds.
        dialog.accepted.connect(accepted)
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)

    def _print(self, printer: QPrinter, document: Document) -> None:
        self._desk.read(lambda _reader: paint_sheets(printer, document.sheets), self._printed, failed=self._failed)

    def _printed(self, pages: int) -> None:
        self._desk.say("info", tr("Dikirim ke printer: {n} halaman.").format(n=pages))

    def _saved(self, path: Path) -> None:
        self._desk.say("info", tr("PDF tersimpan di {path}. Isinya data pasien: simpan baik-baik.").format(path=path))

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._desk.say("info", tr("Teks disalin. Tempelkan di WhatsApp dengan Ctrl+V, atau bacakan di telepon."))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, NotHere):
            self._desk.say("warning", tr("Surat ini belum lengkap di komputer ini, jadi belum dapat dicetak."))
        elif isinstance(error, OSError):
            _log.error("paper not made: %s", type(error).__name__)
            self._desk.say(
                "error",
                tr(
                    "Belum tercetak atau tersimpan sebagai PDF. Data di Rujuk tetap aman. Tutup PDF yang sedang "
                    "terbuka, periksa printer dan ruang disk, lalu coba lagi."
                ),
            )
        else:
            self._desk.say_error(error)
