"""A line that completes usual words while they are typed: "su" is enough for "Suami".

It only proposes: anything else can be written too and stays as it was written.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter

from desktop.ui.widgets.fields import LineEditor
from sync.records import Field


class SuggestingEditor(LineEditor):
    """The rest of the first word that fits stands selected behind the cursor; a word of ours is written as ours."""

    def __init__(self, field: Field, words: Sequence[str]) -> None:
        super().__init__(field)
        self._words = {word.casefold(): word for word in words}
        completer = QCompleter(list(words), self)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._line.setCompleter(completer)
        self._line.editingFinished.connect(lambda: self.set_value(self.value()))

    def value(self) -> object:
        typed = super().value()
        return self._words.get(str(typed).casefold(), typed)


def suggesting(words: Sequence[str]) -> Callable[[Field], SuggestingEditor]:
    """A maker of lines that offer ``words``."""
    return lambda field: SuggestingEditor(field, words)
