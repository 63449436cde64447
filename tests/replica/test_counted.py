"""The counted letters follow letters and facts: in whatever order and how often they arrive, and made anew."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, update

from sync.records import Record, Referral
from sync.replica import tables
from sync.replica.counted import COUNTED_LETTER
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.replica.versions import COUNTED
from sync.revisions.environment import system_environment
from tests.fakes.district_year import Size, district_year, revisions_of, write_records
from tests.fakes.replicas import make_replica, new_event, new_referral

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
OFFICE = "aa" * 16


def rows(replica: Replica) -> list[tuple[Any, ...]]:
    """All counted letters; kinds may stand in any order."""
    names = [column.name for column in COUNTED_LETTER.columns]
    found = replica.read(lambda connection: connection.execute(select(COUNTED_LETTER)).all())
    return [
        tuple(
            sorted(value.split(",")) if name == "kinds" and value else value
            for name, value in zip(names, row, strict=True)
        )
        for row in found
    ]


def a_year(seed: int) -> Sequence[Record]:
    year = district_year(Size(puskesmas=4, clinics=3, hospitals=3, outside=1, letters=120), seed, UNTIL)
    return [*year.facilities, *year.records()]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_letters_and_facts_that_come_in_any_order_and_twice_are_counted_as_at_once(seed: int) -> None:
    records, chance = a_year(seed), random.Random(seed)
    at_once, bit_by_bit = make_replica(OFFICE, "dinkes"), make_replica(OFFICE, "dinkes")
    write_records(at_once, records)
    items = list(revisions_of(records))
    chance.shuffle(items)
    while items:
        coming = [items.pop() for _ in range(min(len(items), chance.randint(1, 40)))]
        bit_by_bit.apply(coming)
        bit_by_bit.apply(coming[: chance.randint(0, len(coming))])
    assert len(rows(at_once)) == 120
    assert any(row[-1] for row in rows(at_once))
    assert rows(bit_by_bit) == rows(at_once)
    at_once.close()
    bit_by_bit.close()


def test_what_is_saved_here_is_counted_at_once() -> None:
    replica = make_replica(OFFICE, "puskesmas")
    letter = new_referral(replica, "b" * 32, "c" * 32)
    replica.save([Edit(letter)], OFFICE)
    wire = Referral.type.fields["written_at"].to_wire(letter.written_at)
    row = (replica.identity.district, wire, letter.id, OFFICE, "c" * 32, "rawat_inap", 0, None, 0)
    assert rows(replica) == [(*row, None, None, None, None)]
    replica.save([Edit(new_event(replica, letter.id, "dilihat"))], OFFICE)
    assert rows(replica) == [(*row, ["dilihat"], None, None, None)]
    refused = replace(new_event(replica, letter.id, "ditolak"), at=letter.written_at + timedelta(seconds=90))
    replica.save([Edit(refused)], OFFICE)
    [(*same, kinds, answer_s, arrival_s, facts)] = rows(replica)
    assert (tuple(same), kinds, answer_s, arrival_s) == (row, None, 90, None)
    assert refused.id.upper() in facts
    replica.close()


def test_a_moment_before_the_writing_gives_no_duration() -> None:
    replica = make_replica(OFFICE, "puskesmas")
    letter = new_referral(replica, "b" * 32, "c" * 32)
    early = replace(new_event(replica, letter.id, "diterima"), at=letter.written_at - timedelta(minutes=1))
    replica.save([Edit(letter), Edit(early)], OFFICE)
    [(*_, kinds, answer_s, _arrival_s, _facts)] = rows(replica)
    assert (kinds, answer_s) == (["diterima"], None)
    replica.close()


def test_they_are_made_anew_from_what_is_there_after_another_program(tmp_path: Path) -> None:
    path = tmp_path / "rujuk.db"
    replica = make_replica(OFFICE, "dinkes", engine=open_sqlite(path, None, create=True))
    write_records(replica, a_year(4))
    before = rows(replica)
    older = update(tables.projection).where(tables.projection.c.name == COUNTED).values(version="older")
    replica.write(lambda connection: connection.execute(older))
    replica.write(lambda connection: connection.execute(COUNTED_LETTER.delete()))
    replica.close()
    again = Replica.load(open_sqlite(path, None), system_environment())
    assert again is not None
    assert rows(again) == before
    again.close()


def test_a_server_where_nobody_looks_keeps_none() -> None:
    engine = open_sqlite(None, None, create=True)
    server = make_replica(OFFICE, "dinkes", engine=engine, serves=True)
    server.save([Edit(new_referral(server, "b" * 32, "c" * 32))], OFFICE)
    with engine.connect() as connection:
        assert not inspect(connection).has_table(COUNTED_LETTER.name)
    server.close()
