"""Surveillance: signals, weekly report and specimens at a puskesmas; signals and completeness at the district office.

Each part is a tab of its own that reads and saves; this page only puts them side by side.
"""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QTabBar

from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.completeness_tab import CompletenessTab
from desktop.ui.screens.signals_tab import SignalsTab
from desktop.ui.screens.specimens_tab import SpecimensTab
from desktop.ui.screens.weekly_tab import WeeklyTab
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import column, label, row

#: How often what is shown is read again, in milliseconds: clocks run.
MINUTE = 60_000


class SurveillanceScreen(Screen):
    """Its item is ``alarm:<id>``, ``signal:<id>``, ``week:<Sunday>`` or ``specimen:<id>``."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        at_office = desk.identity.facility_kind == "dinkes"
        self.signals = SignalsTab(desk, at_office=at_office)
        self.weekly = None if at_office else WeeklyTab(desk)
        self.specimens = None if at_office else SpecimensTab(desk)
        self.completeness = CompletenessTab(desk) if at_office else None
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setAccessibleName(tr("Bagian"))
        self.stack = QStackedWidget()
        for words, part in (
            (tr("&Sinyal (W1)"), self.signals),
            (tr("Laporan &mingguan (W2)"), self.weekly),
            (tr("S&pesimen"), self.specimens),
            (tr("&Kelengkapan W2"), self.completeness),
        ):
            if part is not None:
                self.bar.addTab(words)
                self.stack.addWidget(part)
        self.bar.currentChanged.connect(self._turn)
        page = column(self.stack, margins=(20, 12, 20, 12), gap=10)
        self.setLayout(page)
        # Put in last: Tab comes to the parts after everything in the part that is shown.
        page.insertLayout(0, row(label(tr("Surveilans"), "pageTitle"), self.bar, 1, gap=20))
        self.setFocusProxy(self.signals.list)
        timer = QTimer(self, interval=MINUTE)
        timer.timeout.connect(self.refresh)
        timer.start()

    def refresh(self) -> None:
        part = self.stack.currentWidget()
        if isinstance(part, SignalsTab | WeeklyTab | SpecimensTab | CompletenessTab):
            part.refresh()

    def open_item(self, argument: str) -> None:
        kind, _, item = argument.partition(":")
        if kind == "week" and self.weekly is not None:
            self.weekly.open_item(item)
            self._show(self.weekly)
        elif kind == "specimen" and self.specimens is not None:
            self.specimens.open_item(item)
            self._show(self.specimens)
        else:
            self.signals.open_item(argument)
            self._show(self.signals)

    def has_unsaved(self) -> bool:
        return self.signals.has_unsaved() or (self.weekly is not None and self.weekly.has_unsaved())

    def _show(self, part: SignalsTab | WeeklyTab | SpecimensTab) -> None:
        self.bar.setCurrentIndex(self.stack.indexOf(part))

    def _turn(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        part = self.stack.currentWidget()
        if part is not None:
            self.setFocusProxy(part)
        self.refresh()
