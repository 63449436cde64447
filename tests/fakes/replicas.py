"""Replicas of an invented district, and a transport that carries messages in this process.

The service at the other end is the real one; only the road is short.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Engine

from sync.exchange.messages import (
    BUNDLE,
    COMPARE,
    EXCHANGE,
    FETCH,
    GIVE_BACK,
    RENEW,
    BundleRequest,
    CompareRequest,
    ExchangeRequest,
    FetchRequest,
    GiveBackRequest,
    RenewRequest,
    decode_message,
    encode_message,
)
from sync.exchange.proof_messages import COMPUTERS, RECEIPT, ComputersRequest, ReceiptRequest
from sync.exchange.service import Peer, Service
from sync.records import Facility, Patient, Referral, ReferralEvent
from sync.replica.identity import Identity
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import Environment, system_environment
from sync.server.bundles import Bundles
from sync.server.enrolment import Enrolment
from sync.server.proof import Proof

DISTRICT = "9901"


def make_replica(
    facility: str,
    kind: str,
    *,
    engine: Engine | None = None,
    serves: bool = False,
    environment: Environment | None = None,
    letter: str = "A",
) -> Replica:
    """A freshly enrolled replica, in memory if no engine is given."""
    chosen = environment or system_environment()
    identity = Identity(
        district=DISTRICT,
        replica=chosen.new_id(),
        epoch=chosen.new_id(),
        device=chosen.new_id(),
        letter=letter,
        facility=facility,
        facility_kind=kind,
        pc_name=f"PC {letter}",
        signing_key=bytes(32),
    )
    return Replica.create(engine or open_sqlite(None, None, create=True), identity, chosen, serves=serves)


@dataclass
class DirectTransport:
    """Carries messages of one replica to a service; ``before`` and ``after`` see each path and body as it passes."""

    replica: Replica
    service: Service
    before: Callable[[str, bytes], None] = field(default=lambda _path, _body: None)
    after: Callable[[str, bytes], None] = field(default=lambda _path, _body: None)

    def send(self, path: str, body: bytes) -> bytes:
        """Hand the message to the service in this process."""
        self.before(path, body)
        identity = self.replica.identity
        peer = Peer(identity.device, identity.facility, identity.facility_kind)
        if path == EXCHANGE:
            answer = encode_message(self.service.exchange(peer, decode_message(body, ExchangeRequest)))
        elif path == COMPARE:
            answer = encode_message(self.service.compare(peer, decode_message(body, CompareRequest)))
        elif path == GIVE_BACK:
            answer = encode_message(self.service.give_back(decode_message(body, GiveBackRequest)))
        elif path == RENEW:
            answer = encode_message(Enrolment(self.service.replica).renew(peer, decode_message(body, RenewRequest)))
        elif path == BUNDLE:
            answer = encode_message(Bundles(self.service.replica).relay(peer, decode_message(body, BundleRequest)))
        elif path == COMPUTERS:
            answer = encode_message(Proof(self.service.replica).computers(peer, decode_message(body, ComputersRequest)))
        elif path == RECEIPT:
            answer = encode_message(Proof(self.service.replica).receipt(peer, decode_message(body, ReceiptRequest)))
        else:
            assert path == FETCH
            answer = encode_message(self.service.fetch(peer, decode_message(body, FetchRequest)))
        self.after(path, answer)
        return answer


class SmallDistrict:
    """A server, a puskesmas with two PCs, another puskesmas, two hospitals and the office's PC."""

    def __init__(self, server_engine: Engine | None = None) -> None:
        new_id = system_environment().new_id
        self.office, self.puskesmas, self.other_puskesmas = new_id(), new_id(), new_id()
        self.hospital, self.other_hospital, self.author = new_id(), new_id(), new_id()
        self.server = make_replica(self.office, "dinkes", engine=server_engine, serves=True)
        self.service = Service(self.server)
        self.pc = make_replica(self.puskesmas, "puskesmas")
        self.second_pc = make_replica(self.puskesmas, "puskesmas", letter="B")
        self.other_pc = make_replica(self.other_puskesmas, "puskesmas")
        self.hospital_pc = make_replica(self.hospital, "rs")
        self.other_hospital_pc = make_replica(self.other_hospital, "rs")
        self.office_pc = make_replica(self.office, "dinkes")
        places = ((self.puskesmas, "puskesmas"), (self.other_puskesmas, "puskesmas"))
        hospitals = ((self.hospital, "rs"), (self.other_hospital, "rs"))
        self.server.save(
            [
                Edit(Facility(id=place, code=f"0114U{number:03}", name=f"Fasilitas {number}", kind=kind))
                for number, (place, kind) in enumerate((*places, *hospitals))
            ],
            self.server.identity.device,
        )

    @property
    def pcs(self) -> tuple[Replica, ...]:
        """All computers but the server."""
        return (
            self.pc,
            self.second_pc,
            self.other_pc,
            self.hospital_pc,
            self.other_hospital_pc,
            self.office_pc,
        )

    def link(self, replica: Replica) -> DirectTransport:
        """The road from a computer to the server."""
        return DirectTransport(replica, self.service)

    def close(self) -> None:
        """Give back all databases."""
        for replica in (*self.pcs, self.server):
            replica.close()


def cloned(replica: Replica) -> Replica:
    """The same disk in a second computer."""
    engine = open_sqlite(None, None, create=True)
    source, target = replica.engine.raw_connection(), engine.raw_connection()
    assert source.driver_connection is not None
    source.driver_connection.backup(target.driver_connection)
    source.close()
    target.close()
    twin = Replica.load(engine, system_environment())
    assert twin is not None
    return twin


def new_patient(replica: Replica, name: str = "Siti Rahayu") -> Patient:
    """An invented patient, not saved yet."""
    return Patient(id=replica.new_id(), name=name, sex="P", identity_reason="belum_rekam")


def new_referral(replica: Replica, patient: str, hospital: str, urgency: str = "kuning") -> Referral:
    """An invented letter, not saved yet."""
    return Referral(
        id=replica.new_id(),
        number="A-0001/XI/2026",
        patient=patient,
        from_facility=replica.identity.facility,
        to_facility=hospital,
        kind="rawat_inap",
        urgency=urgency,
        written_at=replica.now(),
        anamnesis="Demam lima hari, mimisan",
        diagnosis_label="Demam berdarah dengue",
        reason="Perlu rawat inap",
        doctor_name="dr. Contoh",
    )


def new_event(replica: Replica, referral: str, kind: str, *, to_facility: str | None = None) -> ReferralEvent:
    """An invented fact of a referral, not saved yet."""
    return ReferralEvent(
        id=replica.new_id(),
        referral=referral,
        kind=kind,
        at=replica.now(),
        by=replica.identity.device,
        by_name="Petugas Contoh",
        to_facility=to_facility,
    )
