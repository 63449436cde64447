"""An update on a stick: what the page of the stick says of it, and the quiet line about the one that waits."""

import secrets
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.commands.updating import find_update
from desktop.settings import Settings
from desktop.ui.background import Background
from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.main_window import MainWindow
from desktop.ui.screens.stick import StickScreen
from desktop.updates.store import Store
from tests.desktop.homes import Home
from tests.desktop.updates.installs import PUBLIC, Installed, install, package


@pytest.fixture
def screen(desk: Desk, qtbot: QtBot) -> StickScreen:
    made = StickScreen(desk)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    return made


@pytest.fixture
def pc(tmp_path: Path, home: Home) -> Installed:
    """An installation whose packages lie in the data folder of the desk, and which trusts the tests' key."""
    made = Installed(install(tmp_path / "pc").root, Store(home.settings.updates))
    made.store.keys(PUBLIC)
    return made


def test_a_stick_without_an_update_says_nothing_of_updates(
    screen: StickScreen, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    screen.update_offer.look(tmp_path)
    qtbot.waitUntil(lambda: not desk.busy)
    assert not screen.update_offer.isVisible()


def test_an_update_of_a_stranger_is_named_as_such_and_not_offered(
    screen: StickScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    """By the real command: it runs from sources, and reads whatever is on the stick."""
    made = package(tmp_path, "9.1.0", key=secrets.token_bytes(32))
    screen.update_offer.look(made.parent)
    qtbot.waitUntil(screen.update_offer.isVisible)
    assert "tidak ditandatangani pihak yang dipercaya" in screen.update_offer.notice.text()
    assert not screen.update_offer.button.isVisible()
    assert legibility_problems(screen) == []
    # The stick is taken out.
    screen.update_offer.look(None)
    qtbot.waitUntil(lambda: not screen.update_offer.isVisible())


def test_an_update_is_offered_with_version_size_signer_and_what_it_changes(
    screen: StickScreen, home: Home, pc: Installed, qtbot: QtBot, tmp_path: Path
) -> None:
    made = package(tmp_path, "1.1.0", extra=secrets.token_bytes(650_000))
    screen.update_offer.show_found(find_update(home.settings, made.parent, pc.installation).data)
    said = screen.update_offer.notice.text()
    assert said.startswith("Pembaruan ke versi 1.1.0 (0,7 MB), ditandatangani server Dinas Kesehatan kabupaten ini.")
    assert "hanya program Rujuk; data tidak disentuh" in said
    assert legibility_problems(screen) == []
    # The command verifies the file once more; it runs from sources, which have nothing to update.
    screen.update_offer.button.click()
    qtbot.waitUntil(lambda: "dijalankan dari sumber" in screen.update_offer.notice.text())
    assert not screen.update_offer.button.isVisible()
    assert pc.waits() == []


def test_the_window_says_quietly_that_a_version_waits(
    desk: Desk, home: Home, pc: Installed, qtbot: QtBot, tmp_path: Path
) -> None:
    window = MainWindow(desk, Background(Settings(desk.home), may_start=False))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not desk.busy)
    assert not window.update_note.isVisible()
    pc.take(package(tmp_path, "1.1.0"))
    window.update_note.say(pc.store.ready("1.0.0"))
    assert window.update_note.isVisible()
    assert window.update_note.text() == "Pembaruan 1.1.0 siap. Dipasang saat Rujuk dibuka lagi."
    assert legibility_problems(window) == []
    window.update_note.refresh()
    # Run from sources, nothing waits.
    qtbot.waitUntil(lambda: not window.update_note.isVisible())
