"""Of the twelve tests that a sync must pass, what other engines are known to fail: 1 to 4, on links and power."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from sync.errors import Unreachable
from sync.exchange.engine import exchange
from sync.exchange.http import HttpTransport
from sync.exchange.manner import Manner
from sync.exchange.service import Service
from sync.replica import serving
from sync.replica.opening import open_postgres
from sync.replica.replica import Replica
from sync.replica.values import Edit, Incoming
from sync.revisions.revision import decode
from tests.benchmarks.loss import new_pair, one_seed
from tests.exchange.dying_client import STEPS
from tests.fakes.district import District, running_district
from tests.fakes.proxy import CUTS_AFTER, CUTS_BEFORE, Fault, cutting_proxy, no_faults
from tests.fakes.replicas import (
    DirectTransport,
    SmallDistrict,
    make_replica,
    new_patient,
)
from tests.fakes.server_process import ServerProcess
from tests.replica.test_feeds import run_all

NO_WAITING = Manner(wait=lambda _seconds: None)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """A server's process on SQLite with its computers."""
    with running_district(tmp_path_factory.mktemp("district")) as district:
        yield district


def sync(district: SmallDistrict, *replicas: Replica) -> None:
    for replica in replicas:
        assert exchange(replica, district.link(replica), NO_WAITING).proven


# --- 1, 2: the link ---------------------------------------------------------------------------------------------------


def assert_nothing_is_lost(district: District, folder: Path, number: int, kinds: Sequence[Fault]) -> None:
    pair = new_pair(district, folder, number)
    for seed in range(2):
        told = one_seed(pair, seed, records=150, rate=0.3, kinds=kinds)
        assert (told.missing_at_server, told.missing_here) == (0, 0)
        assert sum(told.injected[kind] for kind in kinds) > 0
    pair.close()


def test_01_resets_on_the_way_lose_nothing(running: District, tmp_path: Path) -> None:
    assert_nothing_is_lost(running, tmp_path, 1, CUTS_BEFORE)


def test_02_resets_after_the_server_did_the_work_lose_nothing(running: District, tmp_path: Path) -> None:
    assert_nothing_is_lost(running, tmp_path, 2, CUTS_AFTER)


def test_02_a_lost_answer_makes_no_duplicate_and_its_verdicts_come_with_the_next(district: SmallDistrict) -> None:
    patient = new_patient(district.hospital_pc)
    district.hospital_pc.save([Edit(patient)], district.author)
    good = new_patient(district.pc)
    district.pc.save([Edit(good)], district.author)
    for replica in (district.hospital_pc, district.pc):
        link, lost = district.link(replica), iter([True])

        def lose(_path: str, _body: bytes, lost: Iterator[bool] = lost) -> None:
            if next(lost, False):
                raise Unreachable("the answer is lost")

        link.after = lose
        outcome = exchange(replica, link, NO_WAITING)
        assert outcome.proven
        assert outcome.refused == (1 if replica is district.hospital_pc else 0)
        assert replica.waiting_count() == 0
    assert len(district.server.history(good.id)) == 1
    assert district.server.history(patient.id) == []


# --- 3: power cuts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_03_a_client_killed_at_any_step_of_a_chunk_goes_on(running: District, tmp_path: Path, step: str) -> None:
    pair = new_pair(running, tmp_path, 100 + STEPS.index(step))
    here, there = pair.here.replica, pair.colleague.replica
    theirs = [item.id for item in there.save([Edit(new_patient(there)) for _ in range(120)], there.identity.device)]
    with running.transport(pair.colleague.pc) as road:
        assert exchange(there, road).proven
    mine = [item.id for item in here.save([Edit(new_patient(here)) for _ in range(120)], here.identity.device)]
    killed = subprocess.run(
        [sys.executable, "-m", "tests.exchange.dying_client", running.url, step, str(pair.here.file)],
        input=pair.here.key.hex() + "\n" + pair.here.pc.signing_key.hex(),
        text=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert killed.returncode != 0, "it was to be killed"
    with running.transport(pair.here.pc) as road:
        assert exchange(here, road).proven
    assert here.waiting_count() == 0
    assert len(running.replica.known(mine)) == len(here.known(theirs)) == 120
    pair.close()


def test_03_a_server_killed_at_any_step_of_a_chunk_is_sent_the_rest(tmp_path: Path) -> None:
    with running_district(tmp_path) as district, contextlib.ExitStack() as stack:
        pair = new_pair(district, tmp_path, 1)
        replica, server = pair.here.replica, district.server
        proxy = stack.enter_context(cutting_proxy(district.url))
        road = stack.enter_context(HttpTransport(proxy.url, pair.here.pc.signer))
        for after_s in (0.0, 0.01, 0.03, None):
            saved = replica.save([Edit(new_patient(replica)) for _ in range(100)], replica.identity.device)
            killer = Killer(server, after_s)
            proxy.plan = killer.plan
            with contextlib.suppress(Unreachable):
                exchange(replica, road, replace(NO_WAITING, stopped=after_one()))
            killer.finish()
            proxy.plan = no_faults
            server = ServerProcess(district.home, port=server.port)
            stack.callback(server.stop)
            assert exchange(replica, road, NO_WAITING).proven
            assert len(district.replica.known([revision.id for revision in saved])) == 100
            assert len(district.replica.history(saved[0].record)) == 1
        pair.close()


def after_one() -> Callable[[], bool]:
    """Stops an exchange after its first try to send a message."""
    asked = count()
    return lambda: next(asked) > 0


class Killer:
    """Kills the server so many seconds after a request has passed, or (``None``) when its answer has left it."""

    def __init__(self, server: ServerProcess, after_s: float | None) -> None:
        self._server, self._after_s = server, after_s
        self._timer: threading.Timer | None = None

    def plan(self, _number: int, _path: str) -> Fault:
        """What happens to a request."""
        if self._after_s is None:
            return Fault.DROP_ANSWER
        if self._timer is None:
            self._timer = threading.Timer(self._after_s, self._server.kill)
            self._timer.start()
        return Fault.NONE

    def finish(self) -> None:
        """The server is dead when this returns."""
        if self._timer is not None:
            self._timer.join()
        self._server.stop()


# --- 4: late commits --------------------------------------------------------------------------------------------------


def test_04_eight_writers_with_late_commits_and_a_client_that_pulls_skips_none(postgres_url: str) -> None:
    district = SmallDistrict(open_postgres(postgres_url))
    writers = [make_replica(district.puskesmas, "puskesmas") for _ in range(8)]
    late = make_replica(district.puskesmas, "puskesmas")
    ids: list[str] = []
    done, stored, pulled = threading.Event(), threading.Event(), threading.Event()

    def save_three(replica: Replica) -> None:
        saved = replica.save([Edit(new_patient(replica)) for _ in range(3)], replica.identity.device)
        ids.extend(revision.id for revision in saved)

    def write(replica: Replica) -> None:
        for _ in range(5):
            save_three(replica)
            exchange(replica, DirectTransport(replica, Service(district.server)), NO_WAITING)

    def commit_late() -> None:
        """Takes its feed numbers, and commits when the reader has been there."""
        save_three(late)
        items = [Incoming(decode(body), body) for _, body in late.waiting(10, 10**6)]

        def work(connection: Connection) -> None:
            serving.apply(connection, district.server.identity, items, None, serves=True)
            stored.set()
            pulled.wait(30)

        district.server.write(work)

    def read() -> None:
        stored.wait(30)
        last = False
        while not last:
            last = done.is_set()
            exchange(district.second_pc, DirectTransport(district.second_pc, Service(district.server)), NO_WAITING)
            pulled.set()

    def write_all() -> None:
        try:
            run_all(commit_late, *(lambda replica=replica: write(replica) for replica in writers))
        finally:
            done.set()

    run_all(write_all, read)
    assert len(ids) == 8 * 5 * 3 + 3
    assert len(district.second_pc.known(ids)) == len(ids)
    for replica in (*writers, late):
        replica.close()
    district.close()
