"""Whom this page is about, always in sight: name, sex, age, numbers, and the allergies in red with the word.

Shows a patient handed in; it neither reads nor decides.
"""

from datetime import date

from PySide6.QtWidgets import QFrame

from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.parts import column, label, named, row
from sync.records import Patient


def number_words(patient: Patient) -> str:
    """NIK and card number as far as they are known."""
    return " · ".join(
        (
            f"{tr('NIK')} {patient.nik or tr('belum ada')}",
            f"{tr('JKN')} {patient.jkn_number or tr('belum ada')}",
        )
    )


class PatientHeader(QFrame):
    """A band with one patient."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.name = label("", "emptyTitle")
        self.person = label("", "quiet")
        self.numbers = label("", "quiet")
        self.allergies = Badge()
        self.setLayout(
            row(
                column(row(self.name, self.allergies, 1, gap=10), row(self.person, self.numbers, 1, gap=18), gap=2),
                margins=(14, 8, 14, 8),
            )
        )

    def show_patient(self, patient: Patient | None, allergies: tuple[str, ...], today: date) -> None:
        """Show ``patient`` (``None``: the record is not here yet) with the ``allergies`` that matter on this page."""
        if patient is None:
            self.name.setText(tr("Data pasien belum diterima"))
            self.person.clear()
            self.numbers.clear()
        else:
            self.name.setText(patient.name)
            self.person.setText(wording.person_words(patient.sex, patient.birth_date, today))
            self.numbers.setText(number_words(patient))
        words = ", ".join(allergies)
        self.allergies.set_state(tr("Alergi: {list}").format(list=words) if words else "", Tone.DANGER)
        self.setAccessibleName(self.name.text())
