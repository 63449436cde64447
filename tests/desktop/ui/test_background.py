"""The window's line to the sync agent: nothing that arrived stays unseen."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from desktop.settings import Settings
from desktop.ui.background import RETRY, TRIES_BEFORE_START, Background, tries_before_start


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def agent(qtbot: QtBot, settings: Settings) -> Iterator[QLocalServer]:
    """The agent's end of the line, on which the test speaks."""
    server = QLocalServer()
    assert server.listen(settings.agent_name)
    yield server
    server.close()


@pytest.fixture
def background(qtbot: QtBot, settings: Settings) -> Iterator[Background]:
    made = Background(settings, may_start=False)
    yield made
    made.close()


def say_state(socket: QLocalSocket) -> None:
    socket.write(json.dumps({"event": "state", "running": False, "link": "up"}).encode() + b"\n")
    socket.flush()


def test_what_arrived_before_the_window_was_connected_is_shown(
    qtbot: QtBot, agent: QLocalServer, background: Background
) -> None:
    with qtbot.waitSignal(agent.newConnection):
        background.connect_agent()
    line = agent.nextPendingConnection()
    with qtbot.waitSignals([background.data_arrived, background.state_changed]):
        say_state(line)
    assert (background.state.connected, background.state.link) == (True, "up")


def test_what_arrived_while_the_line_was_lost_is_shown(
    qtbot: QtBot, agent: QLocalServer, background: Background
) -> None:
    with qtbot.waitSignal(agent.newConnection):
        background.connect_agent()
    line = agent.nextPendingConnection()
    with qtbot.waitSignal(background.data_arrived):
        say_state(line)
    with qtbot.waitSignal(agent.newConnection):
        line.abort()
    with qtbot.waitSignal(background.data_arrived):
        say_state(agent.nextPendingConnection())


def test_the_agents_every_word_does_not_read_everything_again(
    qtbot: QtBot, agent: QLocalServer, background: Background
) -> None:
    with qtbot.waitSignal(agent.newConnection):
        background.connect_agent()
    line = agent.nextPendingConnection()
    with qtbot.waitSignal(background.data_arrived):
        say_state(line)
    arrived: list[None] = []
    background.data_arrived.connect(lambda: arrived.append(None))
    say_state(line)
    line.write(b'{"event": "changed"}\n')
    with qtbot.waitSignal(background.data_arrived):
        line.flush()
    assert len(arrived) == 1, "only what the agent called a change"


def test_agents_that_end_at_once_are_started_less_and_less_often() -> None:
    tries = [tries_before_start(starts) for starts in range(12)]
    assert tries[:4] == [TRIES_BEFORE_START, TRIES_BEFORE_START, 2 * TRIES_BEFORE_START, 4 * TRIES_BEFORE_START]
    assert tries == sorted(tries)
    assert tries[-1] * RETRY <= 10 * 60 * 1000
