"""The sync agent: a process of its own that exchanges with the district whenever there is reason to.

It wakes after a save, by a timer that backs off in trouble, when the network comes up, and on request. Window and agent
meet in the database and on a local socket. It must never change a record by itself, and never be in the window's way:
low priority, small transactions, pauses between them while a window is open.
"""

import argparse
import contextlib
import json
import logging
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QLockFile, QObject, Qt, QThread, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket, QNetworkInformation

from desktop.exchanging import NotEnrolled
from desktop.logs import start_log
from desktop.priority import lower_priority
from desktop.round import DISTRICT, HUB, PEERS, Round
from desktop.security.keys import KeyMissing
from desktop.settings import Settings, load_settings
from desktop.stopping import stop_running
from desktop.turns import Turn
from desktop.updates.starting import runs_on_trial
from sync.errors import FileDamaged, FileNewer, LinkError, NotAllowed, ReplicaError, RujukError, SqliteTooOld

if TYPE_CHECKING:
    from sync.exchange.manner import Outcome, Progress

#: A save and the wish that follows it make one exchange.
SOON_S = 0.1
#: While much arrives, windows are told at most this often.
TELL_S = 1.0

#: Errors after which trying again is no use until a person has done something.
_FATAL = (FileNewer, FileDamaged, SqliteTooOld, KeyMissing)
#: A hub that is another one or was revoked: it refuses nobody.
_HUB_CODES = ("changed_certificate", "revoked_hub")
_LINKS = {"": "up", "Unequal": "up", "NotAllowed": "not_allowed", "Refused": "refused"}

_log = logging.getLogger("desktop.agent")


class Agent(QObject):
    """Decides when to exchange and tells the windows."""

    def __init__(self, settings: Settings, quit_: Callable[[int], None]) -> None:
        super().__init__()
        self._quit = quit_
        self._windows: list[QLocalSocket] = []
        self._turns = {peer: Turn() for peer in PEERS}
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
            "coming": 0,
            "link": "unknown",
            "last_sync_at": None,
            "error": None,
            "hub": "",
            "hub_link": "unknown",
        }
        self._round = Round(settings, self)
        self._round.progressed.connect(self._when_progressed, Qt.ConnectionType.QueuedConnection)
        self._round.hub_ended.connect(self._when_hub_ended, Qt.ConnectionType.QueuedConnection)
        self._round.woken.connect(self._when_woken, Qt.ConnectionType.QueuedConnection)
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
            return
        for turn in self._turns.values():
            turn.hasten(time.monotonic() + seconds)
        self._start_timer()

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
        self._state.update(running=True, sent=0, received=0, total=0, coming=0)
        self._round.exchanging.considerate = bool(self._windows)
        # What is due within a second goes along, so that both do not take turns for ever.
        soon = time.monotonic() + 1.0
        self._round.peers = frozenset(peer for peer, turn in self._turns.items() if turn.due <= soon)
        self._tell(self._state)
        self._round.start(QThread.Priority.LowPriority)

    def _when_progressed(self, progress: "Progress") -> None:
        self._state.update(
            waiting=progress.waiting,
            sent=progress.sent,
            received=progress.received,
            total=progress.sent + progress.waiting,
            coming=progress.coming,
            link="up",
        )
        self._tell(self._state)
        if progress.received > self._told_received and time.monotonic() - self._told_at > TELL_S:
            self._tell_changed(progress.received)

    def _when_hub_ended(self, outcome: "Outcome | None", error: Exception | None) -> None:
        """Trouble with the hub is told, and decides nothing but when it is tried again."""
        name = type(error).__name__ if error is not None else ""
        self._plan(HUB, error, well=error is None)
        if error is not None:
            level = logging.INFO if isinstance(error, RujukError) else logging.ERROR
            _log.log(level, "exchange with the hub failed: %s", name, exc_info=error)
        try:
            hub = self._round.exchanging.hub_figures() or ""
        except ReplicaError:
            hub = self._state["hub"]
        code = error.code if isinstance(error, NotAllowed) else ""
        link = code if code in _HUB_CODES else _LINKS.get(name, "down")
        self._state.update(hub=hub, hub_link=link if hub else "unknown")
        self._tell(self._state)
        if outcome is not None and (outcome.sent or outcome.received or outcome.repaired):
            _log.info("exchanged with the hub: %s", outcome)
            self._tell_changed(outcome.received)

    def _when_woken(self, seconds: float) -> None:
        """PCs have brought something: windows show it, and the district shall have it."""
        self._turns[DISTRICT].failures = 0
        self.wake(seconds)
        self._tell_changed(0)

    def _when_ended(self, outcome: "Outcome | None", error: Exception | None) -> None:
        self._round.wait()
        self._running = False
        if isinstance(error, (NotEnrolled, *_FATAL)):
            _log.error("ending: %s", type(error).__name__, exc_info=error)
            self._quit(1)
            return
        try:
            if DISTRICT in self._round.peers:
                self._note(outcome, error)
            self._state.update(running=False)
            if self._state["received"] or self._state["sent"] or (outcome is not None and outcome.refused):
                self._tell_changed(self._state["received"])
            self._tell(self._state)
        finally:
            # Whatever failed above: an agent without a next exchange would be alive and of no use.
            self._plan_next(error)

    def _plan(self, peer: str, error: Exception | None, *, well: bool) -> None:
        """When it is this peer's turn again."""
        try:
            urgent = not well and self._round.exchanging.emergency_waits(peer)
        except ReplicaError:
            urgent = False  # that the database is in trouble has been told by the exchange
        chance = random.random()  # noqa: S311 - no secret
        self._turns[peer].ended(time.monotonic(), chance, well=well, asked_s=_asked_s(error), urgent=urgent)

    def _plan_next(self, error: Exception | None) -> None:
        if self._again:
            self._turns[HUB].hasten(time.monotonic() + SOON_S)
            if error is None:
                self._turns[DISTRICT].hasten(time.monotonic() + SOON_S)
        self._start_timer()

    def _start_timer(self) -> None:
        wait = min(turn.due for turn in self._turns.values()) - time.monotonic()
        self._timer.start(max(0, int(wait * 1000)))

    def _note(self, outcome: "Outcome | None", error: Exception | None) -> None:
        """Turn how the exchange with the district ended into the state that windows see."""
        name = type(error).__name__ if error is not None else ""
        turn = self._turns[DISTRICT]
        self._plan(DISTRICT, error, well=outcome is not None and outcome.proven)
        if outcome is not None:
            name = "" if outcome.proven else "Unequal"
            self._state.update(sent=outcome.sent, received=outcome.received)
            if outcome.sent or outcome.received or outcome.refused or outcome.repaired:
                _log.info("exchanged: %s", outcome)
        else:
            level = logging.INFO if isinstance(error, RujukError) else logging.ERROR
            _log.log(level, "exchange failed (%d in a row): %s", turn.failures, name, exc_info=error)
        waiting, last_sync_at = self._figures()
        self._state.update(
            error=name or None, link=_LINKS.get(name, "down"), waiting=waiting, last_sync_at=last_sync_at
        )

    def _figures(self) -> tuple[int, str | None]:
        try:
            return self._round.exchanging.figures()
        except ReplicaError as error:
            _log.warning("figures: %s", type(error).__name__)
            return self._state["waiting"], self._state["last_sync_at"]

    def _forget_failures(self) -> None:
        for turn in self._turns.values():
            turn.failures = 0

    def _watch_network(self) -> None:
        if QNetworkInformation.loadDefaultBackend():
            QNetworkInformation.instance().reachabilityChanged.connect(self._when_reachability_changed)
        else:
            _log.info("no news of the network here; the timer alone decides")

    def _when_reachability_changed(self, reachability: QNetworkInformation.Reachability) -> None:
        if reachability == QNetworkInformation.Reachability.Online:
            self._forget_failures()
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
            self._forget_failures()
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


def _asked_s(error: Exception | None) -> float:
    """How long the other side asked to be left alone."""
    return (error.retry_after_s or 0.0) if isinstance(error, LinkError) else 0.0


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
    # What may yet be taken back must not migrate the data; the window starts another agent.
    if not settings.database.exists() or runs_on_trial(settings.updates):
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
