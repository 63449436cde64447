"""The table of facilities in the evaluation: one line each, sorted by any column, opened with Enter.

Cells come worded; what is not known stands last, whichever way a column is sorted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.queries.indicators import FacilityFigures
from desktop.queries.indicators_tally import Figures, Share
from desktop.ui.screens.evaluation_words import (
    of_words,
    percent_words,
    seconds_words,
    short_share,
    site_words,
)
from desktop.ui.texts import tr
from desktop.ui.widgets.line_table import LineTable
from desktop.ui.wording import number_words

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` is shown, ``detail`` says of how many, ``key`` is what is sorted by; ``None`` is not known."""

    text: str
    detail: str
    key: float | str | None


def _share(share: Share) -> Cell:
    return Cell(short_share(share), of_words(share), share.percent)


def in_time(figures: Figures) -> Share:
    """Answers in time, of emergencies and of the others together."""
    urgent, calm = figures.emergency_answers.in_time, figures.answers.in_time
    return Share(urgent.part + calm.part, urgent.whole + calm.whole)


def _answer(figures: Figures) -> Cell:
    found = figures.all_answers
    words = seconds_words(found.median) if found.median is not None else percent_words(None)
    star = " *" if found.count and found.small else ""
    return Cell(words + star, tr("dari {n} jawaban").format(n=number_words(found.count)), found.median)


def _ratio(figures: Figures) -> Cell:
    ratio = figures.non_specialist
    return _share(Share(ratio.counted, ratio.letters))


def _count(number: int) -> Cell:
    return Cell(number_words(number), "", number)


#: Heading and cell of each column after the name.
_COLUMNS: tuple[tuple[str, Callable[[Figures], Cell]], ...] = (
    ("Rujukan", lambda figures: _count(figures.letters)),
    ("Diterima", lambda figures: _share(figures.accepted)),
    ("Ditolak", lambda figures: _share(figures.refused)),
    ("Belum dijawab", lambda figures: _share(figures.unanswered)),
    ("Median jawab", _answer),
    ("Tepat waktu", lambda figures: _share(in_time(figures))),
    ("Tiba", lambda figures: _share(figures.arrived)),
    ("RRNS (perk.)", _ratio),
    ("Dapat dihindari", lambda figures: _share(figures.avoidable)),
    ("Luar kab.", lambda figures: _share(figures.outside)),
)
HEADINGS = ("Fasilitas", *(heading for heading, _ in _COLUMNS))
_WIDTHS = (82, 78, 72, 112, 108, 98, 62, 106, 122, 82)


def cells_of(line: FacilityFigures) -> tuple[Cell, ...]:
    """One line of the table."""
    name = site_words(line.site)
    return (Cell(name, name, name.lower()), *(cell(line.figures) for _, cell in _COLUMNS))


class FacilityModel(QAbstractTableModel):
    """The lines in their order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: list[tuple[str, tuple[Cell, ...]]] = []
        self._order = (1, Qt.SortOrder.DescendingOrder)

    def set_lines(self, lines: Sequence[FacilityFigures]) -> None:
        """Show these facilities, sorted as before."""
        self.beginResetModel()
        self._lines = [(line.site.id, cells_of(line)) for line in lines]
        self._sort()
        self.endResetModel()

    def facility(self, row: int) -> str:
        return self._lines[row][0]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, never changed
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, never changed
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(HEADINGS[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._lines[index.row()][1][index.column()].text
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._lines[index.row()][1][index.column()].detail
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 0:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._order = (column, order)
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        column, order = self._order
        known = [line for line in self._lines if line[1][column].key is not None]
        unknown = [line for line in self._lines if line[1][column].key is None]
        known.sort(key=lambda line: line[1][column].key, reverse=order == Qt.SortOrder.DescendingOrder)  # type: ignore[arg-type,return-value]  # one column has keys of one type, and none is None here
        self._lines = known + unknown


class FacilityTable(LineTable):
    """Facilities with their figures."""

    opened = Signal(str)
    """The id of a facility that was clicked twice, or Enter pressed on."""

    def __init__(self) -> None:
        super().__init__(tr("Angka per fasilitas"))
        self._model = FacilityModel(self)
        self.setAlternatingRowColors(True)
        self.show_model(self._model, _WIDTHS, sorted_by=1)
        self.doubleClicked.connect(self._open)

    def set_lines(self, lines: Sequence[FacilityFigures]) -> None:
        """Show these facilities."""
        self._model.set_lines(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._model.facility(index.row()))
