"""A district whose computers are enrolled, so that their bundles can be opened and answered, all in this process.

Service, enrolment and databases are the real ones; a stick is a list of files.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sync.exchange.bundle_taking import Taken, take_bundle
from sync.exchange.bundle_writing import write_bundles
from sync.exchange.credential import public_key
from sync.exchange.engine import exchange
from sync.exchange.enrol import identity_of, keep_card
from sync.exchange.manner import Manner, Outcome
from sync.exchange.messages import EnrolRequest
from sync.exchange.service import Service
from sync.replica import links, tables
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Cursor
from sync.revisions.environment import system_environment
from sync.server.bundles import Bundles
from sync.server.district import add_facility, create_district
from sync.server.enrolment import Enrolment
from tests.fakes.replicas import DirectTransport, cloned

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
        keep_card(replica, card)
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


@dataclass
class Town:
    """A puskesmas with two PCs, another puskesmas and a hospital, all of one district."""

    district: CarriedDistrict
    hospital: str
    pc: Replica
    second_pc: Replica
    other_pc: Replica
    hospital_pc: Replica

    @property
    def pcs(self) -> tuple[Replica, ...]:
        """All computers but the server."""
        return (self.pc, self.second_pc, self.other_pc, self.hospital_pc)

    @classmethod
    def made(cls) -> "Town":
        """A new town in which everything is known to everybody."""
        district = CarriedDistrict.made()
        puskesmas, other = district.add("11320101", "puskesmas"), district.add("11320102", "puskesmas")
        hospital = district.add("11320201", "rs")
        made = cls(district, hospital, *map(district.enrol, (puskesmas, puskesmas, other, hospital)))
        district.sync(*made.pcs)
        return made

    def copy(self) -> "Town":
        """Another town with the same computers, down to their disks."""
        return Town(CarriedDistrict(cloned(self.district.server)), self.hospital, *map(cloned, self.pcs))

    def put_back(self, backup: Replica) -> None:
        """The server dies and begins a new life from a backup."""
        epoch, table = backup.new_id(), tables.identity
        backup.write(lambda connection: connection.execute(table.update().values(epoch=epoch)))
        backup.refresh()
        self.district.server.close()
        self.district.server = backup

    def close(self) -> None:
        """Give back all databases."""
        for replica in (*self.pcs, self.district.server):
            replica.close()


def state_of(replica: Replica) -> dict[str, Any]:
    """All that must be equal in the end, however it got here: records, revisions, and what both sides say they hold."""
    record, revision, district = tables.record, tables.revision, replica.identity.district
    records = select(record.c.id, record.c.heads, record.c.conflicts).where(record.c.district == district)
    revisions = select(revision.c.id, revision.c.confirmed, revision.c.refusal).where(revision.c.district == district)
    return {
        "records": replica.read(lambda connection: sorted(map(tuple, connection.execute(records)))),
        "revisions": replica.read(lambda connection: sorted(map(tuple, connection.execute(revisions)))),
        "roots": {cursor.audience: cursor.root for cursor in cursors(replica)},
    }


def cursors(replica: Replica) -> list[Cursor]:
    identity = replica.identity
    return replica.read(lambda connection: links.read_cursors(connection, identity, links.DISTRICT_PEER))
