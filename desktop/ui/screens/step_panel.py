"""Buttons for what can be noted about a referral next; one pressed asks for its details first.

It only collects what happened. Which steps are offered is decided by ``sync.records.referral_steps``, and saving is
the screen's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.actions.referral_life import STEP_NEEDS, STEP_ROWS
from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.panels import tab_order
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import ReferralEvent

_BUTTONS: Mapping[str, str] = MappingProxyType(
    {
        "berangkat": "Pasien &berangkat…",
        "tiba": "&Pasien tiba…",
        "tidak_datang": "Tidak &datang…",
        "selesai": "&Selesai di RS…",
        "dirujuk_balik": "&Rujuk balik…",
        "ditindaklanjuti": "Sudah ditinda&klanjuti…",
        "diingatkan": "&Ingatkan RS…",
        "ditelepon": "Catat te&lepon…",
        "pertanyaan": "Tan&ya…",
        "jawaban": "&Jawab pertanyaan…",
    }
)
_HEADS: Mapping[str, str] = MappingProxyType(
    {
        "berangkat": "Pasien berangkat ke rumah sakit",
        "tiba": "Pasien tiba, serah terima",
        "tidak_datang": "Pasien tidak datang",
        "selesai": "Pelayanan di rumah sakit selesai",
        "dirujuk_balik": "Rujuk balik ke puskesmas: apa yang harus dilanjutkan di sana?",
        "ditindaklanjuti": "Rujuk balik sudah ditindaklanjuti: apa yang dilakukan?",
        "diingatkan": "Ingatkan rumah sakit: berbunyi di sana. Pesan boleh kosong.",
        "ditelepon": "Telepon tentang rujukan ini. Bila tidak diangkat, tulis begitu.",
        "pertanyaan": "Pertanyaan tentang pasien ini",
        "jawaban": "Jawaban",
    }
)


@dataclass(frozen=True, slots=True)
class StepGiven:
    """A step that a person noted; ``values`` are fields of :class:`ReferralEvent`."""

    kind: str
    values: Mapping[str, Any]


class StepPanel(QFrame):
    """Offered steps as buttons; Escape goes back from the details of one."""

    given = Signal(object)
    """A :class:`StepGiven`."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.setAccessibleName(tr("Catat yang terjadi"))
        self._question: ReferralEvent | None = None
        self._kind = ""
        self._forms: dict[str, RecordForm] = {}
        self.buttons: dict[str, QPushButton] = {}
        self._choice = QWidget()
        choice = row(gap=10)
        for kind, words in _BUTTONS.items():
            made = self.buttons[kind] = button(tr(words))
            made.clicked.connect(lambda _checked=False, kind=kind: self.ask(kind))
            choice.addWidget(made)
        choice.addStretch(1)
        self._choice.setLayout(choice)
        self._head = label("", "fieldLabel", wrap=True)
        self._place: QVBoxLayout = column()
        self.save_button = button(tr("Simpan"), "primary")
        self.save_button.clicked.connect(self._give)
        self._back = button(tr("Kembali"))
        self._back.clicked.connect(self._go_back)
        self._page = QWidget()
        top = row(self._head, self._back, self.save_button, gap=10)
        top.setStretch(0, 1)
        self._page.setLayout(column(top, self._place, gap=4))
        self.setLayout(column(self._choice, self._page, margins=(14, 8, 14, 8)))
        escape = QShortcut(QKeySequence("Escape"), self, self._go_back)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.offer(())

    def offer(self, kinds: Sequence[str], question: ReferralEvent | None = None) -> None:
        """Offer these steps, to note a telephone call, and to ask, or to answer ``question``.

        Details that are open stay open while their step is offered; the two answers of a hospital are not offered here.
        """
        self._question = question
        offered = {*kinds, "ditelepon", "pertanyaan" if question is None else "jawaban"} & STEP_ROWS.keys()
        for kind, shown in self.buttons.items():
            shown.setVisible(kind in offered)
        if self._kind not in offered:
            self.reset()

    def ask(self, kind: str) -> None:
        """Show the details of one step."""
        form = self._form(kind)
        self._kind = kind
        self._head.setText(tr(_HEADS[kind]))
        for name, other in self._forms.items():
            other.setVisible(name == kind)
        first, *others = STEP_ROWS[kind][0]
        if first == "at" and form.is_empty():
            form.set_values({"at": datetime.now(UTC)})
            first = others[0]
        tab_order(form.editor(STEP_ROWS[kind][-1][-1]).control, self.save_button, self._back)
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
        """Back to the buttons; what was typed is kept for as long as the same referral is shown."""
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
        """Another referral, or a step was saved: nothing is typed yet."""
        for form in self._forms.values():
            form.clear()
        self.reset()

    def show_problem(self, error: BadInput) -> bool:
        """Say what is wrong at its field; whether the field is here."""
        names = [name for names in STEP_ROWS.get(self._kind, ()) for name in names]
        if error.field not in names:
            return False
        editor = self.form().editor(error.field)
        editor.set_problem(problem_text(error, editor.field))
        editor.control.setFocus()
        return True

    def _form(self, kind: str) -> RecordForm:
        if kind not in self._forms:
            form = self._forms[kind] = RecordForm(ReferralEvent, [Section("", STEP_ROWS[kind])])
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
        if self._kind == "jawaban" and self._question is not None:
            values["answers"] = self._question.id
        self.given.emit(StepGiven(self._kind, MappingProxyType(values)))
