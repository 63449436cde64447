"""The quiet line under the menu that a new version waits for the next start. It asks nothing and interrupts nobody."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLabel

from desktop.settings import Settings
from desktop.ui.desk import Desk
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import named
from sync.replica.reader import Reader


def ready_version(updates: Path, _reader: Reader) -> str:
    """The version that waits, "" if there is none or the program runs from sources; a read beside the window."""
    from desktop.installed import installation
    from desktop.updates.store import Store

    installed = installation()
    return "" if installed is None else Store(updates).ready(installed.running.version)


class UpdateNote(QLabel):
    """Hidden while no version waits."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        named(self, "menuNote")
        self._desk = desk
        self._updates = Settings(desk.home).updates
        self.setWordWrap(True)
        self.hide()

    def refresh(self) -> None:
        """Look again."""
        self._desk.read(partial(ready_version, self._updates), self.say, slot="update_note", failed=lambda _error: None)

    def say(self, version: str) -> None:
        """Say that ``version`` waits; "" is none."""
        self.setText(tr("Pembaruan {version} siap. Dipasang saat Rujuk dibuka lagi.").format(version=version))
        self.setVisible(bool(version))
