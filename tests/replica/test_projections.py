"""What the evaluation counts lies whole in indexes, and they hold the longest codes in either database."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, inspect

from sync.records import Referral
from sync.replica.opening import open_postgres, open_sqlite
from sync.replica.values import Edit
from tests.fakes.replicas import make_replica, new_event, new_referral

#: As long as a code may be, in letters of four bytes that no database can shorten.
LONGEST = "".join(chr(0x20000 + number * 997) for number in range(40))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "sqlite":
        return open_sqlite(None, None, create=True)
    return open_postgres(request.getfixturevalue("postgres_url"))


def test_the_wide_indexes_hold_the_longest_codes(engine: Engine) -> None:
    replica = make_replica("aa" * 16, "dinkes", engine=engine, serves=engine.dialect.name == "postgresql")
    with engine.connect() as connection:
        for table, index, counted in (
            ("referral", "referral_written_at", {"from_facility", "to_facility", "kind", "diagnosis_code", "kd_tacc"}),
            ("referral_event", "referral_event_referral", {"kind", "at", "reason", "to_facility", "answers"}),
        ):
            columns = {each["name"]: each["column_names"] for each in inspect(connection).get_indexes(table)}
            assert counted <= set(columns[index]), table
    letter = replace(
        new_referral(replica, "b" * 32, "c" * 32),
        kind=LONGEST,
        urgency=LONGEST,
        diagnosis_code=LONGEST,
        kd_tacc=LONGEST,
    )
    event = replace(new_event(replica, letter.id, LONGEST), reason=LONGEST)
    replica.save([Edit(letter), Edit(event)], replica.identity.device)
    seen = replica.get(Referral, letter.id)
    assert seen is not None
    assert seen.record == letter
    replica.close()
