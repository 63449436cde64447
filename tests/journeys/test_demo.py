"""``rujuk demo`` as a person starts it: the whole journey without a screen, and three windows that end cleanly."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtGui import QImage

from desktop.demo.journey import STEPS
from desktop.demo.seed import OFFICE, PATIENTS
from desktop.demo.stories import STORIES
from desktop.queries.people import staff_here
from desktop.security.keys import load_key
from desktop.settings import Settings
from sync.replica.reader import Reader

_PATIENCE_S = 180.0


def run_demo(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run ``rujuk demo`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "desktop.cli", "--home", str(home), "demo", *arguments],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_PATIENCE_S,
    )


def distinct_colours(picture: QImage) -> int:
    """How many colours every fourth point of a picture has."""
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4)})


def test_the_journey_is_played_to_its_end_and_every_screen_can_be_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run_demo("--headless", "--out", str(out), "--json", home=tmp_path / "home")
    assert done.returncode == 0, done.stdout + done.stderr
    played = json.loads(done.stdout)
    assert [step["title"] for step in played["steps"]] == [step.title for step in STEPS]
    assert [(step["failure"], step["problems"]) for step in played["steps"]] == [(None, [])] * len(STEPS)
    assert played["left_running"] == []
    names = [step["picture"] for step in played["steps"] if step["picture"]]
    assert sorted([*names, *played["papers"]]) == sorted(file.name for file in out.iterdir())
    assert sorted(names) == names
    assert {"surat-rujukan-gawat-darurat.pdf", "surat-rujuk-balik-rawat-jalan.pdf", "formulir-darurat.pdf"} <= {
        *played["papers"]
    }
    assert all((out / name).read_bytes().startswith(b"%PDF") for name in played["papers"])
    assert len(names) == sum(bool(step.picture) for step in STEPS)
    for name in names:
        picture = QImage(str(out / name))
        assert (picture.width(), picture.height()) == (1366, 768)
        assert distinct_colours(picture) > 100, name
    assert not (tmp_path / "home").exists()


def test_pictures_that_cannot_be_kept_fail_the_demo(tmp_path: Path) -> None:
    blocked = tmp_path / "out"
    blocked.write_text("no folder")
    done = run_demo("--headless", "--out", str(blocked), "--json", home=tmp_path / "home")
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False


@contextmanager
def windows_open(home: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """A demo whose three windows are open; at the end they are closed and it has ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop.cli", "--home", str(home), "demo", "--json", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    reader = threading.Thread(target=lambda stream: lines.put(stream.readline()), args=(process.stdout,))
    reader.start()
    ready = json.loads(lines.get(timeout=_PATIENCE_S))
    try:
        yield ready
    finally:
        for window in ready["windows"]:
            os.kill(window, signal.SIGTERM)
        process.wait(_PATIENCE_S)
        reader.join()
        process.stdout.close()


@contextmanager
def reader_of(ready: dict[str, Any], kind: str) -> Iterator[Reader]:
    """A reader on the data of one side."""
    settings = Settings(Path(ready["homes"][kind]))
    reader = Reader(settings.database, load_key(settings).secret)
    try:
        yield reader
    finally:
        reader.close()


def counts(ready: dict[str, Any]) -> tuple[int, int]:
    """Patients and letters at the puskesmas."""
    with reader_of(ready, "puskesmas") as reader:
        patients = reader.value("SELECT count(*) FROM patient WHERE district = :district")
        return patients, reader.value("SELECT count(*) FROM referral WHERE district = :district")


def people_at(ready: dict[str, Any], kind: str) -> set[str]:
    """Who can be chosen at one side."""
    with reader_of(ready, kind) as reader:
        return {person.name for person in staff_here(reader)}


def answers(url: str) -> bool:
    """Whether something listens at the address."""
    parts = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((parts.hostname or "", parts.port or 0)) == 0


def test_three_windows_open_on_a_filled_district_and_nothing_runs_after_they_are_closed(tmp_path: Path) -> None:
    with windows_open(tmp_path) as ready:
        assert counts(ready) == (PATIENTS, len(STORIES))
        assert list(ready["homes"]) == ["puskesmas", "rs", "dinkes"]
        assert len(ready["windows"]) == 3
        assert people_at(ready, "dinkes") == {name for name, _ in OFFICE.staff}
        assert answers(ready["server"])
        second = run_demo(home=tmp_path)
        assert second.returncode == 1
        assert "sedang berjalan" in second.stderr
    assert not answers(ready["server"])
    kept = Path(ready["homes"]["puskesmas"]) / "kept"
    kept.touch()
    with windows_open(tmp_path) as again:
        assert again["server"] == ready["server"]
        assert kept.exists()
    with windows_open(tmp_path, "--fresh") as anew:
        assert not kept.exists()
        assert counts(anew) == (PATIENTS, len(STORIES))
