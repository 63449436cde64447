"""The table of who is one person follows the links: in whatever order and how often they arrive, and made anew."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, update

from sync.records import Patient, PatientLink
from sync.records.patient_link import persons
from sync.replica import tables
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.same_person import SAME_PERSON_TABLE, read_links
from sync.replica.values import Edit, Incoming
from sync.replica.versions import SAME_PERSON
from sync.revisions.environment import system_environment
from sync.revisions.revision import encode_revision
from tests.fakes.replicas import make_replica, new_patient

FACILITY = "aa" * 16
AUTHOR = "ab" * 16


def rows(replica: Replica) -> dict[str, str]:
    found = replica.read(lambda connection: connection.execute(select(SAME_PERSON_TABLE)).all())
    return {row.patient: row.stands for row in found}


def link(replica: Replica, one: Patient, other: Patient, takes_back: str | None = None) -> PatientLink:
    made = PatientLink(
        id=replica.new_id(),
        patient=one.id,
        other=other.id,
        takes_back=takes_back,
        reason="KK sama",
        at=replica.now(),
        by=AUTHOR,
        by_name="Dewi",
    )
    replica.save([Edit(made)], AUTHOR)
    return made


def some_merging(replica: Replica, chance: random.Random) -> Sequence[Incoming]:
    """Patients, links and takings back of about every third link, as they were written."""
    patients = [new_patient(replica, f"Pasien {number}") for number in range(8)]
    replica.save([Edit(patient) for patient in patients], AUTHOR)
    links: list[PatientLink] = []
    for _ in range(12):
        if links and chance.random() < 0.35:
            former, by_id = chance.choice(links), {patient.id: patient for patient in patients}
            link(replica, by_id[former.patient], by_id[former.other], former.id)
        else:
            one, other = chance.sample(patients, 2)
            links.append(link(replica, one, other))
    told = [patient.id for patient in patients] + [
        fact.id for fact in replica.read(lambda connection: read_links(connection, replica.identity.district))
    ]
    return [Incoming(item, encode_revision(item)) for record in told for item in replica.history(record)]


@pytest.mark.parametrize("seed", range(6))
def test_links_that_come_in_any_order_and_twice_make_the_same_persons(seed: int) -> None:
    chance = random.Random(seed)
    at_once, bit_by_bit = make_replica(FACILITY, "puskesmas"), make_replica(FACILITY, "puskesmas", letter="B")
    items = list(some_merging(at_once, chance))
    chance.shuffle(items)
    while items:
        coming = [items.pop() for _ in range(min(len(items), chance.randint(1, 5)))]
        bit_by_bit.apply(coming)
        bit_by_bit.apply(coming[: chance.randint(0, len(coming))])
        # What has come so far is shown as far as it goes.
        told = bit_by_bit.read(lambda connection: read_links(connection, bit_by_bit.identity.district))
        assert rows(bit_by_bit) == persons(told)
    assert rows(bit_by_bit) == rows(at_once) != {}
    at_once.close()
    bit_by_bit.close()


def test_the_table_is_made_anew_from_the_links_with_its_index(tmp_path: Path) -> None:
    engine = open_sqlite(tmp_path / "rujuk.db", bytes(32), create=True)
    replica = make_replica(FACILITY, "puskesmas", engine=engine)
    some_merging(replica, random.Random(1))
    before = rows(replica)
    older = update(tables.projection).where(tables.projection.c.name == SAME_PERSON).values(version="older")
    replica.write(lambda connection: connection.execute(older))
    replica.close()
    again = Replica.load(open_sqlite(tmp_path / "rujuk.db", bytes(32)), system_environment())
    assert again is not None
    assert rows(again) == before
    indexes = again.read(lambda connection: inspect(connection).get_indexes(SAME_PERSON_TABLE.name))
    assert [index["column_names"] for index in indexes] == [["district", "stands"]]
    again.close()


def test_a_server_keeps_the_links_and_no_such_table() -> None:
    server = make_replica(FACILITY, "dinkes", serves=True)
    one, other = new_patient(server), new_patient(server)
    server.save([Edit(one), Edit(other)], AUTHOR)
    kept = link(server, one, other)
    assert server.get(PatientLink, kept.id) is not None
    assert not server.read(lambda connection: inspect(connection).has_table(SAME_PERSON_TABLE.name))
    server.close()
