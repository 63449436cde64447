"""Buttons for what can be noted about a signal next; one pressed asks for its details first, a receipt for none.

It only collects what happened: which steps are offered is decided by ``sync.records.signal_state``, and saving is the
screen's. That an official has declared a KLB is asked for with name, number and day of the decree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.actions.outbreak import STEP_NEEDS, STEP_ROWS
from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.panels import tab_order
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import SignalEvent
from sync.records.signal_state import REMARKS

BUTTONS: Mapping[str, str] = MappingProxyType(
    {
        "diterima": "&Terima laporan",
        "terverifikasi": "Ter&verifikasi…",
        "tidak_terbukti": "Tidak ter&bukti…",
        "ke_provinsi": "Ke p&rovinsi…",
        "ke_kemenkes": "Ke Kem&enkes…",
        "klb_ditetapkan": "Keputusan pe&jabat…",
        "ditutup": "Tut&up…",
        "pe_dimulai": "PE &dimulai…",
        "pembaruan": "Jum&lah baru…",
        "hasil_lab": "Hasil l&ab…",
        "catatan": "&Catatan…",
    }
)
HEADS: Mapping[str, str] = MappingProxyType(
    {
        "terverifikasi": "Terverifikasi: apa yang diperiksa dan ditemukan?",
        "tidak_terbukti": "Tidak terbukti: mengapa?",
        "pe_dimulai": "Penyelidikan epidemiologi dimulai",
        "ke_provinsi": "Diteruskan ke Dinas Kesehatan provinsi",
        "ke_kemenkes": "Diteruskan ke Kementerian Kesehatan",
        "klb_ditetapkan": "Pejabat telah menetapkan KLB: catat keputusannya. Program ini tidak menetapkan apa pun.",
        "hasil_lab": "Hasil laboratorium",
        "pembaruan": "Jumlah seluruhnya sampai sekarang",
        "ditutup": "Sinyal ditutup: bagaimana akhirnya?",
        "catatan": "Catatan",
    }
)


@dataclass(frozen=True, slots=True)
class SignalStep:
    """A step that a person noted; ``values`` are fields of :class:`SignalEvent`."""

    kind: str
    values: Mapping[str, Any]


class SignalSteps(QFrame):
    """Offered steps as buttons; Escape goes back from the details of one."""

    given = Signal(object)
    """A :class:`SignalStep`."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.setAccessibleName(tr("Catat langkah"))
        self._kind = ""
        self._forms: dict[str, RecordForm] = {}
        self.buttons: dict[str, QPushButton] = {}
        self._choice = QWidget()
        # Steps above, remarks below: side by side they would be wider than the page.
        lines = {False: row(gap=8), True: row(gap=8)}
        for kind, words in BUTTONS.items():
            made = self.buttons[kind] = button(tr(words), "primary" if kind == "diterima" else "")
            made.clicked.connect(lambda _checked=False, kind=kind: self.ask(kind))
            lines[kind in REMARKS].addWidget(made)
        for line in lines.values():
            line.addStretch(1)
        self._choice.setLayout(column(*lines.values()))
        self.head = label("", "fieldLabel", wrap=True)
        self._place: QVBoxLayout = column()
        self.save_button = button(tr("Simpan"), "primary")
        self.save_button.clicked.connect(self._give)
        self._back = button(tr("Kembali"))
        self._back.clicked.connect(self._go_back)
        self._page = QWidget()
        top = row(self.head, self._back, self.save_button, gap=10)
        top.setStretch(0, 1)
        self._page.setLayout(column(top, self._place, gap=4))
        self.setLayout(column(self._choice, self._page, margins=(12, 8, 12, 8)))
        escape = QShortcut(QKeySequence("Escape"), self, self._go_back)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.offer(())

    def offer(self, kinds: Sequence[str]) -> None:
        """Offer these steps; details that are open stay open while their step is offered."""
        for kind, shown in self.buttons.items():
            shown.setVisible(kind in kinds)
        if self._kind not in kinds:
            self.reset()

    def ask(self, kind: str) -> None:
        """Show the details of one step; one that needs none is given at once."""
        if not STEP_ROWS[kind]:
            self.given.emit(SignalStep(kind, MappingProxyType({})))
            return
        form = self._form(kind)
        self._kind = kind
        self.head.setText(tr(HEADS[kind]))
        for name, other in self._forms.items():
            other.setVisible(name == kind)
        names = [name for names in STEP_ROWS[kind] for name in names]
        if names[0] == "at" and form.is_empty():
            form.set_values({"at": datetime.now(UTC)})
        first = names[1] if names[0] == "at" else names[0]
        tab_order(form.editor(names[-1]).control, self.save_button, self._back)
        self._choice.hide()
        self._page.show()
        form.editor(first).control.setFocus()

    def form(self) -> RecordForm:
        """The details that are open.

        Raises:
            KeyError: none are.
        """
        return self._forms[self._kind]

    def reset(self) -> None:
        """Back to the buttons; what was typed is kept for as long as the same signal is shown."""
        self._kind = ""
        self._page.hide()
        self._choice.show()

    def _go_back(self) -> None:
        """To the button that was pressed: a focus that is hidden would go anywhere in the window."""
        kind = self._kind
        self.reset()
        if kind:
            self.buttons[kind].setFocus()

    def clear(self) -> None:
        """Another signal, or a step was saved: nothing is typed yet."""
        for form in self._forms.values():
            form.clear()
        self.reset()

    def is_typed(self) -> bool:
        """Whether details are open and something was typed into them."""
        return bool(self._kind) and not self.form().is_empty()

    def show_problem(self, error: BadInput) -> None:
        """Say what is wrong at its field, where that is here."""
        names = [name for names in STEP_ROWS.get(self._kind, ()) for name in names]
        if error.field in names:
            editor = self.form().editor(error.field)
            editor.set_problem(problem_text(error, editor.field))
            editor.control.setFocus()

    def _form(self, kind: str) -> RecordForm:
        if kind not in self._forms:
            form = self._forms[kind] = RecordForm(SignalEvent, [Section("", STEP_ROWS[kind])])
            for name in STEP_NEEDS.get(kind, ()):
                editor = form.editor(name)
                words = tr("Tanggal dan jam") if name == "at" else editor.field.label
                editor.label.setText(f"{words} *")
            self._place.addWidget(form)
        return self._forms[kind]

    def _give(self) -> None:
        try:
            values = self.form().values()
        except BadInput:
            return
        self.given.emit(SignalStep(self._kind, MappingProxyType(values)))
