"""Two registrations side by side, field by field; what differs says so in a word. For deciding whether they are one.

Values in by ``show_pair``; it neither reads nor decides.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.queries.same_person import Registration
from desktop.ui.screens.field_words import value_words
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.panels import make_bold
from desktop.ui.widgets.parts import label
from sync.records import Patient

#: What tells people apart, in the order in which it is looked at.
_FIELDS = (
    *("name", "sex", "birth_date", "nik", "jkn_number", "mother_name", "mother_nik", "birth_order"),
    *("record_number", "village", "subdistrict", "address", "phone", "allergies"),
)


def comparison_rows(one: Registration, other: Registration) -> list[tuple[str, str, str, bool]]:
    """Label, both values in words, and whether both are known and differ; what neither has is left out."""
    rows = []
    for name in _FIELDS:
        field = Patient.type.fields[name]
        mine, its = getattr(one.patient, name), getattr(other.patient, name)
        if mine or its:
            differs = bool(mine and its) and _plain(mine) != _plain(its)
            rows.append((field.label, value_words(field, mine), value_words(field, its), differs))
    rows.append((tr("Kunjungan"), _count(one.visits), _count(other.visits), False))
    rows.append((tr("Rujukan"), _count(one.referrals), _count(other.referrals), False))
    return rows


class PatientComparison(QWidget):
    """A table of two registrations."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        for place, share in ((1, 1), (2, 1)):
            self._grid.setColumnStretch(place, share)
        self.differing: list[str] = []

    def show_pair(self, one: Registration, other: Registration) -> None:
        """Show two registrations, the one the page is about at the left."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.differing = []
        rows = comparison_rows(one, other)
        for place, (name, mine, its, differs) in enumerate(rows):
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label(name, "quiet"), place, 0, top)
            for at, value in ((1, mine), (2, its)):
                shown = label(value, wrap=True)
                self._grid.addWidget(make_bold(shown) if differs else shown, place, at, top)
            if differs:
                self.differing.append(name)
                mark = Badge()
                mark.set_state(tr("berbeda"), Tone.ATTENTION)
                self._grid.addWidget(mark, place, 3, top)
        self._grid.setRowStretch(len(rows), 1)


def _plain(value: object) -> object:
    return value.casefold().split() if isinstance(value, str) else value


def _count(number: int) -> str:
    return str(number) if number else tr("belum ada")
