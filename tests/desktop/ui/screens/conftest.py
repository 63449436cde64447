"""Screens on a real desk: a person is at the PC, and a test waits for the desk instead of sleeping."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.screen import Screen
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home

#: What a screen has of a window of 1366 x 768 beside the menu, the header and the sync bar; the office's menu is wider.
WIDTH, OFFICE_WIDTH, HEIGHT = 1157, 1148, 620

Show = Callable[[Screen], None]


@pytest.fixture
def puskesmas(new_home: MakeHome) -> Home:
    """A PC of a puskesmas with a nurse at it."""
    return new_home("puskesmas", person=True)


@pytest.fixture
def hospital(new_home: MakeHome) -> Home:
    """A PC of a hospital with a nurse at it."""
    return new_home("rs", person=True)


@pytest.fixture
def settled(qtbot: QtBot) -> Callable[[Desk], None]:
    """Waits until a desk has answered everything that was asked of it."""

    def wait(desk: Desk) -> None:
        qtbot.waitUntil(lambda: not desk.busy)

    return wait


@pytest.fixture
def show(qtbot: QtBot, settled: Callable[[Desk], None]) -> Show:
    """Shows a screen at its place in a window of 1366 x 768 and waits for what it reads."""

    def place(screen: Screen) -> None:
        qtbot.addWidget(screen)
        office = screen.desk.identity.facility_kind == "dinkes"
        screen.resize(OFFICE_WIDTH if office else WIDTH, HEIGHT)
        with qtbot.waitExposed(screen):
            screen.show()
        screen.refresh()
        settled(screen.desk)

    return place


def assert_legible(widget: QWidget) -> None:
    """Fails where a text is cut, too small or under another."""
    QApplication.processEvents()
    assert legibility_problems(widget) == []


def press(screen: QWidget, key: Qt.Key) -> None:
    """Press ``key`` where the focus of ``screen`` lies."""
    focus = screen.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)
