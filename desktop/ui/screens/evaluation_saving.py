"""Saving the evaluation as PDF to print, as XLSX or CSV: where to is asked here, the file is made off the GUI thread.

What the file holds is what the screen shows, with what was chosen and what the figures mean. Never opens the file.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.actions.spreadsheets import csv_bytes, xlsx_bytes
from desktop.queries.indicators import Evaluation
from desktop.ui.desk import Desk
from desktop.ui.screens.evaluation_report import report_pdf
from desktop.ui.screens.evaluation_sheets import evaluation_sheets
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import button, row
from desktop.whole_files import write_whole


class SavingButtons(QWidget):
    """One button for each kind of file; they wait for something to save."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._evaluation: Evaluation | None = None
        self.pdf = button(tr("&Cetak / simpan PDF"))
        self.xlsx = button(tr("Simpan &XLSX"))
        self.csv = button(tr("Simpan CS&V"))
        self.setLayout(row(self.pdf, self.xlsx, self.csv, gap=8))
        self.pdf.clicked.connect(lambda: self._ask("pdf", tr("PDF (*.pdf)"), self._pdf))
        self.xlsx.clicked.connect(lambda: self._ask("xlsx", tr("Excel (*.xlsx)"), self._xlsx))
        self.csv.clicked.connect(lambda: self._ask("csv", tr("CSV (*.csv)"), self._csv))
        self.setEnabled(False)

    def set_evaluation(self, evaluation: Evaluation) -> None:
        """From now on this is what is saved."""
        self._evaluation = evaluation
        self.setEnabled(True)

    def _ask(self, ending: str, kinds: str, make: Callable[[Evaluation], bytes]) -> None:
        evaluation = self._evaluation
        if evaluation is None:
            return
        period = evaluation.period
        dialog = QFileDialog(self, tr("Simpan evaluasi"), "", kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(f"evaluasi-rujukan-{period.first:%Y%m%d}-{period.last:%Y%m%d}.{ending}")
        dialog.fileSelected.connect(lambda path: self.save(Path(path), lambda: make(evaluation)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: Path, make: Callable[[], bytes]) -> None:
        """Make the file and say where it is."""
        self.setEnabled(False)

        def work() -> None:
            write_whole(path, make())

        def done(_nothing: None) -> None:
            self.setEnabled(True)
            self._desk.say("info", tr("Tersimpan: {path}").format(path=path))

        def failed(error: Exception) -> None:
            self.setEnabled(True)
            if isinstance(error, OSError):
                self._desk.say("error", tr(_NOT_SAVED).format(name=path.name))
            else:
                self._desk.say_error(error)

        self._desk.read(lambda _reader: work(), done, failed=failed)

    def _pdf(self, evaluation: Evaluation) -> bytes:
        return report_pdf(evaluation, self._desk.facility_name)

    def _xlsx(self, evaluation: Evaluation) -> bytes:
        return xlsx_bytes(evaluation_sheets(evaluation, self._desk.facility_name))

    def _csv(self, evaluation: Evaluation) -> bytes:
        return csv_bytes(evaluation_sheets(evaluation, self._desk.facility_name))


_NOT_SAVED = (
    "{name} belum tersimpan: tempat itu tidak dapat ditulisi, atau berkasnya sedang terbuka di program lain. Data "
    "rujukan aman. Tutup berkas itu atau pilih tempat lain, lalu simpan lagi."
)
