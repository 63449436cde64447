"""Whom this page is about, always in sight: name, sex, age, numbers, and the allergies in red with the word.

Shows a patient handed in; it neither reads nor decides.
"""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy

from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.widgets.allergy_mark import AllergyMark
from desktop.ui.widgets.parts import column, label, named, row
from sync.records import Patient

#: The most that the allergies take of the width, in pixels.
_MOST = 280


def number_words(patient: Patient) -> str:
    """NIK and card number as far as they are known."""
    return " · ".join(
        (
            f"{tr('NIK')} {patient.nik or tr('belum ada')}",
            f"{tr('JKN')} {patient.jkn_number or tr('belum ada')}",
        )
    )


class PatientHeader(QFrame):
    """A band with one patient. Names and allergies may be long: they wrap, and are never cut."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.name = label("", "emptyTitle", wrap=True)
        self.person = label("", "quiet")
        self.numbers = label("", "quiet", wrap=True)
        self.allergies = AllergyMark()
        for wide in (self.name, self.numbers):
            wide.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        below = row(self.person, self.numbers, gap=18)
        band = row(column(self.name, below, gap=2), self.allergies, margins=(14, 8, 14, 8), gap=10)
        band.setStretch(0, 1)
        band.setAlignment(self.allergies, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(band)

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
        self.allergies.show_allergies(allergies)
        self.allergies.setFixedWidth(min(self.allergies.wanted_width(), _MOST))
        self.setAccessibleName(self.name.text())
