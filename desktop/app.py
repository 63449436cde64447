"""Starts the window and wires it together: one window per data folder, the first paint with the reader alone.

A database that cannot be used gets a calm page of its own and is never recreated. Nothing here knows a screen.
"""

import logging
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QLockFile, QObject, Qt, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop import assets
from desktop.logs import start_log
from desktop.settings import RESCUE_MARK, Settings, load_settings
from desktop.stopping import stop_running
from desktop.ui import tones
from desktop.ui.background import Background
from desktop.ui.collecting import Collecting
from desktop.ui.command import Command
from desktop.ui.desk import Desk, Place
from desktop.ui.main_window import MainWindow
from desktop.ui.place import load_place
from desktop.ui.screens.first_start import FirstStart
from desktop.ui.screens.rescue import RescueScreen
from desktop.ui.texts import sentence_for, title_for, tr
from desktop.ui.widgets.empty_state import EmptyState
from desktop.update_start import apply_waiting, framed, starter_of
from desktop.updates.starting import Start, Starter, start_again
from desktop.updates.words import taken_back
from sync.errors import FileDamaged, ReplicaError

#: Milliseconds a second start waits for the first one's window.
_RAISE_WAIT = 2000

_log = logging.getLogger(__name__)


class Program(QObject):
    """One data folder on the screen: the main window, the enrolment page, or a page that says why neither."""

    def __init__(self, settings: Settings, *, start_agent: bool = True) -> None:
        super().__init__()
        Collecting(self)
        self._settings = settings
        self._start_agent = start_agent
        self.desk: Desk | None = None
        self.background: Background | None = None
        self.window: QMainWindow = QMainWindow()
        #: Whether the user can work or enrol: a page that says why not does not prove this version.
        self.is_ready = False

    def open(self) -> None:
        """Open what this data folder is ready for. Called again by "Coba lagi" and after enrolment."""
        if (self._settings.home / RESCUE_MARK).exists():
            # A rescue was interrupted: what lies at the database's place may be neither the old file nor the new one.
            self._show_damage()
            return
        try:
            place = load_place(self._settings)
        except FileDamaged as error:
            _log.error("the database is damaged", exc_info=error)
            self._show_damage()
            return
        except ReplicaError as error:
            _log.error("cannot open the database: %s", type(error).__name__, exc_info=error)
            self._replace_window(framed(self._problem_page(error)))
            return
        if place is None:
            page = FirstStart(self._settings)
            page.enrolled.connect(self.open, Qt.ConnectionType.QueuedConnection)
            self._replace_window(framed(page))
            self.is_ready = True
        else:
            self._open_desk(place)

    def show(self) -> None:
        """Show the window, or bring it to the front."""
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def tell(self, error: Exception) -> None:
        """Tell the user of an error that nobody caught."""
        if self.desk is not None:
            self.desk.say_error(error)

    def say_news(self, text: str) -> None:
        """Tell something that happened before there was a window; "" is nothing."""
        if text and self.desk is not None:
            self.desk.said.emit("warning", text)

    def close(self) -> None:
        """Take everything off the screen; what is being saved is finished first."""
        # Hidden and not closed: whether something typed may be lost was asked when the user closed it.
        self.window.hide()
        for command in self.window.findChildren(Command):
            command.end()
        if self.background is not None:
            self.background.close()
        if self.desk is not None:
            self.desk.close()
        self.window.deleteLater()

    def _open_desk(self, place: Place) -> None:
        self.desk = Desk(place, self)
        self.desk.damaged.connect(self._show_damage, Qt.ConnectionType.QueuedConnection)
        self.background = Background(
            self._settings, self, may_start=self._start_agent and not self._settings.is_practice
        )
        self._replace_window(MainWindow(self.desk, self.background))
        self.is_ready = True
        # After the first paint: it imports SQLAlchemy, and starting a process takes time as well.
        QTimer.singleShot(0, self.desk, self.desk.warm_up)
        QTimer.singleShot(0, self.background, self.background.connect_agent)

    def _show_damage(self) -> None:
        """The page that rescues; whatever was open is closed, so that nothing is saved into a file that goes."""
        if self.background is not None:
            self.background.end_agent()
            self.background.close()
            self.background = None
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        page = RescueScreen(self._settings)
        page.open_again.connect(self.open, Qt.ConnectionType.QueuedConnection)
        self._replace_window(framed(page))
        page.start.setFocus()

    def _problem_page(self, error: Exception) -> EmptyState:
        page = EmptyState(
            title_for(error),
            sentence_for(error),
            action=tr("Coba lagi"),
            icon=assets.icon("alert-triangle", tones.TONES[tones.Tone.ATTENTION].ink),
        )
        page.action_chosen.connect(self.open, Qt.ConnectionType.QueuedConnection)
        return page

    def _replace_window(self, window: QMainWindow) -> None:
        old, visible = self.window, self.window.isVisible()
        self.window = window
        if visible:
            window.show()
        old.hide()
        old.deleteLater()


class OnlyOne(QObject):
    """Keeps a second start of the same data folder from opening a second window."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._lock = QLockFile(str(settings.home / "window.lock"))
        # A lock is stale when its process is gone, however long that one has been running.
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)

    def is_first(self) -> bool:
        """Whether no other window has this data folder; it is this one's from now on."""
        return self._lock.isLocked() or self._lock.tryLock(0)

    def claim(self, program: Program) -> bool:
        """Become the one window of this data folder; ``False``: there is one, and it has been asked to come up."""
        if not self.is_first() and self._lock.error() is not QLockFile.LockError.LockFailedError:
            # No window holds it. Better a second one by chance than none: the database bears both.
            _log.error("the data folder cannot be locked: %s", self._lock.error().name)
        elif not self._lock.isLocked():
            socket = QLocalSocket()
            socket.connectToServer(self._settings.window_name)
            socket.waitForConnected(_RAISE_WAIT)
            socket.abort()
            return False
        QLocalServer.removeServer(self._settings.window_name)
        self._server.newConnection.connect(lambda: self._come_up(program))
        if not self._server.listen(self._settings.window_name):
            _log.warning("a second start cannot find this window: %s", self._server.errorString())
        return True

    def release(self) -> None:
        """Let another start become the one."""
        self._server.close()
        self._lock.unlock()

    def _come_up(self, program: Program) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.deleteLater()
            program.show()


def run(home: Path | None) -> int:
    """Run the window of a data folder until it is closed; 0 also if another window came up instead."""
    settings = load_settings(home)
    settings.home.mkdir(parents=True, exist_ok=True)
    start_log(settings, "window")
    only = OnlyOne(settings)
    starter = starter_of(settings)
    # Before anything of Qt's that draws, which may be what ends a new version at once.
    if starter is not None and only.is_first() and starter.judge() is Start.AGAIN:
        QCoreApplication([])
        return _start_other(settings, starter, only, home)
    application = QApplication([])
    application.setApplicationName("Rujuk")
    assets.dress(application)
    program = Program(settings)
    if not only.claim(program):
        return 0
    if starter is not None and apply_waiting(starter) is Start.AGAIN:
        return _start_other(settings, starter, only, home)
    _report_unhandled(program)
    program.open()
    program.show()
    if starter is not None:
        if program.is_ready:
            # After the event loop has drawn it: what ends before that has not proven itself.
            QTimer.singleShot(0, program, starter.window_shown)
        program.say_news(taken_back(starter.store.take_news()))
    code = application.exec()
    program.close()
    only.release()
    return code


def _start_other(settings: Settings, starter: Starter, only: OnlyOne, home: Path | None) -> int:
    """Start the version that is current now. Nothing of the user's was opened."""
    only.release()
    # The agent of the version before would go on for days otherwise.
    stop_running(settings)
    start_again(starter.command, [] if home is None else ["--home", str(home)])
    return 0


def _report_unhandled(program: Program) -> None:
    """An exception that nobody caught is a bug: it reaches the log and the user, and the program goes on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        program.tell(error) if program.desk is not None else _log.error("unhandled", exc_info=error)

    sys.excepthook = report
