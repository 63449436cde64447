"""Sticks and a server that was put back: whoever has nothing but sticks loses nothing and is whole again soon."""

from dataclasses import replace

import pytest

from sync.errors import BundleSender, BundleStale
from sync.exchange import bundle
from sync.exchange.bundle_taking import take_bundle
from sync.exchange.bundle_writing import write_bundles
from sync.exchange.messages import AnsweredRequest, decode_message
from sync.exchange.proof_messages import ComputersRequest
from sync.exchange.service import Peer
from sync.records import Computer, Patient, ReferralEvent
from sync.replica import links, tables
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from sync.server import health
from sync.server.access import Access
from sync.server.admin_words import device_line
from sync.server.bundles import Bundles
from sync.server.proof import Proof
from tests.fakes.replicas import cloned, new_event, new_patient, new_referral
from tests.fakes.sticks import NO_WAITING, Town, cursors, state_of

DAY_MS = 86_400_000


def register(replica: Replica, name: str) -> Patient:
    patient = new_patient(replica, name)
    replica.save([Edit(patient)], replica.new_id())
    return patient


def assert_whole(town: Town, replica: Replica) -> None:
    """Both sides are equal, as a network exchange finds with its first message."""
    [outcome] = town.district.sync(replica)
    assert (outcome.requests, outcome.sent, outcome.received, outcome.repaired, outcome.proven) == (1, 0, 0, 0, True)


@pytest.mark.parametrize("new_epoch", [True, False], ids=["new epoch", "same epoch"])
def test_two_sticks_after_a_restore_make_a_computer_and_its_server_whole(town: Town, *, new_epoch: bool) -> None:
    backup = cloned(town.district.server)
    confirmed_once = [register(town.pc, f"Dikonfirmasi sebelum pemulihan {number}") for number in range(2)]
    town.district.carry(town.pc)
    put_back(town, backup, new_epoch=new_epoch)
    after = register(town.pc, "Sesudah pemulihan")
    [first] = town.district.carry(town.pc)
    assert (first.confirmed, first.lost, first.restored) == (1, 2, False)
    [second] = town.district.carry(town.pc)
    assert (second.confirmed, second.proven) == (2, True)
    for patient in (*confirmed_once, after):
        assert town.district.server.get(Patient, patient.id) is not None
    assert_whole(town, town.pc)


def put_back(town: Town, backup: Replica, *, new_epoch: bool) -> None:
    if new_epoch:
        town.put_back(backup)
        return
    town.district.server.close()
    town.district.server = backup


def test_what_others_wrote_after_the_restore_comes_with_the_first_stick(town: Town) -> None:
    letter = new_referral(town.pc, register(town.pc, "Dirujuk").id, town.hospital)
    town.pc.save([Edit(letter)], town.pc.new_id())
    town.district.sync(*town.pcs, town.hospital_pc)
    town.put_back(cloned(town.district.server))
    town.district.sync(town.hospital_pc)
    answer = new_event(town.hospital_pc, letter.id, "diterima")
    town.hospital_pc.save([Edit(answer)], town.hospital_pc.new_id())
    town.district.sync(town.hospital_pc)
    [taken] = town.district.carry(town.pc)
    assert (taken.received, taken.lost, taken.whole, taken.proven) == (1, 0, True, True)
    assert town.pc.get(ReferralEvent, answer.id) is not None
    assert_whole(town, town.pc)


def test_the_same_answer_read_again_changes_nothing(town: Town) -> None:
    backup = cloned(town.district.server)
    register(town.pc, "Satu")
    town.district.carry(town.pc)
    town.put_back(backup)
    backs = town.district.answered([item.file for item in write_bundles(town.pc)])
    [taken] = [take_bundle(town.pc, file, NO_WAITING) for file in backs]
    assert taken.lost == 1
    town.district.carry(town.pc)
    before = state_of(town.pc)
    [again] = [take_bundle(town.pc, file, NO_WAITING) for file in backs]
    assert (again.confirmed, again.received, again.lost) == (0, 0, 0)
    assert state_of(town.pc) == before
    assert_whole(town, town.pc)


def test_an_answer_of_the_life_before_is_not_believed_after_a_stick_has_told_of_the_new_one(town: Town) -> None:
    backup = cloned(town.district.server)
    register(town.pc, "Satu")
    old = town.district.answered([item.file for item in write_bundles(town.pc)])
    town.put_back(backup)
    town.district.carry(town.pc)
    before = state_of(town.pc)
    with pytest.raises(BundleStale):
        take_bundle(town.pc, old[0], NO_WAITING)
    assert state_of(town.pc) == before


def test_a_server_that_grew_beyond_the_cursors_again_is_noticed_by_its_digest(town: Town) -> None:
    """Put back with its epoch, it took more from others than it had lost: no cursor shows it, the digest does."""
    backup = cloned(town.district.server)
    lost = register(town.pc, "Hilang")
    town.district.carry(town.pc)
    put_back(town, backup, new_epoch=False)
    for number in range(5):
        register(town.second_pc, f"Pasien {number}")
    town.district.sync(town.second_pc)
    assert town.district.server.get(Patient, lost.id) is None
    said = [town.district.carry(town.pc)[0] for _ in range(3)]
    assert [(taken.lost, taken.proven) for taken in said] == [(0, False), (1, False), (0, True)]
    assert town.district.server.get(Patient, lost.id) is not None
    assert_whole(town, town.pc)


def test_a_difference_is_noticed_also_while_work_goes_on(town: Town) -> None:
    backup = cloned(town.district.server)
    lost = [register(town.pc, f"Dikonfirmasi {number}") for number in range(3)]
    town.district.carry(town.pc)
    put_back(town, backup, new_epoch=False)
    for day in range(3):
        for number in range(5):
            register(town.pc, f"Hari {day}, pasien {number}")
        files = [written.file for written in write_bundles(town.pc)]
        # While the stick is on its way somebody is registered.
        register(town.pc, f"Sementara itu, hari {day}")
        for file in town.district.answered(files):
            take_bundle(town.pc, file, NO_WAITING)
    assert all(town.district.server.get(Patient, patient.id) is not None for patient in lost)


def test_a_computer_that_the_server_has_forgotten_is_known_again_by_its_stick(town: Town) -> None:
    backup = cloned(town.district.server)
    pc = town.district.enrol(town.pc.identity.facility)
    patient = register(pc, "Belum pernah ada jaringan")
    town.put_back(backup)
    [taken] = town.district.carry(pc)
    assert (taken.confirmed, taken.restored) == (1, False)
    assert town.district.server.get(Patient, patient.id) is not None
    assert town.district.server.get(Computer, pc.identity.device) is not None
    [taken] = town.district.carry(pc)
    assert taken.proven
    assert_whole(town, pc)
    pc.close()


def test_cards_that_the_server_lost_come_back_by_stick(town: Town) -> None:
    backup = cloned(town.district.server)
    silent = town.district.enrol(town.hospital)
    town.district.sync(town.pc)
    town.put_back(backup)
    town.district.carry(town.pc)
    assert town.district.server.get(Computer, silent.identity.device) is None
    [taken] = town.district.carry(town.pc)
    assert taken.proven
    assert town.district.server.get(Computer, silent.identity.device) is not None
    assert silent.identity.device in {item.id for item in Access(town.district.server).devices()}
    assert_whole(town, town.pc)
    silent.close()


def test_a_bundle_with_a_card_that_proves_nothing_is_refused_as_before(town: Town) -> None:
    backup = cloned(town.district.server)
    pc = town.district.enrol(town.pc.identity.facility)
    table = tables.revision
    pc.write(lambda connection: connection.execute(table.delete().where(table.c.record == pc.identity.device)))
    town.put_back(backup)
    before = state_of(town.district.server)
    with pytest.raises(BundleSender, match="not enrolled"):
        town.district.answered([item.file for item in write_bundles(pc)])
    assert state_of(town.district.server) == before
    pc.close()


def test_when_a_stick_was_brought_is_told_as_such_and_the_computer_is_not_silent(town: Town) -> None:
    register(town.pc, "Satu")
    device, server = town.pc.identity.device, town.district.server
    server.environment = replace(server.environment, now_ms=lambda: system_environment().now_ms() + 5 * DAY_MS)
    town.district.carry(town.pc)
    said = health.rows(server)[device]
    assert said["stick_at"] is not None
    found = health.summary(server, days=2)
    assert device not in {item["device"] for item in found["silent"]}
    assert town.second_pc.identity.device in {item["device"] for item in found["silent"]}
    [known] = [item for item in Access(server).devices() if item.id == device]
    assert known.last_seen_at is None
    assert device_line(known).split("  ")[3].strip() == f"last seen never, by stick {said['stick_at']}"
    [told] = [
        item
        for item in Proof(server)
        .computers(Peer(device, town.pc.identity.facility, "puskesmas"), ComputersRequest())
        .computers
        if item.device == device
    ]
    assert (told.seen_at, told.stick_at) == ("", said["stick_at"])


def test_a_feed_that_is_too_large_to_be_named_waits_for_a_network(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = cloned(town.district.server)
    register(town.pc, "Satu")
    town.district.carry(town.pc)
    town.put_back(backup)
    monkeypatch.setattr(bundle, "MOST_BACK", 32)
    [taken] = town.district.carry(town.pc)
    assert (taken.restored, taken.lost) == (True, 0)
    monkeypatch.undo()
    [outcome] = town.district.sync(town.pc)
    assert outcome.proven


def test_an_older_program_reads_the_answer_of_a_restored_server_as_before(town: Town) -> None:
    """It knows nothing of what is held: its receipts count, and its pages are those of no life it knows."""
    backup = cloned(town.district.server)
    register(town.pc, "Satu")
    [out] = write_bundles(town.pc)
    town.put_back(backup)
    file = bundle.read_bundle(Bundles(town.district.server).answer(out.file))
    link = town.pc.read(lambda connection: links.read_link(connection, "9901", links.DISTRICT_PEER))
    assert link is not None
    assert link.server_key is not None
    parts = bundle.open_bundle(file, signing_key=town.pc.identity.signing_key, sender_key=link.server_key)
    answered = [decode_message(part, AnsweredRequest) for part in bundle.unpack_parts(file, parts)]
    usable = [part for part in answered if part.answer.reset and part.epoch == link.epoch]
    assert len(usable) == 1
    assert usable[0].answer.feeds == []
    assert len(cursors(town.pc)) == 2
