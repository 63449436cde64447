"""A puskesmas with a hub: real replicas in files, the hub served over real HTTPS on loopback, cables to be pulled.

The district's server answers in this process; that road has its own tests.
"""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlcipher3.dbapi2
from sqlalchemy import Engine, select

from sync.errors import Unreachable
from sync.exchange.credential import Signer, public_key
from sync.exchange.engine import exchange
from sync.exchange.http import HttpTransport, certificate_of
from sync.exchange.hub_service import HubService
from sync.exchange.manner import Manner, Outcome
from sync.exchange.pairing import pair
from sync.exchange.service import Service
from sync.exchange.transport import Transport
from sync.records import Computer, Facility
from sync.replica import hub_codes, hub_links, links, tables
from sync.replica.identity import Identity
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from sync.server.hub import HubFace
from tests.fakes.replicas import DISTRICT, DirectTransport, make_replica, new_patient

NO_WAITING = Manner(wait=lambda _seconds: None)


@dataclass
class Cable:
    """A road that can be pulled; ``seen`` gets each path that goes through."""

    transport: Transport
    whole: Callable[[], bool]
    seen: list[str] = field(default_factory=list)

    def send(self, path: str, body: bytes) -> bytes:
        """Carry the message, if the cable is in."""
        if not self.whole():
            raise Unreachable("the cable is pulled")
        self.seen.append(path)
        return self.transport.send(path, body)


class _District:
    """The district's server, and the facilities that are spoken of."""

    def __init__(self, engine: Engine) -> None:
        new_id = system_environment().new_id
        self.puskesmas, self.other_puskesmas, self.hospital, self.author = (new_id() for _ in range(4))
        self.server = make_replica(new_id(), "dinkes", engine=engine, serves=True)
        self.service = Service(self.server)
        places = ((self.puskesmas, "puskesmas"), (self.other_puskesmas, "puskesmas"), (self.hospital, "rs"))
        facilities = [
            Facility(id=place, code=f"0114U{number:03}", name=f"Fasilitas {number}", kind=kind)
            for number, (place, kind) in enumerate(places)
        ]
        self.server.save([Edit(facility) for facility in facilities], self.server.identity.device)

    def link(self, replica: Replica) -> DirectTransport:
        """The road from a computer to the server."""
        return DirectTransport(replica, self.service)


class House:
    """The computers of one puskesmas and the district behind them. ``pulled`` holds the cables that are out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.empty = folder / "empty.db"
        open_sqlite(self.empty, None, create=True).dispose()
        self.district = _District(open_sqlite(self._copy("server"), None))
        self.replicas: list[Replica] = []
        self.faces: list[HubFace] = []
        self.pulled: set[str] = set()
        self.hub = self.computer("H")
        self.pc = self.computer("A")
        self.other = self.computer("B")
        self.woken: list[float] = []
        self.face = self.serve(self.hub)

    def _copy(self, name: str) -> Path:
        """A migrated file with nothing in it: making one takes longer than all else here."""
        return Path(shutil.copy(self.empty, self.folder / f"{name}.db"))

    def computer(self, letter: str, facility: str | None = None, *, card: bool = True) -> Replica:
        """A computer with nothing in it yet; ``card``: whether the district publishes its card."""
        environment = system_environment()
        identity = Identity(
            district=DISTRICT,
            replica=environment.new_id(),
            epoch=environment.new_id(),
            device=environment.new_id(),
            letter=letter,
            facility=facility or self.district.puskesmas,
            facility_kind="puskesmas",
            pc_name=f"PC {letter}",
            signing_key=secrets.token_bytes(32),
        )
        engine = open_sqlite(self._copy(identity.device), None)
        replica = Replica.create(engine, identity, environment)
        self.replicas.append(replica)
        epoch = self.district.server.identity.epoch
        replica.write(lambda connection: links.write_link(connection, DISTRICT, links.DISTRICT_PEER, epoch=epoch))
        if card:
            self.publish(replica)
        return replica

    def publish(self, replica: Replica, *, revoked: bool = False) -> None:
        """Let the district say whose computer this is."""
        server, identity = self.district.server, replica.identity
        card = Computer(
            id=identity.device,
            facility=identity.facility,
            letter=identity.letter,
            public_key=public_key(identity.signing_key).hex(),
            enrolled_at=server.now(),
            revoked_at=server.now() if revoked else None,
        )
        server.save([Edit(card, server.get(Computer, card.id))], server.identity.device)

    def serve(self, hub: Replica, *, port: int = 0) -> HubFace:
        """Let a computer be a hub."""
        face = HubFace(hub, HubService(hub, self.woken.append), host="127.0.0.1", port=port)
        self.faces.append(face)
        return face

    def code(self, hub: Replica | None = None) -> str:
        """A fresh code on the hub's screen."""
        chosen = hub or self.hub
        now = chosen.now()
        return chosen.write(
            lambda connection: hub_codes.new_code(connection, DISTRICT, now, secrets.token_bytes(16))
        ).digits

    def pair(
        self, pc: Replica, hub: Replica | None = None, face: HubFace | None = None, code: str | None = None
    ) -> None:
        """Type the hub's code at a PC."""
        url = f"https://127.0.0.1:{(face or self.face).port}"
        fingerprint = certificate_of(url)
        with HttpTransport(url, fingerprint=fingerprint) as transport:
            pair(pc, transport, url=url, fingerprint=fingerprint, code=code or self.code(hub))

    def to_hub(self, pc: Replica) -> Outcome:
        """One exchange of a PC with its hub."""
        hub = pc.read(lambda connection: hub_links.read_hub(connection, DISTRICT))
        assert hub is not None
        signer = Signer(pc.identity.device, pc.identity.signing_key)
        with HttpTransport(hub.url, signer, fingerprint=hub.fingerprint) as transport:
            cable = Cable(transport, lambda: "pc-hub" not in self.pulled)
            return exchange(pc, cable, NO_WAITING, links.HUB_PEER)

    def to_district(self, replica: Replica) -> Outcome:
        """One exchange of a PC, or of the hub, with the district."""
        name = "hub-district" if replica is self.hub else "pc-district"
        return exchange(replica, Cable(self.district.link(replica), lambda: name not in self.pulled), NO_WAITING)

    def round(self, *pcs: Replica) -> None:
        """What the agents do in half a minute: each PC with its hub and the district, the hub with the district."""
        for pc in pcs or (self.pc, self.other):
            with suppress(Unreachable):
                self.to_hub(pc)
            with suppress(Unreachable):
                take_over_if_silent(pc)
                self.to_district(pc)
        with suppress(Unreachable):
            self.to_district(self.hub)

    def register(self, replica: Replica, name: str = "Siti Rahayu") -> str:
        """Save a patient at one of the computers."""
        patient = new_patient(replica, name)
        replica.save([Edit(patient)], self.district.author)
        return patient.id

    def forget_recent_hub(self, pc: Replica) -> None:
        """As if this PC had not been equal with its hub for two days."""
        moment = (pc.now() - timedelta(days=2)).isoformat(timespec="seconds").replace("+00:00", "Z")
        pc.write(lambda connection: links.write_link(connection, DISTRICT, links.HUB_PEER, last_sync_at=moment))

    def copied(self, replica: Replica) -> Path:
        """A copy of a computer's file as it is now."""
        copy = self.folder / "copy.db"
        source = replica.engine.raw_connection()
        target = sqlcipher3.dbapi2.connect(str(copy))
        assert source.driver_connection is not None
        source.driver_connection.backup(target)
        source.close()
        target.close()
        return copy

    def replace_hub(self, copy: Path) -> None:
        """Let the hub go on from a copy, at the same address."""
        self.face.close()
        self.hub.close()
        hub = Replica.load(open_sqlite(copy, None), system_environment())
        assert hub is not None
        self.hub = hub
        self.replicas.append(hub)
        self.face = self.serve(hub, port=self.face.port)

    def close(self) -> None:
        """Give everything back."""
        for face in self.faces:
            face.close()
        for replica in self.replicas:
            replica.close()
        self.district.server.close()


def take_over_if_silent(pc: Replica) -> None:
    """As its agent does before each exchange with the district."""
    now = pc.now()
    if pc.read(lambda connection: hub_links.is_silent(connection, DISTRICT, now)):
        pc.write(lambda connection: hub_links.take_over(connection, pc.identity))


def records(replica: Replica, type_name: str = "patient") -> set[str]:
    """The ids of all records of a type."""
    table = tables.record
    query = select(table.c.id).where(table.c.district == DISTRICT, table.c.type == type_name)
    return replica.read(lambda connection: set(connection.execute(query).scalars()))


def states(replica: Replica) -> dict[str, int]:
    """What ``confirmed`` says of each revision."""
    table = tables.revision
    query = select(table.c.id, table.c.confirmed).where(table.c.district == DISTRICT)
    return {row.id: row.confirmed for row in replica.read(lambda connection: connection.execute(query).all())}


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """A puskesmas whose two PCs are paired with its hub."""
    made = House(folder)
    try:
        made.to_district(made.hub)
        for pc in (made.pc, made.other):
            made.pair(pc)
        yield made
    finally:
        made.close()
