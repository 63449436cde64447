"""A form made from a record type: sections of rows of fields, top to bottom in the order of the keyboard.

It collects values and shows problems where they are; it never saves and knows no rule.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.texts import problem_text
from desktop.ui.widgets.fields import Choices, FieldEditor, editor_for
from desktop.ui.widgets.parts import column, label
from desktop.ui.widgets.problem import ShownProblem
from sync.errors import BadInput
from sync.records import Field, Record


@dataclass(frozen=True, slots=True)
class Section:
    """A heading ("" for none) and its rows; fields of one row stand side by side and share its width evenly."""

    title: str
    rows: Sequence[Sequence[str]]


class RecordForm(QWidget):
    """An editor for each named field of a record class."""

    changed = Signal()

    def __init__(
        self,
        record_class: type[Record],
        sections: Sequence[Section],
        choices: Mapping[str, Choices] | None = None,
        editors: Mapping[str, Callable[[Field], FieldEditor]] | None = None,
    ) -> None:
        """``choices``: what to offer for references, and for codes whose choices the record does not name.

        ``editors``: makers of editors for fields that need another than the usual one.
        """
        super().__init__()
        self._class = record_class
        self._editors: dict[str, FieldEditor] = {}
        self._makers = editors or {}
        layout = column(gap=6)
        self.setLayout(layout)
        for section in sections:
            if section.title:
                layout.addWidget(label(section.title, "sectionTitle"))
            layout.addLayout(self._grid(section, choices or {}))
        layout.addStretch(1)
        self.clear()

    def editor(self, name: str) -> FieldEditor:
        """The editor of one field."""
        return self._editors[name]

    def values(self) -> dict[str, Any]:
        """The values of all fields that can be read; the others are marked and named by the error.

        Raises:
            BadInput: at least one cannot; all such fields say so, and the first has the focus.
        """
        values: dict[str, Any] = {}
        bad: list[tuple[FieldEditor, BadInput]] = []
        for name, editor in self._editors.items():
            try:
                values[name] = _required_value(editor)
            except BadInput as error:
                bad.append((editor, error))
        for editor, problem in bad:
            editor.set_problem(problem_text(problem, editor.field))
        if bad:
            bad[0][0].control.setFocus()
            raise bad[0][1]
        return values

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show ``values`` in the fields that are named; the others stay."""
        for name, value in values.items():
            if name in self._editors:
                self._editors[name].set_value(value)

    def set_record(self, record: Record) -> None:
        """Show a record and forget earlier problems."""
        self.clear_problems()
        self.set_values({name: getattr(record, name) for name in self._editors})

    def clear(self) -> None:
        """Show the defaults of the record class."""
        self.clear_problems()
        self.set_values(_defaults(self._class))

    def is_empty(self) -> bool:
        """Whether nothing differs from a form just opened."""
        defaults = _defaults(self._class)
        for name, editor in self._editors.items():
            try:
                if not editor.is_empty() and editor.value() != defaults[name]:
                    return False
            except BadInput:
                return False
        return True

    def show_problems(self, problems: Iterable[ShownProblem]) -> None:
        """Show each problem under its field, errors before warnings; the first one in keyboard order gets the focus."""
        self.clear_problems()
        by_field: dict[str, ShownProblem] = {}
        for problem in problems:
            shown = by_field.get(problem.field)
            if shown is None or (shown.severity != "error" and problem.severity == "error"):
                by_field[problem.field] = problem
        focused = False
        for name, editor in self._editors.items():
            found = by_field.get(name)
            if found is None:
                continue
            editor.set_problem(found.text, found.severity)
            if not focused and found.severity == "error":
                editor.control.setFocus()
                focused = True

    def clear_problems(self) -> None:
        for editor in self._editors.values():
            editor.set_problem("")

    def set_read_only(self, read_only: bool) -> None:
        for editor in self._editors.values():
            editor.set_read_only(read_only)

    def _grid(self, section: Section, choices: Mapping[str, Choices]) -> QGridLayout:
        # Twelve columns, so that rows of one, two, three, four or six fields line up.
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        for place in range(12):
            grid.setColumnStretch(place, 1)
        for row, names in enumerate(section.rows):
            width = 12 // len(names)
            for place, name in enumerate(names):
                field = self._class.type.fields[name]
                make = self._makers.get(name)
                editor = make(field) if make else editor_for(field, choices.get(name))
                editor.changed.connect(self.changed)
                self._editors[name] = editor
                grid.addWidget(editor, row, place * width, 1, width)
        return grid


def _required_value(editor: FieldEditor) -> object:
    value = editor.value()
    if value is None and editor.field.required:
        raise BadInput("missing", field=editor.field.name)
    return value


def _defaults(record_class: type[Record]) -> dict[str, object]:
    fields = dataclasses.fields(record_class)
    return {
        field.name: None if field.default is dataclasses.MISSING else field.default
        for field in fields
        if field.name != "id"
    }
