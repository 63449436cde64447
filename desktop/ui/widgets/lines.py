"""The one-line input and the keys it knows beside letters: a day by one key, and on to the next input.

h is today (hari ini), k yesterday (kemarin), b tomorrow (besok), the arrows move a day; a blank or a stroke after a
number goes on, as in 120/80. It knows no rule and must never change what stands in it by itself.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit

from desktop.ui.widgets import field_text
from sync.errors import BadInput
from sync.records import Field, Kind

_DAYS: Mapping[Qt.Key, int] = MappingProxyType({Qt.Key.Key_H: 0, Qt.Key.Key_K: -1, Qt.Key.Key_B: 1})
_STEPS: Mapping[Qt.Key, int] = MappingProxyType({Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1})
_ONWARD = (Qt.Key.Key_Slash, Qt.Key.Key_Space)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier)


class FieldLine(QLineEdit):
    """A line for one field; its mask is filled from its beginning, wherever in the empty mask the mouse has clicked."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._field = field
        keys: Mapping[Kind, Callable[[Qt.Key], bool]] = {
            Kind.DAY: self._day_key,
            Kind.MOMENT: self._day_key,
            Kind.WHOLE: self._number_key,
            Kind.DECIMAL: self._number_key,
        }
        self._own_key = keys.get(field.kind, _no_key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.inputMask() and not self.text().strip("-: "):
            self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in _PLAIN and not self.isReadOnly()
        if not (plain and self._own_key(Qt.Key(event.key()))):
            super().keyPressEvent(event)

    def _number_key(self, key: Qt.Key) -> bool:
        return key in _ONWARD and self.focusNextChild()

    def _day_key(self, key: Qt.Key) -> bool:
        if key in _DAYS:
            shown: date = _now() + timedelta(days=_DAYS[key])
        elif key in _STEPS:
            try:
                typed = field_text.parse(self._field, self.text())
            except BadInput:
                return False
            shown = typed + timedelta(days=_STEPS[key]) if isinstance(typed, date) else _now()
        else:
            return False
        if self._field.kind is Kind.DAY and isinstance(shown, datetime):
            shown = shown.date()
        self.setText(field_text.show(shown))
        self.textEdited.emit(self.text())
        return True


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def _no_key(_key: Qt.Key) -> bool:
    return False
