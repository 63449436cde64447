"""The queue of numbers that several people have: each line leads to the page on which they are compared.

It reads and leads on; what is right is decided there, or by correcting the number in the patient's form.
"""

from desktop.queries.same_numbers import SameNumber, same_numbers
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import Card, CardList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.panels import pages
from desktop.ui.widgets.parts import column, label
from sync.records import Patient


def same_number_card(found: SameNumber) -> Card:
    """One number in the list."""
    days = (wording.day_words(day) for day in found.birth_dates)
    people = (f"{name} ({day})" for name, day in zip(found.names, days, strict=True))
    return Card(
        id=found.ids[0],
        title=" · ".join(people),
        subtitle=f"{Patient.type.fields[found.column].label} {found.number}",
        right=tr("{n} pasien").format(n=len(found.ids)),
    )


class SameNumbersScreen(Screen):
    """One line for each number; Enter compares."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.list = CardList()
        self.list.setAccessibleName(tr("Nomor yang sama"))
        self.list.opened.connect(lambda patient: desk.go("same_person", patient))
        self.nothing = EmptyState("")
        self.nothing.set_content(
            tr("Tidak ada nomor yang dipakai dua pasien"), tr("Bila ada, Rujuk menampilkannya di sini.")
        )
        self.pages = pages(self.nothing, self.list)
        words = tr(
            "NIK atau nomor JKN ini tercatat pada lebih dari satu pasien. Tekan Enter untuk membandingkan: satu orang, "
            "atau nomornya salah ketik."
        )
        self.setLayout(
            column(
                label(tr("Mungkin ganda"), "pageTitle"),
                label(words, "quiet", wrap=True),
                self.pages,
                margins=(20, 14, 20, 14),
            )
        )
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        facility = self.desk.identity.facility
        self.desk.read(lambda reader: same_numbers(reader, facility), self._show, slot="same_numbers")

    def _show(self, found: list[SameNumber]) -> None:
        self.list.set_cards([same_number_card(item) for item in found])
        self.pages.setCurrentWidget(self.list if found else self.nothing)
