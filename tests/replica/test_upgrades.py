"""One file, two versions of the program: after an upgrade, after going back, and while the other one still runs."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from sync.errors import FileNewer
from sync.exchange.settling import read_on_from, settle, unplaced
from sync.records import Visit
from sync.replica import links, sqlcipher, tables
from sync.replica.identity import PUBLIC
from sync.replica.opening import open_sqlite
from sync.replica.projections import VALUE_TABLES
from sync.replica.reader import current_reader
from sync.replica.replica import Replica
from sync.replica.values import ConflictedRecord, Edit, Incoming
from sync.revisions.environment import system_environment
from sync.revisions.revision import decode, encode, encode_revision
from tests.fakes.replicas import make_replica, new_patient
from tests.revisions.generators import revision

KEY = bytes(32)
AUTHOR = "ab" * 16


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a PC with nothing in it."""
    path = tmp_path / "rujuk.db"
    make_replica("aa" * 16, "puskesmas", engine=open_sqlite(path, KEY, create=True)).close()
    return path


def opened(file: Path) -> Replica:
    replica = Replica.load(open_sqlite(file, KEY), system_environment())
    assert replica is not None
    return replica


def mark_as_of_another_program(replica: Replica) -> None:
    """As if a program with other record types had made the value tables."""
    replica.write(lambda connection: connection.execute(update(tables.projection).values(version="another")))


def test_a_program_whose_tables_another_version_has_made_anew_stores_nothing(file: Path) -> None:
    replica = opened(file)
    patient = new_patient(replica)
    mark_as_of_another_program(replica)
    with pytest.raises(FileNewer):
        replica.save([Edit(patient)], AUTHOR)
    assert replica.history(patient.id) == []
    replica.close()
    # The same program started again makes the tables its own first.
    replica = opened(file)
    replica.save([Edit(patient)], AUTHOR)
    assert replica.waiting_count() == 1
    replica.close()


def test_a_program_does_not_vouch_for_tables_of_types_it_does_not_know(file: Path) -> None:
    replica = opened(file)
    row = {"district": replica.identity.district, "name": "spaceship", "version": "of a newer program"}
    replica.write(lambda connection: connection.execute(insert(tables.projection).values(**row)))
    replica.close()
    replica = opened(file)
    names = replica.read(lambda connection: connection.execute(select(tables.projection.c.name)).scalars().all())
    replica.close()
    assert sorted(names) == sorted([*VALUE_TABLES, "search", "counted", "same_person"])


def test_conflicts_that_an_older_program_could_not_see_are_asked_after_the_upgrade(file: Path) -> None:
    replica = opened(file)
    patient = new_patient(replica)
    visit = Visit(id=replica.new_id(), patient=patient.id, date=replica.now().date())
    [_, first] = replica.save([Edit(patient), Edit(visit)], AUTHOR)
    replica.receive(
        "aa" * 16, [diagnosed(visit.id, first.id, number, word) for number, word in ((1, "ISPA"), (2, "TB"))]
    )
    asked = replica.conflicts()
    assert [(item.type_name, item.record) for item in asked] == [("visit", visit.id)]
    # The older program did not know these fields, or did not ask about them.
    replica.write(lambda connection: connection.execute(update(tables.record).values(conflicts=None)))
    mark_as_of_another_program(replica)
    replica.close()
    replica = opened(file)
    found: list[ConflictedRecord] = replica.conflicts()
    replica.close()
    assert found == asked


def diagnosed(visit: str, parent: str, number: int, label: str) -> Incoming:
    """An edit of another PC, concurrent with every other one of these."""
    body = encode(
        device="cc" * 16,
        number=number,
        previous=None,
        type_name="visit",
        record=visit,
        parents=(parent,),
        stamp=2**62 + number,
        author=AUTHOR,
        facility="aa" * 16,
        fields={"diagnosis_label": label},
    )
    return Incoming(decode(body), body)


def test_a_file_that_needs_nothing_is_opened_while_another_process_writes(file: Path) -> None:
    other = sqlcipher.connect(file, KEY)
    other.execute("BEGIN IMMEDIATE")
    replica = opened(file)
    other.execute("ROLLBACK")
    other.close()
    replica.close()


def test_what_a_newer_program_made_public_is_counted_where_the_district_says_it_is(file: Path) -> None:
    replica = opened(file)
    home = replica.identity.home_audience
    strange = revision(1, {"captain": "Kirk"}, type_name="spaceship")
    known = revision(2, {"phone": "0812"}, type_name="patient")
    for audience, item in ((PUBLIC, strange), (home, known)):
        replica.receive(audience, [Incoming(item, encode_revision(item))])
    before = replica.read(lambda connection: links.read_cursors(connection, replica.identity, links.DISTRICT_PEER))
    # Compared with a district that holds just the same, as after a restore: nothing is lost on either side.
    for audience, claimed, theirs in ((home, {known.id}, {known.id}), (PUBLIC, set[str](), {strange.id})):
        assert not settle(replica, claimed, theirs)
        read_on_from(replica, audience, 0, unplaced(replica, theirs))
    after = replica.read(lambda connection: links.read_cursors(connection, replica.identity, links.DISTRICT_PEER))
    assert after == before
    assert replica.known([strange.id, known.id]) == {strange.id: True, known.id: True}
    replica.close()


def test_a_reader_of_an_older_programs_file_finds_everything(file: Path) -> None:
    replica = opened(file)
    replica.save([Edit(new_patient(replica))], AUTHOR)
    mark_as_of_another_program(replica)
    replica.write(lambda connection: connection.exec_driver_sql("DROP TABLE patient"))
    replica.close()
    told: list[str] = []
    for _ in range(2):
        reader = current_reader(file, KEY, lambda: told.append("before"))
        assert reader.value("SELECT count(*) FROM patient WHERE district = :district") == 1
        reader.close()
    assert told == ["before"]
