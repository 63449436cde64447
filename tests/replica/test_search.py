"""The patient search index follows the patients: whatever was saved and changed, it is what a new one would be."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from sync.records import Patient, Wire
from sync.records.namekey import LITERAL, name_keys
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.search import SEARCH_TABLES, Change, index_patients, search_metadata
from sync.replica.values import Edit, Incoming
from sync.revisions.revision import decode
from tests.fakes.replicas import DISTRICT, make_replica

NAMES = st.sampled_from(["Siti Aminah", "Moh. Amin", "Siti", "Nur Aini", "Nuraini", "Aminah Siti Nur", "", "-"])


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = open_sqlite(None, None, create=True)
    with engine.connect() as made:
        search_metadata.create_all(made)
        yield made
    engine.dispose()


def fields(name: str | None) -> Mapping[str, Wire] | None:
    """The fields of a patient of this name; ``None``: no patient."""
    return None if name is None else {"name": name, "sex": "L"}


def index_of(connection: Connection) -> tuple[set[tuple[str, str]], set[str]]:
    """All keys with their patients, and all words."""
    key, word = SEARCH_TABLES
    keys = {(row.k, row.id) for row in connection.execute(select(key).where(key.c.district == DISTRICT))}
    words = {row.w for row in connection.execute(select(word).where(word.c.district == DISTRICT))}
    return keys, words


def index_for(names: Mapping[str, str]) -> tuple[set[tuple[str, str]], set[str]]:
    """What the index must be when just these patients are here."""
    keys = {(key, patient) for patient, name in names.items() for key in name_keys(name)}
    return keys, {key.split()[0] for key, _ in keys if not key.startswith(LITERAL)}


@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.none() | NAMES), max_size=4, unique_by=lambda pair: pair[0])))
def test_after_any_changes_given_once_or_twice_the_index_is_as_if_made_anew(
    batches: Sequence[Sequence[tuple[int, str | None]]],
) -> None:
    engine = open_sqlite(None, None, create=True)
    names: dict[str, str] = {}
    with engine.connect() as connection:
        search_metadata.create_all(connection)
        for batch in batches:
            changes: list[Change] = []
            for number, name in batch:
                patient = f"{number:032x}"
                changes.append((patient, fields(names.get(patient)), fields(name)))
                names.pop(patient, None)
                if name is not None:
                    names[patient] = name
            index_patients(connection, DISTRICT, changes)
            index_patients(connection, DISTRICT, changes)
            assert index_of(connection) == index_for(names)
    engine.dispose()


def test_changes_of_another_district_leave_this_one_alone(connection: Connection) -> None:
    patient = "1" * 32
    index_patients(connection, DISTRICT, [(patient, None, fields("Siti Aminah"))])
    index_patients(connection, "9902", [(patient, None, fields("Siti Aminah"))])
    index_patients(connection, "9902", [(patient, fields("Siti Aminah"), None)])
    assert index_of(connection) == index_for({patient: "Siti Aminah"})


def test_a_rolled_back_save_leaves_no_key(connection: Connection) -> None:
    connection.commit()
    index_patients(connection, DISTRICT, [("1" * 32, None, fields("Siti Aminah"))])
    connection.rollback()
    assert index_of(connection) == (set(), set())


@pytest.fixture
def replica() -> Iterator[Replica]:
    made = make_replica("f" * 32, "puskesmas")
    yield made
    made.close()


def test_a_corrected_name_takes_its_old_keys_out_of_the_index(replica: Replica) -> None:
    patient = Patient(id=replica.new_id(), name="Siti Rahayu", sex="P")
    replica.save([Edit(patient)], replica.identity.device)
    seen = replica.get(Patient, patient.id)
    assert seen is not None
    replica.save([Edit(Patient(id=patient.id, name="Sri Rahayu", sex="P"), seen)], replica.identity.device)
    assert replica.read(index_of) == index_for({patient.id: "Sri Rahayu"})


def test_patients_that_others_sent_are_in_the_index(replica: Replica) -> None:
    writer = make_replica("f" * 32, "puskesmas", letter="B")
    patient = Patient(id=writer.new_id(), name="Budi Santoso", sex="L")
    writer.save([Edit(patient)], writer.identity.device)

    bodies = [body for _, body in writer.waiting(10, 10**6)]
    replica.apply([Incoming(decode(body), body) for body in bodies])
    writer.close()
    assert replica.read(index_of) == index_for({patient.id: "Budi Santoso"})
