"""How long the district office waits for charts and map: 131 first-level facilities, 14 hospitals, a year of letters.

The real screen on a real encrypted file, from the click in the menu (its import included) until everything is painted:
once in a fresh process whose file is not in memory, and again in the same process. CPU seconds stand beside the wall's,
because others may use the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.fakes.district_year import Size, district_year, write_year

#: Seconds from the click until charts and map are painted.
TARGET = 1.0

_CHILD = "import sys; from tests.benchmarks.evaluation import show; show(sys.argv[1])"


def run(arguments: Sequence[str]) -> Mapping[str, Any]:
    """Write the district, show its evaluation; times in seconds."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks evaluation")
    parser.add_argument("--letters", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        database, counts = _write(Path(folder) / "home", chosen.letters, chosen.seed)
        written = time.perf_counter() - began
        rounds = []
        for _ in range(chosen.rounds):
            _evict(database)
            done = subprocess.run(
                [sys.executable, "-c", _CHILD, str(Path(folder) / "home")], check=True, capture_output=True, text=True
            )
            rounds.append(json.loads(done.stdout))
        size = database.stat().st_size
    cold = min((found["cold"] for found in rounds), key=lambda found: float(found["seconds"]))
    warm = min((found["warm"] for found in rounds), key=lambda found: float(found["seconds"]))
    return {
        "records": counts,
        "file_mb": round(size / 1e6, 1),
        "write_s": round(written, 1),
        "load": os.getloadavg()[0],
        "best_of": chosen.rounds,
        "cold": cold,
        "warm": warm,
        "target_s": TARGET,
        "within_target": cold["seconds"] < TARGET and warm["seconds"] < TARGET,
    }


def show(home: str) -> None:
    """In a process of its own: open the screen twice and print what each took."""
    from PySide6.QtWidgets import QApplication

    from desktop import assets
    from desktop.settings import Settings
    from desktop.ui.desk import Desk
    from desktop.ui.place import load_place

    app = QApplication([])
    assets.dress(app)
    place = load_place(Settings(Path(home)))
    assert place is not None
    desk = Desk(place)
    # The window has been open for a while: its first list has been read and painted.
    desk.read(lambda reader: reader.identity(), lambda _identity: None)
    _until(app, lambda: not desk.busy)
    found = {name: _open(app, desk) for name in ("cold", "warm")}
    desk.close()
    print(json.dumps(found))


def _open(app: Any, desk: Any) -> dict[str, float]:
    marks = [(time.perf_counter(), time.process_time())]
    from desktop.ui.screens.evaluation import EvaluationScreen

    screen = EvaluationScreen(desk)
    screen.resize(1170, 620)
    screen.show()
    screen.refresh()
    marks.append((time.perf_counter(), time.process_time()))
    _until(app, lambda: screen.evaluation is not None)
    marks.append((time.perf_counter(), time.process_time()))
    app.processEvents()
    screen.grab()
    marks.append((time.perf_counter(), time.process_time()))
    screen.tabs.setCurrentWidget(screen.map)
    app.processEvents()
    screen.grab()
    marks.append((time.perf_counter(), time.process_time()))
    screen.close()
    names = ("make", "read_and_count", "charts", "map")
    steps = {name: round(marks[place + 1][0] - marks[place][0], 3) for place, name in enumerate(names)}
    return {
        "seconds": round(marks[-1][0] - marks[0][0], 3),
        "cpu_seconds": round(marks[-1][1] - marks[0][1], 3),
        **steps,
    }


def _write(home: Path, letters: int, seed: int) -> tuple[Path, Mapping[str, int]]:
    # Qt and keyring read their environment when they are imported.
    from tests.desktop.homes import make_home

    made = make_home(home, "dinkes", person=True)
    counts = write_year(made.replica, district_year(Size(letters=letters), seed, made.replica.now()))
    made.close()
    return made.settings.database, counts


def _evict(database: Path) -> None:
    """Let the file be read from the disk again, where the system can be told so."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in database.parent.glob(f"{database.name}*"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _until(app: Any, done: Callable[[], bool]) -> None:
    from PySide6.QtCore import QEventLoop

    # Asleep until something happens, as the window's own loop is: a busy one would take the reading thread's time.
    while not done():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
