"""A line that completes usual words while they are typed; anything else can be written too."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from desktop.ui.widgets.fields import LineEditor
from sync.records import Field


def suggesting(words: Sequence[str]) -> Callable[[Field], LineEditor]:
    """A maker of lines that offer ``words``: the rest of the first that fits stands selected behind the cursor."""

    def make(field: Field) -> LineEditor:
        editor = LineEditor(field)
        if isinstance(editor.control, QLineEdit):
            completer = QCompleter(list(words), editor)
            completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            editor.control.setCompleter(completer)
        return editor

    return make
