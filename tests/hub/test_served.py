"""What the district learns from a hub about the PCs behind it: real replicas, a real hub, the server's own table."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from desktop.letters.receipt_sheet import receipt_sheet
from sync.errors import BadInput
from sync.exchange.engine import exchange
from sync.exchange.messages import (
    EXCHANGE,
    MOST_AGO_S,
    MOST_SERVED,
    PROTOCOL,
    ExchangeAnswer,
    ExchangeRequest,
    Report,
    ServedPc,
    decode_message,
    encode_message,
)
from sync.exchange.proof_messages import Computer, ComputersRequest
from sync.exchange.proving import close_day
from sync.exchange.reporting import due_report
from sync.exchange.service import Peer
from sync.records import RECORDS_VERSION
from sync.records.moments import moment_text
from sync.replica import hub_peers, tables
from sync.replica.devices import moment_of
from sync.replica.hub_peers import HubPeer
from sync.replica.receipts import read_receipt
from sync.replica.replica import Replica
from sync.replica.standing import standing
from sync.revisions.environment import system_environment
from sync.server import health
from sync.server.access import Access
from sync.server.admin_words import device_line
from sync.server.proof import Proof
from tests.fakes.hub import NO_WAITING, House, house
from tests.fakes.replicas import DISTRICT

_DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def place(tmp_path: Path) -> Iterator[House]:
    """A house whose computers the server knows by its own table."""
    with house(tmp_path) as made:
        for replica in (made.hub, made.pc, made.other):
            enrolled(made, replica)
        yield made


def enrolled(place: House, replica: Replica) -> None:
    """Let the server know this computer, which has not spoken yet."""
    identity = replica.identity
    row = {
        "district": DISTRICT,
        "id": identity.device,
        "facility": identity.facility,
        "name": identity.pc_name,
        "letter": identity.letter,
        "public_key": b"",
        "enrolled_at": moment_text(place.district.server.now()),
    }
    place.district.server.write(lambda connection: connection.execute(tables.device.insert().values(row)))


def told(place: House, replica: Replica) -> Computer:
    """A computer as the server tells of it."""
    peer = Peer(place.hub.identity.device, replica.identity.facility, "puskesmas")
    found = Proof(place.district.server).computers(peer, ComputersRequest()).computers
    [one] = [item for item in found if item.device == replica.identity.device]
    return one


def shift(replica: Replica, milliseconds: int) -> None:
    """Set a computer's clock."""
    replica.environment = replace(replica.environment, now_ms=lambda: system_environment().now_ms() + milliseconds)


def served_before(place: House, number: int, moment: str = "", waiting: int = 0) -> None:
    """Let the hub know one more PC, which spoke at this moment, or just now."""
    seen = moment or moment_text(place.hub.now(), "seconds")
    peer = HubPeer(f"{number:032x}", f"PC {number}", "X", "00", seen, seen, waiting, told_at=seen)
    place.hub.write(lambda found: hub_peers.write_peer(found, DISTRICT, peer))


def by_hub(place: House, *served: ServedPc, sender: Replica | None = None) -> ExchangeAnswer:
    """What the server answers to a report with these words in it."""
    replica = sender or place.hub
    message = ExchangeRequest(PROTOCOL, RECORDS_VERSION, report=Report(served=list(served)))
    answer = place.district.link(replica).send(EXCHANGE, encode_message(message))
    return decode_message(answer, ExchangeAnswer)


def spoke(replica: Replica, ago: int = 0, waiting: int = 0) -> ServedPc:
    return ServedPc(bytes.fromhex(replica.identity.device), ago, waiting)


def test_the_district_knows_which_program_a_pc_behind_a_hub_has(place: House) -> None:
    place.pulled = {"pc-district"}
    place.register(place.pc)
    device = place.pc.identity.device
    # What a hub says reaches an administrator's terminal.
    place.hub.write(
        lambda found: hub_peers.note_contact(found, DISTRICT, device, place.hub.now(), (1, 0), program="Lain\x1b[2J/9")
    )
    place.to_district(place.hub)
    assert health.rows(place.district.server)[device]["program"] == "Lain[2J/9"


def test_what_a_later_version_has_kept_of_a_pc_is_passed_over(place: House) -> None:
    served_before(place, 7)
    kept = place.hub.get_value(f"{hub_peers.PEER_PREFIX}{7:032x}")
    assert kept is not None
    place.hub.set_value(f"{hub_peers.PEER_PREFIX}{7:032x}", json.dumps({**json.loads(kept), "of_a_later_version": 1}))
    peers = place.hub.read(lambda found: hub_peers.read_peers(found, DISTRICT))
    assert f"{7:032x}" in [peer.device for peer in peers]


def test_a_pc_that_lives_by_its_hub_alone_is_not_silent_at_the_district(place: House) -> None:
    place.pulled = {"pc-district"}
    place.register(place.pc)
    place.round()
    first = told(place, place.pc)
    # The message that told of it brought what waited there.
    assert (first.seen_at, first.road, first.waiting) == ("", "hub", 0)
    assert abs(datetime.fromisoformat(first.heard_at) - place.district.server.now()) < timedelta(minutes=1)
    # Long after, it is silent, and the words say by which road it was heard of last.
    server, device = place.district.server, place.pc.identity.device
    assert health.rows(server)[device]["waiting"] == 0
    assert device not in str(health.summary(server, days=2)["silent"])
    shift(server, 5 * _DAY_MS)
    found = health.summary(server, days=2)
    assert device in str(found["silent"])
    heard = told(place, place.pc).hub_at
    assert f"last seen never, by hub {heard}" in health.words(found)
    [known] = [item for item in Access(server).devices() if item.id == device]
    assert f"by hub {heard}" in device_line(known)


def test_what_waits_at_a_pc_is_told_at_once_and_till_it_has_arrived(place: House) -> None:
    place.pulled = {"pc-district"}
    place.round()
    place.register(place.pc)
    # The hub is told that something waits, and not given it yet.
    identity, now = place.pc.identity, place.hub.now()
    place.hub.write(lambda found: hub_peers.note_contact(found, DISTRICT, identity.device, now, (1, 0)))
    place.to_district(place.hub)
    assert told(place, place.pc).waiting == 1
    place.to_hub(place.pc)
    # The PC is switched off; that its hub has brought it is news enough.
    place.to_district(place.hub)
    assert told(place, place.pc).waiting == 0


def test_what_the_hub_would_not_have_still_waits_at_its_pc(place: House) -> None:
    place.pulled = {"pc-district"}
    place.register(place.pc)
    place.round()
    device, now = place.pc.identity.device, place.hub.now()
    # Of seven the hub has two, of which one has arrived; and all that it has arrives.
    place.hub.write(lambda found: hub_peers.note_contact(found, DISTRICT, device, now, (6, 1)))
    place.to_district(place.hub)
    assert told(place, place.pc).waiting == 5


def test_an_idle_exchange_says_of_pcs_only_what_is_news_and_stays_small(place: House) -> None:
    place.round()
    for number in range(MOST_SERVED):
        served_before(place, number)
    place.to_district(place.hub)
    sizes: list[int] = []
    reports: list[Report | None] = []

    def seen(_path: str, body: bytes) -> None:
        sizes.append(len(body))
        reports.append(decode_message(body, ExchangeRequest).report)

    def one() -> Report | None:
        link = place.district.link(place.hub)
        link.before = seen
        assert exchange(place.hub, link, NO_WAITING).requests == 1
        return reports[-1]

    assert one() is None
    later = 16 * 60 * 1000
    shift(place.hub, later)
    shift(place.district.server, later)
    due = one()
    assert due is not None
    assert due.served == []
    # All have spoken again, which waits for the next report.
    for number in range(MOST_SERVED):
        served_before(place, number)
    assert one() is None
    shift(place.hub, 2 * later)
    shift(place.district.server, 2 * later)
    due = one()
    assert due is not None
    assert len(due.served) == MOST_SERVED
    assert max(sizes) < 1000


def test_more_pcs_than_one_report_has_room_for_are_all_told_of_in_turn(place: House) -> None:
    for number in range(2 * MOST_SERVED):
        served_before(place, number)
    named: list[bytes] = []

    def seen(_path: str, body: bytes) -> None:
        report = decode_message(body, ExchangeRequest).report
        named.extend(pc.device for pc in (report.served if report else []))

    for _ in range(3):
        link = place.district.link(place.hub)
        link.before = seen
        exchange(place.hub, link, NO_WAITING)
    everybody = place.hub.read(lambda connection: hub_peers.read_peers(connection, DISTRICT))
    assert sorted(named) == sorted(bytes.fromhex(peer.device) for peer in everybody if peer.told_at is not None)
    assert len(named) == 2 * MOST_SERVED


@pytest.mark.parametrize("wrong", [-400 * _DAY_MS, 3 * _DAY_MS])
def test_a_wrong_clock_at_the_hub_moves_nobody_in_time(place: House, wrong: int) -> None:
    shift(place.hub, wrong)
    place.to_hub(place.pc)
    place.to_district(place.hub)
    heard = told(place, place.pc).hub_at
    assert abs(datetime.fromisoformat(heard) - place.district.server.now()) < timedelta(minutes=1)
    # From now on the hub knows the right time, and its old note is one of another time.
    place.to_district(place.hub)
    assert told(place, place.pc).hub_at == heard


def test_notes_that_no_clock_can_have_made_never_stop_a_hub(place: House) -> None:
    served_before(place, 1, "0001-01-01T00:00:00+00:00", -3)
    served_before(place, 2, "2999-01-01T00:00:00+00:00", -3)
    now, device = place.hub.now(), place.pc.identity.device
    place.hub.write(lambda found: hub_peers.note_contact(found, DISTRICT, device, now, (2**70, 0)))
    assert place.to_district(place.hub).proven
    assert told(place, place.pc).hub_waiting == 2**53


def test_a_hostile_hub_changes_nothing_beyond_its_facility_and_nothing_into_times_to_come(place: House) -> None:
    stranger = place.computer("S", place.district.other_puskesmas)
    enrolled(place, stranger)
    unknown = ServedPc(bytes(16), 0, 7)
    by_hub(place, spoke(stranger, 0, 7), unknown, spoke(place.hub, 0, 7), spoke(place.pc, 100, 4))
    assert told(place, stranger).heard_at == ""
    assert told(place, place.hub).hub_at == ""
    first = told(place, place.pc)
    assert (first.road, first.waiting) == ("hub", 4)
    # Another word about times before changes nothing; nor does one that is none.
    by_hub(place, spoke(place.pc, 5000, 9))
    by_hub(place, spoke(place.pc, MOST_AGO_S, 9))
    assert told(place, place.pc) == first
    for wrong in (spoke(place.pc, -5), spoke(place.pc, MOST_AGO_S + 1), ServedPc(b"short", 0, 0)):
        with pytest.raises(BadInput):
            by_hub(place, wrong)
    with pytest.raises(BadInput):
        by_hub(place, *[unknown] * (MOST_SERVED + 1))
    assert told(place, place.pc) == first


def test_what_a_pc_says_itself_counts_more_than_what_its_hub_says(place: House) -> None:
    server, device = place.district.server, place.pc.identity.device
    spoken = moment_of(server.environment.now_ms() - 60_000)
    change = tables.device.update().where(tables.device.c.id == device).values(last_seen_at=spoken, told_at=spoken)
    server.write(lambda connection: connection.execute(change))
    by_hub(place, spoke(place.pc, 0, 5))
    assert (told(place, place.pc).road, told(place, place.pc).waiting) == ("", None)
    shift(server, 3600 * 1000)
    by_hub(place, spoke(place.pc, 0, 5))
    assert (told(place, place.pc).road, told(place, place.pc).waiting) == ("hub", 5)


def test_the_word_of_a_hub_is_not_told_on_as_the_hubs_own_report(place: House) -> None:
    by_hub(place, spoke(place.pc, 3, 1))
    report = told(place, place.hub).report
    assert report == Report()


def test_older_programs_understand_a_report_with_pcs_and_newer_ones_one_without(place: House) -> None:
    class OldReport(msgspec.Struct, frozen=True, omit_defaults=True):
        waiting: int = 0

    body = encode_message(Report(waiting=2, served=[spoke(place.pc)]))
    assert msgspec.msgpack.decode(body, type=OldReport) == OldReport(2)
    assert decode_message(encode_message(OldReport(2)), Report) == Report(waiting=2)


def test_the_receipt_of_the_day_lists_a_pc_as_the_hub_saw_it(place: House) -> None:
    place.pulled = {"pc-district"}
    place.round()
    link = place.district.link(place.hub)
    closing = close_day(place.hub, link, NO_WAITING)
    assert closing.lacking == ()
    known = place.hub.link()
    assert known is not None
    assert known.server_key is not None
    receipt = read_receipt(closing.receipt, known.server_key)
    computers = {item.letter: item for item in receipt.computers}
    assert (computers["A"].road, computers["A"].waiting) == ("hub", 0)
    assert computers["A"].seen_at == told(place, place.pc).hub_at
    assert computers["H"].road == ""
    assert receipt_sheet(receipt, "tanda.rujuk-receipt").markup.count("lewat hub") == 2


def test_a_contact_alone_is_no_word_about_what_waits(place: House) -> None:
    place.pulled = {"pc-district", "hub-district"}
    third = place.computer("C")
    place.register(third)
    place.pair(third)
    met = place.hub.read(lambda connection: hub_peers.read_peer(connection, DISTRICT, third.identity.device))
    assert met is not None
    assert met.told_at is None
    assert third.identity.device not in due(place)
    place.to_hub(third)
    assert third.identity.device in due(place)


def test_a_pc_switched_off_after_its_round_is_not_known_as_one_that_holds_what_was_carried(place: House) -> None:
    place.round()
    place.round()
    place.register(place.pc)
    place.to_hub(place.pc)
    place.to_district(place.pc)
    place.to_hub(place.other)
    assert place.other.read(lambda connection: standing(connection, place.other.identity)).carried == 1
    assert place.to_district(place.other).requests == 2
    report = told(place, place.other).report
    assert report is not None
    assert report.carried == 0
    assert place.to_district(place.other).requests == 1


def test_what_is_carried_and_not_at_the_district_yet_is_said_once_and_costs_no_further_message(place: House) -> None:
    place.round()
    place.round()
    place.pulled = {"hub-district"}
    place.register(place.pc)
    place.to_hub(place.pc)
    place.to_hub(place.other)
    assert place.to_district(place.other).requests == 1
    report = told(place, place.other).report
    assert report is not None
    assert report.carried == 1
    assert place.to_district(place.other).requests == 1


def due(place: House) -> list[str]:
    """Of which PCs the hub would tell now."""
    found = due_report(place.hub, place.hub.link(), [], first=True)
    return [] if found is None else [pc.device.hex() for pc in found.report.served]
