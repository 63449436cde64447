"""Where the hospital decides on a referral whose content stands above: take the patient, or refuse for a coded reason.

It only collects the decision; a chosen button asks for the details before anything is said to the other side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFrame, QLayout, QLineEdit, QWidget

from desktop.queries.beds import WardLine, age, free_beds
from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.widgets.panels import trouble
from desktop.ui.widgets.parts import button, column, label, named, row
from sync.records.referral import REFUSAL_REASONS

#: Longest note, in characters: the limit of the record's field.
_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The hospital takes the patient; where to may still be open."""

    ward: str | None
    bed: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The hospital cannot take the patient; ``reason`` is a code."""

    reason: str
    note: str | None


def refusal_problem(reason: str | None, note: str) -> str:
    """What is still missing of a refusal, in words; "" for nothing."""
    if reason is None:
        return tr("Pilih alasan penolakan.")
    if reason == "lainnya" and not note.strip():
        return tr("Tulis alasannya di catatan.")
    return ""


def ward_choice_words(ward: WardLine, now: datetime, held: int = 0) -> str:
    """A ward to choose, with its free beds, those that are kept, and the age of the number."""
    beds = free_beds([ward])
    count = wording.beds_words(beds) if beds is not None else ""
    counted = f" ({wording.ago_words(age(ward.counted_at, now))})" if ward.free is not None else ""
    kept = tr(", {n} disimpan").format(n=held) if held else ""
    return f"{wording.ward_words(ward)}: {count}{kept}{counted}"


class DecisionPanel(QFrame):
    """Two ways to answer; Escape goes back from the details of either."""

    accepted = Signal(object)
    """An :class:`Acceptance`."""
    refused = Signal(object)
    """A :class:`Refusal`."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.accept_button = button(tr("&Terima pasien…"), "primary")
        self.refuse_button = button(tr("T&olak…"), "danger")
        self.accept_button.clicked.connect(self._ask_where)
        self.refuse_button.clicked.connect(self._ask_why)
        self._choice = QWidget()
        self._choice.setLayout(
            row(
                label(
                    tr("Baca isi rujukan, lalu jawab. Jawaban dikirim sendiri."),
                    "quiet",
                    wrap=True,
                ),
                self.refuse_button,
                self.accept_button,
                gap=10,
            )
        )
        self.ward = QComboBox()
        self.ward.setAccessibleName(tr("Ruang"))
        self.bed = QLineEdit(placeholderText=tr("Tempat tidur, mis. 3B"), maxLength=60)
        self.bed.setAccessibleName(tr("Tempat tidur"))
        self.bed.setMinimumWidth(180)
        self.accept_note = QLineEdit(placeholderText=tr("Catatan untuk puskesmas (boleh kosong)"), maxLength=_NOTE)
        self.accept_note.setAccessibleName(tr("Catatan untuk puskesmas"))
        self.accept_confirm = button(tr("Simpan: diterima"), "primary")
        self.accept_confirm.clicked.connect(self._accept)
        self._where = self._details(
            row(self.ward, self.bed),
            self.accept_note,
            self.accept_confirm,
            tr("Terima pasien ini di:"),
        )
        self.reason = QComboBox()
        self.reason.setAccessibleName(tr("Alasan penolakan"))
        self.reason.addItem(tr("— pilih alasan —"), None)
        for code, words in REFUSAL_REASONS.items():
            self.reason.addItem(words, code)
        self.refuse_note = QLineEdit(placeholderText=tr("Catatan, misalnya saran rumah sakit lain"), maxLength=_NOTE)
        self.refuse_note.setAccessibleName(tr("Catatan penolakan"))
        self.refuse_confirm = button(tr("Simpan: ditolak"), "danger")
        self.refuse_confirm.clicked.connect(self._refuse)
        self.problem = trouble()
        self._why = self._details(
            row(self.reason, self.problem),
            self.refuse_note,
            self.refuse_confirm,
            tr("Ditolak karena:"),
        )
        self.reason.activated.connect(self.problem.clear)
        self._pages = (self._choice, self._where, self._why)
        self.setLayout(column(*self._pages, margins=(14, 10, 14, 10)))
        self._turn_to(self._choice)
        escape = QShortcut(QKeySequence("Escape"), self, self.reset)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def set_wards(self, wards: Sequence[WardLine], now: datetime, held: Mapping[str, int]) -> None:
        """The hospital's own wards, by id the beds ``held`` in them; what is chosen stays chosen."""
        chosen = self.ward.currentData()
        self.ward.clear()
        self.ward.addItem(tr("Ruang menyusul"), None)
        for ward in wards:
            self.ward.addItem(ward_choice_words(ward, now, held.get(ward.id, 0)), ward.id)
        self.ward.setCurrentIndex(max(self.ward.findData(chosen), 0))

    def reset(self) -> None:
        """Back to the two buttons; what was typed is kept for as long as the same referral is shown."""
        self._turn_to(self._choice)

    def clear(self) -> None:
        """Another referral: nothing is decided yet."""
        self.ward.setCurrentIndex(0)
        self.reason.setCurrentIndex(0)
        for line in (self.bed, self.accept_note, self.refuse_note):
            line.clear()
        self.problem.clear()
        self.reset()

    def _details(self, fields: QLayout, note: QLineEdit, confirm: QWidget, head: str) -> QWidget:
        page = QWidget()
        back = button(tr("Kembali"))
        back.clicked.connect(self.reset)
        page.setLayout(column(label(head, "fieldLabel"), fields, row(note, back, confirm, gap=10), gap=6))
        return page

    def _turn_to(self, wanted: QWidget) -> None:
        for page in self._pages:
            page.setVisible(page is wanted)

    def _ask_where(self) -> None:
        self._turn_to(self._where)
        self.ward.setFocus()

    def _ask_why(self) -> None:
        self._turn_to(self._why)
        self.reason.setFocus()

    def _accept(self) -> None:
        self.accepted.emit(
            Acceptance(
                ward=self.ward.currentData(),
                bed=self.bed.text().strip() or None,
                note=self.accept_note.text().strip() or None,
            )
        )

    def _refuse(self) -> None:
        reason, note = self.reason.currentData(), self.refuse_note.text().strip()
        problem = refusal_problem(reason, note)
        self.problem.setText(problem)
        if not problem:
            self.refused.emit(Refusal(reason=reason, note=note or None))
        elif reason is None:
            self.reason.setFocus()
        else:
            self.refuse_note.setFocus()
