"""The values between which a person decides, side by side, each with who wrote it, where, and when.

Values in by ``show_conflict``, the choice out by ``chosen``; it neither reads nor saves.
"""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QWidget

from desktop.queries.conflicts import Choice, Conflict
from desktop.ui.screens.conflict_words import choice_lines, telling_problems
from desktop.ui.screens.field_words import writer_words
from desktop.ui.texts import tr
from desktop.ui.widgets.panels import make_bold, panel
from desktop.ui.widgets.parts import button, column, label, row

#: More values stand in further rows.
_BESIDE = 2


class ChoiceBoxes(QWidget):
    """One box for each value."""

    chosen = Signal(int)
    """The place of the value among the choices, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QPushButton] = []
        self._boxes: list[QFrame] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(10)
        for place in range(_BESIDE):
            self._grid.setColumnStretch(place, 1)

    def show_conflict(self, conflict: Conflict, now: datetime) -> None:
        """Show the choices of ``conflict``."""
        for old in self._boxes:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._boxes, self.buttons = [], []
        for place, choice in enumerate(conflict.choices):
            box = self._box(conflict, choice, place, now)
            # What has no neighbour gets the whole row: its texts are then shorter.
            alone = place % _BESIDE == 0 and place + 1 == len(conflict.choices)
            self._grid.addWidget(box, place // _BESIDE, place % _BESIDE, 1, _BESIDE if alone else 1)
            self._boxes.append(box)

    def _box(self, conflict: Conflict, choice: Choice, place: int, now: datetime) -> QFrame:
        take = button(tr("Pakai isian {n}  (tekan {n})").format(n=place + 1), "primary")
        take.clicked.connect(lambda: self.chosen.emit(place))
        self.buttons.append(take)
        layout = column(margins=(14, 10, 14, 10), gap=4)
        lines = choice_lines(conflict, choice)
        for caption, text in lines:
            if caption:
                layout.addWidget(label(caption, "quiet"))
                layout.addWidget(make_bold(label(text, wrap=True)))
            else:
                layout.addWidget(label(text, "emptyTitle", wrap=True))
        for problem in telling_problems(conflict, choice.values, now.astimezone().date()):
            odd = label(problem.text, "problem", wrap=True)
            odd.setProperty("problem", "warning")
            layout.addWidget(odd)
        layout.addStretch(1)
        written = [writer_words(writer, now, here=conflict.owner_name) for writer in choice.writers]
        for words in written or [tr("Gabungan: yang diubah masing-masing, bersama-sama.")]:
            layout.addWidget(label(words, "quiet", wrap=True))
        layout.addLayout(row(take, 1))
        values = ", ".join(f"{caption} {text}".strip() for caption, text in lines)
        take.setAccessibleName(tr("Pakai isian {n}: {values}").format(n=place + 1, values=values))
        return panel(layout)
