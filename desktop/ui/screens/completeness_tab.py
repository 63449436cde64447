"""The district office's table of weekly reports: every puskesmas and week, who is silent and since when.

It only shows; a puskesmas that is silent is called, so its telephone stands beside it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.queries.weekly import WEEKS, Silence, share, silences
from desktop.ui.desk import Desk
from desktop.ui.screens.week_words import NUMBER_NOTE, percent, share_words, week_title
from desktop.ui.texts import tr
from desktop.ui.tones import INK, QUIET, TONES, Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import column, label
from sync.records.weekly_counts import message

_CELLS: Mapping[str, tuple[str, Tone | None]] = MappingProxyType(
    {
        "in_time": ("tepat", Tone.GOOD),
        "late": ("telat", Tone.ATTENTION),
        "due": ("ditunggu", None),
        "missing": ("belum", Tone.DANGER),
        "running": ("", None),
        "before": ("", None),
    }
)
#: So many silent ones are named in the notice; the table has all.
_NAMED = 4


def silence_words(item: Silence) -> str:
    """``Puskesmas Melati: tanpa laporan 3 minggu, terakhir minggu 43, telp …``."""
    last = tr("belum pernah melapor") if item.last is None else tr("terakhir minggu {n}").format(n=item.last.number)
    return tr("{name}: {n} minggu tanpa laporan, {last}, telp {phone}").format(
        name=item.name, n=item.silent, last=last, phone=item.phone or tr("tidak diketahui")
    )


class CompletenessTab(QWidget):
    """A table with the longest silent on top."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._found: Sequence[Silence] = ()
        self.summary = label("", "quiet", wrap=True)
        self.silent = Notice()
        self.tree = QTreeWidget()
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setStyleSheet("QTreeWidget::item { padding: 5px 0; }")
        self.tree.setAccessibleName(tr("Kelengkapan laporan mingguan"))
        self.tree.setSelectionBehavior(QTreeWidget.SelectionBehavior.SelectRows)
        self.tree.currentItemChanged.connect(self._show_reports)
        self.reports = label(wrap=True)
        self.setLayout(
            column(self.summary, self.silent, self.tree, self.reports, label(tr(NUMBER_NOTE), "quiet", wrap=True))
        )
        self.layout().setStretch(2, 1)  # type: ignore[union-attr]  # just set, and a column
        self.setFocusProxy(self.tree)

    def refresh(self) -> None:
        """Read again."""
        now = datetime.now(UTC)
        self.desk.read(lambda reader: silences(reader, now), self._take, slot="surveillance.silences")

    def _take(self, found: Sequence[Silence]) -> None:
        self._found, now = found, datetime.now(UTC)
        self.summary.setText(share_words([line for item in found for line in item.weeks], now))
        silent = [item for item in found if item.silent]
        more = tr("\ndan {n} lainnya di tabel").format(n=len(silent) - _NAMED) if len(silent) > _NAMED else ""
        words = "\n".join(silence_words(item) for item in silent[:_NAMED])
        self.silent.say(tr("Diam:\n{words}{more}").format(words=words, more=more) if silent else "", Tone.ATTENTION)
        self._show_table(now)

    def _show_table(self, now: datetime) -> None:
        scroll = self.tree.verticalScrollBar().value()
        self.tree.clear()
        weeks = [line.week for line in self._found[0].weeks][::-1] if self._found else []
        self.tree.setColumnCount(len(weeks) + 4)
        names = [tr("M{n}").format(n=week.number) for week in weeks]
        self.tree.setHeaderLabels([tr("Puskesmas / klinik"), *names, tr("Lengkap"), tr("Tepat"), tr("Diam")])
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for place, width in enumerate((230, *([78] * WEEKS), 76, 66)):
            header.resizeSection(place, width)
        for item in self._found:
            self.tree.addTopLevelItem(_row(item, now))
        if not self._found:
            self.tree.setHeaderLabels([tr("Puskesmas / klinik")])
            self.tree.addTopLevelItem(QTreeWidgetItem([tr("Daftar fasilitas belum diterima dari server kabupaten.")]))
        self.tree.verticalScrollBar().setValue(scroll)
        self._show_reports()

    def _show_reports(self) -> None:
        chosen = self.tree.currentItem()
        place = -1 if chosen is None else self.tree.indexOfTopLevelItem(chosen)
        if not 0 <= place < len(self._found):
            self.reports.setText(tr("Pilih satu baris untuk membaca laporannya."))
            return
        item = self._found[place]
        line = next((line for line in item.weeks if line.report is not None), None)
        if line is None or line.report is None:
            self.reports.setText(tr("{name}: tidak ada laporan pada minggu-minggu ini.").format(name=item.name))
            return
        text = message(line.report.week, line.report.year, line.report.counts, line.report.total_visits)
        self.reports.setText(f"{item.name} · {week_title(line.week)} · {line.report.by_name}\n{text}")


def _row(item: Silence, now: datetime) -> QTreeWidgetItem:
    weeks, complete, in_time = share(item.weeks, now)
    cells = [_CELLS[line.state(now)] for line in reversed(item.weeks)]
    shares = [percent(complete / weeks), percent(in_time / weeks)] if weeks else ["", ""]
    silent = tr("{n} minggu").format(n=item.silent) if item.silent else ""
    made = QTreeWidgetItem([item.name, *(words for words, _ in cells), *shares, silent])
    bold = made.font(0)
    bold.setBold(True)
    made.setFont(0, bold)
    for place, (_, tone) in enumerate(cells, start=1):
        made.setForeground(place, QBrush(QColor(TONES[tone].ink if tone else QUIET)))
        if tone is not None:
            made.setBackground(place, QBrush(QColor(TONES[tone].ground)))
    last = made.columnCount() - 1
    made.setForeground(last, QBrush(QColor(TONES[Tone.DANGER].ink if item.silent else INK)))
    made.setToolTip(last, silence_words(item) if item.silent else "")
    return made
