"""Damaged files: what can be read is read, nothing wrong is read, and the new file goes on where the old one ended."""

import random
import secrets
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import FileDamaged
from sync.exchange.engine import exchange
from sync.records import Patient
from sync.replica import links
from sync.replica.copying import check_database, copy_database
from sync.replica.opening import open_sqlite
from sync.replica.refilling import IdentityLost, refill
from sync.replica.replica import Replica
from sync.replica.salvage import salvage
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.fakes.replicas import SmallDistrict, make_replica, new_patient

KEY = secrets.token_bytes(32)
PAGE = 4096
FILES = 24


@pytest.fixture
def district() -> Iterator[SmallDistrict]:
    made = SmallDistrict()
    yield made
    made.close()


def filled(district: SmallDistrict, path: Path, count: int) -> set[str]:
    """The file of a PC of the puskesmas with ``count`` patients, half of them at the server; their ids."""
    replica = make_replica(district.puskesmas, "puskesmas", engine=open_sqlite(path, KEY, create=True), letter="C")
    replica.write(
        lambda connection: links.write_link(connection, replica.identity.district, "district", url="http://server")
    )
    patients = [new_patient(replica, f"Pasien {number}") for number in range(count)]
    for start in (0, count // 2):
        replica.save([Edit(patient) for patient in patients[start : start + count // 2]], district.author)
        if start == 0:
            assert exchange(replica, district.link(replica)).proven
    replica.close()
    return {patient.id for patient in patients}


def reopened(path: Path) -> Replica:
    replica = Replica.load(open_sqlite(path, KEY), system_environment())
    assert replica is not None
    return replica


def damaged(path: Path, target: Path, chance: random.Random) -> None:
    """A copy with one bit flipped somewhere, or with its tail cut off."""
    content = bytearray(path.read_bytes())
    if chance.random() < 5 / 6:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    else:
        del content[chance.randrange(len(content) // 2, len(content)) :]
    target.write_bytes(content)


def test_a_whole_file_is_read_whole_and_the_new_one_goes_on_where_it_ended(
    district: SmallDistrict, tmp_path: Path
) -> None:
    patients = filled(district, tmp_path / "old.db", 60)
    found = salvage(tmp_path / "old.db", KEY)
    assert found.unreadable == 0
    made = refill(tmp_path / "new.db", KEY, [found], system_environment())
    assert made.waiting == 30
    replica = reopened(tmp_path / "new.db")
    former = found.identity.device if found.identity else ""
    assert exchange(replica, district.link(replica)).proven
    assert replica.waiting_count() == 0
    assert {item for item in patients if district.server.get(Patient, item) is not None} == patients
    assert replica.identity.device != former
    replica.close()


def test_damaged_files_lose_only_what_cannot_be_read_and_nothing_that_the_server_has(
    district: SmallDistrict, tmp_path: Path
) -> None:
    patients = filled(district, tmp_path / "old.db", 200)
    chance = random.Random(8)
    lost: list[int] = []
    readable: list[float] = []
    written = len(salvage(tmp_path / "old.db", KEY).revisions)
    without_identity = noticed = 0
    for number in range(FILES):
        bad, new = tmp_path / f"bad{number}.db", tmp_path / f"new{number}.db"
        damaged(tmp_path / "old.db", bad, chance)
        try:
            check_database(bad, KEY)
        except FileDamaged:
            noticed += 1
        found = salvage(bad, KEY)
        readable.append(len(found.revisions) / written)
        try:
            refill(new, KEY, [found], system_environment())
        except IdentityLost:
            without_identity += 1
            continue
        replica = reopened(new)
        assert exchange(replica, district.link(replica)).proven
        here = {item for item in patients if replica.get(Patient, item) is not None}
        lost.append(len(patients) - len(here))
        replica.close()
    # Once one of them has brought the unsent half to the server, all have it; before that a file may lack a few pages.
    assert noticed == FILES
    assert without_identity < FILES // 3
    assert statistics.median(readable) > 0.9
    assert max(lost[1:]) == 0


def test_copies_are_whole_or_not_there_and_fill_the_gaps_of_a_damaged_file(
    district: SmallDistrict, tmp_path: Path
) -> None:
    patients = filled(district, tmp_path / "old.db", 40)
    copy_database(tmp_path / "old.db", KEY, tmp_path / "copy.db")
    check_database(tmp_path / "copy.db", KEY)
    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == ["copy.db"]
    content = (tmp_path / "old.db").read_bytes()
    (tmp_path / "bad.db").write_bytes(bytes(PAGE) + content[PAGE:])
    first = salvage(tmp_path / "bad.db", KEY)
    assert first.identity is None
    made = refill(tmp_path / "new.db", KEY, [first, salvage(tmp_path / "copy.db", KEY)], system_environment())
    facilities = 4
    assert made.revisions == len(patients) + facilities
    assert made.waiting == 20
    with pytest.raises(FileDamaged):
        copy_database(tmp_path / "bad.db", KEY, tmp_path / "copy.db")
    check_database(tmp_path / "copy.db", KEY)


def test_a_file_of_another_key_gives_nothing(district: SmallDistrict, tmp_path: Path) -> None:
    filled(district, tmp_path / "old.db", 4)
    found = salvage(tmp_path / "old.db", bytes(32))
    assert (found.identity, list(found.revisions)) == (None, [])
    with pytest.raises(IdentityLost):
        refill(tmp_path / "new.db", KEY, [found], system_environment())


def test_what_the_district_refused_stays_refused(district: SmallDistrict, tmp_path: Path) -> None:
    filled(district, tmp_path / "old.db", 4)
    replica = reopened(tmp_path / "old.db")
    [revision_id, *_] = [item for item, _ in replica.waiting(10, 10**6)]
    replica.confirm([], [(revision_id, "planted reason")])
    replica.close()
    made = refill(tmp_path / "new.db", KEY, [salvage(tmp_path / "old.db", KEY)], system_environment())
    assert made.waiting == 1
