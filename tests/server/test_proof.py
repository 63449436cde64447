"""Proof over real HTTP, with either database at the server: reports, the list of computers, receipts."""

from dataclasses import dataclass, field

from sync.exchange.credential import public_key
from sync.exchange.engine import exchange
from sync.exchange.enrol import identity_of
from sync.exchange.proving import close_day, fetch_computers
from sync.exchange.reporting import SENT_VALUE
from sync.exchange.transport import Transport
from sync.records import Patient
from sync.records.moments import moment_text
from sync.replica import links
from sync.replica.hub_peers import HubPeer, write_peer
from sync.replica.opening import open_sqlite
from sync.replica.receipts import read_receipt
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.fakes.district import HOSPITAL_CODE, District, EnrolledPc
from tests.fakes.replicas import new_patient


@dataclass
class Measured:
    """A road that writes down how large each message is."""

    road: Transport
    sizes: list[int] = field(default_factory=list)

    def send(self, path: str, body: bytes) -> bytes:
        """Send it on."""
        self.sizes.append(len(body))
        return self.road.send(path, body)


def computer(pc: EnrolledPc) -> Replica:
    """The replica of an enrolled computer, in memory."""
    chosen = system_environment()
    identity = identity_of(
        pc.card, replica=chosen.new_id(), epoch=chosen.new_id(), pc_name="PC", signing_key=pc.signing_key
    )
    replica = Replica.create(open_sqlite(None, None, create=True), identity, chosen)
    replica.write(
        lambda connection: links.write_link(
            connection, pc.card.district, links.DISTRICT_PEER, epoch=pc.card.epoch, server_key=pc.card.server_key
        )
    )
    return replica


def register(replica: Replica) -> Patient:
    patient = new_patient(replica)
    replica.save([Edit(patient)], replica.identity.device)
    return patient


def served(hub: Replica, device: str) -> None:
    """Let a hub know a PC that spoke there just now, with three revisions that wait."""
    moment = moment_text(hub.now(), "seconds")
    peer = HubPeer(device, "PC", "X", "00", moment, moment, 3, told_at=moment)
    hub.write(lambda connection: write_peer(connection, hub.identity.district, peer))


def test_a_computer_is_listed_for_its_facility_with_what_it_said(district: District) -> None:
    pc = district.enrol_pc(name="PC-LAPOR")
    replica = computer(pc)
    register(replica)
    with district.transport(pc) as road:
        assert exchange(replica, road).proven
        found = {item.device: item for item in fetch_computers(road)}
    mine = found[pc.card.device]
    assert mine.name == "PC-LAPOR"
    assert mine.facility_name == "Puskesmas Melati"
    assert mine.report is not None
    assert mine.report.waiting == 0
    assert mine.records > 0
    assert {item.facility for item in found.values()} == {pc.card.facility}
    with district.transport(district.hospital) as road:
        assert pc.card.device not in {item.device for item in fetch_computers(road)}
    replica.close()


def test_the_day_is_closed_with_a_receipt_of_this_very_server(district: District) -> None:
    pc = district.enrol_pc(name="PC-SORE")
    replica = computer(pc)
    register(replica)
    with district.transport(pc) as road:
        closing = close_day(replica, road)
        again = close_day(replica, road)
    assert (closing.lacking, again.lacking) == ((), ())
    key = public_key(district.replica.identity.signing_key)
    receipt = read_receipt(closing.receipt, key)
    assert receipt.facility_name == "Puskesmas Melati"
    assert receipt.kinds["patient"].records >= 1
    (own,) = [item for item in receipt.computers if item.letter == receipt.letter]
    assert (own.name, own.waiting) == ("PC-SORE", 0)
    with district.transport(pc) as road:
        (mine,) = [item for item in fetch_computers(road) if item.device == pc.card.device]
    assert mine.proven_at >= receipt.at
    replica.close()


def test_a_report_stays_small_beside_an_exchange_with_nothing_new(district: District) -> None:
    pc = district.enrol_pc(HOSPITAL_CODE, name="PC-SUNYI")
    replica = computer(pc)
    with district.transport(pc) as road:
        assert exchange(replica, road).proven
        measured = Measured(road)
        replica.set_value(SENT_VALUE, None)
        assert exchange(replica, measured).requests == 1
        assert exchange(replica, measured).requests == 1
    with_report, without = measured.sizes
    assert without < with_report < 400
    replica.close()


def test_what_a_hub_says_of_a_pc_is_told_of_that_pc_and_of_none_elsewhere(district: District) -> None:
    pc, behind = district.enrol_pc(name="PC-HUB"), district.enrol_pc(name="PC-DI-BELAKANG")
    elsewhere = district.enrol_pc(HOSPITAL_CODE, name="PC-RS")
    replica = computer(pc)
    for card in (behind.card, elsewhere.card):
        served(replica, card.device)
    with district.transport(pc) as road:
        assert exchange(replica, road).proven
        found = {item.device: item for item in fetch_computers(road)}
    assert (found[behind.card.device].road, found[behind.card.device].waiting) == ("hub", 3)
    with district.transport(district.hospital) as road:
        found = {item.device: item for item in fetch_computers(road)}
    assert found[elsewhere.card.device].hub_at == ""
    replica.close()
