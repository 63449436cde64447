"""The computers of the simulated world: PCs, and the district's server with two processes over one database.

The replicas and applications are the product's own; the subclasses only let the world stop them between two steps and
keep messages small.
"""

from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection, update
from starlette.applications import Starlette

from sync.records import Record
from sync.replica import links, tables
from sync.replica.identity import Identity
from sync.replica.replica import Replica
from sync.replica.values import Seen
from sync.revisions.environment import Environment
from sync.server.app import create_app
from tests.simulation.disks import Crash, Disk
from tests.simulation.edge import HERE, Came, Sent, ask
from tests.simulation.story import Violation

T = TypeVar("T")

DISTRICT_CODE = "3329"


class PcReplica(Replica):
    """The replica of a PC; ``most`` revisions go into one message, so that there are many."""

    most = 1000

    def waiting(self, limit: int, budget: int, peer: str = links.DISTRICT_PEER) -> list[tuple[str, bytes]]:
        return super().waiting(min(limit, self.most), budget, peer)


class Pc:
    """One PC of a facility with the forms that are open on its screen."""

    def __init__(self, name: str, disk: Disk, environment: Environment, clock_error: list[int], author: str) -> None:
        self.name = name
        self.disk = disk
        self.environment = environment
        self.author = author
        #: The one number that the environment adds to the true time, in milliseconds.
        self.clock_error = clock_error
        self.forms: list[Seen[Record]] = []
        #: Exchanges of this PC that are under way, and requests that it answers as a hub.
        self.exchanging = 0
        self.image: Any = None
        #: It has healed without speaking to the district, so its cursors there are where they were.
        self.by_hub_alone = False
        #: What else runs on this PC and starts again with it.
        self.begins: Callable[[], None] = lambda: None
        self.replica = self.load()

    @property
    def identity(self) -> Identity:
        """Who it is now: after a fork it is another device."""
        return self.replica.identity

    def load(self) -> PcReplica:
        """A process that opens the database of this PC."""
        loaded = PcReplica.load(self.disk.engine, self.environment)
        if not isinstance(loaded, PcReplica):
            raise Violation(f"{self.name} does not find itself after a restart")
        return loaded

    def restart(self) -> None:
        """The power is back: only the disk is what it was."""
        self.disk.fuse, self.disk.lost = None, False
        self.forms.clear()
        self.replica = self.load()
        self.begins()


class ServingReplica(Replica):
    """The replica of a process that answers; the world may let others work before each writing transaction."""

    pause: Callable[[], None] | None = None

    def write(self, work: Callable[[Connection], T]) -> T:
        if self.pause is not None:
            self.pause()
        return super().write(work)


class Answering:
    """What answers requests over one disk. A process that dies while it answers gives no answer."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        #: Called before each writing transaction, with the facility that asks.
        self.pause: Callable[[str], None] | None = None
        self._asking: list[str] = []
        self._interrupted: Exception | None = None

    def ask(self, process: Starlette, facility: str, sent: Sent) -> Came:
        """Let a process answer a request of a computer of ``facility``.

        Raises:
            Crash: the process died; whatever it had not committed is rolled back.
        """
        self._asking.append(facility)
        try:
            came = ask(process, sent)
        finally:
            self._asking.pop()
        # The edge turns whatever is raised behind it into an answer; a dead process gives none.
        if self._interrupted is not None:
            interrupted, self._interrupted = self._interrupted, None
            raise interrupted
        if self.disk.lost:
            self.disk.lost = False
            raise Crash(self.disk)
        return came

    def let_others_first(self) -> None:
        """Between two transactions others work; if one of them dies in it, so does this answer."""
        if self.pause is not None:
            try:
                self.pause(self._asking[-1])
            except (Crash, Violation) as interrupted:
                self._interrupted = interrupted
                raise


class Server(Answering):
    """Two server processes over one database."""

    def __init__(self, disk: Disk, environment: Environment) -> None:
        super().__init__(disk)
        self.name = "server"
        self.environment = environment
        self.image: Any = None
        self.processes = [self._process(), self._process()]

    @property
    def device(self) -> str:
        """The device as which the server writes."""
        return self._load().identity.device

    def answer(self, process: int, facility: str, sent: Sent) -> Came:
        """As :meth:`ask`, of one of the two."""
        try:
            return self.ask(self.processes[process], facility, sent)
        finally:
            self.disk.fuse = None

    def restart(self, process: int) -> None:
        """Start a process again after it died."""
        self.processes[process] = self._process()

    def restore(self, chance: Random) -> None:
        """Bring back the copy made earlier; a restore begins a new epoch."""
        self.disk.put_back(self.image)
        epoch = chance.randbytes(16).hex()
        change = update(tables.identity).values(epoch=epoch)
        self._load().write(lambda connection: connection.execute(change))
        self.processes = [self._process(), self._process()]

    def _load(self) -> ServingReplica:
        loaded = ServingReplica.load(self.disk.engine, self.environment, DISTRICT_CODE)
        if not isinstance(loaded, ServingReplica):
            raise Violation("the server does not find its district after a restart")
        return loaded

    def _process(self) -> Starlette:
        loaded = self._load()
        loaded.pause = self.let_others_first
        return create_app(loaded, pool=HERE)
