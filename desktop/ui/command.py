"""A command of ours in a process of its own, for work that must not happen in the window's process.

It gives back the one object the command prints with ``--json``; a command that could not even start is told as such.
What a long one says of its progress is passed on while it runs.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from desktop.settings import HOME_VARIABLE
from desktop.ui.background import PROGRAM_FOLDER, python_command

#: What is given back as ``code`` when the program itself could not be started.
NOT_STARTED = "NotStarted"
_NO_ANSWER: Mapping[str, Any] = MappingProxyType({"ok": False, "code": ""})


class Command(QObject):
    """Runs ``rujuk`` commands for the data folder ``home``, one at a time."""

    ended = Signal(object)
    """The command's answer: a mapping with ``ok``, and ``code`` where it failed."""
    progressed = Signal(object)
    """What it says while it runs, of a command with ``--progress``: a mapping."""

    def __init__(self, home: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._home = home
        self._process: QProcess | None = None
        self._printed, self._answer = b"", _NO_ANSWER

    @property
    def running(self) -> bool:
        """Whether a command is under way."""
        return self._process is not None

    def run(self, *arguments: str) -> None:
        """Start a command; nothing happens while another one runs."""
        if self._process is not None:
            return
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert(HOME_VARIABLE, str(self._home))
        environment.insert("PYTHONIOENCODING", "utf-8")
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(PROGRAM_FOLDER))
        process.readyReadStandardOutput.connect(self._when_printed)
        process.finished.connect(self._when_finished)
        process.errorOccurred.connect(self._when_broken)
        self._process, self._printed, self._answer = process, b"", _NO_ANSWER
        process.start(*python_command("desktop.cli", *arguments, "--json"))

    def end(self) -> None:
        """End what is under way, as when the window closes: whatever it writes is there whole or not at all."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.waitForFinished()

    def _when_printed(self) -> None:
        if self._process is None:
            return
        *lines, self._printed = (self._printed + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            told = _object(line)
            if "progress" in told:
                self.progressed.emit(told["progress"])
            else:
                self._answer = told

    def _when_finished(self) -> None:
        if self._process is None:
            return  # it never started, which has been told, or was ended
        self._when_printed()
        process, self._process = self._process, None
        process.deleteLater()
        self.ended.emit(self._answer)

    def _when_broken(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._process = None
            self.ended.emit({"ok": False, "code": NOT_STARTED})


def _object(printed: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(printed.decode("utf-8"))
    except ValueError:
        return _NO_ANSWER
    return found if isinstance(found, dict) else _NO_ANSWER
