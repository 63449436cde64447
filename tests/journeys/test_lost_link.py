"""The journey over a link that cuts chunks in the middle, in each direction, and loses answers: all arrives once.

Real parts: the server's process on PostgreSQL, computers enrolled by the command line, and their sync agents.
"""

import dataclasses
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from desktop.actions.referrals import accept, mark_seen, write_referral
from desktop.demo.people import people
from desktop.security.keys import load_key
from desktop.settings import Settings
from desktop.ui.background import AgentState, Background
from sync.records import Facility, Patient, Staff, Ward
from sync.replica import digest, feeds, links, tables
from sync.replica.identity import PUBLIC
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.fakes.district import HOSPITAL_CODE, PUSKESMAS_CODE, created_district, new_code
from tests.fakes.proxy import CuttingProxy, Fault, cutting_proxy
from tests.fakes.server_process import serving

#: Enough that a message which carries them is cut in its middle.
PATIENTS, LETTERS = 300, 90
#: A message with more bytes carries revisions: one without any has about 200.
BYTES = 2_000
_AGENT_ENDS_S = 60.0
#: Exchanges after which two sides that could not become equal never will.
_MOST_ROUNDS = 40

#: Every kind of cut in a row, then every second message: five in a row would end an exchange.
FAULTS = (Fault.CUT_UPLOAD, Fault.DROP_ANSWER, Fault.CUT_ANSWER)


@dataclass
class SpoilEverySecond:
    """Spoils the first three messages after :meth:`again`, then every second one, each time in another way."""

    count: int = 0

    def again(self) -> None:
        """Begin with three spoiled messages in a row."""
        self.count = 0

    def __call__(self, _number: int, _path: str) -> Fault:
        place, self.count = self.count, self.count + 1
        if place < len(FAULTS) or place % 2:
            return FAULTS[place % len(FAULTS)]
        return Fault.NONE


@dataclass(frozen=True)
class Pc:
    """One computer: its data folder, open in the test as well, and the line to its agent's process."""

    settings: Settings
    replica: Replica
    line: Background


def run_cli(home: Path, *arguments: str) -> Any:
    """Run ``rujuk`` with ``RUJUK_HOME``; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop.cli", *arguments, "--json"],
        env=environment_of(home),
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def environment_of(home: Path) -> Mapping[str, str]:
    return {**os.environ, "RUJUK_HOME": str(home)}


@pytest.fixture
def proxy(tmp_path: Path, postgres_url: str) -> Iterator[tuple[CuttingProxy, Replica]]:
    """A link to a server on PostgreSQL, and the server's replica open in the test."""
    home = tmp_path / "server"
    home.mkdir()
    with (
        created_district(home, postgres_url) as district,
        serving(home) as server,
        cutting_proxy(server.url) as link,
    ):
        yield link, district


@pytest.fixture
def open_pc(tmp_path: Path, proxy: tuple[CuttingProxy, Replica], qtbot: QtBot) -> Iterator[Callable[[str, str], Pc]]:
    """Enrols a computer by the command line and starts its agent; at the end the agents end by themselves."""
    link, district = proxy
    with ExitStack() as stack:

        def make(name: str, facility_code: str) -> Pc:
            home = tmp_path / name
            code = new_code(district, facility_code)
            run_cli(home, "enrol", "--server", link.url, "--code", code, "--name", name)
            settings = Settings(home)
            replica = Replica.load(open_sqlite(settings.database, load_key(settings).secret), system_environment())
            assert replica is not None
            stack.callback(replica.close)
            agent = subprocess.Popen([sys.executable, "-m", "desktop.agent"], env=environment_of(home))
            line = Background(settings, may_start=False)
            stack.callback(end_agent, line, agent, qtbot)
            line.connect_agent()
            qtbot.waitUntil(lambda: line.state.connected and not line.state.running)
            return Pc(settings, replica, line)

        yield make


def end_agent(line: Background, agent: "subprocess.Popen[bytes]", qtbot: QtBot) -> None:
    """Tell an agent to end and see that it does."""
    qtbot.waitUntil(lambda: line.state.connected)
    line.end_agent()
    assert agent.wait(_AGENT_ENDS_S) == 0
    line.close()


def exchange_until_equal(pc: Pc, qtbot: QtBot) -> int:
    """Press the button until both sides are proven equal with nothing waiting; how many exchanges failed."""
    for failed in range(_MOST_ROUNDS):
        seen: list[AgentState] = []
        note = lambda seen=seen: seen.append(pc.line.state)  # noqa: E731 - connected and disconnected by identity
        pc.line.state_changed.connect(note)
        pc.line.sync()
        qtbot.waitUntil(lambda: _has_ended(seen))  # noqa: B023 - waited for in this turn
        pc.line.state_changed.disconnect(note)
        if pc.line.state.error is None and pc.replica.waiting_count() == 0:
            return failed
    raise AssertionError(f"never equal: {pc.line.state}")


def _has_ended(seen: list[AgentState]) -> bool:
    """Whether an exchange that began in this history is over."""
    began = next((place for place, state in enumerate(seen) if state.running), None)
    return began is not None and not seen[-1].running


def write_letters(pc: Pc, hospital: str) -> list[str]:
    """Staff, patients and letters at the puskesmas; the ids of the letters."""
    doctor = Staff(id=pc.replica.new_id(), name="dr. Bagus Santoso", profession="dokter")
    patients: list[Patient] = [dataclasses.replace(item, id=pc.replica.new_id()) for item in people(7, PATIENTS)]
    pc.replica.save([Edit(doctor), *map(Edit, patients)], doctor.id)
    return [
        write_referral(
            pc.replica,
            doctor,
            {
                "patient": patient.id,
                "to_facility": hospital,
                "kind": "gawat_darurat",
                "urgency": "merah",
                "anamnesis": "Nyeri kepala hebat sejak empat jam",
                "diagnosis_label": "Preeklamsia berat",
                "reason": "Perlu penanganan spesialis",
                "doctor_name": doctor.name,
            },
        ).id
        for patient in patients[:LETTERS]
    ]


def answer_letters(pc: Pc, letters: list[str]) -> None:
    """The hospital opens and accepts every letter."""
    nurse = Staff(id=pc.replica.new_id(), name="Ns. Dewi Lestari, S.Kep.", profession="perawat")
    ward = Ward(id=pc.replica.new_id(), facility=pc.replica.identity.facility, name="Melati", ward_class="SAL", free=3)
    pc.replica.save([Edit(nurse), Edit(ward)], nurse.id)
    for letter in letters:
        mark_seen(pc.replica, nurse, letter)
        accept(pc.replica, nurse, letter, ward=ward.id, bed="3B", note="Langsung ke kamar bersalin")


def revisions_by_type(replica: Replica) -> Counter[str]:
    """How many revisions of each kind a database holds."""
    table = tables.revision
    query = select(table.c.type, func.count()).where(table.c.district == replica.identity.district)
    rows = replica.read(lambda connection: connection.execute(query.group_by(table.c.type)).all())
    return Counter({row[0]: row[1] for row in rows})


def longest_history(replica: Replica) -> int:
    """The most revisions that any one record has."""
    table = tables.revision
    query = (
        select(func.count().label("n")).where(table.c.district == replica.identity.district).group_by(table.c.record)
    )
    return int(replica.read(lambda connection: connection.execute(select(func.max(query.subquery().c.n))).scalar_one()))


def server_head(district: Replica, audience: str) -> tuple[int, bytes, set[str]]:
    """Number, digest and ids of a feed, computed by the server from what is really there."""
    code = district.identity.district
    top, whole, buckets = district.write(lambda connection: feeds.verified_head(connection, code, audience))
    return top, whole, {item for items in buckets.values() for item in items}


def assert_equal_feeds(pc: Pc, district: Replica) -> None:
    """Both feeds of a computer have the digest that the server computes, and each revision in them is here."""
    identity = pc.replica.identity
    for cursor in pc.replica.read(lambda connection: links.read_cursors(connection, identity, links.DISTRICT_PEER)):
        top, whole, held = server_head(district, cursor.audience)
        assert (cursor.number, cursor.root) == (top, digest.root(whole)), cursor.audience
        assert pc.replica.known(held) == dict.fromkeys(held, True)
        if cursor.audience != PUBLIC:
            assert len(held) > LETTERS


def test_everything_arrives_once_over_a_link_that_cuts_and_loses_answers(
    proxy: tuple[CuttingProxy, Replica], open_pc: Callable[[str, str], Pc], qtbot: QtBot
) -> None:
    link, district = proxy
    puskesmas, hospital = open_pc("loket", PUSKESMAS_CODE), open_pc("igd", HOSPITAL_CODE)
    spoil = SpoilEverySecond()
    link.plan = spoil

    letters = write_letters(puskesmas, hospital.replica.identity.facility)
    waiting = puskesmas.replica.waiting_count()
    assert waiting == 1 + PATIENTS + LETTERS
    requests = link.requests
    exchange_until_equal(puskesmas, qtbot)
    assert link.requests - requests > len(FAULTS) + 1, "the push was to be spoiled four times"
    assert max(link.cut_bodies[Fault.CUT_UPLOAD]) > BYTES, "the cut was to be in the middle of a train"

    spoil.again()
    requests = link.requests
    exchange_until_equal(hospital, qtbot)
    assert link.requests - requests > len(FAULTS) + 1, "the pull was to be spoiled four times"
    assert max(link.cut_bodies[Fault.CUT_ANSWER]) > BYTES, "the cut was to be in the middle of a page"

    answer_letters(hospital, letters)
    spoil.again()
    exchange_until_equal(hospital, qtbot)
    spoil.again()
    exchange_until_equal(puskesmas, qtbot)
    assert min(link.injected[fault] for fault in FAULTS) >= 4

    shared = {"referral": LETTERS, "referral_event": 2 * LETTERS, "ward": 1, "facility": 3, "computer": 2}
    assert revisions_by_type(district) == {**shared, "patient": PATIENTS, "staff": 2}
    assert revisions_by_type(puskesmas.replica) == {**shared, "patient": PATIENTS, "staff": 1}
    assert revisions_by_type(hospital.replica) == {**shared, "patient": LETTERS, "staff": 1}
    for replica in (district, puskesmas.replica, hospital.replica):
        assert longest_history(replica) == 1
    for pc in (puskesmas, hospital):
        assert pc.replica.waiting_count() == 0
        assert_equal_feeds(pc, district)
    for letter in letters:
        assert [revision.fields["kind"] for revision in events_of(puskesmas.replica, letter)] == ["dilihat", "diterima"]
    assert puskesmas.replica.get(Facility, hospital.replica.identity.facility) is not None


def events_of(replica: Replica, letter: str) -> list[Any]:
    """The facts of one letter, oldest first."""
    table = tables.revision
    query = select(table.c.record).where(table.c.type == "referral_event", table.c.scope == letter)
    found = replica.read(lambda connection: connection.execute(query).scalars().all())
    return sorted((revision for event in found for revision in replica.history(event)), key=lambda item: item.stamp)
