"""A week without internet: a stick goes to the office's PC and comes home with the hospital's answer.

Real parts: the server's process, computers enrolled by the command, encrypted files, and sticks that are folders.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.commands.exchanging import enrol_pc, sync_now
from desktop.commands.sticks import export_bundle, import_bundles
from desktop.queries.referrals import sent_referrals
from desktop.security.keys import load_key
from desktop.settings import Settings
from sync.records import Referral, Staff
from sync.replica.opening import open_sqlite
from sync.replica.reader import Reader
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.desktop.commands_run import rujuk
from tests.fakes.district import DISTRICT_CODE, HOSPITAL_CODE, PUSKESMAS_CODE, District, running_district
from tests.fakes.replicas import new_event, new_patient, new_referral


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with running_district(tmp_path / "server") as running:
        yield running


def enrolled(district: District, home: Path, code: str) -> Settings:
    """A computer enrolled by the command."""
    settings = Settings(home)
    enrol_pc(settings, server=district.url, code=district.new_code(code), name=home.name)
    return settings


def opened(settings: Settings) -> Replica:
    """The computer's replica in the test's process."""
    found = Replica.load(open_sqlite(settings.database, load_key(settings).secret), system_environment())
    assert found is not None
    return found


def test_a_week_without_internet(district: District, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    far = enrolled(district, tmp_path / "far", PUSKESMAS_CODE)
    hospital = enrolled(district, tmp_path / "hospital", HOSPITAL_CODE)
    office = enrolled(district, tmp_path / "office", DISTRICT_CODE)
    replica = opened(far)
    patient = new_patient(replica, "Siti Rahayu")
    letter = new_referral(replica, patient.id, district.hospital.card.facility)
    nurse = Staff(id=replica.new_id(), name="Ns. Dewi Lestari", profession="perawat")
    replica.save([Edit(nurse), Edit(patient), Edit(letter)], replica.identity.device)

    # Monday: the nurse writes a stick, and somebody takes it to the office.
    written = export_bundle(far, stick)
    assert written.data["changes"] == 3
    [name] = written.data["files"]
    assert name.startswith(f"rujuk-{PUSKESMAS_CODE}-")
    assert import_bundles(far, stick).data["files"][0]["code"] == "own"
    relayed = import_bundles(office, stick).data["files"]
    assert [one["code"] for one in relayed] == ["relayed"]
    assert import_bundles(office, stick).data["files"][0]["code"] == "answered"
    office_replica = opened(office)
    assert office_replica.get(Referral, letter.id) is None  # the carrier learned nothing by carrying

    # The hospital has the letter by network and answers.
    sync_now(hospital)
    theirs = opened(hospital)
    assert theirs.get(Referral, letter.id) is not None
    answer = new_event(theirs, letter.id, "diterima")
    theirs.save([Edit(answer)], theirs.identity.device)
    sync_now(hospital)

    # The stick comes home, and a second one brings the answer.
    [home] = import_bundles(far, stick).data["files"]
    assert (home["code"], home["confirmed"], home["tone"]) == ("taken", 3, "good")
    assert replica.waiting_count() == 0
    second = tmp_path / "stick2"
    second.mkdir()
    assert export_bundle(far, second).data["changes"] == 0
    import_bundles(hospital, second)
    [home] = import_bundles(far, second).data["files"]
    assert (home["code"], home["received"], home["proven"]) == ("taken", 1, True)
    assert {one["code"] for one in import_bundles(far, second).data["files"]} == {"nothing_new"}

    # The nurse sees it in her list.
    reader = Reader(far.database, load_key(far).secret)
    [row] = sent_referrals(reader, replica.identity.facility, 10)
    assert row.state == "diterima"
    reader.close()
    for each in (replica, office_replica, theirs):
        each.close()


def test_it_administrator_answers_a_stick_at_the_server_itself(district: District, tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    stick = tmp_path / "stick"
    stick.mkdir()
    far = enrolled(district, tmp_path / "far", PUSKESMAS_CODE)
    replica = opened(far)
    replica.save([Edit(new_patient(replica))], replica.identity.device)
    out = rujuk(far.home, "bundle", "export", str(stick / "a.rujuk"), "--json")
    assert (out.code, out.json()["changes"]) == (0, 1)

    def answer(file: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sync.server.admin", "bundle", str(file), "--out", str(stick / "b.rujuk"), "--json"],
            env={**os.environ, "RUJUK_SERVER_HOME": str(district.home)},
            capture_output=True,
            text=True,
            check=False,
        )

    done = answer(stick / "a.rujuk")
    assert done.returncode == 0, done.stdout
    back = rujuk(far.home, "bundle", "import", str(stick), "--json")
    assert (back.code, back.json()["files"][0]["confirmed"]) == (0, 1)
    (stick / "a.rujuk").write_bytes((stick / "a.rujuk").read_bytes()[:-1])
    broken = answer(stick / "a.rujuk")
    assert broken.returncode == 6
    assert "bundle_cut" in broken.stdout
    replica.close()
