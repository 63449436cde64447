"""The update at the start of the window: a page says what is done, one window at a time does it, the start goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Program
from desktop.settings import RESCUE_MARK, Settings
from desktop.ui.legibility import legibility_problems
from desktop.update_start import apply_waiting, framed, installing_page, starter_of
from desktop.updates.starting import Start
from tests.desktop.homes import Home
from tests.desktop.updates.installs import Installed, install, package


@pytest.fixture
def here(tmp_path: Path) -> Installed:
    return install(tmp_path)


def test_what_waits_is_applied_and_the_program_is_started_again(here: Installed, qtbot: QtBot, tmp_path: Path) -> None:
    assert apply_waiting(here.starter()) is Start.GO_ON
    here.take(package(tmp_path, "1.1.0"))
    assert apply_waiting(here.starter()) is Start.AGAIN
    assert here.current() == "1.1.0"
    assert [window for window in QApplication.topLevelWidgets() if window.isVisible()] == []
    assert QApplication.quitOnLastWindowClosed()


def test_what_fails_its_test_lets_the_start_go_on(here: Installed, qtbot: QtBot, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0", code=1))
    assert apply_waiting(here.starter()) is Start.GO_ON
    assert here.current() == "1.0.0"


def test_of_two_windows_that_start_at_once_one_applies(here: Installed, qtbot: QtBot, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    other = QLockFile(str(here.root / "update.lock"))
    assert other.tryLock(0)
    assert apply_waiting(here.starter()) is Start.GO_ON
    assert here.current() == "1.0.0"
    other.unlock()
    assert apply_waiting(here.starter()) is Start.AGAIN


def test_the_page_can_be_read(qtbot: QtBot) -> None:
    window = framed(installing_page("1.2.0"))
    qtbot.addWidget(window)
    window.show()
    assert legibility_problems(window) == []


def test_sources_have_nothing_to_update(tmp_path: Path) -> None:
    assert starter_of(Settings(tmp_path)) is None


def test_only_a_window_in_which_work_is_possible_proves_a_version(
    new_home: Callable[..., Home], tmp_path: Path, qtbot: QtBot
) -> None:
    settings = new_home(person=True).settings
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    for home, ready in ((settings, True), (Settings(fresh), True)):
        assert is_ready(home) is ready
    (settings.home / RESCUE_MARK).write_text("x", "ascii")
    assert not is_ready(settings)
    (settings.home / RESCUE_MARK).unlink()
    settings.key_file.unlink()
    assert not is_ready(settings)


def is_ready(settings: Settings) -> bool:
    program = Program(settings, start_agent=False)
    program.open()
    program.close()
    return program.is_ready
