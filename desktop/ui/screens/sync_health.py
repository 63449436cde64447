"""For the office: all computers of the district, the worst first, with what is silent, waits, was refused or is old.

Everything comes from the list the sync agent keeps. The table holds hundreds of lines; what is typed narrows it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit

from desktop.actions.spreadsheets import Sheet, csv_bytes
from desktop.queries.computers import Computer, Computers, computers, sorted_by_worst
from desktop.queries.conflicts import Differences, open_differences
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.sync_health_table import (
    HEADINGS,
    HealthTable,
    cells_of,
    counts_words,
    differences_words,
    is_amiss,
)
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.wording import clock_words
from desktop.whole_files import write_whole
from sync.replica.reader import Reader


class SyncHealthScreen(Screen):
    """What narrows the table above it, the table below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._found: tuple[Computer, ...] = ()
        self._open: dict[str, Differences] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Cari fasilitas atau komputer"))
        self.search.setAccessibleName(tr("Cari fasilitas atau komputer"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self.amiss = QCheckBox(tr("Hanya yang &bermasalah"))
        self.amiss.toggled.connect(self._show)
        self.csv = button(tr("Simpan &CSV"))
        self.csv.clicked.connect(self._ask)
        self.counts = label("", wrap=True)
        self.counts.hide()
        self.nobody = label(tr("Tidak ada komputer yang cocok."), wrap=True)
        self.nobody.hide()
        self.differences = label("", wrap=True)
        self.differences.hide()
        self.known = label("", "quiet", wrap=True)
        self.table = HealthTable()
        narrowing = row(self.search, self.amiss, 1, self.csv, gap=12)
        narrowing.setStretch(0, 1)
        page = column(
            label(tr("Kesehatan sinkronisasi"), "pageTitle"),
            self.counts,
            self.differences,
            narrowing,
            self.nobody,
            self.table,
            self.known,
            margins=(20, 14, 20, 14),
            gap=10,
        )
        page.setStretch(5, 1)
        self.setLayout(page)
        self.setFocusProxy(self.search)

    def refresh(self) -> None:
        def both(reader: Reader) -> tuple[Computers, list[Differences]]:
            return computers(reader), open_differences(reader)

        self.desk.read(both, self._take, slot="sync_health")

    def chosen(self) -> list[Computer]:
        """The computers that are shown, the worst first."""
        now, wanted = datetime.now(UTC), self.search.text().casefold().split()
        found = [item for item in self._found if not self.amiss.isChecked() or is_amiss(item, now, self._open)]
        return sorted_by_worst([item for item in found if _fits(item, wanted)], now)

    def _take(self, both: tuple[Computers, list[Differences]]) -> None:
        found, differences = both
        now = datetime.now(UTC)
        self._found = found.computers
        self._open = {item.facility: item for item in differences}
        self.differences.setText(differences_words(differences, now))
        self.differences.setVisible(bool(differences))
        self.counts.setText(counts_words(found.computers, now))
        self.counts.setVisible(found.at is not None)
        self.known.setText(
            tr("Menurut server, {clock}. Hari Minggu tidak dihitung. Klik judul kolom untuk mengurutkan.").format(
                clock=clock_words(found.at, now)
            )
            if found.at
            else tr("Daftar belum diterima dari server. Muncul setelah sinkronisasi berikutnya.")
        )
        self._show()

    def _show(self) -> None:
        now, chosen = datetime.now(UTC), self.chosen()
        self.table.lines.set_lines([cells_of(item, now, self._open) for item in chosen])
        self.nobody.setVisible(bool(self._found) and not chosen)

    def _ask(self) -> None:
        name = f"kesehatan-sinkronisasi-{datetime.now().astimezone():%Y-%m-%d}.csv"
        path, _ = QFileDialog.getSaveFileName(self, tr("Simpan daftar komputer"), name, tr("CSV (*.csv)"))
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write what is shown as a CSV file, away from the window's thread."""
        sheet = health_sheet(self.chosen(), datetime.now(UTC), self._open)

        def work(_reader: Reader) -> None:
            write_whole(path, csv_bytes([sheet]))

        self.desk.read(work, lambda _done: self.desk.say("info", tr("Disimpan: {path}").format(path=path)))


def health_sheet(found: list[Computer], now: datetime, open_there: Mapping[str, Differences]) -> Sheet:
    """The computers as a table for spreadsheets."""
    rows = tuple(tuple(cell.whole or cell.text for cell in cells_of(item, now, open_there)) for item in found)
    return Sheet(tr("Komputer"), tuple(tr(heading) for heading in HEADINGS), rows)


def _fits(item: Computer, wanted: list[str]) -> bool:
    text = f"{item.facility_name} {item.facility_code} {item.name} {item.letter}".casefold()
    return all(word in text for word in wanted)
