"""The allergies in red with the word: they may be many and long, so they wrap and are never cut.

Shows what is handed in and hides where there is none; it says nothing of how sure they are.
"""

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel

from desktop.ui.texts import tr
from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.panels import make_bold
from desktop.ui.widgets.parts import named

#: Pixels at each side, and of the frame and the label's own margin.
_SIDE, _FRAME = 9, 12
_RED = TONES[Tone.DANGER]
_STYLE = (
    f"#allergies {{ color: {_RED.ink}; background: {_RED.ground}; border: 1px solid {_RED.edge};"
    f" border-radius: 8px; padding: 2px {_SIDE}px; }}"
)


class AllergyMark(QLabel):
    """Never wider than its words."""

    def __init__(self) -> None:
        super().__init__()
        make_bold(named(self, "allergies"))
        self.setWordWrap(True)
        self.setStyleSheet(_STYLE)
        self.hide()

    def show_allergies(self, allergies: Sequence[str]) -> None:
        """Show these."""
        words = ", ".join(allergies)
        self.setText(tr("Alergi: {list}").format(list=words) if words else "")
        self.setVisible(bool(words))
        # A wrapping label alone would be as wide as it likes.
        self.setMaximumWidth(self.wanted_width())

    def wanted_width(self) -> int:
        """In pixels, with all words in one line."""
        self.ensurePolished()
        return self.fontMetrics().horizontalAdvance(self.text()) + 2 * _SIDE + _FRAME
