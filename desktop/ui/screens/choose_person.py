"""Who works at this PC now: the staff of the facility, and a way to add one's own name.

The person chosen is the author of everything written from then on. Passwords are not this screen's affair.
"""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QLineEdit, QStackedWidget, QWidget

from desktop.actions.staff import add_staff
from desktop.queries.people import StaffRow, staff_here
from desktop.ui.desk import Desk, Person
from desktop.ui.screen import Screen
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import Card, CardList, Mark
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Staff
from sync.records.facility import PROFESSIONS

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: Lists longer than this get a field to narrow them.
_SHORT_LIST = 8
_WIDTH = 560


class ChoosePersonScreen(Screen):
    """Arrows and Enter choose; a name that is missing is added here."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._staff: list[StaffRow] = []
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Cari nama"))
        self.filter.setAccessibleName(tr("Cari nama"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._show_staff)
        self.list = CardList()
        self.list.setAccessibleName(tr("Petugas"))
        self.list.opened.connect(self._choose)
        self.list.selected.connect(self._when_selected)
        self.choose = button(tr("&Mulai bekerja"), "primary")
        self.choose.clicked.connect(lambda: self._choose(self.list.current_id()))
        self.choose.setEnabled(False)
        self.missing = button(tr("Nama saya &belum ada"))
        self.missing.clicked.connect(self._show_form)
        self.history = button(tr("&Riwayat"))
        self.history.clicked.connect(lambda: desk.go("history", f"staff/{self.list.current_id()}"))
        self.history.setEnabled(False)
        self.nobody = label(tr("Belum ada petugas tercatat di sini. Tambahkan nama Anda."), "quiet")
        self.form = RecordForm(Staff, (Section("", (("name",), ("profession", "phone"))),))
        self.save = button(tr("&Simpan dan mulai bekerja"), "primary")
        self.save.clicked.connect(self._add)
        self.cancel = button(tr("&Kembali"))
        self.cancel.clicked.connect(self._show_list)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._list_page())
        self.pages.addWidget(self._form_page())
        self.setFocusProxy(self.list)
        middle = named(QFrame(), "panel")
        middle.setFixedWidth(_WIDTH)
        middle.setLayout(column(self.pages, margins=(24, 18, 24, 20)))
        self.setLayout(row(1, column(middle, margins=(0, 24, 0, 24)), 1))

    def refresh(self) -> None:
        self.desk.read(staff_here, self._take_staff, slot="choose_person")

    def has_unsaved(self) -> bool:
        return not self.form.is_empty()

    def _list_page(self) -> QWidget:
        page = QWidget()
        page.setLayout(
            column(
                label(tr("Siapa yang bekerja di komputer ini?"), "pageTitle", wrap=True),
                label(tr("Nama ini tercatat pada semua yang ditulis di sini."), "quiet"),
                self.filter,
                self.nobody,
                self.list,
                row(self.missing, self.history, 1, self.choose),
                gap=10,
            )
        )
        return page

    def _form_page(self) -> QWidget:
        page = QWidget()
        page.setLayout(
            column(
                label(tr("Tambah nama petugas"), "pageTitle"),
                label(tr("Tulis nama lengkap dengan gelar, seperti pada surat."), "quiet"),
                self.form,
                1,
                row(self.cancel, 1, self.save),
                gap=10,
            )
        )
        return page

    def _take_staff(self, staff: list[StaffRow]) -> None:
        self._staff = staff
        self.filter.setVisible(len(staff) > _SHORT_LIST)
        self.nobody.setVisible(not staff)
        self._show_staff()
        person = self.desk.person
        if not self.list.current_id() and staff:
            wanted = person.id if person is not None else staff[0].id
            self.list.select(wanted)

    def _show_staff(self) -> None:
        words = self.filter.text().casefold().split()
        now = self.desk.person
        self.list.set_cards(
            [
                Card(
                    staff.id,
                    staff.name,
                    PROFESSIONS.get(staff.profession, staff.profession),
                    marks=(Mark(tr("sekarang")),) if now is not None and now.id == staff.id else (),
                )
                for staff in self._staff
                if all(word in staff.name.casefold() for word in words)
            ]
        )

    def _when_selected(self, card_id: str) -> None:
        self.choose.setEnabled(bool(card_id))
        self.history.setEnabled(bool(card_id))

    def _choose(self, staff_id: str) -> None:
        found = next((staff for staff in self._staff if staff.id == staff_id), None)
        if found is not None:
            self._begin(Person(found.id, found.name, found.profession))

    def _begin(self, person: Person) -> None:
        self.desk.choose_person(person)
        self.desk.back()

    def _show_form(self) -> None:
        self.pages.setCurrentIndex(1)
        self.form.editor("name").control.setFocus()

    def _show_list(self) -> None:
        self.pages.setCurrentIndex(0)
        self.list.setFocus()

    def _add(self) -> None:
        try:
            values = self.form.values()
        except BadInput:
            return  # the form says which field and why
        author = self.desk.person.id if self.desk.person is not None else None

        def save(replica: "Replica") -> Staff:
            return add_staff(replica, Staff(**{**values, "id": replica.new_id()}), author)

        self.save.setEnabled(False)
        self.desk.write(save, self._when_added, self._when_not_added)

    def _when_added(self, staff: Staff) -> None:
        self.save.setEnabled(True)
        self.form.clear()
        self._show_list()
        self._begin(Person(staff.id, staff.name, staff.profession))

    def _when_not_added(self, error: Exception) -> None:
        self.save.setEnabled(True)
        self.desk.say_error(error)
