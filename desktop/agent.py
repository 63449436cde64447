"""The sync agent: a process of its own that exchanges with the district whenever there is reason to.

It wakes after a save, by a timer that backs off in trouble, when the network comes up, and on request. Window and agent
meet in the database and on a local socket. It must never change a record by itself, and never be in the window's way:
low priority, small transactions, pauses between them while a window is open.
"""

import argparse
import contextlib
import ctypes
import json
import logging
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QLockFile, QObject, Qt, QThread, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket, QNetworkInformation

from desktop.exchanging import Exchanging, NotEnrolled
from desktop.logs import start_log
from desktop.security.keys import KeyMissing
from desktop.settings import Settings, load_settings
from desktop.update_fetching import UpdateFetching
from sync.errors import FileDamaged, FileNewer, LinkError, ReplicaError, RujukError, SqliteTooOld

if TYPE_CHECKING:
    from sync.exchange.engine import Outcome, Progress

#: Seconds between two exchanges when all is well, and the longest wait in trouble.
IDLE_S = 30.0
LONGEST_S = 900.0
#: A save and the wish that follows it make one exchange.
SOON_S = 0.1
#: Milliseconds that an agent has to end when it is asked to.
STOP_MS = 10_000
#: While much arrives, windows are told at most this often.
TELL_S = 1.0

#: Errors after which trying again is no use until a person has done something.
_FATAL = (FileNewer, FileDamaged, SqliteTooOld, KeyMissing)
_LINKS = {"": "up", "Unequal": "up", "NotAllowed": "not_allowed", "Refused": "refused"}

_log = logging.getLogger("desktop.agent")


def next_delay(failures: int, chance: float) -> float:
    """Seconds until the next exchange, after ``failures`` in a row; ``chance`` is random from 0 to 1 (full jitter)."""
    if failures == 0:
        return IDLE_S * (0.75 + 0.5 * chance)
    return 1.0 + chance * (min(LONGEST_S, IDLE_S * 2.0 ** min(failures, 10)) - 1.0)


class Round(QThread):
    """An exchange in a thread of its own; ``start`` runs one."""

    progressed = Signal(object)
    ended = Signal(object, object)
    """Outcome or ``None``, and the error or ``None``."""

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self.exchanging = Exchanging(settings, self.progressed.emit)
        self._updates = UpdateFetching(settings)

    def run(self) -> None:
        outcome: Outcome | None = None
        error: Exception | None = None
        try:
            outcome = self.exchanging.exchange()
            self._updates.look(self.exchanging.server_url())
        except Exception as caught:  # noqa: BLE001 - the thread's end must be told whatever it was
            error = caught
        self._copy()
        self.ended.emit(outcome, error)

    def _copy(self) -> None:
        """The daily copy; that it fails is kept for the screen and must not keep an exchange from being told."""
        try:
            if self.exchanging.copy_if_due():
                _log.info("copied")
        except Exception as error:  # noqa: BLE001 - see above
            _log.warning("no copy today: %s", type(error).__name__, exc_info=error)

    def close(self) -> None:
        """Stop after the message that is under way, and close the database."""
        self.exchanging.stop()
        self.wait()
        self._updates.close()
        self.exchanging.close()


class Agent(QObject):
    """Decides when to exchange and tells the windows."""

    def __init__(self, settings: Settings, quit_: Callable[[int], None]) -> None:
        super().__init__()
        self._quit = quit_
        self._windows: list[QLocalSocket] = []
        self._failures = 0
        self._asked_s = 0.0
        self._again = False
        self._running = False
        self._told_received = 0
        self._told_at = 0.0
        self._state: dict[str, Any] = {
            "event": "state",
            "running": False,
            "waiting": 0,
            "sent": 0,
            "received": 0,
            "total": 0,
            "link": "unknown",
            "last_sync_at": None,
            "error": None,
        }
        self._round = Round(settings, self)
        self._round.progressed.connect(self._when_progressed, Qt.ConnectionType.QueuedConnection)
        self._round.ended.connect(self._when_ended, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._begin)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._when_window_came)
        # The lock says that no other agent lives, so a socket that is left is a dead one's.
        QLocalServer.removeServer(settings.agent_name)
        if not self._server.listen(settings.agent_name):
            raise ReplicaError(f"cannot listen: {self._server.errorString()}")
        self._watch_network()
        self.wake(0.0)

    def wake(self, seconds: float = SOON_S) -> None:
        """Exchange after ``seconds``, or once more after the exchange that is running."""
        # Not the thread itself: its end may still be on its way here, and would plan the next exchange anew.
        if self._running:
            self._again = True
        elif not self._timer.isActive() or self._timer.remainingTime() > seconds * 1000:
            self._timer.start(int(seconds * 1000))

    def close(self) -> None:
        """Stop listening and exchanging."""
        self._timer.stop()
        # The sockets die with the server; what they would still say comes after the end.
        for socket in self._windows:
            socket.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
        self._windows.clear()
        self._server.close()
        self._round.close()

    def _begin(self) -> None:
        self._again = False
        self._running = True
        self._told_received = 0
        self._state.update(running=True, sent=0, received=0, total=0)
        self._round.exchanging.considerate = bool(self._windows)
        self._tell(self._state)
        self._round.start(QThread.Priority.LowPriority)

    def _when_progressed(self, progress: "Progress") -> None:
        self._state.update(
            waiting=progress.waiting,
            sent=progress.sent,
            received=progress.received,
            total=progress.sent + progress.waiting,
            link="up",
        )
        self._tell(self._state)
        if progress.received > self._told_received and time.monotonic() - self._told_at > TELL_S:
            self._tell_changed(progress.received)

    def _when_ended(self, outcome: "Outcome | None", error: Exception | None) -> None:
        self._round.wait()
        self._running = False
        if isinstance(error, (NotEnrolled, *_FATAL)):
            _log.error("ending: %s", type(error).__name__, exc_info=error)
            self._quit(1)
            return
        try:
            self._note(outcome, error)
            if self._state["received"] or self._state["sent"] or (outcome is not None and outcome.refused):
                self._tell_changed(self._state["received"])
            self._tell(self._state)
        finally:
            # Whatever failed above: an agent without a next exchange would be alive and of no use.
            self._plan_next(error)

    def _plan_next(self, error: Exception | None) -> None:
        if self._again and error is None:
            self.wake()
        else:
            delay = next_delay(self._failures, random.random())  # noqa: S311 - no secret
            self._timer.start(int(max(delay, self._asked_s) * 1000))

    def _note(self, outcome: "Outcome | None", error: Exception | None) -> None:
        """Turn how it ended into the state that windows see."""
        name = type(error).__name__ if error is not None else ""
        self._asked_s = (error.retry_after_s or 0.0) if isinstance(error, LinkError) else 0.0
        if outcome is not None:
            name = "" if outcome.proven else "Unequal"
            self._failures = 0 if outcome.proven else self._failures + 1
            self._state.update(sent=outcome.sent, received=outcome.received)
            if outcome.sent or outcome.received or outcome.refused or outcome.repaired:
                _log.info("exchanged: %s", outcome)
        else:
            self._failures += 1
            level = logging.INFO if isinstance(error, RujukError) else logging.ERROR
            _log.log(level, "exchange failed (%d in a row): %s", self._failures, name, exc_info=error)
        waiting, last_sync_at = self._figures()
        self._state.update(
            running=False,
            error=name or None,
            link=_LINKS.get(name, "down"),
            waiting=waiting,
            last_sync_at=last_sync_at,
        )

    def _figures(self) -> tuple[int, str | None]:
        try:
            return self._round.exchanging.figures()
        except ReplicaError as error:
            _log.warning("figures: %s", type(error).__name__)
            return self._state["waiting"], self._state["last_sync_at"]

    def _watch_network(self) -> None:
        if QNetworkInformation.loadDefaultBackend():
            QNetworkInformation.instance().reachabilityChanged.connect(self._when_reachability_changed)
        else:
            _log.info("no news of the network here; the timer alone decides")

    def _when_reachability_changed(self, reachability: QNetworkInformation.Reachability) -> None:
        if reachability == QNetworkInformation.Reachability.Online:
            self._failures = 0
            # Not all PCs of a building at the same moment.
            self.wake(1.0 + 2.0 * random.random())  # noqa: S311 - no secret

    def _when_window_came(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._windows.append(socket)
            socket.readyRead.connect(self._reader_of(socket))
            socket.disconnected.connect(self._forgetter_of(socket))
            self._round.exchanging.considerate = True
            self._send(socket, self._state)

    def _reader_of(self, socket: QLocalSocket) -> Callable[[], None]:
        def read() -> None:
            while socket.canReadLine():
                self._take(bytes(socket.readLine().data()), socket)

        return read

    def _forgetter_of(self, socket: QLocalSocket) -> Callable[[], None]:
        def forget() -> None:
            with contextlib.suppress(ValueError):
                self._windows.remove(socket)
            self._round.exchanging.considerate = bool(self._windows)
            socket.deleteLater()

        return forget

    def _take(self, line: bytes, socket: QLocalSocket) -> None:
        try:
            wish = json.loads(line)["do"]
        except (ValueError, KeyError, TypeError):
            _log.warning("a window said something that is no wish")
            return
        if wish == "sync":
            self._failures = 0
            self.wake()
        elif wish == "hello":
            self._send(socket, self._state)
        elif wish == "quit":
            _log.info("asked to end")
            self._quit(0)

    def _tell_changed(self, received: int) -> None:
        self._told_received, self._told_at = received, time.monotonic()
        self._tell({"event": "changed"})

    def _tell(self, message: dict[str, Any]) -> None:
        for socket in list(self._windows):
            self._send(socket, message)

    @staticmethod
    def _send(socket: QLocalSocket, message: dict[str, Any]) -> None:
        socket.write(json.dumps(message).encode() + b"\n")
        socket.flush()


def stop_running(settings: Settings) -> bool:
    """Ask the agent of a data folder to end and wait until it has; whether none runs any more."""
    socket = QLocalSocket()
    socket.connectToServer(settings.agent_name)
    if not socket.waitForConnected(STOP_MS):
        return True
    socket.write(json.dumps({"do": "quit"}).encode() + b"\n")
    socket.waitForBytesWritten(STOP_MS)
    return socket.state() == QLocalSocket.LocalSocketState.UnconnectedState or socket.waitForDisconnected(STOP_MS)


def lower_priority() -> None:
    """Let every other process go first."""
    if sys.platform == "win32":
        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        # Else ctypes takes the handle for 32 bits wide.
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(10)


def _log_unhandled(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """A bug: the agent has no screen, so its log is the only place to tell of it."""
    _log.error("unhandled: %s", type(error).__name__, exc_info=error)


def main(arguments: list[str] | None = None) -> int:
    """Run the agent of a data folder until it is told to end; 0 also if one is running already."""
    parser = argparse.ArgumentParser(prog="python -m desktop.agent", description="Rujuk's sync agent")
    parser.add_argument("--home", type=Path, help="data folder (default: RUJUK_HOME, or the user's own)")
    parser.add_argument("--stop", action="store_true", help="end the agent that runs, as before an update")
    options = parser.parse_args(arguments)
    settings = load_settings(options.home)
    if options.stop:
        QCoreApplication([])
        return 0 if stop_running(settings) else 1
    if not settings.database.exists():
        return 1
    start_log(settings, "agent")
    sys.excepthook = _log_unhandled
    lower_priority()
    application = QCoreApplication([])
    lock = QLockFile(str(settings.home / "agent.lock"))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return 0
    agent = Agent(settings, application.exit)
    _log.info("listening")
    code = application.exec()
    agent.close()
    lock.unlock()
    _log.info("ended with %d", code)
    return code


if __name__ == "__main__":
    sys.exit(main())
