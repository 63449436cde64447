"""The power fails at every single operation on files; a whole version starts each time, and the data is untouched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.installed import TRIAL, differing_files, read_pair
from desktop.updates.starting import MOST_TRIES, Start, Starter
from tests.desktop.updates.installs import Installed, install, package
from tests.desktop.updates.power import Cut, Power, failing

NEW_RUNTIME = "runtime-beefbeef"
DATA = b"the records of a puskesmas"


def whole_on_trial(here: Installed) -> bool:
    """Stands for the self-test where a process for each of a hundred tries would take minutes: all files are there."""
    pair = read_pair(here.root / TRIAL)
    return pair is not None and not differing_files(here.root / pair.app) + differing_files(here.root / pair.runtime)


def start(here: Installed) -> Start:
    starter = here.starter()
    quick = Starter(starter.installed, starter.store, starter.keys, (), lambda _command: whole_on_trial(here))
    if quick.judge() is Start.AGAIN:
        return Start.AGAIN
    found = quick.waiting()
    return Start.GO_ON if found is None else quick.apply(found)


def cut_everywhere(folder: Path, prepared: Callable[[Path], Installed], ends_as: str) -> list[str]:
    """Cut a start off at each of its operations; the operations of the one that came to its end."""
    after = 0
    while True:
        here = prepared(folder / str(after))
        data = here.store.folder.parent / "rujuk.db"
        data.parent.mkdir(parents=True, exist_ok=True)
        data.write_bytes(DATA)
        power = cut_off(here, folder / str(after), after)
        assert here.current() in ("1.0.0", "1.1.0"), power.done
        for _ in range(MOST_TRIES + 2):
            if start(here) is Start.GO_ON:
                break
        assert here.current() == ends_as, power.done
        assert list(here.root.glob("*.new")) == []
        assert data.read_bytes() == DATA
        if not power.off:
            return power.done
        after += 1


@pytest.fixture(autouse=True)
def every_removal_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, so that the removal of each file counts."""
    monkeypatch.setattr("shutil._use_fd_functions", False)


def cut_off(here: Installed, folder: Path, after: int) -> Power:
    with failing(folder, after) as power:
        try:
            start(here)
        except Cut:
            assert power.off
    return power


@pytest.mark.parametrize("full", [False, True], ids=["code", "full"])
def test_a_power_cut_at_any_step_of_an_update_leaves_a_version_that_starts(tmp_path: Path, *, full: bool) -> None:
    packages = package(tmp_path, "1.1.0", full=full, runtime=NEW_RUNTIME if full else "runtime-0123abcd")

    def prepared(folder: Path) -> Installed:
        here = install(folder)
        here.take(packages)
        return here

    done = cut_everywhere(tmp_path / "cuts", prepared, "1.1.0")
    assert any("current.txt" in step for step in done)
    assert len(done) > 20


def test_a_power_cut_while_a_version_is_taken_back_leaves_one_that_starts(tmp_path: Path) -> None:
    packages = package(tmp_path, "1.1.0")

    def prepared(folder: Path) -> Installed:
        here = install(folder)
        here.take(packages)
        assert start(here) is Start.AGAIN
        here.store.count_start("1.1.0", MOST_TRIES)
        return here

    done = cut_everywhere(tmp_path / "cuts", prepared, "1.0.0")
    assert any("bad-1.1.0" in step for step in done)


def test_a_disk_that_fills_up_at_any_step_leaves_the_old_version_or_the_new_one(tmp_path: Path) -> None:
    packages = package(tmp_path, "1.1.0", full=True, runtime=NEW_RUNTIME)
    steps = cut_everywhere(tmp_path / "cuts", lambda folder: _taken(folder, packages), "1.1.0")
    for after in range(len(steps)):
        here = _taken(tmp_path / "full" / str(after), packages)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tests.desktop.updates.power.Cut", NoRoom)
            with failing(tmp_path / "full" / str(after), after):
                assert start(here) in Start
        assert here.current() in ("1.0.0", "1.1.0")
        start(here)
        assert here.current() == "1.1.0"


class NoRoom(OSError):
    """Errno 28."""


def _taken(folder: Path, file: Path) -> Installed:
    here = install(folder)
    here.take(file)
    return here
