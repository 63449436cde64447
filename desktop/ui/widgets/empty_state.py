"""What a page says when it has nothing to show, or cannot: a title, a sentence and perhaps one thing to do.

Also the calm full page for a database that cannot be opened.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets.parts import button, column, label, row

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
        # In a box of its own: a wrapped label that is aligned by itself gets the height of one line.
        box = QWidget()
        box.setMaximumWidth(_WIDTH)
        box.setLayout(column(self._icon, self._title, self._sentence, row(1, self._button, 1), gap=10))
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        across = row(1, box, 1)
        across.setStretch(1, 1000)
        self.setLayout(column(2, across, 3))
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
