"""An agent is ended by asking it, also in the moment between its start and its first ear."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile

from desktop.settings import Settings
from desktop.stopping import stop_running
from tests.desktop.homes import make_home


def test_where_none_runs_there_is_nothing_to_end(tmp_path: Path) -> None:
    assert stop_running(Settings(tmp_path))
    assert stop_running(Settings(tmp_path / "tidak ada"))


def test_one_that_does_not_listen_yet_is_not_taken_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.stopping.STOP_MS", 300)
    starting = QLockFile(str(tmp_path / "agent.lock"))
    assert starting.tryLock(0)
    assert not stop_running(Settings(tmp_path))
    starting.unlock()
    assert stop_running(Settings(tmp_path))


def test_one_that_was_started_a_moment_ago_has_ended_when_stopping_returns(tmp_path: Path) -> None:
    home = make_home(tmp_path / "pc")
    agent = subprocess.Popen([sys.executable, "-m", "desktop.agent", "--home", str(home.settings.home)])
    lock = home.settings.home / "agent.lock"
    while not lock.exists():
        assert agent.poll() is None
    assert stop_running(home.settings)
    assert agent.wait(timeout=300) == 0
    assert "asked to end" in (home.settings.home / "logs" / "agent.log").read_text("utf-8")
    home.close()
