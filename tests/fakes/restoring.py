"""A district whose server is put back from copies, and computers that reach it through its real HTTP face.

Requests are signed and go into the real ASGI application in this process; a backup is a copy of the whole database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.exchange.credential import Signer
from sync.exchange.engine import exchange
from sync.exchange.enrol import enrol, identity_of, keep_card
from sync.exchange.http import HttpTransport
from sync.exchange.manner import Manner, Outcome
from sync.replica import links, tables
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.revisions.environment import system_environment
from sync.server.app import create_app
from sync.server.district import add_facility, create_district
from sync.server.enrolment import Enrolment
from tests.fakes.replicas import cloned
from tests.simulation.edge import HERE, Came, Sent, ask, transport

NO_WAITING = Manner(wait=lambda _seconds: None)


@dataclass
class RestoredDistrict:
    """A server with one puskesmas and one hospital; ``before`` sees each request as it leaves a computer."""

    server: Replica
    puskesmas: str
    hospital: str
    before: Callable[[Sent], None] = lambda _sent: None
    pcs: list[Replica] = field(default_factory=list)

    @classmethod
    def made(cls) -> "RestoredDistrict":
        """A new district on SQLite in memory."""
        engine = open_sqlite(None, None, create=True)
        server = create_district(engine, system_environment(), "9901", "Dinas Kesehatan Contoh")
        puskesmas = add_facility(server, {"code": "11320101", "kind": "puskesmas", "name": "Puskesmas Melati"})
        hospital = add_facility(server, {"code": "11320201", "kind": "rs", "name": "RSUD Kenanga"})
        return cls(server, puskesmas.id, hospital.id)

    def enrol(self, facility: str, name: str = "PC-UJI") -> Replica:
        """A new computer of a facility, with its card and nothing else."""
        environment = system_environment()
        key, code = environment.random_bytes(32), Enrolment(self.server).new_code(facility).code
        with transport(None, self.carry) as road:
            card = enrol(road, code=code, pc_name=name, signing_key=key)
        ids = {"replica": environment.new_id(), "epoch": environment.new_id()}
        identity = identity_of(card, **ids, pc_name=name, signing_key=key)
        replica = Replica.create(open_sqlite(None, None, create=True), identity, environment)
        link = {"url": "direct", "epoch": card.epoch, "replica": card.replica, "server_key": card.server_key}
        replica.write(lambda connection: links.write_link(connection, card.district, links.DISTRICT_PEER, **link))
        keep_card(replica, card)
        self.pcs.append(replica)
        return replica

    def clone(self, replica: Replica) -> Replica:
        """The same disk in a second computer."""
        twin = cloned(replica)
        self.pcs.append(twin)
        return twin

    def carry(self, sent: Sent) -> Came:
        """Let the server that is there now answer a request."""
        self.before(sent)
        return ask(create_app(self.server, pool=HERE), sent)

    def road(self, replica: Replica) -> HttpTransport:
        """The network between a computer and the server."""
        identity = replica.refresh()
        return transport(Signer(identity.device, identity.signing_key), self.carry)

    def sync(self, *replicas: Replica) -> list[Outcome]:
        """Exchange by network, one after the other."""
        outcomes = []
        for replica in replicas:
            with self.road(replica) as road:
                outcomes.append(exchange(replica, road, NO_WAITING))
        return outcomes

    def settle(self, rounds: int = 4) -> list[Outcome]:
        """Let all computers exchange until everybody has heard of everything."""
        return [self.sync(*self.pcs) for _ in range(rounds)][-1]

    def backup(self) -> Replica:
        """A copy of the server's database as it is now."""
        return cloned(self.server)

    def put_back(self, backup: Replica, *, new_epoch: bool = True) -> None:
        """The server dies and goes on from a backup."""
        if new_epoch:
            epoch, table = backup.new_id(), tables.identity
            backup.write(lambda connection: connection.execute(table.update().values(epoch=epoch)))
        backup.refresh()
        self.server.close()
        self.server = backup

    def close(self) -> None:
        """Give back all databases."""
        for replica in (*self.pcs, self.server):
            replica.close()
