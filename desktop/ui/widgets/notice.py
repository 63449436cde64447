"""A sentence on a coloured ground inside a page, for what concerns just this page. Hidden while it says nothing."""

from PySide6.QtWidgets import QLabel

from desktop.ui.tones import TONES, Tone


class Notice(QLabel):
    """One or more lines of plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str, tone: Tone = Tone.INFO) -> None:
        """Show ``text``; an empty one hides the notice."""
        colours = TONES[tone]
        self.setStyleSheet(
            f"QLabel {{ color: {colours.ink}; background: {colours.ground}; border: 1px solid {colours.edge};"
            " border-radius: 4px; padding: 8px 10px; }"
        )
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
