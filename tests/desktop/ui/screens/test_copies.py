"""The page of copies: where they go, one made now, a folder that cannot be used."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.screens.copies import CopiesScreen


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
