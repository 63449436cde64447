"""The clock of an answer as the sender sees it: how long it may still take, and afterwards whom to call at once.

It runs by itself, shows what it is given and notes nothing: a call is noted in the step panel, which it asks to open.
"""

from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from desktop.queries.calls import Calls
from desktop.queries.referrals import ReferralFile
from desktop.ui.screens.referral_watch import call_lines, due_words, must_call
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.panels import make_bold, tint
from desktop.ui.widgets.parts import button, column, label, named, row

#: How often the minutes are said anew, in milliseconds.
_TICK = 10_000


class AnswerClock(QFrame):
    """Hidden while nothing is waited for."""

    call_wanted = Signal()
    """A telephone call is to be noted."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "clock")
        self._file: ReferralFile | None = None
        self._calls: Calls | None = None
        self.headline = make_bold(label(wrap=True))
        self.note_button = button(tr("Catat telepon…"))
        self.note_button.clicked.connect(self.call_wanted)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)
        self._cells: list[QLabel] = []
        self._whom = QWidget()
        self._whom.setLayout(self._grid)
        top = row(self.headline, self.note_button, gap=10)
        top.setStretch(0, 1)
        self.setLayout(column(top, self._whom, margins=(14, 8, 14, 8), gap=4))
        timer = QTimer(self)
        timer.setInterval(_TICK)
        timer.timeout.connect(self._tick)
        timer.start()
        self.hide()

    def show_file(self, file: ReferralFile, calls: Calls, now: datetime) -> None:
        """Show the clock of one referral from ``now`` (aware) on."""
        self._file, self._calls = file, calls
        self.tell(now)

    def tell(self, now: datetime) -> None:
        """Say what is left at ``now``, or whom to call."""
        file, calls = self._file, self._calls
        if file is None or calls is None or not file.line.waits:
            self.hide()
            return
        late = must_call(file.line, now)
        tint(self, Tone.DANGER if late else Tone.INFO)
        self.headline.setText(due_words(file.line, now))
        lines = call_lines(file, calls, now) if late else []
        self._show_lines(lines)
        self.note_button.setVisible(late)
        self.setAccessibleName(". ".join([self.headline.text(), *(f"{who}: {phone}" for who, phone in lines)]))
        self.show()

    def _tick(self) -> None:
        self.tell(datetime.now(UTC))

    def calls(self) -> list[tuple[str, str]]:
        """Who and which number, as shown."""
        texts = [cell.text() for cell in self._cells if not cell.isHidden()]
        return list(zip(texts[::2], texts[1::2], strict=True))

    def _show_lines(self, lines: list[tuple[str, str]]) -> None:
        self._whom.setVisible(bool(lines))
        while len(self._cells) < 2 * len(lines):
            place = len(self._cells) // 2
            for number, cell in enumerate((label(wrap=True), make_bold(label()))):
                self._grid.addWidget(cell, place, number)
                self._cells.append(cell)
        for cell, text in zip(self._cells, [text for line in lines for text in line], strict=False):
            cell.setText(text)
        for number, cell in enumerate(self._cells):
            cell.setVisible(number < 2 * len(lines))
