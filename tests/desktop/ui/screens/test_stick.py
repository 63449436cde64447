"""The page of the stick: which stick, what was written, what came back, and what is wrong with which file."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.queries.drives import Drive
from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.screens.stick import StickScreen
from tests.desktop.answered import answer_to, know_server
from tests.desktop.homes import Home


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "STIK MELATI"
    made.mkdir()
    return made


@pytest.fixture
def screen(home: Home, desk: Desk, qtbot: QtBot, stick: Path, monkeypatch: pytest.MonkeyPatch) -> StickScreen:
    """The page with a folder chosen, on a PC that knows its server's key."""
    know_server(home.replica)
    made = StickScreen(desk)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: not desk.busy)
    assert not made.write_button.isEnabled()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_given: str(stick))
    made.folder_button.click()
    return made


def texts(screen: StickScreen) -> list[str]:
    return [notice.text() for notice in screen.notices]


def test_what_waits_is_written_and_its_answer_is_read(
    screen: StickScreen, home: Home, desk: Desk, stick: Path, qtbot: QtBot
) -> None:
    screen.write_button.click()
    assert not screen.read_button.isEnabled()
    qtbot.waitUntil(lambda: bool(texts(screen)))
    assert "3 perubahan sudah ditulis ke stik" in texts(screen)[0]
    qtbot.waitUntil(lambda: "belum kembali" in screen.away.text())
    assert legibility_problems(screen) == []
    assert screen.drives.toolTip() == str(stick)
    [name] = [path.name for path in stick.iterdir()]
    (stick / "jawaban.rujuk").write_bytes(answer_to(home.replica, (stick / name).read_bytes()))
    (stick / "rusak.rujuk").write_bytes(b"bukan")
    with qtbot.waitSignal(desk.data_changed):
        screen.read_button.click()
    assert "rusak.rujuk\nIni bukan berkas stik Rujuk" in texts(screen)[0]
    assert texts(screen)[1].startswith("jawaban.rujuk · ditulis ")
    assert "3 perubahan dari komputer ini sudah diterima server" in texts(screen)[1]
    qtbot.waitUntil(lambda: not screen.away.isVisible())
    assert legibility_problems(screen) == []


def test_a_stick_that_is_gone_is_said_calmly(screen: StickScreen, stick: Path, qtbot: QtBot) -> None:
    stick.rmdir()
    screen.read_button.click()
    qtbot.waitUntil(lambda: bool(texts(screen)))
    assert "Stik tidak dapat dipakai" in texts(screen)[0]
    assert screen.write_button.isEnabled()


def test_sticks_come_and_go_and_the_chosen_one_stays_chosen(screen: StickScreen, stick: Path) -> None:
    screen._show_drives([Drive(Path("/media/A"), "A", 3_000_000)])
    assert [screen.drives.itemText(n) for n in range(2)] == ["A (3 MB kosong)", "STIK MELATI (folder)"]
    assert screen.drives.currentData() == stick
    screen._show_drives([])
    assert screen.drives.currentData() == stick
