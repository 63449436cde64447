"""What goes wrong in a played demo is told: a step that fails, an error nobody caught, a screen that cannot be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

from desktop.demo.hands import CannotPlay
from desktop.demo.playing import Played, play
from desktop.demo.seed import HOSPITAL, PUSKESMAS, Pc, pcs_in
from desktop.demo.server import DemoServer
from desktop.demo.stage import Side, Stage
from desktop.demo.steps import Step
from desktop.settings import Settings
from tests.desktop.conftest import MakeHome


@pytest.fixture
def stage(qapp: QApplication, new_home: MakeHome, tmp_path: Path) -> Iterator[Stage]:
    """A stage with a puskesmas whose agent is never started; its server was never made."""
    pcs = [Pc(plan, "PC", new_home(plan.kind, person=True).settings) for plan in (PUSKESMAS, HOSPITAL)]
    made = Stage(tmp_path, DemoServer(tmp_path / "server"), *pcs)
    yield made
    assert made.close() == []


def show(stage: Stage) -> Side:
    """The puskesmas without its agent: nothing here is exchanged."""
    stage.puskesmas.program = type(stage.puskesmas.program)(stage.puskesmas.pc.settings, start_agent=False)
    stage.puskesmas.open()
    return stage.puskesmas


def show_unreadable(stage: Stage) -> Side:
    side = stage.puskesmas
    label = QLabel("kecil sekali", side.window)
    label.setStyleSheet("font-size: 6pt")
    label.show()
    return side


def fail(_stage: Stage) -> Side:
    raise CannotPlay("tombol “Simpan” tidak ada")


def fail_in_a_slot(stage: Stage) -> Side:
    QTimer.singleShot(0, lambda: 1 // 0)
    return stage.puskesmas


def test_a_step_that_comes_to_its_end_is_timed_and_pictured(stage: Stage, tmp_path: Path) -> None:
    told: list[Played] = []
    played = play(stage, tmp_path, told.append, [Step("dibuka", "buka", show)])
    assert played == told
    assert (played[0].picture, played[0].problems, played[0].failure) == ("01-buka.png", (), None)
    assert (tmp_path / "01-buka.png").stat().st_size > 5000


def test_a_failed_step_ends_the_play_and_says_why(stage: Stage, tmp_path: Path) -> None:
    steps = [Step("dibuka", "buka", show), Step("disimpan", "simpan", fail), Step("dibuka lagi", "lagi", show)]
    played = play(stage, tmp_path, lambda _step: None, steps)
    assert len(played) == 2
    assert played[1].failure is not None
    assert "tombol “Simpan” tidak ada" in played[1].words
    assert played[1].picture is not None
    assert (tmp_path / played[1].picture).exists()


@pytest.mark.qt_no_exception_capture
def test_an_error_that_only_qt_saw_is_a_failure(stage: Stage, tmp_path: Path) -> None:
    steps = [Step("dibuka", "buka", show), Step("galat", "galat", fail_in_a_slot)]
    played = play(stage, tmp_path, lambda _step: None, steps)
    assert played[1].failure is not None
    assert "ZeroDivisionError" in played[1].failure


def test_a_screen_that_cannot_be_read_is_a_problem_of_its_step(stage: Stage, tmp_path: Path) -> None:
    steps = [Step("dibuka", "buka", show), Step("kecil", "kecil", show_unreadable)]
    played = play(stage, tmp_path, lambda _step: None, steps)
    assert played[1].failure is None
    assert any("font of 6.0 pt" in problem for problem in played[1].problems)


def test_settings_of_a_demo_lie_in_its_own_folder(tmp_path: Path) -> None:
    assert [pc.settings for pc in pcs_in(tmp_path)] == [
        Settings(tmp_path / "puskesmas"),
        Settings(tmp_path / "rumah-sakit"),
        Settings(tmp_path / "dinas-kesehatan"),
    ]
