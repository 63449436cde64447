"""One line for a diagnosis: typing offers what fits, Enter takes it with code, list and label; free text stays text.

What was typed is never lost and never rewritten: only a choice by the person, or a code typed out, sets a code. The
search runs elsewhere; this widget only asks for it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListWidget, QListWidgetItem

from desktop.queries.diagnoses import Diagnosis
from desktop.queries.drafts import Typed
from desktop.ui.texts import tr
from desktop.ui.widgets.fields import FieldEditor
from desktop.ui.widgets.parts import label, named
from sync.records import Field

#: Asks for what fits a text; the answer comes later, in the GUI thread, with what a code typed out stands for.
Search = Callable[[str, Callable[["Found"], None]], None]

_CODE = re.compile(r"[A-Za-z][0-9]{2}(\.[0-9]{1,2})?")
_ROWS = 8
_CLOSING = (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_MOVING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Found:
    """What a text may mean. ``typed``: the diagnosis of a code that was typed out, and the label to go with it."""

    text: str
    diagnoses: Sequence[Diagnosis]
    typed: tuple[Diagnosis, str] | None


class DiagnosisField(FieldEditor):
    """The editor of a label that may carry a code. ``value()`` is the label; see also :attr:`code`."""

    diagnosis_changed = Signal()
    """Another code, or none any more."""

    def __init__(self, field: Field, search: Search) -> None:
        self._line = _Line()
        super().__init__(field, self._line)
        self._line.setMaxLength(field.limit)
        self._line.setPlaceholderText(tr("nama, kata sehari-hari atau kode, misalnya DBD, O14.1"))
        self.code_text = label("", "quiet", wrap=True)
        self.code_text.hide()
        self.layout().insertWidget(2, self.code_text)  # type: ignore[union-attr]  # FieldEditor has just set a layout
        self._search = search
        self._code: str | None = None
        self._set: str | None = None
        self._label = ""
        self._diagnosis: Diagnosis | None = None
        self._found: Found | None = None
        self._list = named(_Popup(self._line), "diagnosisList")
        self._list.itemClicked.connect(self._take_item)
        self._line.installEventFilter(self)
        self._line.textEdited.connect(self._typed)
        self._line.left.connect(self._left)

    @property
    def code(self) -> str | None:
        """The code that belongs to the label, ``None`` for free text."""
        return self._code

    @property
    def code_set(self) -> str | None:
        """The list the code was taken from."""
        return self._set

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What was taken from the table; ``None`` for free text and for codes that came with a record."""
        return self._diagnosis

    def entered(self) -> dict[str, str | None]:
        """The three fields of a record. A code typed out counts even where its meaning has not been found yet."""
        text = self._line.text().strip()
        first, _, rest = text.partition(" ")
        if self._code is None and _CODE.fullmatch(first):
            return self._named(first.upper(), None, rest.strip() or text)
        return self._named(self._code, self._set, text or None)

    def value(self) -> object:
        return self._line.text().strip() or None

    def set_value(self, value: object) -> None:
        """Show a label without code; ``changed`` is not emitted."""
        self.set_diagnosis(None, None, None if value is None else str(value))

    def set_diagnosis(self, code: str | None, code_set: str | None, text: str | None) -> None:
        """Show what a record holds, as it is; the table is asked only what else is known about the code."""
        self._line.setText(text or "")
        self._line.setCursorPosition(0)
        self._list.hide()
        self._found = None
        self._remember(code, code_set, text or "", None)
        if code:
            self._search(code, self._know)

    def typed(self) -> Typed:
        """The text, its code and the list of the code."""
        return [self._line.text(), self._code, self._set]

    def set_typed(self, typed: Typed) -> None:
        text, code, code_set = typed if isinstance(typed, list) else ("", None, None)
        self.set_diagnosis(code, code_set, text)

    def is_empty(self) -> bool:
        return not self._line.text().strip()

    def set_read_only(self, read_only: bool) -> None:
        self._line.setReadOnly(read_only)

    def results(self) -> list[str]:
        """What is offered at the moment, as it can be read."""
        return [self._list.item(row).text() for row in range(self._list.count())] if self._list.isVisible() else []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that belong to the list while it is open; the focus never leaves the line."""
        if watched is self._line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _named(self, code: str | None, code_set: str | None, text: str | None) -> dict[str, str | None]:
        """As fields of a record: ``diagnosis_label`` with ``diagnosis_code``, ``differential`` with its own code."""
        stem = self.field.name.removesuffix("_label")
        return {f"{stem}_code": code, f"{stem}_set": code_set, self.field.name: text}

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if not self._list.isVisible():
            if key == Qt.Key.Key_Down and self._found is not None and self._found.text == self._line.text():
                self._offer(self._found)
                return True
            return False
        if key in _CLOSING:
            self._list.hide()
            return key == Qt.Key.Key_Escape
        if key in _TAKING and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self._take_item(self._list.currentItem())
            return True
        if key in _MOVING:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_ROWS}.get(key, _ROWS)
            self._list.setCurrentRow(max(0, min(self._list.count() - 1, self._list.currentRow() + step)))
            return True
        return False

    def _typed(self, text: str) -> None:
        if self._code is not None and not text.startswith(self._label):
            self._remember(None, None, "", None)
        self._was_edited()
        if text.strip() and not (self._code and text.startswith(self._label)):
            self._search(text, self._answer)
        else:
            self._list.hide()

    def _answer(self, found: Found) -> None:
        if found.text != self._line.text() or self._code is not None:
            return
        self._found = found
        if self._line.hasFocus():
            self._offer(found)
        else:
            self._left()

    def _offer(self, found: Found) -> None:
        self._list.clear()
        for diagnosis in found.diagnoses:
            item = QListWidgetItem(_words(diagnosis))
            item.setData(Qt.ItemDataRole.UserRole, diagnosis)
            item.setToolTip(diagnosis.english)
            self._list.addItem(item)
        if not found.diagnoses:
            self._list.hide()
            return
        self._list.setCurrentRow(0)
        self._list.place(min(_ROWS, len(found.diagnoses)))

    def _take_item(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            diagnosis: Diagnosis = item.data(Qt.ItemDataRole.UserRole)
            self._take(diagnosis, diagnosis.label)
            self._was_edited()

    def _take(self, diagnosis: Diagnosis, text: str) -> None:
        self._line.setText(text[: self.field.limit])
        self._list.hide()
        self._remember(diagnosis.code, diagnosis.set, self._line.text(), diagnosis)

    def _left(self) -> None:
        """A code that was typed out is taken for what it is: no edit, and the answer may come after saving."""
        self._list.hide()
        found = self._found
        if self._code is None and found is not None and found.typed and found.text == self._line.text():
            self._take(*found.typed)

    def _know(self, found: Found) -> None:
        if self._code is not None and found.text == self._code and found.typed is not None:
            self._remember(self._code, self._set, self._label, found.typed[0])

    def _remember(self, code: str | None, code_set: str | None, text: str, diagnosis: Diagnosis | None) -> None:
        changed = (code, diagnosis) != (self._code, self._diagnosis)
        self._code, self._set, self._label, self._diagnosis = code, code_set, text, diagnosis
        words = tr("Kode {code}").format(code=code) if code else ""
        if diagnosis is not None and diagnosis.is_group:
            words += tr(" · ada kode yang lebih rinci (empat karakter)")
        if code_set == "icd10_bpjs":
            words += tr(" · daftar BPJS")
        self.code_text.setText(words)
        self.code_text.setVisible(bool(words))
        if changed:
            self.diagnosis_changed.emit()


class _Line(QLineEdit):
    """Says when the keyboard goes elsewhere."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class _Popup(QListWidget):
    """The offers under the line: a window of its own kind that never takes the keyboard."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        self.setWindowFlags(Qt.WindowType.ToolTip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(tr("Diagnosis yang cocok"))
        self._line = line

    def place(self, rows: int) -> None:
        """Show ``rows`` rows right under the line, as wide as it."""
        self.resize(self._line.width(), rows * max(24, self.sizeHintForRow(0)) + 2 * self.frameWidth() + 2)
        self.move(self._line.mapToGlobal(self._line.rect().bottomLeft()))
        self.show()
        self.raise_()


def _words(diagnosis: Diagnosis) -> str:
    text = f"{diagnosis.code}  {diagnosis.label}"
    if diagnosis.is_group:
        text += tr(" (kelompok)")
    return text
