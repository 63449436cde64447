"""Fetches new versions in the agent's background: beside the exchanges, slowly enough, and rarely.

A thread of its own, so that a letter never waits for an update. It must never open the database nor install anything.
"""

import logging
import threading
import time

from desktop.installed import Installation, installation
from desktop.settings import Settings
from desktop.updates.fetched import keep_fetched
from sync.errors import RujukError

#: Seconds between two looks.
EVERY_S = 6 * 3600.0
#: Seconds of rest between two pieces of 16 KB: some 150 KB/s at most, the rest of the link is for letters.
REST_S = 0.1

_log = logging.getLogger(__name__)


class UpdateFetching:
    """The looks of one agent for a newer version."""

    def __init__(
        self, settings: Settings, installed: Installation | None = None, keys: frozenset[bytes] | None = None
    ) -> None:
        """``installed`` and ``keys``: instead of this installation and the keys that it was shipped with."""
        self._settings = settings
        self._installed = installed or installation()
        self._keys = keys
        self._due_at = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self, url: str) -> None:
        """Look at ``url`` for a newer version, if it is time; returns at once. Sources have nothing to look for."""
        now = time.monotonic()
        busy = self._thread is not None and self._thread.is_alive()
        if self._installed is None or busy or now < self._due_at:
            return
        self._due_at = now + EVERY_S
        self._thread = threading.Thread(
            target=self._fetch, args=(url, self._installed.running.version), name="updates", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End after the piece that is under way; the next agent goes on from there."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _fetch(self, url: str, version: str) -> None:
        from sync.exchange.downloads import fetch_update

        try:
            found = fetch_update(url, version, self._settings.updates, wanted=self._go_on)
            if keep_fetched(found, self._keys):
                _log.info("an update waits for the next start")
        except (RujukError, OSError) as error:
            _log.warning("no update today: %s", type(error).__name__, exc_info=error)

    def _go_on(self) -> bool:
        return not self._stopping.wait(REST_S)
