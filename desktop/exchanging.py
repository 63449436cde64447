"""One data folder's exchanges with district and hub: opens the replica once, then runs one after the other.

Knows no Qt and decides nothing about when; it must only be used by one thread at a time, but for :meth:`stop` and
:meth:`copy_if_due`.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from desktop.hub import HubSide, exchange_with, own_hub
from desktop.security.keys import load_key
from desktop.settings import Settings
from sync.errors import LinkError, ReplicaError

if TYPE_CHECKING:
    from sync.exchange.downloads import Source
    from sync.exchange.http import HttpTransport
    from sync.exchange.manner import Manner, Outcome, Progress
    from sync.replica.replica import Replica

#: Rows in one transaction, and seconds between two of them while a window is open: a save then waits 10 ms at most.
BATCH = 50
PAUSE_S = 0.010
#: The list of the facility's computers is fetched at most this often.
COMPUTERS_EVERY_MS = 5 * 60 * 1000

_log = logging.getLogger(__name__)


class NotEnrolled(ReplicaError):
    """There is nothing to exchange yet."""


class Exchanging:
    """The exchanges of one data folder."""

    def __init__(
        self,
        settings: Settings,
        progress: Callable[["Progress"], None],
        wake: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        """``wake``: called from another thread when PCs have brought something to this hub; see :class:`HubSide`."""
        self._settings = settings
        self._progress = progress
        self._hub_side = HubSide(wake, lambda: self.considerate, settings.updates)
        self._replica: Replica | None = None
        self._stopping = threading.Event()
        self._opening = threading.Lock()
        #: Whether somebody looks at a window now; then transactions leave room for its saves.
        self.considerate = False

    def exchange(self) -> "Outcome":
        """Run one exchange to its end.

        Raises:
            NotEnrolled: this data folder has no server.
            LinkError, ReplicaError: it failed; everything waits where it was.
        """
        from sync.exchange.credential import Signer
        from sync.exchange.engine import exchange
        from sync.exchange.http import HttpTransport
        from sync.replica import hub_links

        url = self.server_url()
        replica = self._opened()
        identity, now = replica.refresh(), replica.now()
        if replica.read(lambda connection: hub_links.is_silent(connection, identity.district, now)):
            replica.write(lambda connection: hub_links.take_over(connection, identity))
        signer = Signer(identity.device, identity.signing_key)
        with HttpTransport(url, signer, urgent=replica.emergency_waits) as transport:
            outcome = exchange(replica, transport, self._manner(self._progress))
            if outcome.proven:
                self._keep_computers(replica, transport)
        return outcome

    def _keep_computers(self, replica: "Replica", transport: "HttpTransport") -> None:
        """Now and then the list of computers, for screens; the exchange counts whatever becomes of it."""
        from sync.exchange.proving import keep_computers

        try:
            keep_computers(replica, transport, at_most_every_ms=COMPUTERS_EVERY_MS)
        except LinkError as error:
            _log.info("the list of computers did not come: %s", type(error).__name__)

    def exchange_with_hub(self) -> "Outcome | None":
        """Do what is to be done about the hub, and run one exchange with this PC's; ``None`` if it has none.

        Raises:
            NotEnrolled, LinkError, ReplicaError: it failed; everything waits where it was.
        """
        replica = self._opened()
        replica.refresh()
        self._hub_side.attend(replica)
        hub = own_hub(replica)
        return None if hub is None else exchange_with(replica, hub, self._manner(lambda _progress: None))

    def copy_if_due(self) -> bool:
        """Make today's copy of the database if there is none yet; whether one was made. From any thread.

        Raises:
            NotEnrolled: there is nothing to copy.
            ReplicaError: the folder cannot be used (a stick that was taken out); the next round tries again.
        """
        from desktop.actions import copies

        replica = self._opened()
        folder, today = copies.folder_of(self._settings, replica), datetime.now().astimezone().date()
        if not copies.copy_is_due(folder, replica.identity.letter, today):
            return False
        copies.make_copy(self._settings, replica, load_key(self._settings).secret, folder, today)
        return True

    def server_url(self) -> str:
        """The district server's address.

        Raises:
            NotEnrolled: none is known.
        """
        link = self._opened().link()
        if link is None or not link.url:
            raise NotEnrolled("no server is known")
        return link.url

    def update_sources(self, reached: Collection[str]) -> "list[Source]":
        """Who of the ``reached`` peers (``district``, ``hub``) hands updates on, the nearest first."""
        from sync.exchange.downloads import Source

        hub = own_hub(self._opened())
        near = [] if hub is None or "hub" not in reached else [Source(hub.url, hub.fingerprint)]
        return near + ([Source(self.server_url())] if "district" in reached else [])

    def district_key(self) -> bytes | None:
        """The pinned public key of the district's server."""
        link = self._opened().link()
        return None if link is None else link.server_key

    def figures(self) -> tuple[int, str | None]:
        """How many revisions wait, and when both sides were last known to be equal."""
        replica = self._replica
        if replica is None:
            return 0, None
        link = replica.link()
        return replica.waiting_count(), link.last_sync_at if link else None

    def emergency_waits(self, peer: str) -> bool:
        """Whether an emergency that the district does not have yet is to be sent to a peer."""
        replica = self._replica
        return replica is not None and replica.emergency_waits() and replica.emergency_waits(peer)

    def stop(self) -> None:
        """Let a running exchange end after the message that is under way. From any thread."""
        self._stopping.set()

    def hub_figures(self) -> str | None:
        """How this PC's hub is called, if it has one."""
        hub = None if self._replica is None else own_hub(self._replica)
        return None if hub is None else hub.name

    def close(self) -> None:
        """Give back the database, and be no hub any more."""
        self._hub_side.close()
        if self._replica is not None:
            self._replica.close()

    def _opened(self) -> "Replica":
        with self._opening:
            self._replica = self._replica or self._open()
            return self._replica

    def _open(self) -> "Replica":
        from sync.replica.opening import open_sqlite
        from sync.replica.replica import Replica
        from sync.revisions.environment import system_environment

        if not self._settings.database.exists():
            raise NotEnrolled("no database file")
        engine = open_sqlite(self._settings.database, load_key(self._settings).secret)
        replica = Replica.load(engine, system_environment())
        if replica is None:
            engine.dispose()
            raise NotEnrolled("this database is not enrolled")
        return replica

    def _manner(self, progress: Callable[["Progress"], None]) -> "Manner":
        from sync.exchange.manner import Manner

        return Manner(batch=BATCH, pause=self._pause, wait=self._wait, progress=progress, stopped=self._stopping.is_set)

    def _pause(self) -> None:
        if self.considerate:
            time.sleep(PAUSE_S)

    def _wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)
