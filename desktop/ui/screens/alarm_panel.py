"""What a person does with a proposed signal: report it, or say why it is none.

It only collects; saving is the screen's.
"""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QWidget

from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.panels import tab_order
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import AlarmDismissal


class AlarmPanel(QFrame):
    """Two buttons; "no signal" asks for the reason first, and Escape goes back from it."""

    reported = Signal()
    dismissed = Signal(dict)
    """Reason and note."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.report_button = button(tr("Tulis &W1…"), "primary")
        self.report_button.clicked.connect(self.reported)
        self.dismiss_button = button(tr("&Bukan sinyal…"))
        self.dismiss_button.clicked.connect(self.ask)
        self._choice = QWidget()
        self._choice.setLayout(row(self.report_button, self.dismiss_button, 1, gap=10))
        self.form = RecordForm(AlarmDismissal, [Section("", [["reason", "note"]])])
        self.save_button = button(tr("Simpan"), "primary")
        self.save_button.clicked.connect(self._give)
        back = button(tr("Kembali"))
        back.clicked.connect(self.clear)
        head = label(tr("Bukan sinyal: mengapa? Dinkes dapat membaca alasannya."), "fieldLabel", wrap=True)
        top = row(head, back, self.save_button, gap=10)
        top.setStretch(0, 1)
        self._page = QWidget()
        self._page.setLayout(column(top, self.form, gap=4))
        self.setLayout(column(self._choice, self._page, margins=(12, 8, 12, 8)))
        tab_order(self.form.editor("note").control, self.save_button, back)
        escape = QShortcut(QKeySequence("Escape"), self, self.clear)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.clear()

    def ask(self) -> None:
        """Ask for the reason."""
        self._choice.hide()
        self._page.show()
        self.form.editor("reason").control.setFocus()

    def clear(self) -> None:
        """Back to the two buttons, nothing typed."""
        self.form.clear()
        self._page.hide()
        self._choice.show()

    def is_typed(self) -> bool:
        """Whether a reason has been begun."""
        return self._page.isVisible() and not self.form.is_empty()

    def show_problem(self, error: BadInput) -> None:
        """Say what is wrong at its field."""
        if error.field in ("reason", "note"):
            editor = self.form.editor(error.field)
            editor.set_problem(problem_text(error, editor.field))
            editor.control.setFocus()

    def _give(self) -> None:
        try:
            values: dict[str, Any] = self.form.values()
        except BadInput:
            return
        self.dismissed.emit(values)
