"""A form made from a record type: sections of rows of fields, top to bottom in the order of the keyboard.

It collects values and shows problems where they are; it never saves and knows no rule.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.queries.drafts import Typed
from desktop.ui.texts import problem_text
from desktop.ui.widgets.fields import Choices, FieldEditor, editor_for
from desktop.ui.widgets.parts import column, label, row
from desktop.ui.widgets.problem import ShownProblem
from sync.errors import BadInput
from sync.records import Field, Record

#: Beside more fields than this there is no room for a sentence; what is wrong is then said under the whole row.
_ROOM_FOR_WORDS = 3

#: A form narrower than this, in pixels, breaks such rows into two, as on a screen of 1280 pixels or set to 125 %.
_WIDE = 640

#: A field, or a field with its share of the row; without one it is 1.
Place = str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Crowd:
    """A row of many fields: the second of its lines is used where the form is narrow."""

    first: QHBoxLayout
    second: QHBoxLayout
    fields: Sequence[tuple[FieldEditor, int]]

    def arrange(self, *, narrow: bool) -> None:
        """Put the second half of the fields where there is room for it."""
        for editor, share in self.fields[(len(self.fields) + 1) // 2 :]:
            (self.second if narrow else self.first).addWidget(editor, share)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading ("" for none) and its rows; fields of one row stand side by side and share its width."""

    title: str
    rows: Sequence[Sequence[Place]]


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
        self._crowds: list[_Crowd] = []
        self._narrow = False
        self._headings: list[tuple[QLabel, list[str]]] = []
        layout = column(gap=6)
        self.setLayout(layout)
        for section in sections:
            heading = label(section.title, "sectionTitle")
            layout.addWidget(heading)
            heading.setVisible(bool(section.title))
            before = set(self._editors)
            layout.addLayout(self._rows(section, choices or {}))
            if section.title:
                self._headings.append((heading, [name for name in self._editors if name not in before]))
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
        """Show ``values`` in the fields that are named; the others stay, and so do their problems."""
        for name, value in values.items():
            if name in self._editors:
                editor = self._editors[name]
                editor.set_value(value)
                if editor.problem.text():
                    editor.set_problem("")

    def set_record(self, record: Record) -> None:
        """Show a record and forget earlier problems."""
        self.clear_problems()
        self.set_values({name: getattr(record, name) for name in self._editors})

    def clear(self) -> None:
        """Show the defaults of the record class."""
        self.clear_problems()
        self.set_values(_defaults(self._class))

    def show_fields(self, names: Collection[str]) -> None:
        """Show these fields and those that hold something: what was typed is never out of sight."""
        shown = {name for name, editor in self._editors.items() if name in names or not editor.is_empty()}
        for name, editor in self._editors.items():
            editor.setVisible(name in shown)
            editor.problem.setVisible(name in shown and bool(editor.problem.text()))
        for heading, under in self._headings:
            heading.setVisible(not shown.isdisjoint(under))

    def typed(self) -> dict[str, Typed]:
        """What stands in each input, as it stands there."""
        return {name: editor.typed() for name, editor in self._editors.items()}

    def set_typed(self, typed: Mapping[str, Typed]) -> None:
        """Show again what :meth:`typed` gave; fields that are not named stay as they are."""
        for name in typed.keys() & self._editors.keys():
            self._editors[name].set_typed(typed[name])

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _WIDE
        if narrow != self._narrow:
            self._narrow = narrow
            for crowd in self._crowds:
                crowd.arrange(narrow=narrow)

    def _rows(self, section: Section, choices: Mapping[str, Choices]) -> QVBoxLayout:
        rows = column(gap=8)
        for places in section.rows:
            beside = row(gap=14)
            shares = [place if isinstance(place, tuple) else (place, 1) for place in places]
            fields = [(self._make(name, choices.get(name)), share) for name, share in shares]
            for editor, share in fields:
                # Shares of the width and not the wishes of the inputs, so that rows of 2, 3, 4 and 6 fields line up.
                editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                beside.addWidget(editor, share)
            rows.addLayout(beside)
            if len(fields) > _ROOM_FOR_WORDS:
                second, below = row(gap=14), column(gap=0)
                for editor, _share in fields:
                    editor.say_problems_elsewhere()
                    below.addWidget(editor.problem)
                rows.addLayout(second)
                rows.addLayout(below)
                self._crowds.append(_Crowd(beside, second, fields))
        return rows

    def _make(self, name: str, choices: Choices | None) -> FieldEditor:
        field = self._class.type.fields[name]
        make = self._makers.get(name)
        editor = make(field) if make else editor_for(field, choices)
        editor.changed.connect(self.changed)
        self._editors[name] = editor
        return editor


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
