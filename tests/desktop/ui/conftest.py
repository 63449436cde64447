"""Whole windows on data folders, as the program opens them but without a sync agent."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import Program
from desktop.ui.main_window import MainWindow
from tests.desktop.homes import Home

Open = Callable[[Home], MainWindow]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    programs: list[Program] = []

    def open_(home: Home) -> MainWindow:
        program = Program(home.settings, start_agent=False)
        programs.append(program)
        program.open()
        assert isinstance(program.window, MainWindow)
        program.window.resize(1366, 768)
        program.show()
        desk = program.window.desk
        qtbot.waitUntil(lambda: not desk.busy)
        return program.window

    yield open_
    for program in programs:
        program.close()
