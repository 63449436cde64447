"""The exchange between a computer and the district, over a road that fails in every way a road can."""

import itertools
import json
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from sync.errors import BadInput, Interrupted, NotAllowed, Unreachable
from sync.exchange.engine import MOST_TRIES, exchange
from sync.exchange.manner import Manner, Outcome
from sync.exchange.messages import (
    COMPARE,
    EXCHANGE,
    FETCH,
    PROTOCOL,
    AskedFeed,
    CompareAnswer,
    CompareRequest,
    ExchangeRequest,
    FetchRequest,
    decode_message,
    encode_message,
    read_answer,
)
from sync.exchange.reporting import REPAIRS_VALUE
from sync.records import RECORDS_VERSION, Facility, Patient, Referral, ReferralEvent, Visit, Ward
from sync.replica import digest, links, tables
from sync.replica.replica import Replica
from sync.replica.storing import split_ids
from sync.replica.values import Edit
from sync.revisions.packing import unpack
from tests.fakes.replicas import SmallDistrict, new_event, new_patient, new_referral

NO_WAITING = Manner(wait=lambda _seconds: None)


def sync(district: SmallDistrict, *replicas: Replica) -> list[Outcome]:
    return [exchange(replica, district.link(replica), NO_WAITING) for replica in replicas]


def refer(district: SmallDistrict, name: str = "Siti Rahayu") -> tuple[Patient, Referral]:
    patient = new_patient(district.pc, name)
    letter = new_referral(district.pc, patient.id, district.hospital)
    district.pc.save([Edit(patient), Edit(letter)], district.author)
    return patient, letter


def test_a_referral_reaches_the_hospital_and_the_answer_comes_back(district: SmallDistrict) -> None:
    patient, letter = refer(district)
    sync(district, district.pc, district.hospital_pc)
    assert district.hospital_pc.get(Patient, patient.id) is not None
    assert district.hospital_pc.get(Referral, letter.id) is not None
    answer = new_event(district.hospital_pc, letter.id, "diterima")
    district.hospital_pc.save([Edit(answer)], district.author)
    outcomes = sync(district, district.hospital_pc, district.pc, district.second_pc)
    assert all(outcome.proven for outcome in outcomes)
    assert district.pc.get(ReferralEvent, answer.id) is not None
    assert district.second_pc.get(ReferralEvent, answer.id) is not None


def test_nothing_new_is_one_request_of_less_than_a_kilobyte(district: SmallDistrict) -> None:
    refer(district)
    sync(district, district.pc)
    sizes: list[int] = []
    link = district.link(district.pc)
    link.before = link.after = lambda _path, body: sizes.append(len(body))
    assert exchange(district.pc, link).proven
    assert len(sizes) == 2
    assert sum(sizes) < 1000


def test_a_facility_gets_only_what_it_may_see(district: SmallDistrict) -> None:
    patient, letter = refer(district)
    visit = Visit(id=district.pc.new_id(), patient=patient.id, date=letter.written_at.date())
    other = new_patient(district.pc, "Pasien Lain")
    district.pc.save([Edit(visit), Edit(other)], district.author)
    sync(district, *district.pcs)
    assert district.hospital_pc.get(Patient, patient.id) is not None
    for stranger in (district.other_pc, district.other_hospital_pc):
        assert stranger.get(Patient, patient.id) is None
        assert stranger.get(Facility, district.puskesmas) is not None
    assert district.hospital_pc.get(Visit, visit.id) is None
    assert district.hospital_pc.get(Patient, other.id) is None
    assert district.office_pc.get(Visit, visit.id) is not None


def test_patient_edits_made_before_and_after_the_referral_reach_the_hospital(district: SmallDistrict) -> None:
    patient = new_patient(district.pc)
    district.pc.save([Edit(patient)], district.author)
    sync(district, district.pc)
    seen = district.pc.get(Patient, patient.id)
    assert seen is not None
    district.pc.save([Edit(replace(patient, phone="0812"), seen)], district.author)
    sync(district, district.pc)
    district.pc.save([Edit(new_referral(district.pc, patient.id, district.hospital))], district.author)
    sync(district, district.pc)
    seen = district.pc.get(Patient, patient.id)
    assert seen is not None
    district.pc.save([Edit(replace(seen.record, village="Sukamaju"), seen)], district.author)
    sync(district, district.pc, district.hospital_pc)
    there = district.hospital_pc.get(Patient, patient.id)
    assert there is not None
    assert (there.record.phone, there.record.village, there.conflicts) == ("0812", "Sukamaju", ())


def test_lists_that_are_long_only_once_they_are_joined_are_shown_everywhere(district: SmallDistrict) -> None:
    long = [f"{drug}: {'ruam luas, sesak, dirawat di RSUD ' * 5}" for drug in ("Penisilin", "Kotrimoksazol", "Aspirin")]
    patient, _ = refer(district)
    sync(district, district.pc, district.second_pc)
    for pc, drug in ((district.pc, long[0]), (district.second_pc, long[1]), (district.pc, long[2])):
        seen = pc.get(Patient, patient.id)
        assert seen is not None
        joined = replace(seen.record, allergies=(*seen.record.allergies, drug))
        pc.save([Edit(joined, seen)], district.author)
    sync(district, *district.pcs, *district.pcs)
    for replica in (district.pc, district.second_pc, district.hospital_pc, district.office_pc, district.server):
        shown = replica.get(Patient, patient.id)
        assert shown is not None
        assert sorted(shown.record.allergies) == sorted(long)
        assert shown.conflicts == ()
    with pytest.raises(BadInput, match="longer than 200"):
        replace(patient, allergies=("a" * 201,)).to_fields()


def test_a_redirected_referral_opens_to_the_new_hospital(district: SmallDistrict) -> None:
    patient, letter = refer(district)
    sync(district, district.pc, district.office_pc)
    moved = new_event(district.office_pc, letter.id, "dialihkan", to_facility=district.other_hospital)
    district.office_pc.save([Edit(moved)], district.author)
    sync(district, district.office_pc, district.other_hospital_pc)
    assert district.other_hospital_pc.get(Referral, letter.id) is not None
    assert district.other_hospital_pc.get(Patient, patient.id) is not None


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_message_is_sent_again_and_counts_once(district: SmallDistrict, when: str) -> None:
    patient, _ = refer(district)
    link = district.link(district.pc)
    cuts = iter([True, True, False])

    def cut(_path: str, _body: bytes) -> None:
        if next(cuts, False):
            raise Unreachable("cut")

    setattr(link, when, cut)
    outcome = exchange(district.pc, link, NO_WAITING)
    assert outcome.proven
    assert outcome.requests == 1
    [again] = sync(district, district.second_pc)
    assert again.proven
    assert len(district.second_pc.history(patient.id)) == 1


def test_a_dead_link_gives_up_and_everything_waits(district: SmallDistrict) -> None:
    refer(district)
    link = district.link(district.pc)

    def cut(_path: str, _body: bytes) -> None:
        raise Unreachable("cut")

    link.before = cut
    with pytest.raises(Unreachable):
        exchange(district.pc, link, NO_WAITING)
    assert district.pc.waiting_count() == 2
    state = district.pc.read(lambda connection: links.read_link(connection, "9901", "district"))
    assert state is not None
    assert (state.last_error, state.last_sync_at) == ("Unreachable", None)


def test_an_emergency_goes_first_alone_and_asks_for_nothing_that_would_hold_it_up(district: SmallDistrict) -> None:
    for number in range(5):
        refer(district, f"Pasien {number}")
    link, requests = district.link(district.pc), list[ExchangeRequest]()

    def hear(_path: str, body: bytes) -> None:
        requests.append(decode_message(body, ExchangeRequest))
        if len(requests) == 1:
            patient = new_patient(district.pc, "Gawat")
            letter = new_referral(district.pc, patient.id, district.hospital, "merah")
            district.pc.save([Edit(patient), Edit(letter)], district.author)
            raise Interrupted("something urgent waits")

    link.before = hear
    outcome = exchange(district.pc, link)
    assert (outcome.proven, outcome.sent) == (True, 12)
    first, urgent, rest = ([revision.type for revision, _ in unpack(item.push)] for item in requests)
    assert sorted(urgent) == ["patient", "referral"]
    assert len(first) == len(rest) == 10
    assert [len(item.feeds) for item in requests] == [2, 0, 2]


def test_one_bad_revision_is_refused_with_its_reason_and_the_rest_arrive(district: SmallDistrict) -> None:
    district.hospital_pc.save([Edit(new_patient(district.hospital_pc))], district.author)
    ward = Ward(id=district.hospital_pc.new_id(), facility=district.hospital, name="Melati", ward_class="KL3", free=2)
    district.hospital_pc.save([Edit(ward)], district.author)
    [outcome] = sync(district, district.hospital_pc)
    assert (outcome.sent, outcome.refused, outcome.proven) == (1, 1, True)
    assert district.hospital_pc.waiting_count() == 0
    sync(district, district.pc)
    assert district.pc.get(Ward, ward.id) is not None


def test_many_small_pages_bring_everything_in_order(district: SmallDistrict) -> None:
    for number in range(30):
        refer(district, f"Pasien {number}")
    sync(district, district.pc)
    small = replace(NO_WAITING, batch=7)
    outcome = exchange(district.second_pc, district.link(district.second_pc), small)
    assert (outcome.received, outcome.proven) == (64, True)


def lose_referrals(connection: Connection) -> None:
    connection.execute(tables.revision.delete().where(tables.revision.c.type == "referral"))
    connection.execute(tables.cursor.update().values(digest=digest.EMPTY))


def lose_forty(district: SmallDistrict, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PC loses 40 referrals that the server has; a comparison has a bucket at a time."""
    monkeypatch.setattr("sync.exchange.repair._MOST_NAMED", 16)
    for number in range(40):
        refer(district, f"Pasien {number}")
    sync(district, district.pc)
    district.pc.write(lose_referrals)


def test_a_digest_that_drifted_is_found_and_mended(district: SmallDistrict) -> None:
    refer(district)
    sync(district, district.pc, district.second_pc)
    district.second_pc.write(lose_referrals)
    paths: list[str] = []
    link = district.link(district.second_pc)
    link.before = lambda path, _body: paths.append(path)
    outcome = exchange(district.second_pc, link, NO_WAITING)
    assert outcome.proven
    assert outcome.repaired == 1
    assert FETCH in paths


def test_a_repair_that_is_cut_off_goes_on_where_it_was(
    district: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_forty(district, monkeypatch)
    link, compared, fewer = district.link(district.pc), list[int](), list[int]()

    def hear(path: str, body: bytes) -> None:
        if path == COMPARE:
            compared.append(len(read_answer(body, CompareAnswer).ids))
            if len(compared) > 8:
                raise Unreachable("cut")

    link.after = hear
    for _ in range(8):
        compared.clear()
        try:
            outcome = exchange(district.pc, link, NO_WAITING)
        except Unreachable:
            fewer.append(len(district.pc.read(lambda connection: connection.execute(_REFERRALS).all())))
            continue
        break
    assert outcome.proven
    assert fewer == sorted(set(fewer))
    assert len(fewer) > 2
    assert max(compared) < 40 * 16


def test_a_repair_that_makes_progress_is_not_given_up_and_what_it_mended_is_told(
    district: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_forty(district, monkeypatch)
    link, compared = district.link(district.pc), itertools.count(1)

    def hear(path: str, _body: bytes) -> None:
        # At first the link is good for a few comparisons at a time.
        if path == COMPARE and (number := next(compared)) < 40 and not number % 4:
            raise Unreachable("cut")

    link.after = hear
    outcome = exchange(district.pc, link, NO_WAITING)
    assert (outcome.proven, outcome.repaired - outcome.lost) == (True, 40)
    kept = json.loads(district.pc.get_value(REPAIRS_VALUE) or "[]")
    assert sum(item["fetched"] for item in kept) == 40


@pytest.mark.parametrize("lost", [COMPARE, FETCH])
def test_a_link_over_which_no_comparison_comes_is_given_up(district: SmallDistrict, lost: str) -> None:
    refer(district)
    sync(district, district.pc)
    district.pc.write(lose_referrals)
    link, messages = district.link(district.pc), itertools.count(1)

    def hear(path: str, _body: bytes) -> None:
        assert next(messages) < 8 * MOST_TRIES, "it goes on for ever"
        if path == lost:
            raise Unreachable("cut")

    link.after = hear
    with pytest.raises(Unreachable):
        exchange(district.pc, link, NO_WAITING)


_REFERRALS = select(tables.revision.c.id).where(tables.revision.c.type == "referral")


def push_only(district: SmallDistrict) -> None:
    """Another process of the same PC sends what waits and is ended before it has read the feeds to their end."""
    asked = iter([False])
    exchange(district.pc, district.link(district.pc), replace(NO_WAITING, stopped=lambda: next(asked, True)))


def test_what_another_process_sent_while_an_answer_travelled_is_no_difference(district: SmallDistrict) -> None:
    refer(district)
    sync(district, district.pc)
    paths: list[str] = []
    link = district.link(district.pc)

    def hear(path: str, _body: bytes) -> None:
        paths.append(path)
        if len(paths) == 1:
            patient = new_patient(district.pc, "Gawat")
            letter = new_referral(district.pc, patient.id, district.hospital, "merah")
            district.pc.save([Edit(patient), Edit(letter)], district.author)
            push_only(district)
            assert district.pc.waiting_count() == 0

    link.after = hear
    assert exchange(district.pc, link, NO_WAITING).proven
    assert paths == [EXCHANGE, EXCHANGE]


def test_what_another_process_sent_while_a_comparison_travelled_is_not_lost(district: SmallDistrict) -> None:
    for number in range(40):
        refer(district, f"Pasien {number}")
    sync(district, district.pc)
    link, in_compared = district.link(district.pc), list[str]()

    def hear(path: str, body: bytes) -> None:
        if path != COMPARE or in_compared:
            return
        compared = {digest.bucket_of(item) for item in split_ids(read_answer(body, CompareAnswer).ids)}
        if compared:
            while not in_compared:
                [revision] = district.pc.save([Edit(new_patient(district.pc, "Siti Aminah"))], district.author)
                in_compared.extend([revision.id] if digest.bucket_of(revision.id) in compared else [])
            push_only(district)

    district.pc.write(lose_referrals)
    link.after = hear
    outcome = exchange(district.pc, link, NO_WAITING)
    assert in_compared
    assert (outcome.proven, outcome.lost) == (True, 0)
    assert district.pc.known(in_compared) == dict.fromkeys(in_compared, True)


@pytest.mark.parametrize("path", [EXCHANGE, COMPARE, FETCH])
def test_a_peer_cannot_read_another_facilitys_feed(district: SmallDistrict, path: str) -> None:
    refer(district)
    sync(district, district.pc)
    link, stranger = district.link(district.hospital_pc), district.puskesmas
    messages = {
        EXCHANGE: ExchangeRequest(PROTOCOL, RECORDS_VERSION, feeds=[AskedFeed(stranger, 0)], budget=1000),
        COMPARE: CompareRequest(stranger),
        FETCH: FetchRequest(stranger, b"", 1000),
    }
    with pytest.raises(NotAllowed):
        link.send(path, encode_message(messages[path]))
