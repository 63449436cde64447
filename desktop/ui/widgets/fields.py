"""Editors: one input with its label above and its problem below, made from the definition of a record's field.

What was typed is never lost, also when it cannot be a value: ``value()`` then raises and the text stays. An editor
knows no rule beyond its field's kind; rules come in through ``set_problem``.
"""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QWidget

from desktop.queries.drafts import Typed
from desktop.ui.texts import tr
from desktop.ui.widgets import field_text
from desktop.ui.widgets.lines import FieldLine
from desktop.ui.widgets.parts import column, label
from sync.errors import BadInput
from sync.records import Field, Kind

#: A text field that may hold more than this many characters gets several lines.
LONG_TEXT = 400

#: Lines of a text that are in sight.
_FEWEST_LINES, _MOST_LINES = 2, 6

Choices = Iterable[tuple[str, str]]


class FieldEditor(QWidget):
    """An input for one field of a record."""

    changed = Signal()

    def __init__(self, field: Field, control: QWidget) -> None:
        super().__init__()
        self.field = field
        self.control = control
        self._elsewhere = False
        self.label = label(_label_text(field), "fieldLabel")
        self.label.setBuddy(control)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        control.setAccessibleName(field.label)
        control.setObjectName(field.name)
        self.setFocusProxy(control)
        self.setLayout(column(self.label, control, self.problem, 1, gap=3))

    def value(self) -> object:
        """The value as the record wants it, ``None`` if empty.

        Raises:
            BadInput: what was typed cannot be a value of this field; ``reason`` is a code of ``texts``.
        """
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Show ``value``; ``changed`` is not emitted."""
        raise NotImplementedError

    def is_empty(self) -> bool:
        """Whether nothing was typed or chosen."""
        raise NotImplementedError

    def typed(self) -> Typed:
        """What stands in the input, as it stands there: also what cannot be a value."""
        raise NotImplementedError

    def set_typed(self, typed: Typed) -> None:
        """Show again what :meth:`typed` gave; ``changed`` is not emitted."""
        raise NotImplementedError

    def set_problem(self, text: str, severity: str = "error") -> None:
        """Say ``text`` under the input, as an "error" or a "warning"; an empty text takes it away."""
        if self._elsewhere and text and not text.startswith(self.field.label):
            self.problem.setText(f"{self.field.label}: {text}")
        else:
            self.problem.setText(text)
        self.problem.setVisible(bool(text))
        state = severity if text else ""
        for widget in (self.problem, self.control):
            widget.setProperty("problem", state)
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.control.setAccessibleDescription(text)

    def say_problems_elsewhere(self) -> None:
        """From now on ``problem`` stands apart from the input, so that a sentence names the field."""
        self._elsewhere = True

    def set_read_only(self, read_only: bool) -> None:
        """Show the value without letting it be changed."""
        self.control.setEnabled(not read_only)

    def _was_edited(self) -> None:
        if self.problem.text():
            self.set_problem("")
        self.changed.emit()


class LineEditor(FieldEditor):
    """One line: texts, numbers, days and moments."""

    def __init__(self, field: Field) -> None:
        self._line = FieldLine(field)
        super().__init__(field, self._line)
        if field.kind is Kind.DAY:
            self._line.setInputMask("99-99-9999;_")
            self._line.setToolTip(tr("tanggal-bulan-tahun, misalnya 17-08-1990. h: hari ini, k: kemarin, b: besok"))
        elif field.kind is Kind.MOMENT:
            self._line.setInputMask("99-99-9999 99:99;_")
        elif field.kind in (Kind.TEXT, Kind.CODE):
            self._line.setMaxLength(field.limit)
        if field.kind is Kind.TEXTS:
            self._line.setPlaceholderText(tr("pisahkan dengan koma"))
        self._line.textEdited.connect(self._was_edited)

    def value(self) -> object:
        return field_text.parse(self.field, self._line.text())

    def set_value(self, value: object) -> None:
        self._line.setText(field_text.show(value))
        self._line.setCursorPosition(0)

    def typed(self) -> Typed:
        return "" if self.is_empty() else self._line.text()

    def set_typed(self, typed: Typed) -> None:
        self._line.setText(str(typed or ""))
        self._line.setCursorPosition(0)

    def is_empty(self) -> bool:
        return not self._line.text().strip("-: ")

    def set_read_only(self, read_only: bool) -> None:
        self._line.setReadOnly(read_only)


class TextEditor(FieldEditor):
    """Several lines; Tab leaves it, as in every other input."""

    def __init__(self, field: Field) -> None:
        self._text = QPlainTextEdit()
        super().__init__(field, self._text)
        self._text.setTabChangesFocus(True)
        self._text.textChanged.connect(self._was_edited)
        self._text.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def value(self) -> object:
        text = self._text.toPlainText().strip()
        if len(text) > self.field.limit:
            raise BadInput("too_long", field=self.field.name)
        return text or None

    def set_value(self, value: object) -> None:
        blocked = self._text.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
        self._text.setPlainText(field_text.show(value))
        self._text.blockSignals(blocked)

    def _grow(self) -> None:
        """As high as what is typed, within bounds, so that a page of empty inputs is short."""
        lines = round(self._text.document().size().height())
        shown = max(_FEWEST_LINES, min(_MOST_LINES, lines))
        self._text.setFixedHeight(self._text.fontMetrics().lineSpacing() * shown + 16)

    def typed(self) -> Typed:
        return self._text.toPlainText()

    def set_typed(self, typed: Typed) -> None:
        self.set_value(typed)

    def is_empty(self) -> bool:
        return not self._text.toPlainText().strip()

    def set_read_only(self, read_only: bool) -> None:
        self._text.setReadOnly(read_only)


class _Combo(QComboBox):
    """A combo box that the mouse wheel changes only when it has the focus, so that scrolling a form alters nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceEditor(FieldEditor):
    """A code or a reference, shown by its Indonesian name. Typing the first letters chooses."""

    def __init__(self, field: Field, choices: Choices) -> None:
        self._box = _Combo()
        super().__init__(field, self._box)
        self.set_choices(choices)
        self._box.activated.connect(self._was_edited)

    def set_choices(self, choices: Choices) -> None:
        """Offer other choices, (value, label); what is chosen stays chosen."""
        chosen = self.value()
        self._box.clear()
        self._box.addItem(tr("— pilih —"), None)
        for value, words in choices:
            self._box.addItem(words, value)
        self.set_value(chosen)

    def value(self) -> object:
        return self._box.currentData()

    def set_value(self, value: object) -> None:
        index = 0 if value is None else self._box.findData(value)
        if index < 0:
            # A code of a newer program: shown as it is, and kept.
            self._box.addItem(str(value), value)
            index = self._box.count() - 1
        self._box.setCurrentIndex(index)

    def typed(self) -> Typed:
        value = self.value()
        return None if value is None else str(value)

    def set_typed(self, typed: Typed) -> None:
        self.set_value(typed)

    def is_empty(self) -> bool:
        return self.value() is None


class FlagEditor(FieldEditor):
    """Yes or no."""

    def __init__(self, field: Field) -> None:
        self._box = QCheckBox(field.label)
        super().__init__(field, self._box)
        self.label.hide()
        self._box.toggled.connect(self._was_edited)

    def value(self) -> object:
        return self._box.isChecked()

    def set_value(self, value: object) -> None:
        blocked = self._box.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
        self._box.setChecked(bool(value))
        self._box.blockSignals(blocked)

    def typed(self) -> Typed:
        return self._box.isChecked()

    def set_typed(self, typed: Typed) -> None:
        self.set_value(typed)

    def is_empty(self) -> bool:
        return False


def editor_for(field: Field, choices: Choices | None = None) -> FieldEditor:
    """The editor that suits ``field``. ``choices`` replaces the field's own (wards, facilities, staff)."""
    offered = choices if choices is not None else field.choices.items()
    if field.kind is Kind.FLAG:
        return FlagEditor(field)
    if field.kind is Kind.REFERENCE or choices is not None or field.choices:
        return ChoiceEditor(field, offered)
    if field.kind is Kind.TEXT and field.limit > LONG_TEXT:
        return TextEditor(field)
    return LineEditor(field)


def _label_text(field: Field) -> str:
    text = f"{field.label} ({field.unit})" if field.unit else field.label
    return f"{text} *" if field.required else text
