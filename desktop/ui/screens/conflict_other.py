"""A value that is none of those offered, typed in the field of the record's own form and checked by its rules.

Made for one question and thrown away with it. What cannot be a value stays as it was typed; it never saves by itself.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame

from desktop.queries.conflicts import Conflict
from desktop.queries.written import matters
from desktop.ui.desk import Desk
from desktop.ui.problem_texts import FormProblem
from desktop.ui.screens.conflict_words import problems_of
from desktop.ui.screens.diagnosis_search import diagnosis_field, diagnosis_of
from desktop.ui.screens.patient_form import CHECK_AFTER
from desktop.ui.screens.visit_form import REFUSED
from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Visit

#: Comes with the words of the diagnosis that it belongs to.
_OF_DIAGNOSIS = frozenset({"diagnosis_code", "diagnosis_set"})
_DIAGNOSIS = "diagnosis_label"
#: What the outcome of a visit may ask for beside the fields of the question.
_GOES_ALONG = "refusal_reason"


class OtherValue(QFrame):
    """The fields in which the choices differ, with what is shown elsewhere until it is decided."""

    given = Signal(dict)
    """Values by field, without an error in them."""
    cancelled = Signal()

    def __init__(self, desk: Desk, conflict: Conflict, today: date) -> None:
        super().__init__()
        named(self, "panel")
        self._conflict, self._today = conflict, today
        asked = [name for matter in matters(conflict.record_type, conflict.differing) for name in matter]
        self._names = [name for name in asked if name not in _OF_DIAGNOSIS]
        record = conflict.seen.record
        if "outcome" in self._names and _GOES_ALONG not in self._names:
            self._names.append(_GOES_ALONG)
        makers = {_DIAGNOSIS: diagnosis_field(desk, "conflicts")} if _DIAGNOSIS in self._names else {}
        self.form = RecordForm(type(record), [Section("", [[name] for name in self._names])], editors=makers)
        self.form.set_record(record)
        if makers and isinstance(record, Visit):
            diagnosis_of(self.form).set_diagnosis(record.diagnosis_code, record.diagnosis_set, record.diagnosis_label)
        self.save_button = button(tr("Simpan isian ini (Ctrl+S)"), "primary")
        self.save_button.clicked.connect(self.save)
        self.cancel_button = button(tr("Tidak jadi (Esc)"))
        self.cancel_button.clicked.connect(self.cancelled)
        self.setLayout(
            column(
                label(tr("Tulis isian yang benar"), "sectionTitle"),
                self.form,
                row(self.save_button, self.cancel_button, 1),
                margins=(14, 6, 14, 10),
            )
        )
        self._timer = QTimer(self, singleShot=True, interval=CHECK_AFTER)
        self._timer.timeout.connect(self._warn)
        self.form.changed.connect(self._timer.start)
        self.form.changed.connect(self._show_asked)
        self._show_asked()
        self.setFocusProxy(self.form.editor(self._names[0]).control)

    def save(self) -> None:
        """Give the values, or say at the field what stands in the way."""
        try:
            values = self._with_code(self.form.values())
        except BadInput:
            return
        problems = [problem for problem in self._problems(values) if problem.field in self._names]
        if any(problem.severity == "error" for problem in problems):
            self.form.show_problems(problems)
        else:
            self.given.emit(values)

    def failed(self, error: BadInput) -> None:
        """A save failed; the reason is said at its field and everything typed stays."""
        if error.field is not None and error.field in self._names:
            editor = self.form.editor(error.field)
            editor.set_problem(problem_text(error, editor.field))
            editor.control.setFocus()

    def _warn(self) -> None:
        """What is odd is said while typing and does not stand in the way; the focus stays where it is."""
        try:
            values = self._with_code({name: self.form.editor(name).value() for name in self._names})
        except BadInput:
            return
        for problem in self._problems(values):
            if problem.field in self._names and values.get(problem.field) is not None:
                self.form.editor(problem.field).set_problem(problem.text, problem.severity)

    def _with_code(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, **diagnosis_of(self.form).entered()} if _DIAGNOSIS in values else dict(values)

    def _problems(self, values: Mapping[str, Any]) -> list[FormProblem]:
        return problems_of(self._conflict, values, self._today)

    def _show_asked(self) -> None:
        """Ask why only of a patient who does not want to go."""
        if "outcome" in self._names:
            self.form.editor(_GOES_ALONG).setVisible(self.form.editor("outcome").value() == REFUSED)
