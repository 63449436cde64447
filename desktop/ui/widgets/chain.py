"""The delivery chain of a referral as four steps side by side, each with a sign, a word and its time.

Shows steps handed in; what they mean is said in ``wording``.
"""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame

from desktop.ui.tones import Tone
from desktop.ui.widgets.panels import make_bold, tint
from desktop.ui.widgets.parts import column, label, named, row
from desktop.ui.wording import Step


class ChainView(QFrame):
    """Steps from left to right."""

    def __init__(self) -> None:
        super().__init__()
        self._row = row()
        self.setLayout(self._row)
        self._boxes: list[_StepBox] = []

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Show ``steps``; without any the whole chain is out of sight."""
        self.setVisible(bool(steps))
        while len(self._boxes) < len(steps):
            box = _StepBox()
            self._boxes.append(box)
            self._row.addWidget(box, 1)
        for box, step in zip(self._boxes, steps, strict=False):
            box.show_step(step)
        for box in self._boxes[len(steps) :]:
            box.hide()
        self.setAccessibleName(", ".join(f"{step.label}: {step.detail}" for step in steps))

    def texts(self) -> list[tuple[str, str]]:
        """Label and detail of each step shown."""
        return [(box.head.text(), box.detail.text()) for box in self._boxes if not box.isHidden()]


class _StepBox(QFrame):
    def __init__(self) -> None:
        super().__init__()
        named(self, "step")
        self.head = make_bold(label(wrap=True))
        self.detail = label(wrap=True)
        self.setLayout(column(self.head, self.detail, 1, margins=(12, 7, 10, 7), gap=1))

    def show_step(self, step: Step) -> None:
        tint(self, Tone.DANGER if step.trouble else Tone.GOOD if step.reached else Tone.NEUTRAL)
        sign = "✕" if step.trouble else "✓" if step.reached else "○"
        self.head.setText(f"{sign} {step.label}")
        self.detail.setText(step.detail)
        self.setToolTip(step.tip)
        self.show()
