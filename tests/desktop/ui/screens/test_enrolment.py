"""Enrolment from the first page, against the real server and through the real command."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app import Program
from desktop.settings import Settings
from desktop.ui.legibility import legibility_problems
from desktop.ui.main_window import MainWindow
from desktop.ui.place import load_place
from desktop.ui.screens.enrolment import EnrolmentScreen
from desktop.ui.screens.first_start import FirstStart
from tests.fakes.district import District

#: A process is started, and it derives keys slowly on purpose.


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "pc")


@pytest.fixture
def screen(settings: Settings, qtbot: QtBot, qapp: object) -> EnrolmentScreen:
    made = EnrolmentScreen(settings)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    return made


def fill(screen: EnrolmentScreen, server: str, code: str, name: str = "Loket 1") -> None:
    for line, text in ((screen.server, server), (screen.code, code), (screen.pc_name, name)):
        line.clear()
        QTest.keyClicks(line, text)


def refusal(screen: EnrolmentScreen, qtbot: QtBot) -> str:
    """Press the button, wait, and return what is said; what was typed must still stand there."""
    typed = [line.text() for line in (screen.server, screen.code, screen.pc_name)]
    screen.submit.click()
    qtbot.waitUntil(screen.problem.isVisible)
    assert [line.text() for line in (screen.server, screen.code, screen.pc_name)] == typed
    assert screen.submit.isEnabled()
    assert legibility_problems(screen) == []
    return screen.problem.text()


def test_a_code_makes_this_a_computer_of_its_facility(
    district: District, settings: Settings, qtbot: QtBot, qapp: object
) -> None:
    program = Program(settings, start_agent=False)
    program.open()
    program.show()
    start = program.window.centralWidget()
    assert isinstance(start, FirstStart)
    start.by_code.click()
    page = start.code_page
    code = district.new_code()
    fill(page, district.url, f" {code[:5].lower()} - {code[5:].lower()} ")
    QTest.keyClick(page.code, Qt.Key.Key_Return)
    assert page.working.isVisible()
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow))
    place = load_place(settings)
    assert place is not None
    assert (place.facility_name, place.identity.pc_name) == ("Puskesmas Melati", "Loket 1")
    program.close()


def test_a_wrong_code_is_said_and_what_was_typed_stays(
    screen: EnrolmentScreen, district: District, settings: Settings, qtbot: QtBot
) -> None:
    fill(screen, district.url, "00000-00000")
    assert "tidak dikenal" in refusal(screen, qtbot)
    assert screen.code.hasFocus()
    assert load_place(settings) is None


def test_a_used_code_is_said(screen: EnrolmentScreen, settings: Settings, district: District, qtbot: QtBot) -> None:
    code = district.new_code()
    other = Settings(settings.home.with_name("lain"))
    first = EnrolmentScreen(other)
    qtbot.addWidget(first)
    fill(first, district.url, code)
    with qtbot.waitSignal(first.enrolled):
        first.submit.click()
    fill(screen, district.url, code)
    assert "sudah dipakai" in refusal(screen, qtbot)


def test_a_code_that_can_be_none_is_not_sent(screen: EnrolmentScreen, qtbot: QtBot) -> None:
    fill(screen, "http://127.0.0.1:9", "abc")
    assert "10 huruf dan angka" in refusal(screen, qtbot)
    assert screen.code.hasFocus()


def test_without_the_server_it_says_so(screen: EnrolmentScreen, qtbot: QtBot) -> None:
    fill(screen, "http://127.0.0.1:9", "ABCDE-FGHJK")
    assert "tidak terjangkau" in refusal(screen, qtbot)
    assert screen.server.hasFocus()


def test_what_is_empty_is_said_at_once(screen: EnrolmentScreen, qtbot: QtBot) -> None:
    assert "Alamat server kabupaten belum diisi" in refusal(screen, qtbot)
    assert screen.server.hasFocus()


def test_a_second_try_after_a_lost_answer_opens_the_window(
    screen: EnrolmentScreen, district: District, qtbot: QtBot
) -> None:
    fill(screen, district.url, district.new_code())
    for _ in range(2):
        with qtbot.waitSignal(screen.enrolled):
            screen.submit.click()
