"""Comparing holds up nobody: neither those who bring something to the server meanwhile, nor who saves at the PC."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.exchange.messages import COMPARE, CompareAnswer, CompareRequest, decode_message
from sync.exchange.service import Peer, Service
from sync.replica import digest, links, tables
from sync.replica.digest import BUCKETS
from sync.replica.identity import PUBLIC, Identity
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.storing import split_ids
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.fakes.replicas import SmallDistrict, make_replica, new_patient

KEY = bytes(32)
NO_WAITING = Manner(wait=lambda _seconds: None)


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[SmallDistrict]:
    """A district whose server and first PC have files, as what is in memory has no other process."""
    made = SmallDistrict(open_sqlite(tmp_path / "server.db", None, create=True))
    made.pc.close()
    made.pc = make_replica(made.puskesmas, "puskesmas", engine=open_sqlite(tmp_path / "pc.db", KEY, create=True))
    yield made
    made.close()


@pytest.fixture
def other_process(filed: SmallDistrict, tmp_path: Path) -> Iterator[Replica]:
    """What another process of the first PC has opened."""
    other = Replica.load(open_sqlite(tmp_path / "pc.db", KEY), system_environment())
    assert other is not None
    yield other
    other.close()


def register(district: SmallDistrict, count: int) -> None:
    district.pc.save([Edit(new_patient(district.pc)) for _ in range(count)], district.author)
    assert exchange(district.pc, district.link(district.pc), NO_WAITING).proven


def compare(district: SmallDistrict, buckets: Iterable[int] = ()) -> CompareAnswer:
    identity = district.pc.identity
    peer = Peer(identity.device, identity.facility, identity.facility_kind)
    return district.service.compare(peer, CompareRequest(identity.home_audience, list(buckets)))


def forget_what_is_held(connection: Connection) -> None:
    connection.execute(tables.cursor.update().values(digest=digest.EMPTY))


def test_only_the_first_question_keeps_others_from_bringing_something(filed: SmallDistrict) -> None:
    register(filed, 40)
    first = compare(filed)
    asked = range(0, BUCKETS, 2)
    # Within a writing transaction of another's message.
    answer = filed.server.write(lambda _connection: compare(filed, asked))
    ids = split_ids(answer.ids)
    assert {digest.bucket_of(item) for item in ids} <= set(asked)
    assert not set(asked) & set(digest.differing(digest.add(digest.EMPTY, ids), answer.digest))
    # An older program compares all buckets of every answer.
    assert (answer.number, answer.digest) == (first.number, first.digest)


def test_what_arrives_between_two_questions_is_named_and_fits_the_digest(filed: SmallDistrict) -> None:
    register(filed, 40)
    first = compare(filed)
    register(filed, 40)
    answer = compare(filed, range(BUCKETS))
    assert (first.number, answer.number) == (40, 80)
    assert len(split_ids(answer.ids)) == 80
    assert digest.add(digest.EMPTY, split_ids(answer.ids)) == answer.digest


def test_a_stored_digest_that_drifted_is_set_right_before_anything_is_named(filed: SmallDistrict) -> None:
    register(filed, 40)
    right = compare(filed).digest
    filed.server.write(lambda connection: connection.execute(tables.feed.update().values(digest=digest.EMPTY)))
    assert exchange(filed.pc, filed.link(filed.pc), NO_WAITING).proven
    assert compare(filed, [0]).digest == right


def test_another_process_saves_and_sends_while_what_is_held_is_counted(
    filed: SmallDistrict, other_process: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(filed, 40)
    filed.pc.write(forget_what_is_held)
    link, compared, counted, count = filed.link(filed.pc), list[str](), list[int](), links.confirmed_ids

    def hear(path: str, body: bytes) -> None:
        if path == COMPARE:
            compared.append(decode_message(body, CompareRequest).audience)

    def busy(connection: Connection, identity: Identity, audience: str, peer: str) -> dict[str, str]:
        found = count(connection, identity, audience, peer)
        if audience not in compared or audience == PUBLIC:
            return found
        counted.append(len(found))
        if len(counted) == 1:
            other_process.save([Edit(new_patient(other_process))], filed.author)
            asked = iter([False])
            # It sends, and is ended before it has read the feeds to their end.
            exchange(other_process, filed.link(other_process), replace(NO_WAITING, stopped=lambda: next(asked, True)))
            assert other_process.waiting_count() == 0
        return found

    monkeypatch.setattr(links, "confirmed_ids", busy)
    link.before = hear
    outcome = exchange(filed.pc, link, NO_WAITING)
    assert (outcome.proven, outcome.lost) == (True, 0)
    assert counted == [40, 41]
    assert sorted(compared) == sorted((PUBLIC, filed.pc.identity.home_audience))


def test_what_a_server_that_begins_anew_has_lost_waits_again_in_small_transactions(
    filed: SmallDistrict, other_process: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(filed, 200)
    filed.server.close()
    filed.server = make_replica(filed.office, "dinkes", serves=True)
    filed.service = Service(filed.server)
    marked, mark = list[int](), links.mark_lost

    def note(connection: Connection, identity: Identity, ids: list[str], peer: str) -> None:
        marked.append(len(ids))
        mark(connection, identity, ids, peer)

    def save() -> None:
        other_process.save([Edit(new_patient(other_process))], filed.author)

    monkeypatch.setattr(links, "mark_lost", note)
    outcome = exchange(filed.pc, filed.link(filed.pc), replace(NO_WAITING, batch=10, pause=save))
    assert (outcome.proven, outcome.lost) == (True, 204)
    assert marked == [4, *[40] * 5]
