"""Feeds on PostgreSQL under many writers at once: numbers appear in order, and a grant never misses an edit."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select, text

from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.exchange.service import Service
from sync.records import Patient, Referral
from sync.replica import feeds, serving, tables
from sync.replica.digest import EMPTY, add
from sync.replica.identity import DISTRICT
from sync.replica.opening import open_postgres
from sync.replica.replica import Replica
from sync.replica.values import Edit, Incoming
from tests.fakes.replicas import DISTRICT as CODE
from tests.fakes.replicas import DirectTransport, SmallDistrict, make_replica, new_event, new_patient, new_referral

MANNER = Manner(wait=lambda _seconds: None)


@pytest.fixture
def district(postgres_url: str) -> Iterator[SmallDistrict]:
    made = SmallDistrict(open_postgres(postgres_url))
    yield made
    made.close()


def run_all(*works: Callable[[], None]) -> None:
    """Run all at once; the first exception of any is raised here."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def entries(server: Replica, audience: str) -> list[tuple[int, str]]:
    table = tables.feed_entry
    query = select(table.c.number, table.c.revision).where(table.c.district == CODE, table.c.audience == audience)
    rows = server.read(lambda connection: connection.execute(query.order_by(table.c.number)).all())
    return [(row.number, row.revision) for row in rows]


def test_a_reader_never_steps_past_a_number_that_is_committed_late(district: SmallDistrict) -> None:
    writers = [make_replica(district.puskesmas, "puskesmas") for _ in range(6)]
    done = threading.Event()
    seen: list[str] = []

    def write(replica: Replica) -> Callable[[], None]:
        def work() -> None:
            for _ in range(12):
                replica.save([Edit(new_patient(replica)) for _ in range(3)], replica.identity.device)
                exchange(replica, DirectTransport(replica, Service(district.server)), MANNER)

        return work

    def read() -> None:
        position, last = 0, False
        while not last:
            last = done.is_set()
            page = district.server.read(
                lambda connection, after=position: feeds.page(  # type: ignore[misc]  # bound per turn on purpose
                    connection, CODE, DISTRICT, after, 10**6, "00" * 16
                )
            )
            seen.extend(str(number) for number in page.numbers)
            position = page.reached
            last = last and page.reached == page.top

    def write_all() -> None:
        try:
            run_all(*(write(replica) for replica in writers))
        finally:
            done.set()

    run_all(write_all, read)
    written = entries(district.server, DISTRICT)
    assert len(written) == 6 * 12 * 3
    assert [number for number, _ in written] == list(range(1, len(written) + 1))
    assert seen == [str(number) for number, _ in written]
    for replica in writers:
        replica.close()


@pytest.mark.parametrize("budget", [1, 900, 10**6])
def test_a_page_passes_over_what_its_reader_wrote_and_leaves_out_nothing_else(
    district: SmallDistrict, budget: int
) -> None:
    writers = [district.pc, district.second_pc]
    for count, writer in zip([60, 1, 2, 70, 1, 130], writers * 3, strict=True):
        writer.save([Edit(new_patient(writer)) for _ in range(count)], district.author)
        exchange(writer, district.link(writer), MANNER)
    reader, position, pages = district.second_pc.identity.device, 0, 0
    seen: list[int] = []
    while True:
        page = district.server.read(
            lambda connection, after=position: feeds.page(  # type: ignore[misc]  # bound per turn on purpose
                connection, CODE, DISTRICT, after, budget, reader
            )
        )
        seen += page.numbers
        position, pages = page.reached, pages + 1
        if page.reached == page.top:
            break
    assert seen == [*range(1, 61), 62, 63, 134]
    assert page.top == 264
    assert page.root is not None
    # What it wrote itself costs no pages.
    assert pages <= len(seen) + 1


def test_the_digest_of_a_feed_is_that_of_its_entries_after_a_crowd(district: SmallDistrict) -> None:
    writers = [make_replica(district.puskesmas, "puskesmas") for _ in range(4)]

    def write(replica: Replica) -> Callable[[], None]:
        def work() -> None:
            for _ in range(5):
                replica.save([Edit(new_patient(replica))], replica.identity.device)
                exchange(replica, DirectTransport(replica, Service(district.server)), MANNER)

        return work

    run_all(*(write(replica) for replica in writers))
    table = tables.feed
    stored = district.server.read(
        lambda connection: connection.execute(select(table.c.digest).where(table.c.audience == DISTRICT)).scalar_one()
    )
    assert bytes(stored) == add(EMPTY, [revision for _, revision in entries(district.server, DISTRICT)])
    for replica in writers:
        replica.close()


def test_the_ids_in_some_buckets_are_read_while_somebody_holds_the_feed(district: SmallDistrict) -> None:
    district.pc.save([Edit(new_patient(district.pc)) for _ in range(600)], district.author)
    exchange(district.pc, district.link(district.pc), MANNER)
    asked = (0, 7, 128, 255)
    top, whole, buckets = district.server.write(lambda connection: feeds.verified_head(connection, CODE, DISTRICT))
    wanted = sorted(item for bucket in asked for item in buckets.get(bucket, ()))
    assert wanted

    def while_held(connection: Connection) -> tuple[int, bytes, list[str]]:
        feeds.verified_head(connection, CODE, DISTRICT)
        return district.server.read(lambda reading: feeds.in_buckets(reading, CODE, DISTRICT, asked))

    number, stored, ids = district.server.write(while_held)
    assert (number, stored, sorted(ids)) == (top, whole, wanted)


def test_a_grant_and_an_edit_at_the_same_instant_both_reach_the_hospital(district: SmallDistrict) -> None:
    for _ in range(15):
        patient = new_patient(district.pc)
        district.pc.save([Edit(patient)], district.author)
        exchange(district.pc, district.link(district.pc), MANNER)
        exchange(district.second_pc, district.link(district.second_pc), MANNER)
        seen = district.second_pc.get(Patient, patient.id)
        assert seen is not None
        district.second_pc.save([Edit(replace(patient, phone="0812"), seen)], district.author)
        district.pc.save([Edit(new_referral(district.pc, patient.id, district.hospital))], district.author)
        start = threading.Barrier(2)

        def push(replica: Replica, start: threading.Barrier = start) -> Callable[[], None]:
            def work() -> None:
                start.wait()
                exchange(replica, DirectTransport(replica, Service(district.server)), MANNER)

            return work

        run_all(push(district.pc), push(district.second_pc))
        exchange(district.hospital_pc, district.link(district.hospital_pc), MANNER)
        there = district.hospital_pc.get(Patient, patient.id)
        assert there is not None
        assert there.record.phone == "0812"


def test_an_edit_waits_for_a_grant_that_holds_the_patients_scope(district: SmallDistrict) -> None:
    """The order of the race is forced: the edit reads who is entitled only after the grant has committed."""
    patient = new_patient(district.pc)
    district.pc.save([Edit(patient)], district.author)
    exchange(district.pc, district.link(district.pc), MANNER)
    seen = district.pc.get(Patient, patient.id)
    assert seen is not None
    district.pc.save([Edit(replace(patient, phone="0812"), seen)], district.author)
    finished = threading.Event()

    def push_edit() -> None:
        exchange(district.pc, district.link(district.pc), MANNER)
        finished.set()

    def grant(connection: Connection) -> None:
        feeds.lock_scopes(connection, CODE, [patient.id])
        pusher.start()
        blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not finished.is_set() and not connection.execute(blocked).scalar_one():
            finished.wait(0.01)
        assert not finished.is_set(), "the edit did not wait"
        row = {"district": CODE, "scope": patient.id, "audience": district.hospital}
        connection.execute(tables.entitlement.insert().values(row))

    pusher = threading.Thread(target=push_edit)
    district.server.write(grant)
    pusher.join()
    edit = district.pc.history(patient.id)[-1].id
    assert edit in [revision for _, revision in entries(district.server, district.hospital)]


def test_a_redirection_and_its_letter_at_the_same_instant_open_the_patient(district: SmallDistrict) -> None:
    """The order of the race is forced: the redirection arrives while the letter is being stored."""
    patient = new_patient(district.pc)
    letter = new_referral(district.pc, patient.id, district.hospital)
    district.pc.save([Edit(patient)], district.author)
    exchange(district.pc, district.link(district.pc), MANNER)
    [revision] = district.pc.save([Edit(letter)], district.author)
    moved = new_event(district.office_pc, letter.id, "dialihkan", to_facility=district.other_hospital)
    district.office_pc.save([Edit(moved)], district.author)
    finished = threading.Event()

    def push_redirection() -> None:
        exchange(district.office_pc, district.link(district.office_pc), MANNER)
        finished.set()

    def store_letter(connection: Connection) -> None:
        feeds.lock_scopes(connection, CODE, [letter.id, patient.id])
        pusher.start()
        blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not finished.is_set() and not connection.execute(blocked).scalar_one():
            finished.wait(0.01)
        assert not finished.is_set(), "the redirection did not wait"
        bodies = dict(district.pc.waiting(10, 10**6))
        serving.apply(
            connection, district.server.identity, [Incoming(revision, bodies[revision.id])], None, serves=True
        )

    pusher = threading.Thread(target=push_redirection)
    district.server.write(store_letter)
    pusher.join()
    exchange(district.other_hospital_pc, district.link(district.other_hospital_pc), MANNER)
    assert district.other_hospital_pc.get(Referral, letter.id) is not None
    assert district.other_hospital_pc.get(Patient, patient.id) is not None
