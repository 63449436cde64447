"""The computers of the simulated world: a disk that can lose power at any statement, PCs, and the district's server.

The replicas and services are the product's own; the subclasses only let the world stop them between two steps and
keep messages small.
"""

from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

import sqlcipher3.dbapi2
from sqlalchemy import Connection, event, update

from sync.errors import BadInput, NotAllowed
from sync.exchange.messages import (
    COMPARE,
    EXCHANGE,
    RENEW,
    CompareRequest,
    ExchangeRequest,
    FetchRequest,
    RenewRequest,
    decode_message,
    encode_message,
)
from sync.exchange.service import Peer, Service
from sync.records import Record
from sync.replica import links, tables
from sync.replica.counted import COUNTED_LETTER
from sync.replica.identity import Identity
from sync.replica.opening import open_sqlite
from sync.replica.rebuilding import ensure_projections
from sync.replica.replica import Replica
from sync.replica.values import Seen
from sync.revisions.environment import Environment
from sync.server.enrolment import Enrolment
from tests.simulation.story import Violation

T = TypeVar("T")

DISTRICT_CODE = "3329"


class Crash(Exception):
    """A machine lost its power just here; ``disk`` says which."""

    def __init__(self, disk: "Disk") -> None:
        super().__init__("power lost")
        self.disk = disk


class Disk:
    """A database in memory. With a fuse of n the power fails just before the n-th statement or message from now."""

    def __init__(self, compiled: dict[Any, Any]) -> None:
        self.engine = open_sqlite(None, None, create=True)
        # All disks have the same statements: compiling them once saves a third of the time.
        self.engine.update_execution_options(compiled_cache=compiled)
        self.fuse: int | None = None

        @event.listens_for(self.engine, "before_cursor_execute")
        def step(_connection: Connection, _cursor: Any, statement: str, *_details: Any) -> None:
            # A row that follows from others of its transaction is no step: crashes before it are crashes before the
            # commit, and the planted bugs are found by where the power fails.
            if COUNTED_LETTER.name not in statement:
                self.step()

        @event.listens_for(self.engine, "commit")
        def commit(_connection: Connection) -> None:
            self.step()

    def step(self) -> None:
        """Something is about to happen on this machine."""
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                self.fuse = None
                raise Crash(self)

    @property
    def driver(self) -> Any:
        """The driver's connection (a database in memory has just one)."""
        pooled = self.engine.raw_connection()
        found = pooled.driver_connection
        pooled.close()
        return found

    def copy(self) -> Any:
        """The whole disk as it is now."""
        image = sqlcipher3.dbapi2.connect(":memory:")
        self.driver.backup(image)
        return image

    def put_back(self, image: Any) -> None:
        """Make the disk what it was when ``image`` was copied."""
        image.backup(self.driver)


class Shelf:
    """Disks that are ready to use: migrating each anew would take most of the time."""

    def __init__(self) -> None:
        self._compiled: dict[Any, Any] = {}
        blank = Disk(self._compiled)
        ensure_projections(blank.engine, DISTRICT_CODE, searchable=True)
        self._blank = blank.copy()
        self._free = [blank]

    def take(self) -> Disk:
        """An empty disk."""
        disk = self._free.pop() if self._free else Disk(self._compiled)
        disk.put_back(self._blank)
        disk.fuse = None
        return disk

    def give_back(self, disk: Disk) -> None:
        """The history with this disk is over."""
        self._free.append(disk)


class PcReplica(Replica):
    """The replica of a PC; ``most`` revisions go into one message, so that there are many."""

    most = 1000

    def waiting(self, limit: int, budget: int, peer: str = links.DISTRICT_PEER) -> list[tuple[str, bytes]]:
        return super().waiting(min(limit, self.most), budget, peer)


class Pc:
    """One PC of a facility with the forms that are open on its screen."""

    def __init__(
        self, name: str, disk: Disk, identity: Identity, environment: Environment, clock_error: list[int], author: str
    ) -> None:
        self.name = name
        self.disk = disk
        self.identity = identity
        self.environment = environment
        self.author = author
        #: The one number that the environment adds to the true time, in milliseconds.
        self.clock_error = clock_error
        self.forms: list[Seen[Record]] = []
        self.exchanging = 0
        self.image: Any = None
        self.replica = PcReplica(disk.engine, identity, environment, serves=False)
        Replica.create(disk.engine, identity, environment)
        self.peer = Peer(identity.device, identity.facility, identity.facility_kind)

    def load(self) -> PcReplica:
        """A process that opens the database of this PC."""
        loaded = PcReplica.load(self.disk.engine, self.environment)
        if not isinstance(loaded, PcReplica):
            raise Violation(f"{self.name} does not find itself after a restart")
        return loaded

    def restart(self) -> None:
        """The power is back: only the disk is what it was."""
        self.disk.fuse = None
        self.forms.clear()
        self.replica = self.load()


class ServerReplica(Replica):
    """The replica of a server process; the world may let another process work before each writing transaction."""

    pause: Callable[[], None] | None = None

    def write(self, work: Callable[[Connection], T]) -> T:
        if self.pause is not None:
            self.pause()
        return super().write(work)


class Server:
    """Two server processes over one database."""

    def __init__(self, disk: Disk, identity: Identity, environment: Environment) -> None:
        self.name = "server"
        self.disk = disk
        self.environment = environment
        self.image: Any = None
        #: Called before each writing transaction, with the facility that asks.
        self.pause: Callable[[str], None] | None = None
        self._asking: list[str] = []
        self.replica = Replica.create(disk.engine, identity, environment, serves=True)
        self.services = [self._process(), self._process()]

    def answer(self, process: int, peer: Peer, path: str, body: bytes) -> bytes:
        """Let one process answer an encoded message.

        Raises:
            Crash: the process died; whatever it had not committed is rolled back.
        """
        service = self.services[process]
        self._asking.append(peer.facility)
        try:
            if path == EXCHANGE:
                return encode_message(service.exchange(peer, decode_message(body, ExchangeRequest)))
            if path == COMPARE:
                return encode_message(service.compare(peer, decode_message(body, CompareRequest)))
            if path == RENEW:
                return encode_message(Enrolment(service.replica).renew(peer, decode_message(body, RenewRequest)))
            return encode_message(service.fetch(peer, decode_message(body, FetchRequest)))
        except (BadInput, NotAllowed) as error:
            raise Violation(f"the server refuses a message of our own program: {error}") from error
        finally:
            self._asking.pop()
            self.disk.fuse = None

    def restart(self, process: int) -> None:
        """Start a process again after it died."""
        self.services[process] = self._process()

    def restore(self, chance: Random) -> None:
        """Bring back the copy made earlier; a restore begins a new epoch."""
        self.disk.put_back(self.image)
        epoch = chance.randbytes(16).hex()
        self.replica.write(lambda connection: connection.execute(update(tables.identity).values(epoch=epoch)))
        self.services = [self._process(), self._process()]

    def _process(self) -> Service:
        loaded = ServerReplica.load(self.disk.engine, self.environment, DISTRICT_CODE)
        if not isinstance(loaded, ServerReplica):
            raise Violation("the server does not find its district after a restart")
        loaded.pause = self._let_others_first
        return Service(loaded)

    def _let_others_first(self) -> None:
        if self.pause is not None:
            self.pause(self._asking[-1])
