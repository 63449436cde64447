"""The sync agent as a process of its own, against a real server: it sends, it fetches, and it survives what happens."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDir
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop.actions import copies
from desktop.agent import SOON_S, Agent
from desktop.exchanging import Exchanging
from desktop.round import HUB, PEERS
from desktop.settings import Settings
from desktop.turns import IDLE_S, LONGEST_S, LONGEST_URGENT_S, Turn, next_delay
from desktop.ui.background import Background
from desktop.update_fetching import UpdateFetching
from desktop.updates.store import Store
from sync.records import Facility, Patient
from sync.replica.hub_links import Hub, join_hub
from sync.replica.values import Edit
from tests.desktop.homes import Home, make_district_home, make_home
from tests.desktop.updates.installs import Installed, install
from tests.fakes.district import District, running_district
from tests.fakes.replicas import new_referral
from tests.fakes.server_process import serving

#: A busy machine may take long to start a process; a failing test may wait.
PATIENCE_MS = 60_000

Connect = Callable[[Home], Background]


@pytest.fixture
def pc(tmp_path: Path, district: District) -> Iterator[Home]:
    """A computer of the puskesmas, enrolled at the server, that has never exchanged anything."""
    home = make_district_home(tmp_path / "pc", district)
    yield home
    home.close()


@pytest.fixture
def connect(qtbot: QtBot) -> Iterator[Connect]:
    """Opens the window's line to the agent of a data folder, which starts one; at the end they end."""
    lines: list[Background] = []

    def open_line(home: Home) -> Background:
        line = Background(home.settings)
        lines.append(line)
        line.connect_agent()
        qtbot.waitUntil(lambda: line.state.connected)
        return line

    yield open_line
    for line in lines:
        line.end_agent()
        _wait_for_end(line, qtbot)


def _wait_for_end(line: Background, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not line.state.connected)
    line.close()


def rest(line: Background, qtbot: QtBot, link: str) -> None:
    """Wait until no exchange runs and the link is said to be ``link``."""
    qtbot.waitUntil(lambda: not line.state.running and line.state.link == link)


def save_patient(home: Home) -> str:
    patient = Patient(id=home.replica.new_id(), name="Siti Rahayu", sex="P")
    home.replica.save([Edit(patient, None)], home.replica.identity.device)
    return patient.id


def agent_pid(home: Home) -> int:
    """The process that holds the agent's lock."""
    return int((home.settings.home / "agent.lock").read_text("utf-8").split("\n")[0])


def run_agent(settings: Settings) -> int:
    """Run an agent to its end; its exit code."""
    command = [sys.executable, "-m", "desktop.agent", "--home", str(settings.home)]
    return subprocess.run(command, check=False, timeout=60).returncode


def test_what_is_saved_is_sent_and_what_others_wrote_arrives(
    pc: Home, district: District, connect: Connect, qtbot: QtBot
) -> None:
    line = connect(pc)
    rest(line, qtbot, "up")
    patient = save_patient(pc)
    line.sync()
    qtbot.waitUntil(lambda: bool(district.replica.history(patient)))
    rest(line, qtbot, "up")
    assert (line.state.waiting, line.state.error) == (0, None)
    assert line.state.last_sync_at is not None
    other = Facility(id=pc.replica.new_id(), code="11320999", name="Klinik Baru", kind="klinik")
    district.replica.save([Edit(other, None)], district.replica.identity.device)
    with qtbot.waitSignal(line.data_arrived):
        line.sync()
    seen = pc.replica.get(Facility, other.id)
    assert seen is not None
    assert seen.record.name == "Klinik Baru"


def test_without_the_server_it_says_so_and_the_button_sends_when_it_is_back(
    tmp_path: Path, connect: Connect, qtbot: QtBot
) -> None:
    with running_district(tmp_path / "server") as district:
        pc = make_district_home(tmp_path / "pc", district)
        port = district.server.port
        district.server.stop()
        patient = save_patient(pc)
        line = connect(pc)
        rest(line, qtbot, "down")
        assert (line.state.error, line.state.waiting) == ("Unreachable", 1)
        with serving(district.home, port=port):
            line.sync()
            rest(line, qtbot, "up")
            assert line.state.waiting == 0
            assert district.replica.history(patient)
        pc.close()


def test_an_agent_that_was_killed_is_replaced_and_goes_on(pc: Home, connect: Connect, qtbot: QtBot) -> None:
    line = connect(pc)
    rest(line, qtbot, "up")
    first = agent_pid(pc)
    os.kill(first, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    qtbot.waitUntil(lambda: not line.state.connected)
    save_patient(pc)
    line.sync()
    qtbot.waitUntil(lambda: line.state.connected)
    qtbot.waitUntil(lambda: pc.replica.waiting_count() == 0)
    assert agent_pid(pc) != first


def test_there_is_one_agent_for_a_data_folder(pc: Home, connect: Connect, qtbot: QtBot) -> None:
    line = connect(pc)
    first = agent_pid(pc)
    assert run_agent(pc.settings) == 0
    assert agent_pid(pc) == first
    assert line.state.connected


def test_nonsense_on_the_socket_does_no_harm(pc: Home, connect: Connect, qtbot: QtBot) -> None:
    line = connect(pc)
    rest(line, qtbot, "up")
    socket = QLocalSocket()
    socket.connectToServer(pc.settings.agent_name)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.ConnectedState)
    for nonsense in (b"\xff\xfe\n", b"[]\n", b'{"do": 5}\n', b"null\n", b'{"lain": 1}\n'):
        socket.write(nonsense)
    socket.flush()
    socket.write(b'{"do": "hello"}\n')
    qtbot.waitUntil(lambda: bool(socket.readAll().data()))
    socket.abort()
    patient_waits = save_patient(pc)
    line.sync()
    qtbot.waitUntil(lambda: pc.replica.known([patient_waits]) is not None and pc.replica.waiting_count() == 0)


def test_a_computer_that_is_not_enrolled_has_no_agent(tmp_path: Path) -> None:
    assert run_agent(Settings(tmp_path)) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_agent_leaves_a_damaged_database_as_it_is(tmp_path: Path) -> None:
    home = make_home(tmp_path / "pc")
    home.close()
    home.settings.database.write_bytes(b"rusak" * 2000)
    assert run_agent(home.settings) == 1
    assert home.settings.database.read_bytes() == b"rusak" * 2000
    assert "FileDamaged" in (home.settings.logs / "agent.log").read_text("utf-8")


def test_waits_are_short_when_all_is_well_and_spread_and_bounded_in_trouble() -> None:
    chances = [number / 100 for number in range(101)]
    assert all(0.5 * IDLE_S <= next_delay(0, chance) <= 1.5 * IDLE_S for chance in chances)
    for failures in range(1, 50):
        delays = [next_delay(failures, chance) for chance in chances]
        assert min(delays) == pytest.approx(1.0)
        assert max(delays) <= LONGEST_S
        assert max(delays) >= min(LONGEST_S, IDLE_S * failures)


def test_with_an_emergency_to_send_trouble_makes_no_long_waits() -> None:
    calm, urgent = Turn(), Turn()
    for _ in range(8):
        calm.ended(100.0, 1.0, well=False)
        urgent.ended(100.0, 1.0, well=False, urgent=True)
    assert calm.due == 100.0 + LONGEST_S
    assert urgent.due == 100.0 + LONGEST_URGENT_S
    urgent.ended(100.0, 1.0, well=False, urgent=True, asked_s=60.0)
    assert urgent.due == 160.0


def test_an_emergency_that_the_district_has_makes_no_hurry_to_a_hub_that_is_off(pc: Home) -> None:
    off = Hub("b" * 32, "PC TU", "https://127.0.0.1:9", bytes(32))
    identity = pc.replica.identity
    pc.replica.write(lambda connection: join_hub(connection, identity, off, pc.replica.new_id()))
    exchanging = Exchanging(pc.settings, lambda _progress: None)
    exchanging.exchange()
    letter = new_referral(pc.replica, save_patient(pc), pc.replica.new_id(), "merah")
    pc.replica.save([Edit(letter)], identity.device)
    assert [exchanging.emergency_waits(peer) for peer in PEERS] == [True, True]
    exchanging.exchange()
    assert pc.replica.emergency_waits(HUB)
    assert [exchanging.emergency_waits(peer) for peer in PEERS] == [False, False]
    exchanging.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there a local socket is no file that could be in the way")
def test_an_agent_that_cannot_begin_says_why_in_its_log(pc: Home) -> None:
    in_the_way = Path(QDir.tempPath()) / pc.settings.agent_name
    in_the_way.mkdir()
    (in_the_way / "file").touch()
    try:
        assert run_agent(pc.settings) == 1
    finally:
        shutil.rmtree(in_the_way)
    assert "cannot listen" in (pc.settings.logs / "agent.log").read_text("utf-8")


@pytest.fixture
def own_agent(pc: Home, qtbot: QtBot) -> Iterator[Agent]:
    """An agent in the test's own process, between two exchanges."""
    agent = Agent(pc.settings, lambda _code: None)
    agent._timer.stop()
    yield agent
    agent.close()


def exchange_without_telling(agent: Agent) -> None:
    """Run an exchange to its end, of which the agent's own thread does not know yet."""
    agent._begin()
    assert agent._round.wait(PATIENCE_MS)


def test_a_wish_that_comes_just_when_an_exchange_ends_is_not_put_off(own_agent: Agent, qtbot: QtBot) -> None:
    exchange_without_telling(own_agent)
    # What is planned is looked at, and never begun, however slow the computer is.
    own_agent._timer.timeout.disconnect()
    own_agent.wake()
    qtbot.waitUntil(lambda: not own_agent._state["running"])
    assert own_agent._timer.interval() <= SOON_S * 1000


def test_a_copy_to_a_slow_stick_holds_up_no_exchange(
    pc: Home, own_agent: Agent, district: District, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun, written, make_copy = threading.Event(), threading.Event(), copies.make_copy

    def slow_copy(*arguments: Any) -> copies.Copy:
        begun.set()
        written.wait()
        return make_copy(*arguments)

    monkeypatch.setattr(copies, "make_copy", slow_copy)
    copies.choose_folder(pc.settings, tmp_path)
    try:
        exchange_without_telling(own_agent)
        assert begun.wait(PATIENCE_MS / 1000)
        patient = save_patient(pc)
        exchange_without_telling(own_agent)
        assert district.replica.history(patient)
        assert not list(tmp_path.glob("*.salinan"))
    finally:
        written.set()
    own_agent._round.close()
    assert len(list(tmp_path.glob("*.salinan"))) == 1


@pytest.mark.parametrize("refused", ["copy", "updates"])
def test_a_thread_that_cannot_be_started_ends_neither_the_exchanges_nor_what_else_was_to_begin(
    refused: str,
    pc: Home,
    own_agent: Agent,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    begun, begin = list[str](), threading.Thread.start

    def start(thread: threading.Thread) -> None:
        begun.append(thread.name)
        if thread.name == refused:
            raise RuntimeError("can't start new thread")
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    installed = Installed(install(tmp_path / "app").root, Store(pc.settings.updates)).installation
    own_agent._round._updates = UpdateFetching(pc.settings, installed)
    own_agent._begin()
    qtbot.waitUntil(lambda: not own_agent._running)
    assert own_agent._timer.isActive()
    assert {"copy", "updates"} <= set(begun)
    assert "can't start new thread" in caplog.text


def test_an_agent_in_which_something_broke_still_plans_its_next_exchange(
    pc: Home, own_agent: Agent, qtbot: QtBot
) -> None:
    exchange_without_telling(own_agent)
    pc.replica.write(lambda connection: connection.exec_driver_sql("ALTER TABLE link RENAME TO gone"))
    with qtbot.captureExceptions() as exceptions:
        qtbot.waitUntil(lambda: bool(exceptions))
    assert own_agent._timer.isActive()
