"""The one voice of the program: a line under the header that says what happened, stays until read, and can be closed.

An information goes away by itself; warnings and errors stay.
"""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame

from desktop.ui.texts import tr
from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.parts import button, label, named, row

#: How long an information stays, in milliseconds.
INFO_STAYS = 8000

_TONES = {"info": Tone.GOOD, "warning": Tone.ATTENTION, "error": Tone.DANGER}


class Banner(QFrame):
    """Hidden while there is nothing to say."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "banner")
        self._text = label("", "bannerText", wrap=True)
        self._close = button(tr("Tutup"), "quiet")
        self._close.clicked.connect(self.clear)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INFO_STAYS)
        self._timer.timeout.connect(self.clear)
        content = row(self._text, self._close, margins=(16, 8, 12, 8))
        content.setStretch(0, 1)
        self.setLayout(content)
        self.hide()

    def text(self) -> str:
        return self._text.text()

    def say(self, level: str, text: str) -> None:
        """Show ``text``; ``level`` is "info", "warning" or "error"."""
        colours = TONES[_TONES.get(level, Tone.INFO)]
        self.setStyleSheet(
            f"#banner {{ background: {colours.ground}; border: none; border-bottom: 1px solid {colours.edge}; }}"
            f"#bannerText {{ color: {colours.ink}; }}"
        )
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        if level == "info":
            self._timer.start()
        else:
            self._timer.stop()

    def clear(self) -> None:
        """Say nothing any more."""
        self._timer.stop()
        self._text.clear()
        self.hide()
        self.closed.emit()
