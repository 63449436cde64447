"""Fetches new versions in the agent's background: beside the exchanges, slowly enough, and rarely.

A thread of its own, so that a letter never waits for an update. It must never open the database nor install anything.
"""

import logging
import threading
import time
from collections.abc import Sequence

from desktop.installed import Installation, installation
from desktop.settings import Settings
from desktop.updates.store import Store
from desktop.updates.taking import take
from sync.errors import RujukError
from sync.exchange.downloads import Source

#: Seconds between two looks, and until the next try for what did not come to its end.
EVERY_S, AGAIN_S = 6 * 3600.0, 600.0
#: Seconds of rest between two pieces of 16 KB: some 150 KB/s at most, the rest of the link is for letters.
REST_S = 0.1
#: Below the folder of updates: what is under way.
_INCOMING = "incoming"

_log = logging.getLogger(__name__)


class UpdateFetching:
    """The looks of one agent for a newer version."""

    def __init__(self, settings: Settings, installed: Installation | None = None) -> None:
        """``installed``: instead of this installation."""
        self._store = Store(settings.updates)
        self._installed = installed or installation()
        self._due_at = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self, sources: Sequence[Source], district_key: bytes | None) -> None:
        """Look at ``sources`` for a newer version, the first first, if it is time; returns at once.

        Sources of the program have nothing to look for. ``district_key``: the pinned key of the district's server.
        """
        now = time.monotonic()
        busy = self._thread is not None and self._thread.is_alive()
        if self._installed is None or busy or now < self._due_at or not sources:
            return
        thread = threading.Thread(
            target=self._fetch, args=(tuple(sources), self._installed, district_key), name="updates", daemon=True
        )
        thread.start()
        # Only now: one that could not be started has no end to wait for.
        self._thread = thread

    def close(self) -> None:
        """End after the piece that is under way; the next agent goes on from there."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _fetch(self, sources: Sequence[Source], installed: Installation, district_key: bytes | None) -> None:
        self._due_at = time.monotonic() + EVERY_S
        for source in sources:
            try:
                if self._fetched(source, installed, district_key):
                    return
            except (RujukError, OSError) as error:
                self._due_at = min(self._due_at, time.monotonic() + AGAIN_S)
                _log.warning("no update today: %s", type(error).__name__, exc_info=error)

    def _fetched(self, source: Source, installed: Installation, district_key: bytes | None) -> bool:
        """Whether there was a package, which is kept or refused."""
        from sync.exchange.downloads import fetch_update

        store, running = self._store, installed.running
        have = store.newest_known(running.version)
        found = fetch_update(source, have, running.runtime, store.folder / _INCOMING, wanted=self._go_on)
        if found is None:
            return False
        try:
            package = take(store, found, installed, store.keys(district_key))
        finally:
            found.unlink(missing_ok=True)
        _log.info("update %s waits for the next start", package.version)
        return True

    def _go_on(self) -> bool:
        return not self._stopping.wait(REST_S)
