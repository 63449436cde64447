"""What the agent does when it is somebody's turn, in threads beside its event loop: exchanges, the copy, the update.

The hub comes first, for it is near. Failing of one thing must never keep another from its turn, and the daily copy,
which a slow stick can make long, must never hold up an exchange.
"""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from desktop.exchanging import Exchanging
from desktop.settings import Settings
from desktop.update_fetching import UpdateFetching

if TYPE_CHECKING:
    from sync.exchange.manner import Outcome

DISTRICT, HUB = PEERS = ("district", "hub")

_log = logging.getLogger("desktop.agent")


class Round(QThread):
    """An exchange in a thread of its own; ``start`` runs one."""

    progressed = Signal(object)
    hub_ended = Signal(object, object)
    ended = Signal(object, object)
    """Outcome or ``None``, and the error or ``None``; two ``None`` if it was not the district's turn."""
    woken = Signal(float)
    """PCs have brought something to this hub; seconds until the district shall have it."""

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self.exchanging = Exchanging(settings, self.progressed.emit, self.woken.emit)
        self._updates = UpdateFetching(settings)
        self._copying = threading.Thread()
        self.peers: frozenset[str] = frozenset(PEERS)

    def run(self) -> None:
        # The hub first: it is near. Failing of one never keeps the other from its turn.
        near = self._tried(self.exchanging.exchange_with_hub) if HUB in self.peers else (None, None)
        if HUB in self.peers:
            self.hub_ended.emit(*near)
        told = self._tried(self.exchanging.exchange) if DISTRICT in self.peers else (None, None)
        reached = [peer for peer, ended in ((HUB, near), (DISTRICT, told)) if ended[0] is not None]
        self._beside("look for updates", lambda: self._look_for_update(reached))
        self._beside("copy", self._begin_copy)
        self.ended.emit(*told)

    @staticmethod
    def _tried(exchange: "Callable[[], Outcome | None]") -> "tuple[Outcome | None, Exception | None]":
        try:
            return exchange(), None
        except Exception as caught:  # noqa: BLE001 - the thread's end must be told whatever it was
            return None, caught

    @staticmethod
    def _beside(name: str, work: Callable[[], None]) -> None:
        """Do what goes beside the exchanges; that it fails, as where no thread can be started, ends nothing else."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - see above
            _log.warning("no %s: %s", name, type(error).__name__, exc_info=error)

    def _look_for_update(self, reached: list[str]) -> None:
        """Look for a newer version in a thread of its own."""
        self._updates.look(self.exchanging.update_sources(reached), self.exchanging.district_key())

    def _begin_copy(self) -> None:
        """Begin the daily copy, in a thread of its own: a slow stick must hold up no emergency."""
        if not self._copying.is_alive():
            self._copying = threading.Thread(target=lambda: self._beside("copy", self._copy), name="copy")
            self._copying.start()

    def _copy(self) -> None:
        """The daily copy; that it fails is kept for the screen."""
        if self.exchanging.copy_if_due():
            _log.info("copied")

    def close(self) -> None:
        """Stop after the message that is under way, and close the database."""
        self.exchanging.stop()
        self.wait()
        self._updates.close()
        if self._copying.is_alive():
            self._copying.join()
        self.exchanging.close()
