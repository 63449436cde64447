"""A question asked inside the page, where the eyes are; a dialog would cover what the question is about.

It only asks: what an answer means is the page's affair. Escape gives the answer that changes nothing.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton

from desktop.ui.tones import Tone
from desktop.ui.widgets.panels import tint
from desktop.ui.widgets.parts import button, label, named, row


class InlineQuestion(QFrame):
    """Hidden until :meth:`ask`; hides again with the answer."""

    answered = Signal(str)
    """The key of the answer."""

    def __init__(self) -> None:
        super().__init__()
        tint(named(self, "inlineQuestion"), Tone.ATTENTION)
        self._text = label(wrap=True)
        self._row = row(margins=(14, 8, 10, 8))
        self._row.addWidget(self._text, 1)
        self.setLayout(self._row)
        self._buttons: list[QPushButton] = []
        self._cancel = ""
        self.hide()

    def ask(self, text: str, answers: Sequence[tuple[str, str]], *, cancel: str = "") -> None:
        """Ask ``text``; ``answers`` are (key, words), the first of which has the focus.

        ``cancel``: the key that Escape answers; "" where Escape is the page's affair.
        """
        self._cancel = cancel
        for old in self._buttons:
            old.deleteLater()
        self._buttons = []
        self._text.setText(text)
        self.setAccessibleName(text)
        for key, words in answers:
            choice = button(words)
            choice.clicked.connect(lambda _checked=False, key=key: self._answer(key))
            self._row.addWidget(choice)
            self._buttons.append(choice)
        self.show()
        self._buttons[0].setFocus()

    def cancel(self) -> bool:
        """Give the answer that changes nothing; whether there was such a question."""
        if self.isHidden() or not self._cancel:
            return False
        self._answer(self._cancel)
        return True

    def event(self, event: QEvent) -> bool:
        # What is asked comes before the page's own Escape.
        early = event.type() == QEvent.Type.ShortcutOverride
        if early and self._cancel and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self.cancel():
            super().keyPressEvent(event)

    def text(self) -> str:
        return self._text.text()

    def buttons(self) -> dict[str, QPushButton]:
        """The buttons by their words."""
        return {choice.text(): choice for choice in self._buttons}

    def _answer(self, key: str) -> None:
        self.hide()
        self.answered.emit(key)
