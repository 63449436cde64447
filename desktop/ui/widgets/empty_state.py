"""What a page says when it has nothing to show, or cannot: a title, a sentence and perhaps one thing to do.

Also the calm full page for a database that cannot be opened.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets.parts import button, column, label

#: Widest line of running text, in pixels; longer lines are hard to read.
_WIDTH = 560


class EmptyState(QWidget):
    """Centred title, sentence, and a button if ``action`` is given."""

    action_chosen = Signal()

    def __init__(self, title: str, sentence: str = "", *, action: str = "", icon: QIcon | None = None) -> None:
        super().__init__()
        self._icon = label()
        self._title = label("", "emptyTitle", wrap=True)
        self._sentence = label("", "emptySentence", wrap=True)
        self._button = button("", "primary")
        self._button.clicked.connect(self.action_chosen)
        for text in (self._title, self._sentence):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            text.setFixedWidth(_WIDTH)
        layout = column(gap=10)
        self.setLayout(layout)
        layout.addStretch(2)
        for widget in (self._icon, self._title, self._sentence, self._button):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.set_content(title, sentence, action=action, icon=icon)

    def set_content(self, title: str, sentence: str = "", *, action: str = "", icon: QIcon | None = None) -> None:
        """Say something else."""
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._icon.setVisible(icon is not None)
        if icon is not None:
            self._icon.setPixmap(icon.pixmap(48, 48))
        self.setAccessibleName(f"{title}. {sentence}")

    def title(self) -> str:
        return self._title.text()

    def sentence(self) -> str:
        return self._sentence.text()
