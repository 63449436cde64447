"""A desktop process is killed at a hundred random moments while it saves: what it reported is there, nothing is half.

The killed process works through the program's own actions on an encrypted file; in the last rounds the sync agent
exchanges with a real server meanwhile.
"""

import functools
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.security.keys import load_key
from desktop.settings import Settings
from desktop.ui.background import Background
from sync.records.namekey import LITERAL, name_keys
from sync.replica.reader import Reader
from sync.replica.sqlcipher import connect
from tests.desktop.homes import Home, make_district_home
from tests.fakes.district import District, running_district
from tests.journeys.saver import FORKS

SEED = 2026
KILLS, KILLS_WHILE_SYNCING = 100, 30
#: The longest a saver lives after its first report, in seconds: several saves, and every point inside one.
LONGEST_S = 0.12
PATIENCE_S = 60.0

_ALL = "SELECT {} FROM {} WHERE district = :district"


class Savers:
    """Starts savers one after the other, hears their reports, and kills them."""

    def __init__(self, settings: Settings, hospital: str) -> None:
        self._command = [sys.executable, "-m", "tests.journeys.saver", "--home", str(settings.home)]
        self._command += ["--hospital", hospital]
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader: threading.Thread | None = None

    def start(self) -> int:
        """Start a saver and wait until it can save; its process id."""
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
            self._reader = threading.Thread(target=self._read, args=(self._process.stdout,))
            self._reader.start()
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        word, number = self._hear().split()
        assert word == "pid"
        assert self._hear() == "ready"
        return int(number)

    def kill_after(self, saver: int, seconds: float) -> dict[str, list[str]]:
        """Kill a saver ``seconds`` after its first report; the ids it reported, by kind of record."""
        reported: dict[str, list[str]] = {"patient": [], "referral": []}
        self._note(self._hear(), reported)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self._note(self._lines.get(timeout=left), reported)
            except queue.Empty:
                break
        os.kill(saver, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        while (line := self._hear()) != "ended":
            self._note(line, reported)
        if not FORKS:
            self.close()
        return reported

    def close(self) -> None:
        """End whatever still runs."""
        process, self._process = self._process, None
        if process is None or process.stdin is None or process.stdout is None:
            return
        process.stdin.close()
        process.wait(PATIENCE_S)
        if self._reader is not None:
            self._reader.join()
        process.stdout.close()

    def _hear(self) -> str:
        return self._lines.get(timeout=PATIENCE_S)

    def _read(self, stream: Any) -> None:
        for line in stream:
            self._lines.put(line.strip())
        if not FORKS:
            self._lines.put("ended")

    @staticmethod
    def _note(line: str, reported: dict[str, list[str]]) -> None:
        kind, _, record = line.partition(" ")
        assert kind in reported, f"the saver said {line!r}"
        reported[kind].append(record)


@functools.cache
def keys_of(name: str) -> frozenset[str]:
    """What the search index must hold of a name."""
    return frozenset(name_keys(name))


@functools.cache
def words_of(name: str) -> frozenset[str]:
    """The words that keys of a name begin with."""
    return frozenset(key.partition(" ")[0] for key in keys_of(name) if not key.startswith(LITERAL))


class File:
    """The killed process's file, looked at from outside."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = load_key(settings).secret

    def assert_whole(self, reported: dict[str, set[str]]) -> None:
        """It opens, every reported save is there, and each record has all of its parts or none."""
        reader = Reader(self._settings.database, self._key)
        try:
            names = {row["id"]: row["name"] for row in reader.rows(_ALL.format("id, name", "patient"))}
            letters = {row["id"]: row["patient"] for row in reader.rows(_ALL.format("id, patient", "referral"))}
            records = {(row["type"], row["id"]) for row in reader.rows(_ALL.format("type, id", "record"))}
            keys = {(row["id"], row["k"]) for row in reader.rows(_ALL.format("id, k", "search_key"))}
            words = {row["w"] for row in reader.rows(_ALL.format("w", "search_word"))}
            revisions = reader.rows(_ALL.format("type, record, number", "revision") + " ORDER BY number")
            last = reader.value("SELECT number FROM identity")
        finally:
            reader.close()
        assert reported["patient"] <= names.keys()
        assert reported["referral"] <= letters.keys()
        both = {("patient", record) for record in names} | {("referral", record) for record in letters}
        written = [(row["type"], row["record"]) for row in revisions if row["type"] in reported]
        assert len(written) == len(set(written))
        assert set(written) == both
        assert {pair for pair in records if pair[0] in reported} == both
        assert set(letters.values()) <= names.keys()
        assert keys == {(patient, key) for patient, name in names.items() for key in keys_of(name)}
        assert words == {word for name in names.values() for word in words_of(name)}
        mine = [row["number"] for row in revisions if row["type"] in reported]
        assert mine == list(range(1, len(mine) + 1)), "the chain of revisions has a hole"
        assert last == len(mine)

    def assert_sound(self, check: str) -> None:
        """The database's own check finds nothing. ``check``: quick_check, integrity_check or cipher_integrity_check."""
        connection = connect(self._settings.database, self._key)
        try:
            found = [row[0] for row in connection.execute(f"PRAGMA {check}")]
        finally:
            connection.close()
        assert found == ([] if check.startswith("cipher") else ["ok"])


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with running_district(tmp_path / "server") as running:
        yield running


@pytest.fixture
def pc(tmp_path: Path, district: District) -> Iterator[Home]:
    home = make_district_home(tmp_path / "pc", district)
    yield home
    home.close()


@pytest.fixture
def savers(pc: Home, district: District) -> Iterator[Savers]:
    made = Savers(pc.settings, district.hospital.card.facility)
    yield made
    made.close()


@pytest.fixture
def agent(pc: Home, qtbot: QtBot) -> Iterator[Background]:
    """A line to the PC's agent, which starts with the first :meth:`Background.connect_agent`."""
    line = Background(pc.settings)
    yield line
    if line.state.connected:
        line.end_agent()
        qtbot.waitUntil(lambda: not line.state.connected)
    line.close()


def test_killed_at_a_hundred_random_moments_nothing_reported_is_lost_and_nothing_is_half_there(
    pc: Home, district: District, savers: Savers, agent: Background, qtbot: QtBot
) -> None:
    chance = random.Random(SEED)
    file = File(pc.settings)
    reported: dict[str, set[str]] = {"patient": set(), "referral": set()}
    for kill in range(KILLS):
        if kill == KILLS - KILLS_WHILE_SYNCING:
            agent.connect_agent()
            qtbot.waitUntil(lambda: agent.state.connected)
        saver = savers.start()
        if agent.state.connected:
            agent.sync()
        told = savers.kill_after(saver, chance.uniform(0.0, LONGEST_S))
        for kind, ids in told.items():
            reported[kind].update(ids)
        file.assert_whole(reported)
        file.assert_sound("quick_check")
    for check in ("integrity_check", "cipher_integrity_check"):
        file.assert_sound(check)
    assert len(reported["referral"]) > KILLS
    assert_all_arrived(pc, district, agent, reported, qtbot)


def assert_all_arrived(
    pc: Home, district: District, agent: Background, reported: dict[str, set[str]], qtbot: QtBot
) -> None:
    """After the last kill everything is sent, once."""
    agent.sync()
    qtbot.waitUntil(lambda: pc.replica.waiting_count() == 0)
    for record in sorted(reported["patient"] | reported["referral"]):
        assert len(district.replica.history(record)) == 1
