"""The window's side of the sync agent: starts it if none listens, keeps a line to it, tells it to sync.

The window works the same without the agent; then nothing is sent, and the sync bar says so. Nothing here may block.
"""

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from PySide6.QtNetwork import QLocalSocket

from desktop.settings import Settings

#: Where ``python -m`` finds our modules, installed or not.
PROGRAM_FOLDER = Path(__file__).resolve().parents[2]
#: Between two tries to reach the agent, in milliseconds.
RETRY = 500
#: Tries without an agent before another one is started; a starting agent needs a second or two.
TRIES_BEFORE_START = 10
#: Doublings of that number while one agent after the other ends before it has exchanged anything.
_MOST_DOUBLINGS = 6

_log = logging.getLogger(__name__)


def tries_before_start(starts: int) -> int:
    """Tries without an agent before the next one is started, after ``starts`` that came to nothing.

    An agent that cannot work (its key is gone, say) ends at once; starting it every few seconds would only slow the PC.
    """
    return TRIES_BEFORE_START << min(max(starts - 1, 0), _MOST_DOUBLINGS)


@dataclass(frozen=True, slots=True)
class AgentState:
    """What the agent said last. ``link``, ``hub_link``: up, down, unknown, refused or not_allowed.

    ``hub``: how this PC's hub is called, "" if it has none; ``hub_link`` may also be changed_certificate, revoked_hub.
    """

    connected: bool = False
    running: bool = False
    waiting: int = 0
    sent: int = 0
    received: int = 0
    total: int = 0
    coming: int = 0
    link: str = "unknown"
    last_sync_at: str | None = None
    error: str | None = None
    hub: str = ""
    hub_link: str = "unknown"


class Background(QObject):
    """A line to the sync agent of one data folder."""

    state_changed = Signal()
    data_arrived = Signal()
    """The agent has stored something that others sent, or learned what became of ours."""

    def __init__(self, settings: Settings, parent: QObject | None = None, *, may_start: bool = True) -> None:
        """``may_start``: whether an agent is started when none listens."""
        super().__init__(parent)
        self._settings = settings
        self._may_start = may_start
        self._tries = TRIES_BEFORE_START
        self._starts = 0
        self._ask_sync = False
        self.state = AgentState()
        self._socket = QLocalSocket(self)
        self._socket.connected.connect(self._when_connected)
        self._socket.disconnected.connect(self._when_lost)
        self._socket.errorOccurred.connect(self._when_failed)
        self._socket.readyRead.connect(self._read_lines)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(RETRY)
        self._retry.timeout.connect(self.connect_agent)

    def connect_agent(self) -> None:
        """Reach the agent, starting one if there is none; goes on trying by itself."""
        if self._socket.state() == QLocalSocket.LocalSocketState.UnconnectedState:
            self._socket.connectToServer(self._settings.agent_name)

    def sync(self) -> None:
        """Ask for an exchange now; remembered until the agent is there."""
        self._ask_sync = True
        self._send_wish()

    def end_agent(self) -> None:
        """Tell the agent to end, as before an update or at the end of a demonstration; no other is started."""
        self._may_start = False
        self._send({"do": "quit"})

    def close(self) -> None:
        """Drop the line; the agent lives on."""
        self._retry.stop()
        self._socket.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
        self._socket.abort()

    def _send_wish(self) -> None:
        if self._ask_sync and self._socket.state() == QLocalSocket.LocalSocketState.ConnectedState:
            self._ask_sync = False
            self._send({"do": "sync"})

    def _send(self, message: Mapping[str, Any]) -> None:
        self._socket.write(json.dumps(message).encode() + b"\n")
        self._socket.flush()

    def _when_connected(self) -> None:
        self._tries = 0
        self._send({"do": "hello"})
        self._send_wish()

    def _when_lost(self) -> None:
        self._set_state(AgentState())
        self._retry.start()

    def _when_failed(self) -> None:
        if self._socket.state() == QLocalSocket.LocalSocketState.ConnectedState:
            return
        self._tries += 1
        if self._tries > tries_before_start(self._starts) and self._may_start:
            self._tries = 0
            self._starts += 1
            start_agent(self._settings)
        self._retry.start()

    def _read_lines(self) -> None:
        while self._socket.canReadLine():
            self._take(bytes(self._socket.readLine().data()))

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            event = message.pop("event")
            if event == "state":
                known = {name: message[name] for name in AgentState.__dataclass_fields__ if name in message}
                first = not self.state.connected
                self._set_state(replace(AgentState(), **known, connected=True))
                if self.state.link != "unknown":
                    self._starts = 0
                if first:
                    # From now on the agent tells this window; what it stored before nobody has told.
                    self.data_arrived.emit()
            elif event == "changed":
                self.data_arrived.emit()
        except (ValueError, KeyError, AttributeError, TypeError):
            # An agent of another version: what it means otherwise is in the database.
            _log.warning("the agent said something unknown")

    def _set_state(self, state: AgentState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()


def start_agent(settings: Settings) -> None:
    """Start the sync agent as a process that outlives the window."""
    program, arguments = python_command("desktop.agent", "--home", str(settings.home))
    started, _pid = QProcess.startDetached(program, arguments, str(PROGRAM_FOLDER))
    if started:
        _log.info("agent started")
    else:
        _log.error("the agent could not be started")


def python_command(module: str, *arguments: str) -> tuple[str, list[str]]:
    """Program and arguments that run a module of ours without opening a console window."""
    program = Path(sys.executable)
    windowless = program.with_name("pythonw.exe")
    if program.name.lower() == "python.exe" and windowless.exists():
        program = windowless
    return str(program), ["-m", module, *arguments]
