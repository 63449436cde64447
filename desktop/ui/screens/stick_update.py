"""An update that lies on a stick: what it is, who signed it, and a button that takes it in for the next start.

Looking and verifying are the command line program's, in a process of its own. Nothing is installed while people work.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.queries.drives import files_on
from desktop.ui.command import Command
from desktop.ui.desk import Desk
from desktop.ui.texts import sentence_for_code, tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import button, column, row
from sync.replica.reader import Reader
from sync.update_package import SUFFIX

#: What tells whether a stick has other packages than before: path, size and time of each.
_Seen = tuple[tuple[str, int, int], ...]


def packages_on(place: Path | None, _reader: Reader) -> _Seen:
    """The packages on a stick, by their names alone; a read, so that a slow stick does not hold the window up."""
    found = files_on((place,), SUFFIX) if place is not None else ()
    return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in found)


class UpdateOffer(QWidget):
    """Hidden while no stick has anything to say about updates."""

    taken = Signal()
    """A package was taken in; it waits for the next start."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._seen: _Seen = ()
        self._file = ""
        self._command = Command(desk.home, self)
        self._command.ended.connect(self._when_ended)
        self.notice = Notice()
        self.button = button(tr("Pakai &pembaruan ini"))
        self.button.clicked.connect(self._take)
        self.button.hide()
        self.setLayout(column(self.notice, row(self.button, 1), gap=8))
        self.hide()

    def look(self, place: Path | None) -> None:
        """Look whether the stick at ``place`` has an update; asked again and again, it looks closer at what is new."""
        read = partial(packages_on, place)
        self._desk.read(read, partial(self._compare, place), slot="stick.update", failed=lambda _error: None)

    def _compare(self, place: Path | None, found: _Seen) -> None:
        if found == self._seen or self._command.running:
            return
        self._seen = found
        self._say("")
        if found:
            self._command.run("update", "--look", str(place))

    def _take(self) -> None:
        self.button.setEnabled(False)
        self._command.run("update", self._file)

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        if "update" in answer:
            self.show_found(answer)
        elif answer.get("ok") is True:
            self._say(tr(str(answer["words"])), Tone.GOOD)
            self.taken.emit()
        else:
            words = answer.get("message")
            self._say(tr(str(words)) if words else sentence_for_code(str(answer.get("code", ""))), Tone.ATTENTION)

    def show_found(self, answer: Mapping[str, Any]) -> None:
        """Show what ``rujuk update --look`` has answered."""
        update = answer["update"]
        self._say(str(answer["words"]), Tone.ATTENTION if update is None else Tone.INFO)
        if update is not None:
            self._file = str(update["file"])
            self.button.setEnabled(True)
            self.button.show()

    def _say(self, words: str, tone: Tone = Tone.INFO) -> None:
        self.button.hide()
        self.notice.say(words, tone)
        self.setVisible(bool(words))
