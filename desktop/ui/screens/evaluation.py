"""Evaluation: how many referrals, how they went, from where to where; each facility its own, the district office all.

Letters are read once for a period and counted again for another choice, both off the GUI thread. Shows figures and
judges nobody: small numbers are marked, and what is not known is not zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QGridLayout, QTabWidget, QWidget

from desktop.queries.indicators import Choice, Evaluation, FacilityFigures, evaluate
from desktop.queries.indicators_read import Letters, read_letters
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens import evaluation_findings as findings
from desktop.ui.screens.evaluation_map import MapPage
from desktop.ui.screens.evaluation_parts import FilterBar, TileRow
from desktop.ui.screens.evaluation_saving import SavingButtons
from desktop.ui.screens.evaluation_table import FacilityTable
from desktop.ui.screens.evaluation_words import DEFINITIONS, choice_words, site_words, tiles
from desktop.ui.texts import tr
from desktop.ui.widgets.charts import ChartPanel
from desktop.ui.widgets.panels import make_bold, tab_order
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.wording import clock_words
from sync.replica.reader import Reader

#: While data arrives the figures are made anew at most so often, in milliseconds.
PAUSE = 60_000


@dataclass(frozen=True, slots=True)
class _Counted:
    """One reading and what it amounts to."""

    read: Letters
    evaluation: Evaluation


def _offered(lines: Sequence[FacilityFigures]) -> list[tuple[str, str]]:
    """Facilities as a filter offers them, by name."""
    return sorted(((line.site.id, site_words(line.site)) for line in lines), key=lambda pair: pair[1].lower())


class EvaluationScreen(Screen):
    """Filters above; summary, facilities, diagnoses and map below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        kind = desk.identity.facility_kind
        self._everything = kind == "dinkes"
        self._read: Letters | None = None
        self.evaluation: Evaluation | None = None
        self._stale = False
        self.filters = FilterBar(
            datetime.now().astimezone().date(), senders=kind in {"dinkes", "rs"}, hospitals=kind != "rs"
        )
        self.tiles = TileRow(7)
        self.volume = ChartPanel(tr("Jumlah rujukan"))
        self.outcomes = ChartPanel(tr("Hasil rujukan"))
        self.answers = ChartPanel(tr("Waktu jawab rumah sakit"))
        self.refusals = ChartPanel(tr("Alasan penolakan"))
        self.diagnoses = ChartPanel(tr("Diagnosis terbanyak"))
        self.chapters = ChartPanel(tr("Kelompok diagnosis"))
        self.side = QComboBox()
        self.side.setAccessibleName(tr("Tabel"))
        self.side.addItem(tr("Menurut perujuk"), "senders")
        self.side.addItem(tr("Menurut rumah sakit tujuan"), "hospitals")
        # What a puskesmas sends goes to several hospitals; it is itself the only sender.
        self.side.setCurrentIndex(1 if kind in {"puskesmas", "klinik"} else 0)
        self.side.activated.connect(self._show_table)
        self.table = FacilityTable()
        self.table.opened.connect(self._open_facility)
        self.map = MapPage()
        self.map.opened.connect(self._open_facility)
        self.status = label("", "quiet")
        self.everything = button(tr("Tampilkan &semua"), "quiet")
        self.everything.clicked.connect(lambda: self.filters.set_choice(Choice()))
        self.saving = SavingButtons(desk)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._summary(), tr("Ringkasan"))
        self._table_page = self._facilities()
        self.tabs.addTab(self._table_page, tr("Per fasilitas"))
        self.tabs.addTab(self._diagnoses_page(), tr("Diagnosis"))
        self.tabs.addTab(self.map, tr("Peta"))
        self.tabs.addTab(self._definitions_page(), tr("Arti angka"))
        layout = column(
            row(label(tr("Evaluasi"), "pageTitle"), 1, self.saving),
            self.filters,
            self.tabs,
            row(self.status, 1, self.everything),
            margins=(20, 12, 20, 8),
            gap=6,
        )
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.filters.period)
        tab_order(self.map.missing, self.saving.pdf, self.saving.xlsx, self.saving.csv, self.everything)
        self.tabs.currentChanged.connect(self._show_table)
        self.filters.period_changed.connect(self._read_period)
        self.filters.choice_changed.connect(self._count)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._refresh_late)
        self.everything.hide()

    def refresh(self) -> None:
        if self._pause.isActive():
            self._stale = True
        else:
            self._read_period()

    def _refresh_late(self) -> None:
        if self._stale and self.isVisible():
            self._read_period()

    def _read_period(self) -> None:
        now, choice = datetime.now(UTC), self.filters.choice()
        period = self.filters.chosen_period(now.astimezone().date())
        own = None if self._everything else self.desk.identity.facility

        def work(reader: Reader) -> _Counted:
            read = read_letters(reader, period, now, own)
            return _Counted(read, evaluate(read, choice))

        self._stale = False
        self._pause.start()
        self.desk.read(work, self._show_counted, slot="evaluation")

    def _count(self) -> None:
        read, choice = self._read, self.filters.choice()
        if read is not None:
            self.desk.read(
                lambda _reader: _Counted(read, evaluate(read, choice)), self._show_counted, slot="evaluation"
            )

    def _show_counted(self, counted: _Counted) -> None:
        self._read, evaluation = counted.read, counted.evaluation
        self.evaluation = evaluation
        if evaluation.choice.sender is None:
            self.filters.offer_senders(_offered(evaluation.senders))
        if evaluation.choice.hospital is None:
            self.filters.offer_hospitals(_offered(evaluation.hospitals))
        self.tiles.show_figures(tiles(evaluation))
        for panel, content in (
            (self.volume, findings.volume),
            (self.outcomes, findings.outcomes),
            (self.answers, findings.answer_times),
            (self.refusals, findings.refusals),
            (self.diagnoses, findings.diagnoses),
            (self.chapters, findings.chapters),
        ):
            panel.set_content(*content(evaluation))
        self._show_table()
        self.map.show_evaluation(evaluation)
        self.status.setText(
            tr("{choice}. Dihitung {clock}. Tanda *: dari kurang dari 10 rujukan.").format(
                choice=choice_words(evaluation), clock=clock_words(evaluation.now, evaluation.now)
            )
        )
        self.everything.setVisible(evaluation.choice != Choice())
        self.saving.set_evaluation(evaluation)

    def _show_table(self) -> None:
        if self.evaluation is not None and self.tabs.currentWidget() is self._table_page:
            by_sender = self.side.currentData() == "senders"
            self.table.set_lines(self.evaluation.senders if by_sender else self.evaluation.hospitals)

    def _open_facility(self, facility: str) -> None:
        """Count only what one facility sends, or a hospital gets."""
        evaluation = self.evaluation
        if evaluation is None:
            return
        sends = any(line.site.id == facility for line in evaluation.senders)
        self.filters.set_choice(Choice(sender=facility) if sends else Choice(hospital=facility))
        self.tabs.setCurrentIndex(0)

    def _summary(self) -> QWidget:
        page, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 8, 0, 0)
        grid.setSpacing(8)
        grid.addWidget(self.tiles, 0, 0, 1, 2)
        for number, panel in enumerate((self.volume, self.outcomes, self.answers, self.refusals)):
            grid.addWidget(panel, 1 + number // 2, number % 2)
        for number in (1, 2):
            grid.setRowStretch(number, 1)
            grid.setColumnStretch(number - 1, 1)
        page.setLayout(grid)
        return page

    def _facilities(self) -> QWidget:
        page = QWidget()
        hint = tr("Klik judul kolom untuk mengurutkan; Enter atau klik dua kali menampilkan satu fasilitas saja.")
        star = tr("* dihitung dari kurang dari 10 rujukan. — belum ada data.")
        page.setLayout(
            column(row(self.side, label(hint, "quiet"), 1), self.table, label(star, "quiet"), margins=(0, 8, 0, 0))
        )
        return page

    def _diagnoses_page(self) -> QWidget:
        page = QWidget()
        both = row(self.diagnoses, self.chapters, margins=(0, 8, 0, 0))
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        page.setLayout(both)
        return page

    def _definitions_page(self) -> QWidget:
        page, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(4, 12, 4, 0)
        grid.setHorizontalSpacing(20)
        for number, (name, words) in enumerate(DEFINITIONS):
            grid.addWidget(make_bold(label(tr(name))), number, 0)
            grid.addWidget(label(tr(words), wrap=True), number, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(DEFINITIONS), 1)
        page.setLayout(grid)
        return page
