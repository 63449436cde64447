"""Where to send: the hospitals ranked for the letter being written, and the reasons of the one under the cursor.

It is told what is looked for and reads in the reading thread, so typing never waits; it proposes an order and never
chooses. What a person chose stays chosen when the order changes.
"""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame

from desktop.queries.destinations import Choice, Wish, choose
from desktop.ui.desk import Desk
from desktop.ui.screens.destination_words import destination_card, needs_words, reasons
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import CardList
from desktop.ui.widgets.panels import scrolling, trouble
from desktop.ui.widgets.parts import column, label, named

#: How often the ages of the numbers are renewed, in milliseconds.
MINUTE = 60_000

#: Heights in pixels: of one card, and the least of the details, which scroll.
_ONE_CARD, _LEAST_BELOW = 80, 56


class DestinationPanel(QFrame):
    """The hospitals to choose from: arrows move, the details follow."""

    chosen = Signal(str)
    """The id of the hospital under the cursor, "" for none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        named(self, "panel")
        self.desk = desk
        self._wish = Wish()
        self._choice: Choice | None = None
        self._wanted = ""
        self.needs = label(tr("Urutan usulan; tempat tidur bukan janji."), "quiet", wrap=True)
        self.problem = trouble()
        self.problem.hide()
        self.list = CardList(lines=3)
        self.list.setAccessibleName(tr("Rumah sakit tujuan"))
        self.list.selected.connect(self._selected)
        self.details = label("", wrap=True)
        self.details.setAccessibleName(tr("Alasan rumah sakit yang dipilih"))
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._below = scrolling(self.details)
        self._below.hide()
        layout = column(
            label(tr("Rumah sakit tujuan *"), "sectionTitle"),
            self.needs,
            self.problem,
            self.list,
            self._below,
            margins=(12, 8, 12, 10),
            gap=6,
        )
        layout.setStretchFactor(self.list, 1)
        layout.setStretchFactor(self._below, 5)
        self.setLayout(layout)
        self.list.setMinimumHeight(_ONE_CARD)
        timer = QTimer(self, interval=MINUTE)
        timer.timeout.connect(self.refresh)
        timer.start()

    def look_for(self, wish: Wish) -> None:
        """Rank for ``wish``, if it is another one than before."""
        if wish != self._wish:
            self._wish = wish
            self.refresh()

    def refresh(self) -> None:
        """Read again what is known of the hospitals; the choice stays."""
        facility, wish, now = self.desk.identity.facility, self._wish, datetime.now(UTC)
        self.desk.read(lambda reader: choose(reader, facility, wish, now), self._show, slot="destinations")

    def select(self, hospital: str) -> None:
        """Choose a hospital, as soon as it is there; "" chooses none."""
        self._wanted = hospital
        if not hospital:
            self.list.setCurrentIndex(self.list.model().index(-1, 0))
        elif self.list.select(hospital):
            self._wanted = ""

    def wanted(self) -> str:
        """The id of the hospital that is chosen, or will be as soon as it is there; "" for none."""
        return self.list.current_id() or self._wanted

    def say(self, text: str) -> None:
        """Say what stands in the way, "" for nothing."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _show(self, choice: Choice) -> None:
        self._choice, now = choice, datetime.now(UTC)
        self.needs.setText(needs_words(choice.needs) or tr("Urutan usulan; tempat tidur bukan janji."))
        self.list.set_cards([destination_card(item, choice.wish, now) for item in choice.destinations])
        if self._wanted:
            self.select(self._wanted)
        nothing = tr("Daftar rumah sakit belum diterima dari server kabupaten.")
        if not choice.destinations or self.problem.text() == nothing:
            self.say("" if choice.destinations else nothing)
        self._show_details()

    def _selected(self, hospital: str) -> None:
        self._show_details()
        self.chosen.emit(hospital)

    def _show_details(self) -> None:
        now, chosen, choice = datetime.now(UTC), self.list.current_id(), self._choice
        found = next((item for item in choice.destinations if item.id == chosen), None) if choice is not None else None
        self._below.setVisible(found is not None)
        if found is not None and choice is not None:
            self.details.setText("\n".join(reason.line for reason in reasons(found, choice.wish, now)))
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The details get what they need and the list the rest; where there is little room, both give way."""
        needed = max(self.details.heightForWidth(self.list.width()), 0)
        self._below.setMaximumHeight(needed)
        self._below.setMinimumHeight(min(needed, _LEAST_BELOW))
