"""The five criteria of an emergency to tick: keys 1 to 5, or the arrows and the space bar. Tab passes them in one go.

It collects codes; whether a letter needs any is not decided here.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout

from desktop.queries.drafts import Typed
from desktop.ui.texts import tr
from desktop.ui.widgets.fields import FieldEditor
from sync.records import Field
from sync.records.referral import DANGER_SIGNS

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
_ROWS = 3


class DangerSignsEditor(FieldEditor):
    """Ticks for ``Referral.danger_signs``, numbered as they are typed."""

    def __init__(self, field: Field) -> None:
        self._frame = QFrame()
        super().__init__(field, self._frame)
        self.label.setText(tr("{label}: tekan angka 1 sampai 5").format(label=field.label))
        grid = QGridLayout(self._frame)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        self._boxes: dict[str, QCheckBox] = {}
        for place, (code, words) in enumerate(DANGER_SIGNS.items()):
            box = QCheckBox(f"{place + 1}  {words}")
            # One stop for Tab; inside, the arrows go from box to box.
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus if place == 0 else Qt.FocusPolicy.ClickFocus)
            box.installEventFilter(self)
            box.toggled.connect(self._was_edited)
            grid.addWidget(box, place % _ROWS, place // _ROWS)
            self._boxes[code] = box
        self._frame.setFocusProxy(next(iter(self._boxes.values())))
        self._unknown: list[str] = []

    def value(self) -> object:
        return (*(code for code, box in self._boxes.items() if box.isChecked()), *self._unknown)

    def set_value(self, value: object) -> None:
        wanted = [str(code) for code in value] if isinstance(value, tuple | list) else []
        self._unknown = [code for code in wanted if code not in self._boxes]
        for code, box in self._boxes.items():
            blocked = box.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
            box.setChecked(code in wanted)
            box.blockSignals(blocked)

    def typed(self) -> Typed:
        value = self.value()
        return [str(code) for code in value] if isinstance(value, tuple) else []

    def set_typed(self, typed: Typed) -> None:
        self.set_value(typed)

    def is_empty(self) -> bool:
        return not self.value()

    def boxes(self) -> list[QCheckBox]:
        """The boxes in their order."""
        return list(self._boxes.values())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of all boxes: a number ticks, an arrow goes on."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            boxes = self.boxes()
            number = event.text()
            if number.isdecimal() and 1 <= int(number) <= len(boxes):
                boxes[int(number) - 1].toggle()
                return True
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and isinstance(watched, QCheckBox):
                boxes[(boxes.index(watched) + step) % len(boxes)].setFocus()
                return True
        return super().eventFilter(watched, event)
