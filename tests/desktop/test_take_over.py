"""A PC that had to be enrolled anew: what its old file or copy still holds and the district never got arrives by it.

Real files, processes and HTTP; the words of one command are followed to the next, as an administrator does.
"""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desktop.actions import copies
from desktop.security.keys import load_key
from desktop.settings import Settings
from sync.exchange.credential import Signer
from sync.exchange.engine import exchange
from sync.exchange.http import HttpTransport
from sync.records import Patient
from sync.replica.salvage import Salvaged, salvage
from sync.replica.values import Edit
from tests.desktop.commands_run import rujuk
from tests.desktop.homes import Home, make_district_home
from tests.fakes.district import HOSPITAL_CODE, District

SENT, UNSENT = 40, 60
PAGE = 4096


@pytest.fixture
def old(tmp_path: Path, district: District) -> Iterator[Home]:
    """An enrolled PC that has sent some patients, and then saved more."""
    home = make_district_home(tmp_path / "old", district)
    saved(home, SENT)
    identity = home.replica.identity
    with HttpTransport(district.url, Signer(identity.device, identity.signing_key)) as road:
        assert exchange(home.replica, road).proven
    yield home
    home.close()


def saved(home: Home, count: int) -> set[str]:
    patients = [
        Patient(id=home.replica.new_id(), name=f"Pasien Contoh {number}", sex="P", identity_reason="belum_rekam")
        for number in range(count)
    ]
    home.replica.save([Edit(patient) for patient in patients], home.replica.identity.device)
    return {patient.id for patient in patients}


def enrolled_anew(place: Path, district: District, facility_code: str | None = None) -> Path:
    """The data folder of a PC on which everything was installed anew, with a code of the facility."""
    code = district.new_code(facility_code) if facility_code else district.new_code()
    ended = rujuk(place, "enrol", "--server", district.url, "--code", code, "--name", "Loket", "--json")
    assert ended.code == 0, ended.out
    return place


def at_server(district: District, patients: set[str]) -> set[str]:
    return {item for item in patients if district.replica.get(Patient, item) is not None}


def readable(read: Salvaged, patients: set[str]) -> set[str]:
    return {item.item.revision.record for item in read.revisions} & patients


def synced(home: Path) -> None:
    ended = rujuk(home, "sync", "--json")
    assert ended.code == 0, ended.out
    status = rujuk(home, "status", "--json").json()
    assert (status["ok"], status["waiting"]) == (True, 0)


def damage(home: Home) -> None:
    """Make pages of the (closed) file unreadable where it was written last, behind what every table needs."""
    home.close()
    content = bytearray(home.settings.database.read_bytes())
    for place in range(len(content) // PAGE * 3 // 4 * PAGE, len(content), 3 * PAGE):
        content[place] ^= 1
    home.settings.database.write_bytes(content)


def lose_identity(home: Home, patients: set[str]) -> None:
    """Damage the one page of the (closed) file that says which computer it is."""
    home.close()
    file, key = home.settings.database, load_key(home.settings).secret
    content = file.read_bytes()
    for place in range(PAGE, len(content), PAGE):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        found = salvage(file, key)
        if found.identity is None and readable(found, patients) == patients:
            return
    pytest.fail("no page holds the identity alone")


def test_what_was_saved_last_is_taken_over_from_the_file_that_lies_beside_the_old_one(
    old: Home, tmp_path: Path, district: District
) -> None:
    unsent = saved(old, UNSENT)
    # The power is lost: nothing was moved into the file itself.
    (tmp_path / "disk").mkdir()
    for file in (old.settings.database, old.settings.key_file, Path(f"{old.settings.database}-wal")):
        shutil.copy(file, tmp_path / "disk")
    new = enrolled_anew(tmp_path / "new", district)
    assert rujuk(new, "take-over", str(tmp_path / "disk" / "rujuk.db"), "--json").code == 0
    synced(new)
    assert at_server(district, unsent) == unsent
    assert sorted(path.name for path in new.glob("dari-*")) == []


@pytest.mark.parametrize("what", ["a copy", "the damaged file"])
def test_what_was_never_sent_arrives_by_the_pc_that_was_enrolled_anew(
    old: Home, tmp_path: Path, district: District, what: str
) -> None:
    unsent, key = saved(old, UNSENT), load_key(old.settings).secret
    if what == "a copy":
        file = copies.make_copy(old.settings, old.replica, key, tmp_path / "stik", date(2026, 11, 1)).path
        # Only on the disk that is gone.
        saved(old, 1)
        old.close()
    else:
        damage(old)
        file = Path(shutil.copy(old.settings.database, tmp_path / "rujuk-lama.db"))
    left = readable(salvage(file, key), unsent)
    assert left == unsent if what == "a copy" else set() < left < unsent
    assert at_server(district, unsent) == set()
    shutil.rmtree(old.settings.home)
    new = enrolled_anew(tmp_path / "new", district)
    told = rujuk(new, "take-over", str(file), "--key", key.hex(), "--json").json()
    assert told["ok"] is True
    assert told["taken"] >= len(left)
    assert rujuk(new, "status", "--json").json()["waiting"] >= len(left)
    synced(new)
    assert at_server(district, unsent) == left
    again = rujuk(new, "take-over", str(file), "--key", key.hex(), "--json").json()
    assert (again["taken"], again["unreadable"]) == (0, told["unreadable"])


def test_a_file_that_says_no_more_whose_it_is_goes_on_as_its_rescue_says(
    old: Home, tmp_path: Path, district: District
) -> None:
    unsent = saved(old, UNSENT)
    lose_identity(old, unsent)
    ended = rujuk(old.settings.home, "rescue", "--json")
    told = ended.json()
    assert told["code"] == "IdentityLost"
    assert "rujuk take-over" in told["message"]
    [aside] = old.settings.home.glob("rusak-*/rujuk.db")
    new = enrolled_anew(tmp_path / "new", district)
    ended = rujuk(new, "take-over", str(aside), "--json")
    assert ended.code == 0, ended.out
    synced(new)
    assert at_server(district, unsent) == unsent


def test_a_pc_of_another_facility_takes_nothing_over(old: Home, tmp_path: Path, district: District) -> None:
    unsent, key = saved(old, UNSENT), load_key(old.settings).secret
    old.close()
    new = enrolled_anew(tmp_path / "new", district, HOSPITAL_CODE)
    ended = rujuk(new, "take-over", str(old.settings.database), "--key", key.hex(), "--json")
    assert (ended.code, ended.json()["code"]) == (2, "BadInput")
    synced(new)
    assert at_server(district, unsent) == set()
    assert load_key(Settings(new)).secret != key
