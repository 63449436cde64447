"""Plays the journey without a screen: times each step, keeps a picture of it, and judges whether it can be read.

What fails is told, never skipped: a step that does not come to its end ends the play, and an error that nobody caught
counts as a failure even if the screen looked right.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from desktop.demo.hands import wait_until
from desktop.demo.journey import STEPS
from desktop.demo.stage import Side, Stage
from desktop.demo.steps import Step
from desktop.ui.legibility import legibility_problems
from sync.errors import RujukError

#: A screen is pictured when nothing in it has changed for so long, in seconds.
_CALM_S = 0.3


@dataclass(frozen=True, slots=True)
class Played:
    """One step: how long it took in milliseconds, its picture, what cannot be read in it, and why it failed."""

    title: str
    ms: int
    picture: str | None = None
    problems: tuple[str, ...] = ()
    failure: str | None = None

    @property
    def words(self) -> str:
        """The step as one line, with a line for each problem."""
        sign = "GAGAL" if self.failure else "sulit dibaca" if self.problems else "ok"
        lines = [f"{self.ms:>7} ms  {self.title}: {sign}"]
        lines += [f"            {problem}" for problem in ([self.failure] if self.failure else []) + [*self.problems]]
        return "\n".join(lines)

    @property
    def data(self) -> dict[str, Any]:
        """The step for programs."""
        return {
            "title": self.title,
            "ms": self.ms,
            "picture": self.picture,
            "problems": list(self.problems),
            "failure": self.failure,
        }


def play(stage: Stage, out: Path, tell: Callable[[Played], None], steps: Sequence[Step] = STEPS) -> list[Played]:
    """Play ``steps`` and save pictures in ``out``; ``tell`` hears of each step when it is over."""
    played: list[Played] = []
    with _uncaught_errors() as errors:
        for number, step in enumerate(steps, start=1):
            done = _play_one(stage, step, out / f"{number:02d}-{step.picture}.png", errors)
            played.append(done)
            tell(done)
            if done.failure is not None:
                break
    return played


def _play_one(stage: Stage, step: Step, file: Path, errors: list[str]) -> Played:
    started = time.monotonic()
    failure: str | None = None
    side: Side | None = None
    try:
        side = step.play(stage)
    except (RujukError, OSError) as error:
        failure = f"{type(error).__name__}: {error}"
    ms = round((time.monotonic() - started) * 1000)
    if failure is None and side is not None:
        failure = _calm_down(side)
    if errors:
        failure = "; ".join([*([failure] if failure else []), *errors])
        errors.clear()
    if failure is not None:
        names = [
            _save_picture(side, file.with_stem(f"{file.stem}-gagal-{side.pc.settings.home.name}"))
            for side in (stage.puskesmas, stage.hospital)
            if side.window.isVisible()
        ]
        return Played(step.title, ms, ", ".join(names) or None, failure=failure)
    if side is None:
        return Played(step.title, ms)
    return Played(step.title, ms, _save_picture(side, file), tuple(legibility_problems(side.window)))


def _calm_down(side: Side) -> str | None:
    """Wait until the screen stands still; why it does not."""
    seen: list[str] = []
    since = time.monotonic()

    def calm() -> bool:
        nonlocal seen, since
        now = side.hands.texts()
        if now != seen or not side.is_calm():
            seen, since = now, time.monotonic()
        return time.monotonic() - since > _CALM_S

    try:
        wait_until(calm, "layar tenang")
    except RujukError as error:
        return str(error)
    return None


def _save_picture(side: Side, file: Path) -> str:
    if not side.window.grab().save(str(file)):
        raise OSError(f"{file} tidak dapat ditulis")
    return file.name


@contextmanager
def _uncaught_errors() -> Iterator[list[str]]:
    """Collects errors of slots, which Qt would only print."""
    errors: list[str] = []
    before = sys.excepthook

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        errors.append(f"{kind.__name__}: {error}")
        before(kind, error, trace)

    sys.excepthook = note
    try:
        yield errors
    finally:
        sys.excepthook = before
