"""Find a patient while typing, and see at once who it is, what was done and which referrals are on their way.

The search runs in the reading thread and only the newest text is answered; nothing here writes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.queries.drafts import Draft, read_drafts
from desktop.queries.patient_file import PatientFile, patient_file, recent_patients
from desktop.queries.patients import PatientHit, search_patients
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.draft_band import DraftBand, draft_marks
from desktop.ui.screens.patient_form import new_patient
from desktop.ui.screens.patient_pane import PatientPane
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import Card, CardList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.panels import pages
from desktop.ui.widgets.parts import button, column, label, named, row
from sync.replica.reader import Reader

if TYPE_CHECKING:
    from desktop.ui.screens.patient_papers import PatientPapers

_LIMIT = 50
_TO_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


def hit_card(hit: PatientHit, today: date, drafts: Sequence[Draft] = ()) -> Card:
    """How one found patient looks in the list; ``drafts`` are what was begun and not saved."""
    numbers = hit.nik or hit.jkn_number or ""
    return Card(
        id=hit.id,
        title=" · ".join(part for part in (hit.name, also_words(hit)) if part),
        subtitle=" · ".join(
            part for part in (wording.person_words(hit.sex, hit.birth_date, today), hit.village or "") if part
        ),
        right=numbers,
        marks=next(filter(None, (draft_marks(drafts, item.id) for item in (hit, *hit.also))), ()),
    )


def also_words(hit: PatientHit) -> str:
    """The other names a person is registered under, "" where there is one registration."""
    names = ", ".join(dict.fromkeys(other.name for other in hit.also))
    return tr("juga tercatat sebagai {names}").format(names=names) if names else ""


def count_words(text: str, found: int) -> str:
    """The line above the list."""
    if not text.strip():
        return tr("Terakhir didaftarkan")
    if found == 0:
        return tr("Tidak ditemukan")
    if found >= _LIMIT:
        return tr("{n} teratas; ketik lebih banyak untuk mempersempit").format(n=found)
    return tr("{n} ditemukan").format(n=found)


def find(reader: Reader, text: str) -> list[PatientHit]:
    """The patients for what is typed; the newest ones while nothing is."""
    return search_patients(reader, text, _LIMIT) if text.strip() else recent_patients(reader)


class PatientsScreen(Screen):
    """Search line, list of patients, and the chosen one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.search = named(QLineEdit(clearButtonEnabled=True), "searchLine")
        self.search.setPlaceholderText(tr("Cari: nama, NIK, nomor JKN, nomor rekam medis, atau tanggal lahir dan desa"))
        self.search.setAccessibleName(tr("Cari pasien"))
        self.search.textChanged.connect(self._typed)
        self.search.installEventFilter(self)
        self.new_button = button(tr("Pasien baru (Ctrl+N)"), "primary")
        self.new_button.clicked.connect(self._register)
        self.count = label("", "quiet")
        self.list = CardList()
        self.list.setAccessibleName(tr("Daftar pasien"))
        self.drafts = DraftBand()
        self.drafts.chosen.connect(desk.go)
        self.list.selected.connect(self._show)
        self.list.opened.connect(self._enter_pane)
        self.pane = PatientPane()
        self.pane.papers.print_wanted.connect(self._print_paper)
        self.pane.papers.save_wanted.connect(self._save_paper)
        self.pane.edit_requested.connect(lambda patient: desk.go("patient_form", patient))
        self.pane.visit_requested.connect(lambda target: desk.go("visit_form", target))
        self.pane.referral_requested.connect(lambda patient: desk.go("referral_form", patient))
        self.pane.referral_opened.connect(lambda referral: desk.go("referrals", referral))
        self.pane.decision_requested.connect(lambda patient: desk.go("conflicts", patient))
        self.pane.same_requested.connect(lambda patient: desk.go("same_person", patient))
        self.pane.other_requested.connect(lambda patient: desk.go("patient_form", patient))
        self.pane.history_requested.connect(lambda patient: desk.go("history", f"patient/{patient}"))
        self.nothing = EmptyState("")
        self.nothing.action_chosen.connect(self._register)
        self.right = pages(self.nothing, self.pane)
        shortcut = QShortcut(QKeySequence("Ctrl+N"), self, self._register)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        left = QWidget()
        # On a small screen the list gives way to the patient.
        left.setMinimumWidth(330)
        left.setMaximumWidth(430)
        left.setLayout(column(self.drafts, self.count, self.list, gap=6))
        middle = row(left, self.right, gap=16)
        middle.setStretch(0, 9)
        middle.setStretch(1, 10)
        self.setLayout(
            column(
                row(self.search, self.new_button, gap=10),
                middle,
                margins=(20, 14, 20, 14),
                gap=10,
            )
        )
        self.setFocusProxy(self.search)
        self._shown = ""
        self._show_nothing(found=-1)

    @cached_property
    def papers(self) -> "PatientPapers":
        """What prints; imported when it is first wanted, not for the first paint."""
        from desktop.ui.screens.patient_papers import PatientPapers

        return PatientPapers(self.desk, self)

    def refresh(self) -> None:
        self._search()
        if self._shown:
            self._show(self._shown)

    def open_item(self, argument: str) -> None:
        """Show one patient, whatever is in the list."""
        if argument:
            if not self.list.select(argument):
                self.list.clearSelection()
            self._show(argument)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search line the arrow down goes to the list and Enter takes the first patient."""
        key = event.key() if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        if key in _TO_LIST and self.list.cards():
            self.list.setFocus()
            self.list.select(self.list.current_id() or self.list.cards()[0].id)
            return True
        return super().eventFilter(watched, event)

    def _print_paper(self, key: str) -> None:
        self.papers.make(key, self._shown, printed=True)

    def _save_paper(self, key: str) -> None:
        self.papers.make(key, self._shown, printed=False)

    def _typed(self) -> None:
        if not self.list.current_id():
            self._shown = ""
        self._search()

    def _search(self) -> None:
        text = self.search.text()
        self.desk.read(
            lambda reader: (text, find(reader, text), read_drafts(reader)), self._found, slot="patients.search"
        )

    def _found(self, answer: tuple[str, Sequence[PatientHit], Sequence[Draft]]) -> None:
        text, hits, drafts = answer
        now = datetime.now(UTC)
        today = now.astimezone().date()
        self.list.set_cards([hit_card(hit, today, drafts) for hit in hits])
        self.drafts.set_drafts(drafts, now)
        self.count.setText(count_words(text, len(hits)))
        if not self._shown:
            self._show_nothing(found=len(hits))

    def _show(self, patient: str) -> None:
        self._shown = patient
        if not patient:
            self._show_nothing(found=len(self.list.cards()))
            return
        self.desk.read(lambda reader: (patient, patient_file(reader, patient)), self._show_file, slot="patients.file")

    def _show_file(self, found: tuple[str, PatientFile | None]) -> None:
        asked, file = found
        if file is None or asked != self._shown:
            return
        # Whichever registration was asked for, the page is about the person.
        self._shown = file.patient.id
        self.pane.show_file(file, datetime.now(UTC))
        self.right.setCurrentWidget(self.pane)

    def _show_nothing(self, found: int) -> None:
        if found == 0 and self.search.text().strip():
            self.nothing.set_content(
                tr("Tidak ada pasien yang cocok"),
                tr("Periksa ejaan, atau cari dengan NIK atau nomor JKN. Pasien tanpa kartu tetap bisa didaftarkan."),
                action=tr("Daftarkan pasien baru"),
            )
        elif found == 0:
            self.nothing.set_content(
                tr("Belum ada pasien di komputer ini"),
                tr("Daftarkan pasien pertama. Jaringan tidak diperlukan."),
                action=tr("Daftarkan pasien baru"),
            )
        else:
            self.nothing.set_content(tr("Pilih pasien"), tr("Ketik nama atau nomor, tekan panah ke bawah, lalu Enter."))
        self.right.setCurrentWidget(self.nothing)

    def _register(self) -> None:
        """A new patient; a name that was searched for in vain need not be typed again."""
        text = self.search.text().strip()
        is_name = bool(text) and not any(letter.isdigit() for letter in text) and not self.list.cards()
        self.desk.go("patient_form", new_patient(text if is_name else ""))

    def _enter_pane(self, patient: str) -> None:
        self._show(patient)
        self.pane.setFocus()
