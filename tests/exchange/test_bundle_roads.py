"""One stick after the other: out, back, relayed, lost, late, twice, refused, after a restore, cut while being read."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from sync.errors import BundleElsewhere, BundleSender, BundleStale, NoServerKey
from sync.exchange import bundle, bundle_writing
from sync.exchange.bundle_taking import take_bundle
from sync.exchange.bundle_writing import relay, write_bundles
from sync.exchange.messages import BUNDLE
from sync.records import Referral, ReferralEvent
from sync.replica import links, tables
from sync.replica.replica import Replica
from sync.replica.values import Edit, Incoming, Link
from sync.revisions.environment import system_environment
from sync.revisions.revision import decode
from sync.server.access import Access
from tests.fakes.replicas import cloned, new_event, new_patient, new_referral
from tests.fakes.sticks import NO_WAITING, CarriedDistrict, Town, cursors, state_of


def save(replica: Replica, *edits: Edit) -> None:
    replica.save(list(edits), replica.identity.device)


def refer(town: Town) -> Referral:
    patient = new_patient(town.pc)
    letter = new_referral(town.pc, patient.id, town.hospital)
    save(town.pc, Edit(patient), Edit(letter))
    return letter


def test_a_puskesmas_without_network_sends_a_letter_and_gets_the_answer_by_stick(town: Town) -> None:
    letter = refer(town)
    [out] = write_bundles(town.pc)
    assert out.changes == 2
    assert town.pc.waiting_count() == 2  # written is not confirmed
    [back] = town.district.answered([out.file])
    taken = take_bundle(town.pc, back)
    assert (taken.confirmed, taken.refused, taken.reply_to) == (2, 0, out.id)
    assert taken.proven
    assert town.pc.waiting_count() == 0

    town.district.sync(town.hospital_pc)
    answer = new_event(town.hospital_pc, letter.id, "diterima")
    save(town.hospital_pc, Edit(answer))
    town.district.sync(town.hospital_pc)
    [taken] = town.district.carry(town.pc)
    assert (taken.confirmed, taken.received, taken.whole, taken.proven) == (0, 1, True, True)
    assert town.pc.get(ReferralEvent, answer.id) is not None
    [outcome] = town.district.sync(town.pc)
    assert (outcome.sent, outcome.received, outcome.requests, outcome.proven) == (0, 0, 1, True)


def test_when_both_sides_were_equal_is_noted_as_of_the_servers_answer(town: Town) -> None:
    before = _last_sync(town.pc)
    town.district.server.environment = replace(
        town.district.server.environment, now_ms=lambda: system_environment().now_ms() + 3_600_000
    )
    refer(town)
    [taken] = town.district.carry(town.pc)
    assert taken.answered_at is not None
    assert before < _last_sync(town.pc) == taken.answered_at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _last_sync(replica: Replica) -> str:
    link = replica.read(lambda connection: links.read_link(connection, "9901", links.DISTRICT_PEER))
    assert link is not None
    assert link.last_sync_at is not None
    return link.last_sync_at


def test_another_computer_relays_a_bundle_that_it_cannot_read(town: Town) -> None:
    letter = refer(town)
    [out] = write_bundles(town.pc)
    road = town.district.road(town.other_pc)
    passed: list[bytes] = []
    road.before = road.after = lambda path, body: passed.append(body) if path == BUNDLE else None
    back = relay(road, out.file)
    assert take_bundle(town.pc, back).confirmed == 2
    assert town.district.server.get(Referral, letter.id) is not None
    assert len(passed) == 2
    for secret in (b"Siti", b"Demam", letter.id.encode(), bytes.fromhex(letter.id), b"patient", b"referral"):
        assert not any(secret in body for body in passed)
    for stranger in (town.other_pc, town.second_pc):
        with pytest.raises(BundleElsewhere):
            take_bundle(stranger, back)
    with pytest.raises(BundleElsewhere):
        relay(road, back)


def test_a_stick_holds_the_emergency_first_and_everything_else_as_well(town: Town) -> None:
    save(town.pc, Edit(new_patient(town.pc, "Sejak pagi")))
    patient = new_patient(town.pc)
    letter = new_referral(town.pc, patient.id, town.hospital, "merah")
    save(town.pc, Edit(patient), Edit(letter))
    [out] = write_bundles(town.pc)
    assert out.changes == 3
    [back] = town.district.answered([out.file])
    assert take_bundle(town.pc, back).proven


def test_a_lost_stick_costs_nothing_and_the_next_one_holds_everything(town: Town) -> None:
    refer(town)
    write_bundles(town.pc)
    save(town.pc, Edit(new_patient(town.pc, "Ditulis sesudahnya")))
    [out] = write_bundles(town.pc)
    assert out.changes == 3
    [taken] = [take_bundle(town.pc, file) for file in town.district.answered([out.file])]
    assert (taken.confirmed, taken.proven) == (3, True)


def test_what_was_typed_while_the_stick_was_away_waits_on(town: Town) -> None:
    refer(town)
    [out] = write_bundles(town.pc)
    save(town.pc, Edit(new_patient(town.pc, "Sesudah stik")))
    [back] = town.district.answered([out.file])
    taken = take_bundle(town.pc, back)
    assert (taken.confirmed, taken.whole, taken.proven) == (2, True, False)
    assert town.pc.waiting_count() == 1


def test_a_stick_read_twice_and_an_old_one_change_nothing(town: Town) -> None:
    refer(town)
    old = write_bundles(town.pc)
    [first] = town.district.answered([item.file for item in old])
    take_bundle(town.pc, first)
    save(town.second_pc, Edit(new_patient(town.second_pc, "Rekan")))
    town.district.sync(town.second_pc)
    [later] = town.district.answered([item.file for item in old])  # an old stick is brought once more
    taken = take_bundle(town.pc, later)
    assert (taken.confirmed, taken.received, taken.known) == (0, 1, 2)
    after = state_of(town.pc)
    for file in (first, later, first):
        taken = take_bundle(town.pc, file)
        assert (taken.confirmed, taken.received) == (0, 0)
    assert state_of(town.pc) == after
    [outcome] = town.district.sync(town.pc)
    assert (outcome.requests, outcome.repaired, outcome.proven) == (1, 0, True)


def test_answers_in_the_wrong_order_are_counted_once_and_the_cursor_ends_at_the_top(town: Town) -> None:
    backs = []
    for name in ("Satu", "Dua", "Tiga"):
        save(town.second_pc, Edit(new_patient(town.second_pc, name)))
        town.district.sync(town.second_pc)
        backs += town.district.answered([item.file for item in write_bundles(town.pc)])
    # The second stick is written after the first was read; it then comes home before a copy of the first.
    received = [take_bundle(town.pc, file).received for file in (backs[1], backs[0], backs[2])]
    assert received == [2, 0, 1]
    [outcome] = town.district.sync(town.pc)
    assert (outcome.requests, outcome.repaired, outcome.received, outcome.proven) == (1, 0, 0, True)


def test_an_answer_from_beyond_the_cursor_is_kept_without_moving_it(town: Town) -> None:
    """The middle is missing: what comes after it counts, and the middle is still asked for."""
    twin = cloned(town.pc)
    save(town.second_pc, Edit(new_patient(town.second_pc, "Tengah")))
    town.district.sync(town.second_pc, twin)
    save(town.second_pc, Edit(new_patient(town.second_pc, "Akhir")))
    town.district.sync(town.second_pc)
    [back] = town.district.answered([item.file for item in write_bundles(twin)])
    before = {cursor.audience: cursor.number for cursor in cursors(town.pc)}
    taken = take_bundle(town.pc, back)
    assert (taken.received, taken.proven) == (1, False)
    assert {cursor.audience: cursor.number for cursor in cursors(town.pc)} == before
    [outcome] = town.district.sync(town.pc)
    assert (outcome.repaired, outcome.proven) == (0, True)
    assert state_of(town.pc)["records"] == state_of(town.second_pc)["records"]
    twin.close()


def test_a_refusal_comes_back_with_its_reason_and_an_old_one_does_not_undo_a_receipt(town: Town) -> None:
    letter = refer(town)
    town.district.sync(town.pc, town.hospital_pc)
    false = new_event(town.hospital_pc, letter.id, "dialihkan", to_facility=town.hospital)
    save(town.hospital_pc, Edit(false))
    [taken] = town.district.carry(town.hospital_pc)
    assert (taken.confirmed, taken.refused) == (0, 1)
    refusals = select(tables.revision.c.refusal).where(tables.revision.c.record == false.id)
    found = town.hospital_pc.read(lambda connection: connection.execute(refusals).scalar_one())
    assert found == "only the district office redirects"
    assert town.hospital_pc.waiting_count() == 0


def test_a_revoked_or_unknown_computers_stick_is_refused_with_the_reason(town: Town) -> None:
    refer(town)
    [out] = write_bundles(town.pc)
    Access(town.district.server).revoke(town.pc.identity.device)
    before = state_of(town.district.server)
    with pytest.raises(BundleSender, match="revoked"):
        relay(town.district.road(town.other_pc), out.file)
    stranger = CarriedDistrict.made()
    guest = stranger.enrol(stranger.add("11320101", "puskesmas"))
    key = town.district.server.identity.signing_key
    stranger.server.identity = replace(stranger.server.identity, signing_key=key)
    guest.write(
        lambda connection: links.write_link(
            connection, "9901", links.DISTRICT_PEER, server_key=_link(town.pc).server_key
        )
    )
    with pytest.raises(BundleSender, match="not enrolled"):
        town.district.answered([item.file for item in write_bundles(guest)])
    assert state_of(town.district.server) == before


def _link(replica: Replica) -> Link:
    link = replica.read(lambda connection: links.read_link(connection, "9901", links.DISTRICT_PEER))
    assert link is not None
    return link


def test_a_computer_that_does_not_know_its_servers_key_says_so(town: Town) -> None:
    town.pc.write(lambda connection: links.write_link(connection, "9901", links.DISTRICT_PEER, server_key=None))
    with pytest.raises(NoServerKey):
        write_bundles(town.pc)
    town.district.sync(town.pc)
    assert write_bundles(town.pc)


def test_a_fork_is_noticed_through_a_stick_and_a_new_name_is_taken_with_the_next_network(town: Town) -> None:
    twin, former = cloned(town.pc), town.pc.identity.device
    save(town.pc, Edit(new_patient(town.pc, "Di loket")))
    save(twin, Edit(new_patient(twin, "Di kembaran")))
    town.district.carry(town.pc)
    town.district.carry(twin)
    assert twin.is_behind()
    town.district.sync(twin)
    assert twin.identity.device != former
    town.district.sync(town.pc, twin, town.pc)
    assert state_of(town.pc)["records"] == state_of(twin)["records"]
    # A stick that was answered for the former name can be opened no more, and says so.
    [out] = write_bundles(twin)
    twin.close()
    assert out.changes == 0


def test_an_answer_from_before_a_restore_is_not_believed_after_it(town: Town) -> None:
    backup = cloned(town.district.server)
    letter = refer(town)
    [out] = write_bundles(town.pc)
    [back] = town.district.answered([out.file])
    town.put_back(backup)
    # By network the computer learns of it first; what the lost server had confirmed waits and is sent.
    town.district.sync(town.pc)
    save(town.pc, Edit(new_patient(town.pc, "Sesudah pemulihan")))
    before = state_of(town.pc)
    with pytest.raises(BundleStale):
        take_bundle(town.pc, back)
    assert state_of(town.pc) == before
    town.district.sync(town.pc, town.hospital_pc)
    assert town.hospital_pc.get(Referral, letter.id) is not None


def test_a_great_backlog_makes_several_bundles_that_may_come_in_any_order(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_writing, "_CHUNK", 10)
    monkeypatch.setattr(bundle_writing, "_MOST_REQUESTS", 3)
    save(town.pc, *(Edit(new_patient(town.pc, f"Pasien {number}")) for number in range(95)))
    written = write_bundles(town.pc)
    assert [item.changes for item in written] == [30, 30, 30, 5]
    backs = town.district.answered([item.file for item in written])
    taken = [take_bundle(town.pc, backs[place]) for place in (3, 0, 2, 1)]
    assert sum(item.confirmed for item in taken) == 95
    assert [item.whole for item in taken] == [True, False, False, False]
    [outcome] = town.district.sync(town.pc)
    assert (outcome.sent, outcome.requests, outcome.proven) == (0, 1, True)


def test_a_bundle_asks_for_no_more_than_fits_into_one_answer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    save(town.second_pc, *(Edit(new_patient(town.second_pc, f"Pasien {number}")) for number in range(400)))
    town.district.sync(town.second_pc)
    monkeypatch.setattr(bundle_writing, "_PAGE_BYTES", 2**14)
    monkeypatch.setattr(bundle, "MOST_BACK", bundle.ENVELOPE_BYTES + 2**11)
    received, ways = 0, 0
    while received < 400:
        [taken] = town.district.carry(town.pc)
        assert taken.received
        assert taken.whole == (received + taken.received == 400)
        received, ways = received + taken.received, ways + 1
    assert ways > 2
    [outcome] = town.district.sync(town.pc)
    assert (outcome.requests, outcome.proven) == (1, True)


def test_what_a_colleagues_computer_brought_here_goes_out_with_the_stick(town: Town) -> None:
    refer(town)
    brought = [Incoming(decode(body), body) for _, body in town.pc.waiting(10, 10**6)]
    town.second_pc.apply(brought)
    save(town.second_pc, Edit(new_patient(town.second_pc, "Di komputer B")))
    [taken] = town.district.carry(town.second_pc)
    assert (taken.confirmed, taken.proven) == (3, True)
    # Its author learns of it with its own stick, and everything is counted once.
    [taken] = town.district.carry(town.pc)
    assert (taken.confirmed, taken.received, taken.proven) == (2, 1, True)


def test_an_answer_holds_many_pages_and_reading_may_be_cut(town: Town) -> None:
    save(town.second_pc, *(Edit(new_patient(town.second_pc, f"Pasien {number}")) for number in range(1500)))
    town.district.sync(town.second_pc)
    [back] = town.district.answered([item.file for item in write_bundles(town.pc)])
    stops = iter([False] * 3)
    manner = replace(NO_WAITING, batch=100, stopped=lambda: next(stops, True))
    cut = take_bundle(town.pc, back, manner)
    assert 0 < cut.received < 1500
    assert not cut.whole
    taken = take_bundle(town.pc, back, NO_WAITING)
    assert (taken.received, taken.whole, taken.proven) == (1500 - cut.received, True, True)
