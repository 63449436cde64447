"""The numbers of a device's chain: looked up without reading all that the device has written."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from sync.replica import chains
from tests.benchmarks._workload import save_all
from tests.fakes.district import created_district
from tests.fakes.replicas import new_patient

WRITTEN = 2000


def most_rows_read(plan: dict[str, Any]) -> int:
    """The most rows that any step of a plan gave or threw away, all its turns together."""
    own = int((plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"])
    return max([own, *map(most_rows_read, plan.get("Plans", ()))])


def test_a_database_that_knows_nothing_of_its_tables_reads_only_what_is_asked_for(
    tmp_path: Path, postgres_url: str
) -> None:
    with created_district(tmp_path, postgres_url) as replica:
        save_all(replica, [new_patient(replica) for _ in range(WRITTEN)])
        seen: list[tuple[str, Any]] = []

        def work(connection: Connection) -> Any:
            identity = replica.identity
            asked = {identity.device: range(WRITTEN - 200, WRITTEN - 100)}
            event.listen(connection, "before_cursor_execute", lambda *said: seen.append((said[2], said[3])))
            assert len(chains.ids_of(connection, identity.district, identity.facility, asked)) == 100
            [(statement, parameters)] = seen
            return connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()

        [found] = replica.read(work)
    assert 100 <= most_rows_read(found["Plan"]) <= 200
