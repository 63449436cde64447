"""The table of a district's computers: one line each, worded once, sorted by any column and narrowed by what is typed.

It never reads; lines come in already in their order, the worst first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from desktop.queries.computers import COUNTED_AFTER, RED_AFTER, Computer, silence
from desktop.queries.conflicts import Differences
from desktop.ui.texts import tr
from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.line_table import LineTable
from desktop.ui.wording import clock_words, number_words, span_words
from sync.records import RECORDS_VERSION

_Index = QModelIndex | QPersistentModelIndex

HEADINGS = (
    "Fasilitas",
    "Komputer",
    "Diam sejak",
    "Menunggu",
    "Tertua",
    "Ditolak",
    "Perbedaan",
    "Versi",
    "Terbukti sama",
    "Catatan",
)
_WIDTHS = (120, 206, 78, 76, 64, 86, 60, 104, 124)
#: So many facilities are named in the line above the table; the table has them all.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` is shown, ``key`` is what is sorted by (greater is worse), ``tone`` colours it.

    ``whole`` says more than there is room for; "" where the text says all.
    """

    text: str
    key: float | str
    tone: Tone | None = None
    whole: str = ""


def is_amiss(computer: Computer, now: datetime, open_there: Mapping[str, Differences]) -> bool:
    """Whether somebody at the office has a reason to call about this computer.

    ``open_there``: by facility, what has yet to be decided there.
    """
    quiet = silence(computer.heard_at, now)
    silent = quiet is None or quiet > RED_AFTER
    undecided = computer.conflicts or computer.facility in open_there
    return bool(silent or computer.waiting or computer.refused or computer.forked_at or undecided)


def cells_of(computer: Computer, now: datetime, open_there: Mapping[str, Differences]) -> tuple[Cell, ...]:
    """One line of the table."""
    place = computer.facility_name or computer.facility_code
    oldest = now - computer.oldest if computer.oldest and computer.waiting else None
    proven = computer.proven_at
    return (
        Cell(place, place.lower()),
        Cell(f"{computer.letter}  {computer.name}", computer.name.lower()),
        _silent(computer, now),
        _number(computer.waiting, Tone.ATTENTION),
        Cell(span_words(oldest) if oldest else "", oldest.total_seconds() if oldest else 0.0),
        _number(computer.refused, Tone.DANGER),
        _undecided(computer, now, open_there.get(computer.facility)),
        Cell(computer.program or "?", float(computer.records), _version_tone(computer)),
        Cell(
            clock_words(proven, now) if proven else tr("belum"), now.timestamp() - (proven.timestamp() if proven else 0)
        ),
        _remark(computer),
    )


def _silent(computer: Computer, now: datetime) -> Cell:
    heard = computer.heard_at
    quiet = silence(heard, now)
    if quiet is None or heard is None:
        return Cell(tr("belum pernah terlihat"), float("inf"), Tone.DANGER)
    whole = short = clock_words(heard, now)
    if heard.astimezone().date() != now.astimezone().date():
        short = short.rpartition(" ")[0]
    if computer.road:
        by = tr("{moment} lewat hub") if computer.road == "hub" else tr("{moment} lewat stik")
        whole, short = (by.format(moment=words) for words in (whole, short))
    if quiet > timedelta(minutes=30):
        span = span_words(now - heard)
        whole, short = f"{whole} ({span})", f"{span} ({short})"
    return Cell(short, quiet.total_seconds(), Tone.DANGER if quiet > RED_AFTER else None, whole)


def _number(number: int | None, tone: Tone) -> Cell:
    if number is None:
        return Cell("?", -1.0)
    return Cell(number_words(number) if number else "", float(number), tone if number else None)


def _undecided(computer: Computer, now: datetime, known: Differences | None) -> Cell:
    """What its facility has yet to decide, by this computer's word or by what the office has, with the oldest's age."""
    if known is None:
        return _number(computer.conflicts, Tone.ATTENTION)
    age = now - known.since
    words = f"{number_words(max(computer.conflicts, known.count))} ({span_words(age)})"
    return Cell(words, age.total_seconds(), Tone.ATTENTION)


def _version_tone(computer: Computer) -> Tone | None:
    return Tone.ATTENTION if 0 < computer.records < RECORDS_VERSION else None


def _remark(computer: Computer) -> Cell:
    if computer.forked_at is not None:
        return Cell(tr("disk tergandakan"), 2.0, Tone.DANGER)
    if computer.carried:
        return Cell(tr("{n} masih di hub").format(n=number_words(computer.carried)), 1.0, Tone.ATTENTION)
    if 0 < computer.records < RECORDS_VERSION:
        return Cell(tr("perlu diperbarui"), 1.0, Tone.ATTENTION)
    return Cell("", 0.0)


class HealthModel(QAbstractTableModel):
    """The lines in their order; column -1 is the order in which they came."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._given: list[tuple[Cell, ...]] = []
        self._lines: list[tuple[Cell, ...]] = []
        self._order = (-1, Qt.SortOrder.DescendingOrder)

    def set_lines(self, lines: Sequence[tuple[Cell, ...]]) -> None:
        """Show these lines, sorted as before."""
        self.beginResetModel()
        self._given = list(lines)
        self._sort()
        self.endResetModel()

    def line(self, row: int) -> tuple[Cell, ...]:
        return self._lines[row]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, never changed
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, never changed
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(HEADINGS[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self._lines[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.whole or cell.text
        if role == Qt.ItemDataRole.ForegroundRole and cell.tone is not None:
            return QColor(TONES[cell.tone].ink)
        if role == Qt.ItemDataRole.BackgroundRole and cell.tone is not None:
            return QColor(TONES[cell.tone].ground)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._order = (column, order)
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        column, order = self._order
        self._lines = list(self._given)
        if column >= 0:
            self._lines.sort(key=lambda line: line[column].key, reverse=order == Qt.SortOrder.DescendingOrder)


class HealthTable(LineTable):
    """Computers with how they stand."""

    def __init__(self) -> None:
        super().__init__(tr("Komputer di kabupaten"))
        # Names of a district begin alike and differ at their end.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.lines = HealthModel(self)
        self.show_model(self.lines, _WIDTHS, sorted_by=-1)


def counts_words(found: Sequence[Computer], now: datetime) -> str:
    """The district in one line; 24 hours and 2 days, in which Sundays do not count."""
    quiet = [silence(item.heard_at, now) for item in found]
    red = sum(1 for item in quiet if item is None or item > RED_AFTER)
    long = sum(1 for item in quiet if item is None or item > COUNTED_AFTER)
    waiting = sum(item.waiting or 0 for item in found)
    refused = sum(item.refused for item in found)
    return tr(
        "{all} komputer · diam lebih dari 1 hari (Minggu tidak dihitung): {red}, lebih dari 2 hari: {long} · menunggu "
        "{waiting} · ditolak {refused}"
    ).format(
        all=number_words(len(found)), red=red, long=long, waiting=number_words(waiting), refused=number_words(refused)
    )


def differences_words(found: Sequence[Differences], now: datetime) -> str:
    """Where values that differ wait for a decision, the oldest first, and who decides; "" where nowhere."""
    if not found:
        return ""
    named = [
        tr("{place} {n} isian, tertua {span}").format(
            place=item.name or tr("fasilitas lain"), n=number_words(item.count), span=span_words(now - item.since)
        )
        for item in found[:_NAMED]
    ]
    if len(found) > _NAMED:
        named.append(tr("{n} fasilitas lain").format(n=len(found) - _NAMED))
    return tr(
        "Perbedaan isian yang belum diputuskan: {list}. Tidak ada yang hilang. Ingatkan fasilitasnya: hanya petugas di "
        "sana yang dapat memutuskan, di menu Perlu diputuskan."
    ).format(list=" · ".join(named))
