"""Say that two registrations are one person, or two people, after seeing both side by side; and take the first back.

Merging and parting need a reason and a yes. Nothing is rewritten by it: each registration, visit and letter stays as
it is, and the page says so. It opens for one patient and never proposes a decision by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit

from desktop.actions.same_person import merge, part, tell_apart
from desktop.queries.duplicates import Candidate, find_duplicates, traits_of_patient
from desktop.queries.patients import PatientHit, search_patients
from desktop.queries.same_person import (
    Merging,
    Registration,
    mergings,
    read_patient,
    registration,
    registrations,
    told_apart,
)
from desktop.ui.desk import Desk, Person
from desktop.ui.screen import Screen
from desktop.ui.screens.duplicate_panel import likeness_words
from desktop.ui.screens.merging_words import merging_card
from desktop.ui.screens.patient_comparison import PatientComparison
from desktop.ui.screens.patients import hit_card
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import Card, CardList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.inline_question import InlineQuestion
from desktop.ui.widgets.panels import list_side, pages, panel, scrolling, tab_order
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.patient_header import PatientHeader
from sync.replica.reader import Reader

if TYPE_CHECKING:
    from sync.replica.replica import Replica

_LIMIT = 30


@dataclass(frozen=True, slots=True)
class Opened:
    """A person, how the registrations came together, and who may be the same person too."""

    about: Registration
    allergies: tuple[str, ...]
    """Of all registrations of the person."""
    members: tuple[str, ...]
    merged: Sequence[Merging]
    text: str
    hits: Sequence[PatientHit]
    alike: Sequence[Candidate]


def read_opened(reader: Reader, patient: str, text: str) -> Opened | None:
    """What the page shows; ``None`` if the patient is not here."""
    members = registrations(reader, patient)
    about, whole = registration(reader, members[0]), read_patient(reader, members[0])
    if about is None or whole is None:
        return None
    hits = [hit for hit in search_patients(reader, text, _LIMIT) if hit.id not in members] if text.strip() else []
    others = {item for pair in told_apart(reader) if not set(pair).isdisjoint(members) for item in pair}
    alike = [] if text.strip() else find_duplicates(reader, traits_of_patient(about.patient), others.union(members))
    return Opened(about, whole.allergies, members, mergings(reader, patient), text, hits, alike)


class SamePersonScreen(Screen):
    """At the left whom to compare with and what was merged, at the right both.

    Its item is a patient's id, or that of :func:`pair_item`: then both are shown at once, and leaving goes back.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._item = ""
        self._opened: Opened | None = None
        self._wanted = ""
        self._is_pair = False
        self._other = ""
        self._linked: Merging | None = None
        self.patient_header = PatientHeader()
        self.search = named(QLineEdit(clearButtonEnabled=True), "searchLine")
        self.search.setPlaceholderText(tr("Cari pasien yang satunya: nama, nomor, tanggal lahir"))
        self.search.setAccessibleName(tr("Cari pasien yang satunya"))
        self.search.textChanged.connect(self.refresh)
        self.count = label("", "quiet")
        self.list = CardList()
        self.list.setAccessibleName(tr("Pasien yang mungkin sama"))
        self.list.selected.connect(self._choose_other)
        self.merged_title = label(tr("Pernah dinyatakan sama"), "sectionTitle")
        self.merged = CardList()
        self.merged.setAccessibleName(self.merged_title.text())
        self.merged.selected.connect(self._choose_link)
        self.comparison = PatientComparison()
        self.heading = label("", "sectionTitle", wrap=True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        for chosen in (self.list, self.merged):
            chosen.opened.connect(self._enter)
        self.do_button = button("", "primary")
        self.do_button.clicked.connect(self._ask)
        self.reason.returnPressed.connect(self._ask)
        self.apart_button = button(tr("&Bukan orang yang sama"))
        self.apart_button.clicked.connect(self._tell_apart)
        self.problem = named(label("", wrap=True), "problem")
        self.problem.setProperty("problem", "error")
        self.question = InlineQuestion()
        self.question.answered.connect(self._answered)
        self.back_button = button(tr("Kembali (Esc)"))
        self.back_button.clicked.connect(desk.back)
        self._pair = panel(
            column(
                self.heading,
                scrolling(self.comparison),
                label(tr("Alasan"), "fieldLabel"),
                self.reason,
                self.problem,
                row(self.do_button, self.apart_button, 1),
                margins=(14, 10, 14, 10),
            )
        )
        self.reason.setAccessibleName(tr("Alasan"))
        self.nothing = EmptyState("")
        self.nothing.set_content(
            tr("Pilih pasien yang satunya"),
            tr("Cari di kiri. Keduanya lalu tampil berdampingan. Data asli tidak diubah dan dapat dipisahkan lagi."),
        )
        self.right = pages(self.nothing, self._pair)
        left = list_side(column(self.search, self.count, self.list, self.merged_title, self.merged, gap=6))
        middle = row(left, self.right, gap=16)
        middle.setStretch(1, 1)
        page = column(
            label(tr("Sama dengan pasien lain"), "pageTitle"), self.patient_header, margins=(20, 14, 20, 12), gap=8
        )
        page.addLayout(middle, 1)
        page.addWidget(self.question)
        page.addLayout(row(1, self.back_button))
        self.setLayout(page)
        self.setFocusProxy(self.search)
        tab_order(self.search, self.list, self.merged, self.reason, self.do_button, self.apart_button, self.back_button)
        shortcut = QShortcut(QKeySequence("Escape"), self, self._leave)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _leave(self) -> None:
        if not self.question.cancel():
            self.desk.back()

    def open_item(self, argument: str) -> None:
        patient, _, other = argument.partition(":")
        if patient and (patient != self._item or other):
            self._item, self._opened = patient, None
            self._wanted, self._is_pair = other, bool(other)
            self.reason.clear()
            self.question.hide()
            self._show_nobody()
            self.search.clear()

    def has_unsaved(self) -> bool:
        return bool(self.reason.text().strip())

    def refresh(self) -> None:
        item, text = self._item, self.search.text()
        if item:
            self.desk.read(lambda reader: read_opened(reader, item, text), self._show, slot="same_person")

    def _show(self, opened: Opened | None) -> None:
        if opened is None:
            self.desk.say("warning", tr("Data pasien ini tidak ada (lagi) di komputer ini."))
            return
        self._opened = opened
        now = datetime.now(UTC)
        today = now.astimezone().date()
        patient = opened.about.patient
        self.patient_header.show_patient(patient, opened.allergies, today)
        cards = [hit_card(hit, today) for hit in opened.hits] + [alike_card(item) for item in opened.alike]
        self.list.set_cards(cards)
        self.count.setText(
            tr("{n} ditemukan").format(n=len(cards))
            if opened.text.strip()
            else tr("Mirip dengan pasien ini")
            if cards
            else tr("Belum ada yang mirip; cari di atas")
        )
        self.merged.set_cards([merging_card(item, now) for item in opened.merged])
        for part_of in (self.merged_title, self.merged):
            part_of.setVisible(bool(opened.merged))
        wanted, self._wanted = self._wanted, ""
        if wanted:
            self._compare(self._item, wanted, None)

    def _show_nobody(self) -> None:
        self._other, self._linked = "", None
        for chosen in (self.list, self.merged):
            # The same card can be chosen again.
            chosen.setCurrentIndex(QModelIndex())
        self.problem.clear()
        self.right.setCurrentWidget(self.nothing)

    def _choose_other(self, patient: str) -> None:
        opened = self._opened
        if patient and opened is not None and patient != self._other:
            self.merged.setCurrentIndex(QModelIndex())
            self._compare(opened.about.patient.id, patient, None)

    def _choose_link(self, link: str) -> None:
        opened = self._opened
        found = next((item for item in opened.merged if item.link.id == link), None) if opened else None
        if found is not None:
            self.list.setCurrentIndex(QModelIndex())
            self._compare(found.link.patient, found.link.other, found)

    def _enter(self, _card: str) -> None:
        self.reason.setFocus()

    def _compare(self, patient: str, other: str, linked: Merging | None) -> None:
        self._other, self._linked = "", None
        self.question.hide()

        def both(reader: Reader) -> tuple[Registration | None, Registration | None]:
            return registration(reader, patient), registration(reader, other)

        self.desk.read(both, partial(self._show_pair, linked), slot="same_person.pair")

    def _show_pair(self, linked: Merging | None, pair: tuple[Registration | None, Registration | None]) -> None:
        one, other = pair
        if one is None or other is None:
            self.desk.say("warning", tr("Data pasien ini tidak ada (lagi) di komputer ini."))
            return
        self._other, self._linked = other.patient.id, linked
        self.comparison.show_pair(one, other)
        self.problem.clear()
        parted = linked is not None and linked.taken_back is not None
        if linked is None:
            self.heading.setText(tr("Apakah keduanya satu orang? Cocokkan dengan kartu atau tanya pasiennya."))
            self.do_button.setText(tr("Satu orang: gabungkan…"))
        else:
            self.heading.setText(tr("Sudah dipisahkan lagi.") if parted else tr("Dinyatakan satu orang."))
            self.do_button.setText(tr("Pisahkan lagi…"))
        self.apart_button.setVisible(linked is None)
        for widget in (self.reason, self.do_button):
            widget.setEnabled(not parted)
        self.right.setCurrentWidget(self._pair)

    def _ask(self) -> None:
        if not self._other or (self._linked is not None and self._linked.taken_back is not None):
            return
        if not self.reason.text().strip():
            self.problem.setText(tr("Tulis alasannya, walau singkat: petugas lain harus bisa mengerti."))
            self.reason.setFocus()
            return
        self.problem.clear()
        if self._linked is None:
            words = tr("Gabungkan sebagai satu orang? Data keduanya tetap seperti semula dan dapat dipisahkan lagi.")
            yes = tr("Ya, satu orang")
        else:
            words = tr("Pisahkan lagi? Kunjungan dan rujukan kembali ke registrasi tempat ia ditulis.")
            yes = tr("Ya, pisahkan")
        self.question.ask(words, [("no", tr("Tidak jadi")), ("yes", yes)], cancel="no")

    def _answered(self, answer: str) -> None:
        self.reason.setFocus()
        opened, linked, other, reason = self._opened, self._linked, self._other, self.reason.text()
        if answer != "yes" or opened is None or not other:
            return
        if linked is None:
            self.desk.act(_merging(opened.about.patient.id, other, reason), self._merged)
        else:
            self.desk.act(_parting(linked.link.patient, linked.link.other, reason), self._parted)

    def _tell_apart(self) -> None:
        opened, other, reason = self._opened, self._other, self.reason.text()
        if opened is not None and other and self._linked is None:
            self.desk.act(_telling_apart(opened.about.patient.id, other, reason), self._told_apart)

    def _told_apart(self, _result: None) -> None:
        self.reason.clear()
        self._show_nobody()
        self.desk.say(
            "info",
            tr("Dicatat: bukan orang yang sama, tidak ditanyakan lagi. Tersimpan di komputer ini, menunggu dikirim."),
        )
        if self._is_pair:
            self.desk.back()
        else:
            self.refresh()
            self.list.setFocus()

    def _merged(self, _result: None) -> None:
        self.reason.clear()
        self._show_nobody()
        self.desk.say("info", tr("Dicatat sebagai satu orang. Tersimpan di komputer ini, menunggu dikirim."))
        if self._is_pair:
            self.desk.back()
        else:
            self.desk.go("patients", self._item)

    def _parted(self, _result: None) -> None:
        self.reason.clear()
        self._show_nobody()
        item, linked_before = self._item, self._opened
        others = linked_before.members if linked_before else ()
        self.desk.read(
            lambda reader: registrations(reader, item), partial(self._say_parted, others), slot="same_person.after"
        )

    def _say_parted(self, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        if before == after:
            self.desk.say(
                "warning",
                tr("Dicatat, tetapi keduanya masih satu orang lewat pasien ketiga. Pisahkan juga yang itu bila perlu."),
            )
        else:
            self.desk.say("info", tr("Dipisahkan lagi. Tersimpan di komputer ini, menunggu dikirim."))
            self.desk.go("patients", self._item)


def pair_item(patient: str, other: str) -> str:
    """What to open for two patients that are to be compared."""
    return f"{patient}:{other}"


def alike_card(candidate: Candidate) -> Card:
    """Somebody who may be the same person, and why."""
    return Card(id=candidate.stands, title=candidate.traits.name, subtitle=likeness_words(candidate.alike))


def _merging(patient: str, other: str, reason: str) -> "Callable[[Replica, Person], None]":
    return lambda replica, person: merge(replica, person, patient, other, reason)


def _telling_apart(patient: str, other: str, reason: str) -> "Callable[[Replica, Person], None]":
    return lambda replica, person: tell_apart(replica, person, patient, other, reason)


def _parting(patient: str, other: str, reason: str) -> "Callable[[Replica, Person], None]":
    return lambda replica, person: part(replica, person, patient, other, reason)
