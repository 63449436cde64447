"""A district whose computers are enrolled, so that their bundles can be opened and answered, all in this process.

Service, enrolment and databases are the real ones; a stick is a list of files.
"""

from dataclasses import dataclass

from sync.exchange.bundle_taking import Taken, take_bundle
from sync.exchange.bundle_writing import write_bundles
from sync.exchange.credential import public_key
from sync.exchange.engine import Manner, Outcome, exchange
from sync.exchange.enrol import identity_of
from sync.exchange.messages import EnrolRequest
from sync.exchange.service import Service
from sync.replica import links
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.revisions.environment import system_environment
from sync.server.bundles import Bundles
from sync.server.district import add_facility, create_district
from sync.server.enrolment import Enrolment
from tests.fakes.replicas import DirectTransport

NO_WAITING = Manner(wait=lambda _seconds: None)


@dataclass
class CarriedDistrict:
    """A server and the computers enrolled at it."""

    server: Replica

    @classmethod
    def made(cls) -> "CarriedDistrict":
        """A new district on SQLite in memory."""
        engine = open_sqlite(None, None, create=True)
        return cls(create_district(engine, system_environment(), "9901", "Dinas Kesehatan Contoh"))

    def add(self, code: str, kind: str) -> str:
        """A new facility; its id."""
        return add_facility(self.server, {"code": code, "kind": kind, "name": f"Fasilitas {code}"}).id

    def enrol(self, facility: str) -> Replica:
        """A new computer of a facility, enrolled as over HTTP."""
        environment = system_environment()
        key = environment.random_bytes(32)
        enrolment = Enrolment(self.server)
        code = enrolment.new_code(facility).code
        card = enrolment.enrol(EnrolRequest(code, public_key(key), "PC"), "here")
        ids = {"replica": environment.new_id(), "epoch": environment.new_id()}
        replica = Replica.create(
            open_sqlite(None, None, create=True), identity_of(card, **ids, pc_name="PC", signing_key=key), environment
        )
        link = {"url": "direct", "epoch": card.epoch, "replica": card.replica, "server_key": card.server_key}
        replica.write(lambda connection: links.write_link(connection, card.district, links.DISTRICT_PEER, **link))
        return replica

    def road(self, replica: Replica) -> DirectTransport:
        """The network between a computer and the server."""
        return DirectTransport(replica, Service(self.server))

    def sync(self, *replicas: Replica) -> list[Outcome]:
        """Exchange by network."""
        return [exchange(replica, self.road(replica), NO_WAITING) for replica in replicas]

    def answered(self, files: list[bytes]) -> list[bytes]:
        """What the server says to these bundles."""
        return [Bundles(self.server).answer(file) for file in files]

    def carry(self, replica: Replica) -> list[Taken]:
        """A stick to the server and back."""
        written = [item.file for item in write_bundles(replica)]
        return [take_bundle(replica, file, NO_WAITING) for file in self.answered(written)]
