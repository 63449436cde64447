"""A receipt is given for what both sides really hold, and never while anything differs."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from sync.errors import BadInput, NotAllowed
from sync.exchange.credential import public_key
from sync.exchange.engine import exchange
from sync.exchange.manner import BRISK, Manner
from sync.exchange.messages import EXCHANGE, ExchangeRequest, Report, decode_message, encode_message
from sync.exchange.pace import SMALLEST, Pace
from sync.exchange.proof_messages import RECEIPT, ReceiptRequest
from sync.exchange.proving import ask_receipt, close_day
from sync.exchange.reporting import REPAIRS_VALUE
from sync.replica import tables
from sync.replica.identity import PUBLIC
from sync.replica.receipts import ProvenFeed, read_receipt
from sync.replica.replica import Replica
from sync.replica.standing import standing, waits_beside
from sync.replica.values import Edit
from tests.fakes.replicas import SmallDistrict, new_patient, new_referral


def register(district: SmallDistrict, replica: Replica) -> str:
    patient = new_patient(replica)
    replica.save([Edit(patient)], district.author)
    return patient.id


def held(replica: Replica, facility: str) -> set[str]:
    """The revisions of a facility in a database."""
    table = tables.revision
    query = select(table.c.id).where(table.c.facility == facility)
    return replica.read(lambda connection: set(connection.execute(query).scalars()))


def server_key(district: SmallDistrict) -> bytes:
    return public_key(district.server.identity.signing_key)


def test_a_receipt_counts_what_both_hold_and_names_the_server(district: SmallDistrict) -> None:
    for _ in range(3):
        register(district, district.pc)
    closing = close_day(district.pc, district.link(district.pc))
    assert closing.lacking == ()
    receipt = read_receipt(closing.receipt, server_key(district))
    assert receipt.equal
    assert (receipt.kinds["patient"].revisions, receipt.kinds["patient"].records) == (3, 3)
    assert receipt.facility == district.puskesmas
    assert {feed.audience for feed in receipt.feeds} == {PUBLIC, district.puskesmas}


def test_any_altered_byte_of_a_receipt_is_refused(district: SmallDistrict) -> None:
    register(district, district.pc)
    content, key = close_day(district.pc, district.link(district.pc)).receipt, server_key(district)
    for place in range(len(content)):
        for bit in (1, 128):
            altered = bytearray(content)
            altered[place] ^= bit
            with pytest.raises(BadInput):
                read_receipt(bytes(altered), key)
    for cut in (content[:-1], content + b"\0", b"", content * 2):
        with pytest.raises(BadInput):
            read_receipt(cut, key)
    with pytest.raises(BadInput):
        read_receipt(content, public_key(bytes(31) + b"\1"))


def test_nothing_is_certified_while_something_waits_or_was_refused(district: SmallDistrict) -> None:
    link = district.link(district.pc)
    assert close_day(district.pc, link).receipt
    register(district, district.pc)
    assert ask_receipt(district.pc, link) == (b"", ("waiting",))
    # In the name of another puskesmas: the server says no to it.
    letter = new_referral(district.pc, new_patient(district.pc).id, district.hospital)
    district.pc.save([Edit(replace(letter, from_facility=district.other_puskesmas))], district.author)
    closing = close_day(district.pc, link)
    assert closing.receipt == b""
    assert closing.lacking == ("refused",)


def test_what_another_pc_sent_meanwhile_is_fetched_before_anything_is_certified(district: SmallDistrict) -> None:
    link = district.link(district.pc)
    assert exchange(district.pc, link).proven
    register(district, district.second_pc)
    assert exchange(district.second_pc, district.link(district.second_pc)).proven
    assert ask_receipt(district.pc, link) == (b"", ("newer",))
    closing = close_day(district.pc, link)
    assert closing.receipt
    assert held(district.pc, district.puskesmas) == held(district.server, district.puskesmas)


def test_a_revision_that_vanished_at_the_server_behind_its_digest_is_no_receipt(district: SmallDistrict) -> None:
    register(district, district.pc)
    link = district.link(district.pc)
    assert close_day(district.pc, link).receipt
    table = tables.revision
    district.server.write(lambda connection: connection.execute(delete(table).where(table.c.type == "patient")))
    closing = close_day(district.pc, link)
    assert closing.receipt == b""
    assert closing.lacking == ("differs",)


def test_a_revision_that_vanished_here_behind_its_digest_is_fetched_again(district: SmallDistrict) -> None:
    register(district, district.pc)
    link = district.link(district.pc)
    assert close_day(district.pc, link).receipt
    table = tables.revision
    district.pc.write(lambda connection: connection.execute(delete(table).where(table.c.type == "patient")))
    closing = close_day(district.pc, link)
    assert closing.receipt
    assert held(district.pc, district.puskesmas) == held(district.server, district.puskesmas)
    assert '"fetched": 1' in (district.pc.get_value(REPAIRS_VALUE) or "")


def test_a_claim_of_another_facilitys_feed_is_refused(district: SmallDistrict) -> None:
    request = ReceiptRequest("", [ProvenFeed(PUBLIC, 0, ""), ProvenFeed(district.other_puskesmas, 0, "")])
    with pytest.raises(NotAllowed):
        district.link(district.pc).send(RECEIPT, encode_message(request))
    doubled = ReceiptRequest("", [ProvenFeed(PUBLIC, 0, ""), ProvenFeed(PUBLIC, 0, "")])
    with pytest.raises(BadInput):
        district.link(district.pc).send(RECEIPT, encode_message(doubled))


def reports(district: SmallDistrict, work: list[Report | None], replica: Replica, manner: Manner = BRISK) -> None:
    link = district.link(replica)

    def see(path: str, body: bytes) -> None:
        if path == EXCHANGE:
            work.append(decode_message(body, ExchangeRequest).report)

    link.before = see
    assert exchange(replica, link, manner).proven


def test_a_report_is_sent_when_it_changed_and_says_what_is_so_once_it_arrived(district: SmallDistrict) -> None:
    sent: list[Report | None] = []
    register(district, district.pc)
    reports(district, sent, district.pc)
    assert sent[0] is not None
    assert sent[0].waiting == 0  # the message itself brings it
    sent.clear()
    reports(district, sent, district.pc)
    assert sent == [None]
    table = tables.revision
    kept = update(table).where(table.c.type == "patient").values(confirmed=0, refusal="no")
    district.pc.write(lambda connection: connection.execute(kept))
    sent.clear()
    link = district.link(district.pc)
    link.before = lambda path, body: (
        sent.append(decode_message(body, ExchangeRequest).report) if path == EXCHANGE else None
    )
    exchange(district.pc, link)
    assert sent[0] is not None
    assert sent[0].refused == 1


def test_a_long_backlog_is_reported_at_its_beginning_and_at_its_end(district: SmallDistrict) -> None:
    district.pc.save([Edit(new_patient(district.pc)) for _ in range(300)], district.author)
    sent: list[Report | None] = []
    reports(district, sent, district.pc, Manner(pace=Pace(SMALLEST, growth=1.0)))
    told = [(place, report.waiting) for place, report in enumerate(sent) if report is not None]
    assert len(sent) > 4
    (begin, waiting), (end, nothing) = told
    assert begin == 0
    assert waiting > 200
    assert end == len(sent) - 1
    assert nothing == 0


def test_whether_more_waits_is_said_as_the_count_says_it(district: SmallDistrict) -> None:
    pc = district.pc
    pc.save([Edit(new_patient(pc)) for _ in range(4)], district.author)
    waiting = [revision for revision, _ in pc.waiting(10, 10**6)]
    table = tables.revision
    for refused in ((), waiting[:1], waiting):
        pc.write(
            lambda connection, refused=refused: connection.execute(  # type: ignore[misc]  # bound per turn on purpose
                update(table).where(table.c.id.in_(refused)).values(refusal="no")
            )
        )
        for count in range(len(waiting) + 1):
            for brought in (waiting[:count], waiting[count:]):
                more, counted = pc.read(
                    lambda connection, brought=brought: (  # type: ignore[misc]  # as above
                        waits_beside(connection, pc.identity, brought),
                        standing(connection, pc.identity, brought).waiting,
                    )
                )
                assert more == (counted > 0)


def test_what_the_server_wrote_and_lost_is_nobodys_waiting_work(district: SmallDistrict) -> None:
    pc, table = district.pc, tables.revision
    assert exchange(pc, district.link(pc)).proven
    lost = update(table).where(table.c.author == table.c.device, table.c.device != pc.identity.device)
    lost = lost.values(confirmed=0, facility=pc.identity.facility)
    assert pc.write(lambda connection: connection.execute(lost)).rowcount > 0
    assert pc.read(lambda connection: standing(connection, pc.identity)).waiting == 0
    assert not pc.read(lambda connection: waits_beside(connection, pc.identity, ()))
    assert pc.waiting_count() == 0


@pytest.mark.parametrize("seed", range(12))
def test_whenever_there_is_a_receipt_both_sides_hold_the_same(district: SmallDistrict, seed: int) -> None:
    chance = random.Random(seed)
    pcs = (district.pc, district.second_pc, district.hospital_pc, district.other_pc)
    certified = 0
    for _ in range(14):
        replica = chance.choice(pcs)
        step = chance.randrange(5)
        if step == 0 and replica is not district.hospital_pc:
            patient = register(district, replica)
            if chance.random() < 0.5:
                referral = new_referral(replica, patient, district.hospital)
                replica.save([Edit(referral)], district.author)
        elif step == 1:
            exchange(replica, district.link(replica))
        elif step == 2:
            _lose_something(district, chance)
        else:
            content, lacking = ask_receipt(replica, district.link(replica))
            if step == 4 and not content:
                closing = close_day(replica, district.link(replica))
                content, lacking = closing.receipt, closing.lacking
            assert bool(content) != bool(lacking)
            if content:
                certified += 1
                facility = replica.identity.facility
                assert held(district.server, facility) == held(replica, facility)
                assert replica.waiting_count() == 0
    assert certified or seed  # the first seed certifies something at least


def _lose_something(district: SmallDistrict, chance: random.Random) -> None:
    """A database of a PC loses a row that it had written down as received."""
    replica, table = chance.choice((district.pc, district.second_pc)), tables.revision
    query = select(table.c.id).where(table.c.type == "patient", table.c.confirmed == 1).order_by(table.c.id)
    ids = replica.read(lambda connection: list(connection.execute(query).scalars()))
    if ids:
        gone = delete(table).where(table.c.id == chance.choice(ids))
        replica.write(lambda connection: connection.execute(gone))
