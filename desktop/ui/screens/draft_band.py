"""What was begun and not saved, above the list of patients: one line each leads back to it. Hidden while there is none.

Values in by ``set_drafts``, wishes out by a signal; it neither reads nor writes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton

from desktop.queries.drafts import Draft
from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Mark
from desktop.ui.widgets.panels import tint
from desktop.ui.widgets.parts import button, column, label, named

#: So many have a line; the marks in the list and the forms themselves tell of the others.
_SHOWN = 3
_LONGEST_NAME = 24

_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "referral_form": "Surat rujukan",
        "visit_form": "Kunjungan",
        "patient_form": "Data pasien",
        "signal_form": "Sinyal (W1)",
        "specimen_form": "Spesimen",
    }
)


def draft_words(draft: Draft, now: datetime) -> str:
    """``Surat rujukan · Siti Aminah · 10.32``."""
    name = draft.about or tr("pasien baru")
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME - 1].rstrip() + "…"
    return f"{tr(_TITLES.get(draft.form, draft.form))} · {name} · {wording.clock_words(draft.saved_at, now)}"


def draft_marks(drafts: Sequence[Draft], patient: str) -> tuple[Mark, ...]:
    """The mark of a patient about whom something was begun."""
    begun = any(draft.patient == patient for draft in drafts)
    return (Mark(tr("belum selesai"), Tone.ATTENTION),) if begun else ()


class DraftBand(QFrame):
    """The newest drafts of this PC."""

    chosen = Signal(str, str)
    """Form and item of a draft to go on with."""

    def __init__(self) -> None:
        super().__init__()
        tint(named(self, "draftBand"), Tone.ATTENTION)
        self._title = label()
        self._column = column(self._title, margins=(10, 6, 10, 6), gap=2)
        self.setLayout(self._column)
        self._buttons: list[QPushButton] = []
        self._drafts: list[Draft] = []
        self.hide()

    def set_drafts(self, drafts: Sequence[Draft], now: datetime) -> None:
        """Show ``drafts``, the newest first; ``now`` is aware."""
        if list(drafts) == self._drafts:
            return
        self._drafts = list(drafts)
        for old in self._buttons:
            old.deleteLater()
        self._buttons = []
        self._title.setText(tr("Isian yang belum disimpan ({n})").format(n=len(drafts)))
        for draft in drafts[:_SHOWN]:
            line = button(draft_words(draft, now), "link")
            line.clicked.connect(lambda _checked=False, draft=draft: self.chosen.emit(draft.form, draft.item))
            self._column.addWidget(line, 0, Qt.AlignmentFlag.AlignLeft)
            self._buttons.append(line)
        self.setVisible(bool(drafts))

    def buttons(self) -> list[QPushButton]:
        """The lines, the newest first."""
        return list(self._buttons)
