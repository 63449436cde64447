"""The numbers of one week: for each disease what the visits here say, and beside it what is reported.

An empty field means that there was no case, as in the SKDR message; what is typed is kept until it can be a number.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit

from desktop.queries.skdr import diseases
from desktop.ui.texts import tr
from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.panels import make_bold, tab_order
from desktop.ui.widgets.parts import label, named

_FIELD_WIDTH = 54


class WeekGrid(QFrame):
    """Two columns of diseases."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.fields: dict[str, QLineEdit] = {}
        self.proposed: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setContentsMargins(12, 6, 12, 6)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        listed = list(diseases().values())
        half = (len(listed) + 1) // 2
        for side in range(2):
            first = side * 5
            grid.addWidget(label(tr("Penyakit"), "fieldLabel"), 0, first, 1, 2)
            for place, words in ((2, tr("Usulan")), (3, tr("Laporan"))):
                head = label(words, "fieldLabel")
                head.setAlignment(Qt.AlignmentFlag.AlignRight)
                grid.addWidget(head, 0, first + place)
            grid.setColumnStretch(first + 1, 1)
        grid.setColumnMinimumWidth(4, 14)
        grid.setRowStretch(half + 1, 1)
        for number, disease in enumerate(listed):
            line, first = number % half + 1, number // half * 5
            field = self.fields[disease.letter] = QLineEdit()
            field.setFixedWidth(_FIELD_WIDTH)
            field.setMaxLength(6)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setAccessibleName(f"{disease.letter} {disease.name}")
            field.setToolTip(disease.definition)
            field.textEdited.connect(self.changed)
            proposed = self.proposed[disease.letter] = label()
            proposed.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(make_bold(label(disease.letter)), line, first)
            grid.addWidget(label(disease.name), line, first + 1)
            grid.addWidget(proposed, line, first + 2)
            grid.addWidget(field, line, first + 3)
        self.setLayout(grid)
        tab_order(*self.fields.values())

    def show_numbers(self, reported: Mapping[str, str], proposed: Mapping[str, int], shared: Mapping[str, int]) -> None:
        """Show texts for the fields, and what the visits say; ``shared``: cases that another disease counts too."""
        for letter, field in self.fields.items():
            text = reported.get(letter, "")
            if field.text() != text:
                field.setText(text)
            self._say_proposed(letter, proposed.get(letter, 0), shared.get(letter, 0))

    def numbers(self) -> dict[str, int] | None:
        """The numbers as typed; ``None`` if one of them cannot be, and that field then says so."""
        numbers: dict[str, int] = {}
        bad: list[QLineEdit] = []
        for letter, field in self.fields.items():
            text = field.text().strip() or "0"
            good = text.isascii() and text.isdigit()
            _mark(field, "" if good else "error")
            if good:
                numbers[letter] = int(text)
            else:
                bad.append(field)
        if bad:
            bad[0].setFocus()
            return None
        return numbers

    def texts(self) -> dict[str, str]:
        """What stands in the fields."""
        return {letter: field.text() for letter, field in self.fields.items()}

    def _say_proposed(self, letter: str, cases: int, shared: int) -> None:
        shown = self.proposed[letter]
        typed = self.fields[letter].text().strip() or "0"
        differs = typed != str(cases)
        words = str(cases) if not differs else tr("beda: {n}").format(n=cases)
        shown.setText(f"{words}*" if shared else words)
        shown.setStyleSheet(f"color: {TONES[Tone.ATTENTION].ink}; font-weight: bold" if differs else "")
        tip = tr("{n} di antaranya juga terhitung pada penyakit lain (kodenya masuk dua daftar).").format(n=shared)
        shown.setToolTip(tip if shared else "")


def _mark(field: QLineEdit, state: str) -> None:
    if field.property("problem") != state:
        field.setProperty("problem", state)
        field.style().unpolish(field)
        field.style().polish(field)
