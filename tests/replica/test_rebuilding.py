"""Value tables are made anew from the revisions, also by two server processes that start at the same instant."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from sync.records import Patient
from sync.replica import tables
from sync.replica.opening import open_postgres
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.replica.versions import projection_version
from sync.revisions.environment import system_environment
from tests.fakes.replicas import make_replica, new_patient

PATIENTS = 1200


@pytest.mark.parametrize("attempt", range(3))
def test_two_server_processes_that_start_after_an_upgrade_do_not_disturb_each_other(
    postgres_url: str, attempt: int
) -> None:
    first = make_replica("aa" * 16, "dinkes", engine=open_postgres(postgres_url), serves=True)
    first.save([Edit(new_patient(first, f"Pasien {number}")) for number in range(PATIENTS)], first.identity.device)
    older = update(tables.projection).values(version=f"older {attempt}")
    first.write(lambda connection: connection.execute(older))
    first.close()
    start, failures = threading.Barrier(2), []

    def open_again() -> None:
        engine = open_postgres(postgres_url)
        try:
            start.wait()
            Replica.load(engine, system_environment())
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=open_again) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    engine = open_postgres(postgres_url)
    with engine.connect() as connection:
        assert len(connection.execute(select(VALUE_TABLES["patient"].c.id)).all()) == PATIENTS
    engine.dispose()


@pytest.mark.parametrize("change", [{"limit": 999}, {"required": False}])
def test_a_field_that_may_hold_more_than_before_makes_its_table_anew(change: dict[str, object]) -> None:
    wider = replace(Patient.type.fields["name"], **change)  # type: ignore[arg-type]  # members of Field
    changed = replace(Patient.type, fields={**Patient.type.fields, "name": wider})
    assert projection_version(changed) != projection_version(Patient.type)
