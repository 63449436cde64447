"""The pieces of the evaluation screen: key figures in a row, and the line that chooses period, facilities and kind.

Widgets that take values and give signals; nothing here reads or counts.
"""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QFrame, QWidget

from desktop.queries.indicators import Choice
from desktop.queries.indicators_period import PERIODS, Period, period_named
from desktop.ui.screens.evaluation_words import PERIOD_NAMES
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import column, label, named, row
from sync.records.referral import REFERRAL_KINDS

OWN = "own"


class Tile(QFrame):
    """One key figure: its name, the figure, and of how many it is."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.name = label("", "fieldLabel")
        self.figure = label("", "emptyTitle")
        self.detail = label("", "quiet")
        self.setLayout(column(self.name, self.figure, self.detail, margins=(10, 6, 10, 6), gap=0))

    def show_figure(self, name: str, figure: str, detail: str) -> None:
        """Say another figure."""
        self.name.setText(name)
        self.figure.setText(figure)
        self.detail.setText(detail)
        self.setAccessibleName(f"{name}: {figure}, {detail}")


class TileRow(QWidget):
    """Key figures beside each other."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.tiles = tuple(Tile() for _ in range(count))
        self.setLayout(row(*self.tiles, gap=8))

    def show_figures(self, figures: Sequence[tuple[str, str, str]]) -> None:
        """As many figures as there are tiles."""
        for tile, figure in zip(self.tiles, figures, strict=True):
            tile.show_figure(*figure)


class FilterBar(QWidget):
    """What is counted. ``senders`` and ``hospitals``: whether there is a choice of them; ``today`` is for own dates."""

    period_changed = Signal()
    choice_changed = Signal()

    def __init__(self, today: date, *, senders: bool, hospitals: bool) -> None:
        super().__init__()
        self.period = _combo(tr("Periode"))
        for name in (*PERIODS, OWN):
            self.period.addItem(tr(PERIOD_NAMES[name]), name)
        first = period_named(PERIODS[0], today)
        self.first, self.last = _day(tr("Dari tanggal"), first.first), _day(tr("Sampai tanggal"), first.last)
        self.between = label(tr("s/d"))
        self.origin, self.hospital, self.kind = (
            _combo(tr("Dari")),
            _combo(tr("Ke rumah sakit")),
            _combo(tr("Jenis rujukan")),
        )
        self.offer_senders([])
        self.offer_hospitals([])
        self.kind.addItem(tr("Semua jenis"), None)
        for code, words in REFERRAL_KINDS.items():
            self.kind.addItem(words, code)
        self.origin.setVisible(senders)
        self.hospital.setVisible(hospitals)
        self.setLayout(
            row(self.period, self.first, self.between, self.last, self.origin, self.hospital, self.kind, 1, gap=8)
        )
        self._show_days()
        self.period.activated.connect(self._period_chosen)
        for day in (self.first, self.last):
            day.editingFinished.connect(self.period_changed)
        for box in (self.origin, self.hospital, self.kind):
            box.activated.connect(lambda _place: self.choice_changed.emit())

    def chosen_period(self, today: date) -> Period:
        """The period as of ``today``; own dates that are the wrong way round are taken the right way."""
        name = str(self.period.currentData())
        if name != OWN:
            return period_named(name, today)
        first, last = sorted((_to_day(self.first.date()), _to_day(self.last.date())))
        return Period(first, last)

    def choice(self) -> Choice:
        """Which letters."""
        return Choice(self.origin.currentData(), self.hospital.currentData(), self.kind.currentData())

    def set_choice(self, choice: Choice) -> None:
        """Choose, as if by hand."""
        for box, wanted in ((self.origin, choice.sender), (self.hospital, choice.hospital), (self.kind, choice.kind)):
            box.setCurrentIndex(0 if wanted is None else max(box.findData(wanted), 0))
        self.choice_changed.emit()

    def offer_senders(self, facilities: Sequence[tuple[str, str]]) -> None:
        """The facilities that can be chosen, as id and name; what is chosen stays chosen."""
        _offer(self.origin, tr("Semua perujuk"), facilities)

    def offer_hospitals(self, facilities: Sequence[tuple[str, str]]) -> None:
        """As :meth:`offer_senders`."""
        _offer(self.hospital, tr("Semua rumah sakit"), facilities)

    def _period_chosen(self) -> None:
        self._show_days()
        self.period_changed.emit()

    def _show_days(self) -> None:
        for part in (self.first, self.between, self.last):
            part.setVisible(self.period.currentData() == OWN)


def _offer(box: QComboBox, everything: str, facilities: Sequence[tuple[str, str]]) -> None:
    chosen = box.currentData()
    box.clear()
    box.addItem(everything, None)
    for facility, name in facilities:
        box.addItem(name, facility)
    box.setCurrentIndex(0 if chosen is None else max(box.findData(chosen), 0))


def _combo(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(17)
    return box


def _day(name: str, day: date) -> QDateEdit:
    edit = QDateEdit(QDate(day.year, day.month, day.day))
    edit.setAccessibleName(name)
    edit.setDisplayFormat("dd-MM-yyyy")
    edit.setMinimumHeight(32)
    return edit


def _to_day(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
