"""One thread that does jobs one after the other and hands the outcomes back to the GUI thread.

A job never touches a widget, and an error is an outcome like any other: it reaches the caller, never vanishes.
"""

import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal
from shiboken6 import isValid


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """``work`` runs in the thread; ``done`` or ``failed`` in the GUI thread. ``slot``: only the newest job counts."""

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    slot: str = ""


class Worker(QThread):
    """Start it, :meth:`submit` jobs, :meth:`close` it: what was submitted before is still done."""

    _finished = Signal(object, object, object)

    def __init__(self, parent: QObject, *, at_end: Callable[[], None]) -> None:
        """``at_end`` runs in the thread as its last act, to close what the jobs opened there."""
        super().__init__(parent)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._newest: dict[str, Job] = {}
        self._open = 0
        self._at_end = at_end
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether any job has not been answered yet."""
        return self._open > 0

    def submit(self, job: Job) -> None:
        if job.slot:
            self._newest[job.slot] = job
        self._open += 1
        self._jobs.put(job)

    def close(self) -> None:
        """Finish the jobs and wait for the end of the thread."""
        self._jobs.put(None)
        self.wait()

    def run(self) -> None:
        while (job := self._jobs.get()) is not None:
            result: object = None
            error: Exception | None = None
            if not self._overtaken(job):
                try:
                    result = job.work()
                except Exception as caught:  # noqa: BLE001 - handed to the caller, whatever it is
                    error = caught
            self._finished.emit(job, result, error)
        self._at_end()

    def _overtaken(self, job: Job) -> bool:
        return bool(job.slot) and self._newest.get(job.slot) is not job

    def _deliver(self, job: Job, result: object, error: Exception | None) -> None:
        self._open -= 1
        if self._overtaken(job):
            return
        if error is not None:
            job.failed(error)
        elif _alive(job.done):
            job.done(result)


def _alive(receiver: Callable[..., Any]) -> bool:
    """Whether the widget whose method this is still exists; a screen may be gone when its answer comes."""
    owner = getattr(receiver, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
