"""The first start: three ways, files on sticks against the real server, and practice that meets nothing real."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.app import Program
from desktop.demo.practice import practice_settings, prepare_practice
from desktop.queries.drives import files_on
from desktop.settings import PRACTICE_MARK, Settings
from desktop.ui.enrolment_words import file_words
from desktop.ui.legibility import legibility_problems
from desktop.ui.main_window import MainWindow
from desktop.ui.place import load_place
from desktop.ui.screens.first_start import FirstStart
from sync.enrolment_file import SUFFIX, decode_enrolment, encode_enrolment
from sync.errors import BadInput
from sync.exchange.credential import public_key
from tests.desktop.homes import Home
from tests.desktop.ui.conftest import Open
from tests.fakes.district import PUSKESMAS_CODE, District
from tests.fakes.server_process import run_admin


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stik"
    folder.mkdir()
    return folder


@pytest.fixture
def start(tmp_path: Path, stick: Path, qtbot: QtBot, qapp: object) -> FirstStart:
    made = FirstStart(Settings(tmp_path / "pc"), lambda: [stick])
    qtbot.addWidget(made)
    made.resize(1000, 680)
    made.show()
    return made


def write_file(district: District, stick: Path, name: str = "melati") -> Path:
    """What the administrator does."""
    out = stick / f"{name}{SUFFIX}"
    printed = run_admin(
        district.home, "enrol-code", "--facility", PUSKESMAS_CODE, "--file", str(out), "--server", district.url
    )
    assert "code" not in printed
    return out


def test_a_file_on_a_stick_enrols_and_pins_the_server(
    district: District, start: FirstStart, stick: Path, qtbot: QtBot
) -> None:
    told = decode_enrolment(write_file(district, stick).read_bytes())
    assert told.key == public_key(district.replica.identity.signing_key)
    start.by_file.click()
    page = start.file_page
    assert "Puskesmas Melati, untuk satu komputer" in page.files.item(0).text()
    assert legibility_problems(start) == []
    with qtbot.waitSignal(start.enrolled):
        page.submit.click()
    place = load_place(start._settings)
    assert place is not None
    assert place.facility_name == "Puskesmas Melati"


def refusal(start: FirstStart, qtbot: QtBot) -> str:
    page = start.file_page
    start.by_file.click()
    QTest.keyClick(page.files, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.problem.isVisible() and not page.working.isVisible())
    assert legibility_problems(start) == []
    assert load_place(start._settings) is None
    return page.problem.text()


def test_a_file_that_another_computer_has_used_is_said(
    district: District, start: FirstStart, stick: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    write_file(district, stick)
    other = FirstStart(Settings(tmp_path / "lain"), lambda: [stick])
    qtbot.addWidget(other)
    other.by_file.click()
    with qtbot.waitSignal(other.enrolled):
        other.file_page.submit.click()
    assert "sudah dipakai" in refusal(start, qtbot)


def test_a_damaged_file_is_said(start: FirstStart, stick: Path, qtbot: QtBot) -> None:
    (stick / f"rusak{SUFFIX}").write_bytes(b"{")
    assert "rusak" in refusal(start, qtbot)
    assert start.file_page.files.hasFocus()


def test_another_server_than_the_file_names_is_refused(
    district: District, start: FirstStart, stick: Path, qtbot: QtBot
) -> None:
    path = write_file(district, stick)
    told = decode_enrolment(path.read_bytes())
    path.write_bytes(encode_enrolment(msgspec.structs.replace(told, server_key="00" * 32)))
    assert "bukan server yang disebut" in refusal(start, qtbot)


def test_without_a_stick_it_says_what_to_do_and_one_may_go_back(start: FirstStart) -> None:
    start.by_file.click()
    assert "Pasang stik" in start.file_page.problem.text()
    assert not start.file_page.submit.isEnabled()
    focus = start.file_page.focusWidget()
    assert isinstance(focus, QPushButton)
    assert focus.text() == "&Cari lagi"
    start.file_page.back.emit()
    assert start.by_code.isVisible()
    assert legibility_problems(start) == []


def test_what_is_expired_or_no_file_is_told_before_it_is_tried(district: District, stick: Path) -> None:
    path = write_file(district, stick)
    now = datetime.now(UTC)
    assert "berlaku sampai" in file_words(path, now)
    assert "kedaluwarsa" in file_words(path, now + timedelta(days=3))
    path.write_bytes(b"lain")
    assert "bukan berkas pendaftaran" in file_words(path, now)


def test_only_files_of_ours_are_found_also_one_folder_down(stick: Path) -> None:
    (stick / "folder").mkdir()
    for name in (f"a{SUFFIX}", "b.txt", f"folder/c{SUFFIX}"):
        (stick / name).write_bytes(b"x")
    assert {path.name for path in files_on([stick, stick / "tidak ada"], SUFFIX)} == {f"a{SUFFIX}", f"c{SUFFIX}"}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"form": "lain"}', b"x" * 30_000])
def test_what_is_no_enrolment_file_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        decode_enrolment(content)


def test_practice_lies_apart_bears_its_mark_and_is_kept(tmp_path: Path, qtbot: QtBot, qapp: object) -> None:
    settings = Settings(tmp_path / "data")
    made = prepare_practice(settings)
    assert made == practice_settings(settings)
    assert made.is_practice
    assert not settings.is_practice
    assert not settings.database.exists()
    program = Program(made)
    program.open()
    program.show()
    window = program.window
    assert isinstance(window, MainWindow)
    assert any(mark.text() == "LATIHAN" and mark.isVisible() for mark in window.findChildren(QLabel))
    assert window.windowTitle().startswith("LATIHAN")
    assert program.background is not None
    assert not program.background._may_start
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert legibility_problems(window) == []
    program.close()
    before = made.database.stat().st_ino
    assert prepare_practice(settings).database.stat().st_ino == before


def test_what_is_real_bears_no_mark(home: Home, opened: Open) -> None:
    window = opened(home)
    assert not (home.settings.home / PRACTICE_MARK).exists()
    assert all(mark.text() != "LATIHAN" for mark in window.findChildren(QLabel))
