"""Buttons for what can be noted about something next; one pressed asks for its details first, where it has any.

It only collects what happened: which steps there are comes in as data, which of them are offered is decided by rules
elsewhere, and saving is the screen's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.panels import tab_order
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Record


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one kind of thing, each by its kind."""

    record: type[Record]
    """The fact that a step becomes."""
    buttons: Mapping[str, str]
    heads: Mapping[str, str]
    """What stands above the details."""
    rows: Mapping[str, tuple[tuple[str, ...], ...]]
    """The fields of the details; none: the step is given at once."""
    needs: Mapping[str, tuple[str, ...]]
    """The fields that the step cannot do without."""


@dataclass(frozen=True, slots=True)
class StepGiven:
    """A step that a person noted; ``values`` are fields of the fact that it becomes."""

    kind: str
    values: Mapping[str, Any]


class StepForms(QFrame):
    """Offered steps as buttons; Escape goes back from the details of one."""

    given = Signal(object)
    """A :class:`StepGiven`."""

    def __init__(self, name: str, steps: Steps, below: Collection[str] = ()) -> None:
        """``name`` for screen readers; ``below``: the kinds whose buttons stand in a second line."""
        super().__init__()
        named(self, "panel")
        self.setAccessibleName(name)
        self._steps = steps
        self._kind = ""
        self._forms: dict[str, RecordForm] = {}
        self.buttons: dict[str, QPushButton] = {}
        self._choice = QWidget()
        lines = {False: row(gap=8), True: row(gap=8)}
        for kind, words in steps.buttons.items():
            made = self.buttons[kind] = button(tr(words), "" if steps.rows[kind] else "primary")
            made.clicked.connect(lambda _checked=False, kind=kind: self.ask(kind))
            lines[kind in below].addWidget(made)
        for line in lines.values():
            line.addStretch(1)
        self._choice.setLayout(column(*lines.values()) if below else lines[False])
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

    def offer(self, kinds: Collection[str]) -> None:
        """Offer these steps; details that are open stay open while their step is offered."""
        for kind, shown in self.buttons.items():
            shown.setVisible(kind in kinds)
        if self._kind not in kinds:
            self.reset()

    def ask(self, kind: str) -> None:
        """Show the details of one step; one that has none is given at once."""
        names = self._names(kind)
        if not names:
            self.given.emit(StepGiven(kind, MappingProxyType({})))
            return
        form = self._form(kind)
        self._kind = kind
        self.head.setText(tr(self._steps.heads[kind]))
        for name, other in self._forms.items():
            other.setVisible(name == kind)
        first = names[0]
        if first == "at":
            first = names[1]
            if form.is_empty():
                form.set_values({"at": datetime.now(UTC)})
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
        """Back to the buttons; what was typed is kept for as long as the same thing is shown."""
        self._kind = ""
        self._page.hide()
        self._choice.show()

    def clear(self) -> None:
        """Another thing is shown, or a step was saved: nothing is typed yet."""
        for form in self._forms.values():
            form.clear()
        self.reset()

    def is_typed(self) -> bool:
        """Whether details are open and something was typed into them."""
        return bool(self._kind) and not self.form().is_empty()

    def show_problem(self, error: BadInput) -> None:
        """Say what is wrong at its field, where that is here."""
        if error.field is not None and error.field in self._names(self._kind):
            editor = self.form().editor(error.field)
            editor.set_problem(problem_text(error, editor.field))
            editor.control.setFocus()

    def more_values(self) -> Mapping[str, Any]:
        """What goes with the details that are open, beside what was typed; for subclasses."""
        return {}

    def _go_back(self) -> None:
        """To the button that was pressed: a focus that is hidden would go anywhere in the window."""
        kind = self._kind
        self.reset()
        if kind:
            self.buttons[kind].setFocus()

    def _names(self, kind: str) -> Sequence[str]:
        return [name for names in self._steps.rows.get(kind, ()) for name in names]

    def _form(self, kind: str) -> RecordForm:
        if kind not in self._forms:
            form = self._forms[kind] = RecordForm(self._steps.record, [Section("", self._steps.rows[kind])])
            for name in self._steps.needs.get(kind, ()):
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
        self.given.emit(StepGiven(self._kind, MappingProxyType({**values, **self.more_values()})))
