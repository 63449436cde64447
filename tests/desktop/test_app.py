"""Starting: what each state of a data folder brings on the screen, quickly, once, and without touching the file."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.app import OnlyOne, Program
from desktop.security.keys import load_key
from desktop.settings import Settings
from desktop.ui.legibility import legibility_problems
from desktop.ui.main_window import MainWindow
from desktop.ui.screens.first_start import FirstStart
from desktop.ui.screens.rescue import RescueScreen
from desktop.ui.widgets.empty_state import EmptyState
from sync.replica.sqlcipher import connect
from tests.desktop.homes import Home

Open = Callable[[Settings], Program]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    """Opens a data folder on the screen at the size of an old laptop, without an agent."""
    programs: list[Program] = []

    def open_(settings: Settings) -> Program:
        program = Program(settings, start_agent=False)
        programs.append(program)
        program.open()
        program.window.resize(1366, 768)
        program.show()
        return program

    yield open_
    for program in programs:
        program.close()


def page(program: Program) -> EmptyState:
    shown = program.window.centralWidget()
    assert isinstance(shown, EmptyState)
    return shown


def test_an_empty_folder_brings_the_enrolment_and_stays_empty(tmp_path: Path, opened: Open) -> None:
    program = opened(Settings(tmp_path))
    assert isinstance(program.window.centralWidget(), FirstStart)
    assert legibility_problems(program.window) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["puskesmas", "klinik", "rs", "dinkes"])
def test_an_enrolled_computer_brings_the_main_window_of_its_facility(
    kind: str, new_home: Callable[..., Home], opened: Open, qtbot: QtBot
) -> None:
    program = opened(new_home(kind, person=True).settings)
    assert isinstance(program.window, MainWindow)
    desk = program.desk
    assert desk is not None
    qtbot.waitUntil(lambda: not desk.busy)
    assert legibility_problems(program.window) == []


def test_a_damaged_file_is_said_in_words_and_left_as_it_is(home: Home, opened: Open) -> None:
    home.close()
    for path in home.settings.home.glob("rujuk.db*"):
        path.unlink()
    home.settings.database.write_bytes(b"rusak" * 2000)
    program = opened(home.settings)
    shown = program.window.centralWidget()
    assert isinstance(shown, RescueScreen)
    assert shown.title.text() == "Data tidak dapat dibaca"
    assert "tidak diubah" in shown.sentence.text()
    assert legibility_problems(program.window) == []
    assert home.settings.database.read_bytes() == b"rusak" * 2000


def test_a_file_of_a_newer_program_is_said_in_words_and_left_as_it_is(home: Home, opened: Open) -> None:
    connection = connect(home.settings.database, load_key(home.settings).secret)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    program = opened(home.settings)
    assert page(program).title() == "Rujuk perlu diperbarui"
    connection = connect(home.settings.database, load_key(home.settings).secret)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    connection.close()


def test_a_lost_key_is_said_in_words_and_no_new_one_is_made(home: Home, opened: Open) -> None:
    home.close()
    home.settings.key_file.unlink()
    program = opened(home.settings)
    assert page(program).title() == "Kunci data tidak ditemukan"
    assert not home.settings.key_file.exists()


def test_a_locked_file_is_said_in_words_and_opens_when_it_is_free(
    home: Home, opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The ten seconds for which a connection waits for a lock are shortened, and nothing else.
    real = sqlcipher3.dbapi2.connect
    monkeypatch.setattr(sqlcipher3.dbapi2, "connect", lambda *a, **k: real(*a, **{**k, "timeout": 0.1}))
    home.close()
    holder = connect(home.settings.database, load_key(home.settings).secret)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("UPDATE alembic_version SET version_num = version_num")
    program = opened(home.settings)
    assert page(program).title() == "Data sedang dipakai program lain"
    holder.execute("ROLLBACK")
    holder.close()
    again = program.window.findChild(QPushButton, "primary")
    assert isinstance(again, QPushButton)
    again.click()
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow))
    assert program.window.isVisible()


def test_a_second_start_raises_the_first_window_and_ends(home: Home, opened: Open, qtbot: QtBot) -> None:
    program = opened(home.settings)
    program.window.hide()
    only = OnlyOne(home.settings)
    assert only.claim(program)
    second = subprocess.Popen([sys.executable, "-m", "desktop", "--home", str(home.settings.home)])
    try:
        qtbot.waitUntil(program.window.isVisible)
        assert second.wait(30) == 0
    finally:
        second.kill()
        second.wait()
        only.release()


def test_another_data_folder_gets_a_window_of_its_own(
    new_home: Callable[..., Home], opened: Open, qtbot: QtBot
) -> None:
    one, other = new_home(), new_home()
    claims = [OnlyOne(place.settings) for place in (one, other)]
    assert [claim.claim(opened(place.settings)) for claim, place in zip(claims, (one, other), strict=True)] == [
        True
    ] * 2
    for claim in claims:
        claim.release()


FIRST_PAINT = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from desktop import assets
from desktop.app import Program
from desktop.settings import Settings
application = QApplication([])
assets.dress(application)
program = Program(Settings(Path(sys.argv[1])), start_agent=False)
program.open()
program.show()
program.window.grab()
print(json.dumps(sorted(sys.modules)))
program.close()
"""


def test_the_first_paint_waits_for_no_heavy_module(new_home: Callable[..., Home]) -> None:
    home = new_home(person=True)
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT, str(home.settings.home)], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert "PySide6" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "alembic", "requests", "nacl", "starlette", "sync.exchange"})


def test_a_folder_that_cannot_be_locked_still_brings_a_window(tmp_path: Path, qtbot: QtBot) -> None:
    settings = Settings(tmp_path / "not there")
    program, only = Program(settings, start_agent=False), OnlyOne(settings)
    assert only.claim(program)
    only.release()
    program.close()
