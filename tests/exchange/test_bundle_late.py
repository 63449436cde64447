"""An answer that is read late: what the network has shown since it was written is neither lost nor told as lost."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from sync.errors import Unreachable
from sync.exchange.bundle_taking import Taken, take_bundle
from sync.exchange.bundle_writing import write_bundles
from sync.exchange.engine import exchange
from sync.exchange.messages import EXCHANGE
from sync.exchange.pace import Pace
from sync.exchange.reporting import REPAIRS_VALUE
from sync.records import Patient
from sync.replica.replica import Replica
from sync.replica.sticks import COMPARE_VALUE
from sync.replica.values import Edit
from tests.fakes.replicas import cloned, new_patient
from tests.fakes.sticks import NO_WAITING, Town, cursors, state_of


def register(replica: Replica, *names: str) -> list[Patient]:
    patients = [new_patient(replica, name) for name in names]
    replica.save(list(map(Edit, patients)), replica.new_id())
    return patients


def answered(town: Town) -> list[bytes]:
    return town.district.answered([item.file for item in write_bundles(town.pc)])


def take(town: Town, files: Iterable[bytes]) -> Taken:
    [taken] = [take_bundle(town.pc, file, NO_WAITING) for file in files]
    return taken


def lose_the_answer_by_network(town: Town) -> None:
    """The server takes what waits, and the link breaks before it can say so."""
    road = town.district.road(town.pc)

    def cut(_path: str, _body: bytes) -> None:
        raise Unreachable("cut")

    road.after = cut
    with pytest.raises(Unreachable):
        exchange(town.pc, road, NO_WAITING)


def make_it_ask(town: Town) -> None:
    """A stick finds a difference, here because a receipt was lost; the next one asks what the server holds."""
    register(town.pc, "Di stik")
    files = [item.file for item in write_bundles(town.pc)]
    register(town.pc, "Lewat jaringan yang putus")
    lose_the_answer_by_network(town)
    take(town, town.district.answered(files))
    assert town.pc.get_value(COMPARE_VALUE) is not None


def test_what_the_network_has_proven_since_a_comparison_was_written_is_not_lost(town: Town) -> None:
    make_it_ask(town)
    files = answered(town)
    register(town.pc, "Satu", "Dua", "Tiga", "Empat")
    [outcome] = town.district.sync(town.pc)
    assert outcome.proven
    before = state_of(town.pc), cursors(town.pc)
    taken = take(town, files)
    assert (taken.lost, taken.confirmed, town.pc.waiting_count()) == (0, 0, 0)
    assert (state_of(town.pc), cursors(town.pc)) == before
    assert town.pc.get_value(REPAIRS_VALUE) is None


def test_a_proof_by_network_is_the_end_of_a_difference_that_a_stick_has_found(town: Town) -> None:
    make_it_ask(town)
    town.district.sync(town.pc)
    assert town.pc.get_value(COMPARE_VALUE) is None


def test_what_an_exchange_brought_that_was_cut_is_not_lost_and_the_next_stick_asks_again(town: Town) -> None:
    make_it_ask(town)
    files = answered(town)
    register(town.second_pc, *(f"Rekan {number}" for number in range(200)))
    town.district.sync(town.second_pc)
    [mine] = register(town.pc, "Baru")
    road, passed = town.district.road(town.pc), list[str]()

    def cut(path: str, _body: bytes) -> None:
        passed.append(path)
        if len(passed) > 1:
            raise Unreachable("cut")

    road.before = cut
    with pytest.raises(Unreachable):
        exchange(town.pc, road, replace(NO_WAITING, pace=Pace(budget=2**13)))
    assert passed[0] == EXCHANGE
    taken = take(town, files)
    assert (taken.lost, taken.proven) == (0, False)
    assert town.pc.get_value(COMPARE_VALUE) is not None
    [taken] = town.district.carry(town.pc)
    assert (taken.lost, taken.proven) == (0, True)
    assert town.district.server.get(Patient, mine.id) is not None


def put_back_with_its_epoch(town: Town, backup: Replica) -> None:
    town.district.server.close()
    town.district.server = backup


def test_a_restore_that_the_network_has_mended_is_not_found_once_more_by_an_older_stick(town: Town) -> None:
    backup = cloned(town.district.server)
    register(town.pc, "Satu", "Dua")
    town.district.sync(town.pc)
    put_back_with_its_epoch(town, backup)
    files = answered(town)
    [outcome] = town.district.sync(town.pc)
    assert (outcome.lost, outcome.proven) == (2, True)
    before = state_of(town.pc), cursors(town.pc), town.pc.get_value(REPAIRS_VALUE)
    assert take(town, files).lost == 0
    assert (state_of(town.pc), cursors(town.pc), town.pc.get_value(REPAIRS_VALUE)) == before


def test_the_answer_of_a_restored_server_that_is_read_again_after_the_next_finds_nothing_lost(town: Town) -> None:
    backup = cloned(town.district.server)
    register(town.pc, "Satu", "Dua")
    town.district.carry(town.pc)
    put_back_with_its_epoch(town, backup)
    files = answered(town)
    assert take(town, files).lost == 2
    town.district.carry(town.pc)
    before = state_of(town.pc), cursors(town.pc)
    assert take(town, files).lost == 0
    assert (state_of(town.pc), cursors(town.pc)) == before


def test_a_restore_after_the_proof_is_found_by_the_next_stick(town: Town) -> None:
    """The one that was under way asked before the proof: nobody can tell what of it the network has changed."""
    backup = cloned(town.district.server)
    lost = register(town.pc, "Satu", "Dua")
    files = [item.file for item in write_bundles(town.pc)]
    town.district.sync(town.pc)
    put_back_with_its_epoch(town, backup)
    register(town.second_pc, *(f"Rekan {number}" for number in range(5)))
    town.district.sync(town.second_pc)
    take(town, town.district.answered(files))
    for _ in range(3):
        town.district.carry(town.pc)
    assert all(town.district.server.get(Patient, patient.id) is not None for patient in lost)
    [outcome] = town.district.sync(town.pc)
    assert (outcome.requests, outcome.repaired, outcome.proven) == (1, 0, True)
