"""Bad days: a disk that fills up, a clock that jumps, a PC that was silent for a year with an old program."""

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from sync.errors import ReplicaError
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.exchange.messages import EXCHANGE
from sync.records import RECORDS_VERSION, Patient
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.sqlcipher import connect
from sync.replica.values import Edit
from sync.revisions.environment import Environment, system_environment
from sync.revisions.packing import pack, unpack
from sync.revisions.revision import decode
from tests.fakes.replicas import SmallDistrict, make_replica, new_patient

KEY = secrets.token_bytes(32)
YEAR_MS = int(timedelta(days=365).total_seconds() * 1000)


def register(district: SmallDistrict, replica: Replica, count: int) -> set[str]:
    patients = [new_patient(replica, f"Pasien {number}") for number in range(count)]
    replica.save([Edit(patient) for patient in patients], district.author)
    return {patient.id for patient in patients}


def held(replica: Replica, patients: set[str]) -> set[str]:
    return {item for item in patients if replica.get(Patient, item) is not None}


def test_a_disk_that_fills_up_in_the_middle_of_a_pull_loses_nothing_and_goes_on_later(
    district: SmallDistrict, tmp_path: Path
) -> None:
    patients = register(district, district.pc, 1500)
    assert exchange(district.pc, district.link(district.pc)).proven
    engine = open_sqlite(tmp_path / "small.db", KEY, create=True)
    replica = make_replica(district.puskesmas, "puskesmas", engine=engine, letter="D")
    own = register(district, replica, 1)
    engine.dispose()
    full = True

    @event.listens_for(engine, "connect")
    def small_disk(connection: Any, _record: object) -> None:
        if full:
            [pages] = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count={pages + 60}")

    with pytest.raises(ReplicaError):
        exchange(replica, district.link(replica), Manner(batch=50, wait=lambda _seconds: None))
    some = held(replica, patients)
    assert 0 < len(some) < len(patients)
    assert held(replica, own) == own
    full = False
    engine.dispose()
    assert exchange(replica, district.link(replica)).proven
    assert held(replica, patients | own) == patients | own
    replica.close()


@pytest.mark.parametrize("jump_ms", [YEAR_MS, -YEAR_MS], ids=["a year ahead", "a year behind"])
def test_a_clock_that_jumps_by_a_year_neither_wins_nor_loses(district: SmallDistrict, jump_ms: int) -> None:
    off = [0]
    true = system_environment()
    wrong = Environment(now_ms=lambda: true.now_ms() + off[0], random_bytes=true.random_bytes)
    pc = make_replica(district.puskesmas, "puskesmas", environment=wrong, letter="E")
    [patient] = register(district, pc, 1)
    for replica in (pc, district.second_pc):
        assert exchange(replica, district.link(replica)).proven
    off[0] = jump_ms
    before = pc.get(Patient, patient)
    assert before is not None
    pc.save([Edit(replace(before.record, village="Desa Salah Jam"), before)], district.author)
    for replica in (pc, district.second_pc, pc):
        assert exchange(replica, district.link(replica)).proven
    seen = district.second_pc.get(Patient, patient)
    assert seen is not None
    assert seen.record.village == "Desa Salah Jam"
    # Who saw that value and writes another one is later, whatever the clocks say.
    district.second_pc.save([Edit(replace(seen.record, village="Desa Benar"), seen)], district.author)
    for replica in (district.second_pc, pc):
        assert exchange(replica, district.link(replica)).proven
    for replica in (district.second_pc, pc, district.server):
        after = replica.get(Patient, patient)
        assert after is not None
        assert (after.record.village, after.conflicts) == ("Desa Benar", ())
    # The link has told how far the clock is off, and what is written now carries the right time.
    assert abs((pc.now() - true.now()).total_seconds()) < 60
    pc.close()


def as_of_the_first_version(path: Path) -> None:
    """Make a file what the first version of the program had left there."""
    connection = connect(path, KEY)
    for index in ("revision_carried", "revision_for_hub"):
        connection.execute(f"DROP INDEX {index}")
    columns = {
        "revision": ("at_hub", "brought_by"),
        "link": ("server_key",),
        "device": ("report", "proven_at", "forked_at", "former", "stick_at", "told_at", "hub_at", "hub_waiting"),
    }
    for table, names in columns.items():
        for name in names:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.execute("UPDATE projection SET version = 'of the first version'")
    connection.close()


def test_a_pc_silent_for_twelve_months_is_brought_up_to_date_with_all_it_had_not_sent(
    district: SmallDistrict, tmp_path: Path
) -> None:
    path = tmp_path / "old.db"
    replica = make_replica(district.puskesmas, "puskesmas", engine=open_sqlite(path, KEY, create=True), letter="F")
    known = register(district, replica, 20)
    assert exchange(replica, district.link(replica)).proven
    unsent = register(district, replica, 30)
    replica.close()
    as_of_the_first_version(path)
    assert exchange(district.pc, district.link(district.pc)).proven
    meanwhile = register(district, district.pc, 700)
    for patient in known:
        seen = district.pc.get(Patient, patient)
        assert seen is not None
        district.pc.save([Edit(replace(seen.record, phone="0800-0000-0001"), seen)], district.author)
    assert exchange(district.pc, district.link(district.pc)).proven

    back = Replica.load(open_sqlite(path, KEY), system_environment())
    assert back is not None
    assert path.with_name("old.db.before-0001").exists()
    assert exchange(back, district.link(back)).proven
    assert held(back, known | unsent | meanwhile) == known | unsent | meanwhile
    assert held(district.server, unsent) == unsent
    shown = [back.get(Patient, item) for item in known]
    assert {seen.record.phone for seen in shown if seen is not None} == {"0800-0000-0001"}
    back.close()


def test_the_server_answers_a_program_that_knows_none_of_the_newer_members(district: SmallDistrict) -> None:
    register(district, district.second_pc, 3)
    assert exchange(district.second_pc, district.link(district.second_pc)).proven
    register(district, district.pc, 2)
    bodies = [body for _, body in district.pc.waiting(10, 10**6)]
    asked = {
        "protocol": 1,
        "records": RECORDS_VERSION - 1,
        "push": pack([decode(body) for body in bodies]),
        "feeds": [{"audience": "public", "number": 0}, {"audience": district.puskesmas, "number": 0}],
        "budget": 10**6,
    }
    answer = msgspec.msgpack.decode(district.link(district.pc).send(EXCHANGE, msgspec.msgpack.encode(asked)))
    assert (answer["stored"], answer.get("refused", {})) == (2, {})
    pages = {page["audience"]: page for page in answer["feeds"]}
    assert len(unpack(pages[district.puskesmas]["pack"])) == 3
    assert pages[district.puskesmas]["reached"] == pages[district.puskesmas]["top"]
