"""One row of the bed count: the ward, what was last counted, and the input for the count of now.

An empty input leaves the ward as it is, with the age of its old number; Enter on an empty input says "the same as
before". Plain functions read what was typed; the widget knows no database.
"""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from desktop.actions.beds import BedCount
from desktop.queries.beds import WardLine, age, is_old
from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import button, label
from sync.records.facility import WARD_SEXES

#: More free beds than any hospital has.
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Typed:
    """What one row means: ``count`` is ``None`` where nothing is to be saved, ``problem`` says why it cannot be."""

    count: BedCount | None
    problem: str = ""
    warning: str = ""


def read_typed(ward: WardLine, text: str, *, unknown: bool) -> Typed:
    """The meaning of an input: a number, not known, or nothing."""
    text = text.strip()
    if unknown:
        return Typed(BedCount(ward.id, None))
    if not text:
        return Typed(None)
    if not (text.isascii() and text.isdigit()) or int(text) > _MOST:
        return Typed(None, problem=tr("Tulis dengan angka, misalnya 3"))
    free = int(text)
    if ward.capacity is not None and free > ward.capacity:
        return Typed(BedCount(ward.id, free), warning=tr("lebih banyak dari kapasitas {n}").format(n=ward.capacity))
    return Typed(BedCount(ward.id, free))


def last_words(ward: WardLine, now: datetime) -> str:
    """What was last counted, with its age."""
    if ward.counted_at is None:
        return tr("belum pernah dihitung")
    count = tr("tidak diketahui") if ward.free is None else str(ward.free)
    old = f" · {tr('data lama')}" if is_old(ward.counted_at, now) else ""
    return f"{count} · {wording.ago_words(age(ward.counted_at, now))}{old}"


class BedEntry(QObject):
    """The widgets of one row in a grid that the screen owns."""

    changed = Signal()
    finished = Signal()
    """Enter: go on with the next row."""
    history_wanted = Signal(str)
    """The id of the ward whose earlier counts are asked for."""

    def __init__(self, ward: WardLine, grid: QGridLayout, at_row: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.ward = ward
        self._held = 0
        name = wording.ward_words(ward)
        self.name = label(name)
        self.sex = label(WARD_SEXES.get(ward.sex, ward.sex), "quiet")
        self.capacity = label(tr("?") if ward.capacity is None else str(ward.capacity))
        self.last = label("", "quiet")
        self.input = QLineEdit(maxLength=6)
        self.input.setFixedWidth(84)
        self.input.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.input.setAccessibleName(tr("Kosong sekarang di {name}").format(name=name))
        self.unknown = QCheckBox(tr("tidak diketahui"))
        self.unknown.setAccessibleName(tr("Tidak diketahui: {name}").format(name=name))
        self.note = label("", "problem", wrap=True)
        self.history = button(tr("Riwayat"), "quiet")
        self.history.setAccessibleName(tr("Riwayat hitungan: {name}").format(name=name))
        self.history.clicked.connect(lambda: self.history_wanted.emit(self.ward.id))
        widgets = (self.name, self.sex, self.capacity, self.last, self.input, self.unknown, self.history, self.note)
        for column, widget in enumerate(widgets):
            grid.addWidget(widget, at_row, column)
        self._widgets = widgets
        self.input.textEdited.connect(self._typed_text)
        self.unknown.toggled.connect(self._toggled)
        self.input.installEventFilter(self)

    def typed(self) -> Typed:
        """What is to be saved of this row."""
        return read_typed(self.ward, self.input.text(), unknown=self.unknown.isChecked())

    def show_ward(self, ward: WardLine, now: datetime, held: int) -> None:
        """Show what was last counted and how many beds are ``held``; what is being typed stays."""
        self.ward, self._held = ward, held
        self.last.setText(last_words(ward, now))
        self._show_note()

    def clear_typed(self) -> None:
        """The count was saved."""
        self.input.clear()
        self.unknown.setChecked(False)
        self._show_note()

    def remove(self) -> None:
        """Take the row off the screen."""
        for widget in self._widgets:
            widget.deleteLater()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter confirms the last number where nothing was typed, and goes on; "?" means not known."""
        if not (isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress):
            return super().eventFilter(watched, event)
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return super().eventFilter(watched, event)
        if not self.input.text().strip() and not self.unknown.isChecked() and self.ward.free is not None:
            self.input.setText(str(self.ward.free))
            self._typed_text()
        self.finished.emit()
        return True

    def _typed_text(self) -> None:
        if self.input.text().strip() == "?":
            self.input.clear()
            self.unknown.setChecked(True)
        elif self.input.text().strip():
            self.unknown.setChecked(False)
        self._show_note()
        self.changed.emit()

    def _toggled(self) -> None:
        if self.unknown.isChecked():
            self.input.clear()
        self._show_note()
        self.changed.emit()

    def _show_note(self) -> None:
        typed = self.typed()
        parts = ("" if typed.count is None else tr("akan disimpan"), wording.held_words(self._held))
        plain = " · ".join(part for part in parts if part)
        self.note.setText(typed.problem or typed.warning or plain)
        self.note.setProperty("problem", "error" if typed.problem else "warning" if typed.warning else "")
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
