"""The page of copies: where they go, one made now, a folder that cannot be used."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.actions.copies import ERROR_VALUE
from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.screens.copies import CopiesScreen
from desktop.ui.tones import TONES, Tone
from tests.desktop.homes import Home


@pytest.fixture
def screen(desk: Desk, qtbot: QtBot) -> CopiesScreen:
    made = CopiesScreen(desk)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: bool(made.folder.text()))
    return made


def test_a_copy_is_made_and_listed(screen: CopiesScreen, qtbot: QtBot) -> None:
    assert screen.none.isVisible()
    screen.copy_button.click()
    qtbot.waitUntil(lambda: len(screen.list.cards()) == 1)
    assert "terbaca kembali" in screen.result.text()
    assert screen.list.cards()[0].title
    assert legibility_problems(screen) == []


def test_a_failed_automatic_copy_stands_out_and_says_since_when_there_is_none(
    screen: CopiesScreen, home: Home, desk: Desk, qtbot: QtBot
) -> None:
    screen.copy_button.click()
    qtbot.waitUntil(lambda: len(screen.list.cards()) == 1)
    home.replica.set_value(ERROR_VALUE, "ReplicaError")
    again = CopiesScreen(desk)
    qtbot.addWidget(again)
    again.resize(1100, 700)
    again.show()
    again.refresh()
    qtbot.waitUntil(again.result.isVisible)
    words = again.result.text()
    assert f"belum ada salinan baru sejak {screen.list.cards()[0].title}" in words
    assert "Data di komputer ini aman" in words
    assert "Salin sekarang" in words
    assert TONES[Tone.ATTENTION].ink in again.result.styleSheet()
    assert again.folder.x() < 200
    assert legibility_problems(again) == []


def test_another_folder_is_remembered_and_one_that_cannot_be_used_is_said(
    screen: CopiesScreen, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stik"
    stick.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_given: str(stick))
    screen.choose_button.click()
    qtbot.waitUntil(lambda: screen.folder.text() == str(stick))
    assert len(list(stick.glob("*.salinan"))) == 1
    gone = tmp_path / "berkas"
    gone.write_bytes(b"")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_given: str(gone))
    screen.choose_button.click()
    qtbot.waitUntil(lambda: "tidak dapat dibuat" in screen.result.text())
    assert legibility_problems(screen) == []
