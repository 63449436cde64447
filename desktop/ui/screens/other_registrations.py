"""Under which other names and numbers the person is registered, in one line; each leads to that registration.

Values in by ``show_others``, wishes out by a signal; it neither reads nor writes.
"""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import button, label, row
from sync.records import Patient

#: So many are named; the page of merges shows all.
_SHOWN = 3
_LONGEST_NAME = 24


class OtherRegistrations(QWidget):
    """Hidden while there is one registration only."""

    chosen = Signal(str)
    """The id of a registration."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QPushButton] = []
        self._title = label("", "quiet")
        self._row = row(self._title, gap=2)
        self._row.addStretch(1)
        self.setLayout(self._row)
        self.hide()

    def show_others(self, others: Sequence[Patient], today: date) -> None:
        """Show the other registrations, the first of them with a button each."""
        for old in self.buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = []
        more = len(others) - _SHOWN
        self._title.setText(
            tr("Juga tercatat sebagai (dan {n} lagi):").format(n=more) if more > 0 else tr("Juga tercatat sebagai:")
        )
        for place, other in enumerate(others[:_SHOWN]):
            short = other.name if len(other.name) <= _LONGEST_NAME else f"{other.name[: _LONGEST_NAME - 1].rstrip()}…"
            line = button(short, "link")
            whole = " · ".join(
                part
                for part in (
                    other.name,
                    wording.person_words(other.sex, other.birth_date, today),
                    other.nik or other.jkn_number or other.record_number or "",
                )
                if part
            )
            line.setToolTip(whole)
            line.setAccessibleName(tr("Buka data {who}").format(who=whole))
            line.clicked.connect(lambda _checked=False, patient=other.id: self.chosen.emit(patient))
            self._row.insertWidget(1 + place, line)
            self.buttons.append(line)
        self.setVisible(bool(others))
