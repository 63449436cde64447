"""One thread that does jobs one after the other and hands the outcomes back to the GUI thread.

A job never touches a widget, and an error is an outcome like any other: it reaches the caller, never vanishes. The
thread keeps nothing of a job: a widget whose last reference went there would be destroyed there.
"""

import queue
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """``work`` runs in the thread; ``done`` or ``failed`` in the GUI thread. ``slot``: only the newest job counts."""

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    slot: str = ""


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: Any = None
    error: Exception | None = None


class Worker(QThread):
    """Start it, :meth:`submit` jobs, :meth:`close` it: what was submitted before is still done."""

    _finished = Signal(int)

    def __init__(self, parent: QObject, *, at_end: Callable[[], None]) -> None:
        """``at_end`` runs in the thread as its last act, to close what the jobs opened there."""
        super().__init__(parent)
        self._numbers: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._number = count()
        self._jobs: dict[int, Job] = {}
        self._outcomes: dict[int, _Outcome] = {}
        self._newest: dict[str, Job] = {}
        self._at_end = at_end
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether any job has not been answered yet."""
        return bool(self._jobs)

    def submit(self, job: Job) -> None:
        if job.slot:
            self._newest[job.slot] = job
        number = next(self._number)
        self._jobs[number] = job
        self._numbers.put(number)

    def close(self) -> None:
        """Finish the jobs and wait for the end of the thread; nothing happens if it has ended already."""
        self._numbers.put(None)
        self.wait()

    def run(self) -> None:
        while (number := self._numbers.get()) is not None:
            self._outcomes[number] = self._do(self._jobs[number])
            # Only a number: from here on the GUI thread alone holds the job, its result and its error.
            self._finished.emit(number)
        self._at_end()

    def _do(self, job: Job) -> _Outcome:
        if self._overtaken(job):
            return _Outcome()
        try:
            return _Outcome(job.work())
        except Exception as caught:  # noqa: BLE001 - handed to the caller, whatever it is
            return _Outcome(error=caught)

    def _overtaken(self, job: Job) -> bool:
        return bool(job.slot) and self._newest.get(job.slot) is not job

    def _deliver(self, number: int) -> None:
        job, outcome = self._jobs.pop(number), self._outcomes.pop(number)
        if self._overtaken(job):
            return
        if outcome.error is not None:
            job.failed(outcome.error)
        else:
            job.done(outcome.result)
