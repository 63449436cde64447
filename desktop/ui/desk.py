"""The desk: all that a screen may use. Reads and writes leave the GUI thread here, and one voice speaks to the user.

Screens get a desk and nothing else. It must never do I/O in the GUI thread, import SQLAlchemy before the first paint,
or let an error of a thread vanish.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from desktop.ui.lifetimes import alive
from desktop.ui.texts import sentence_for, tr
from desktop.ui.workers import Job, Worker
from sync.errors import FileDamaged, RujukError
from sync.replica.identity import Identity
from sync.replica.reader import Reader, current_reader

if TYPE_CHECKING:
    from sync.replica.replica import Replica

T = TypeVar("T")
Level = Literal["info", "warning", "error"]

#: Name of the local value that remembers who sits at this PC.
PERSON_VALUE = "person"

_log = logging.getLogger(__name__)
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class NoPerson(RujukError):
    """Nobody has said yet who sits at this PC, so nothing can be written."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits at the PC and is the author of what is written there."""

    id: str
    name: str
    profession: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where this PC stands and where its data lies: all that is known before the first paint."""

    database: Path
    key: bytes
    identity: Identity
    facility_name: str
    person: Person | None


class Desk(QObject):
    """What every screen may use."""

    data_changed = Signal()
    """Own data was saved, or the agent says that something arrived."""
    saved = Signal()
    """Something was written here and waits to be sent."""
    person_changed = Signal()
    said = Signal(str, str)
    """Level and sentence; the main window shows it."""
    go_requested = Signal(str, str)
    """Key of a screen, and what it shall show or ""."""
    back_requested = Signal()
    damaged = Signal()
    """A page of the database cannot be read: it must be rescued before anything goes on."""
    _renewing = Signal()
    """From the reading thread: another version of the program wrote last."""

    def __init__(self, place: Place, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._person = place.person
        self._reader: Reader | None = None
        self._replica: Replica | None = None
        self._dispose: Callable[[], None] = _nothing
        self._renewing.connect(self._say_renewing, Qt.ConnectionType.QueuedConnection)
        self._reading = Worker(self, at_end=self._close_reader)
        self._writing = Worker(self, at_end=self._close_replica)
        # However a desk goes, its threads end before it: Qt ends the program when a running thread is destroyed.
        self.destroyed.connect(partial(_close_all, (self._reading, self._writing)))
        self._reading.start()
        self._writing.start()

    @property
    def identity(self) -> Identity:
        return self._place.identity

    @property
    def home(self) -> Path:
        """The data folder, for commands that run beside the window."""
        return self._place.database.parent

    @property
    def facility_name(self) -> str:
        return self._place.facility_name

    @property
    def person(self) -> Person | None:
        return self._person

    @property
    def busy(self) -> bool:
        """Whether a read or a write is under way."""
        return self._reading.busy or self._writing.busy

    @property
    def writing(self) -> bool:
        """Whether something is being saved."""
        return self._writing.busy

    def read(
        self,
        query: Callable[[Reader], T],
        done: Callable[[T], None],
        *,
        slot: str = "",
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``query`` in the reading thread and call ``done`` with its result in this one.

        Of calls with the same ``slot`` only the newest is answered. Without ``failed`` an error is said to the user,
        and so is one whose screen is gone; a result whose screen is gone is dropped.
        """
        self._reading.submit(
            Job(lambda: query(self._open_reader()), partial(_answer, done), self._teller(failed), slot)
        )

    def act(
        self,
        action: Callable[["Replica", Person], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``action`` as the present person in the writing thread, then ``done``; then everybody hears of it.

        Without ``failed`` an error is said to the user. Nobody at the desk is an error too (:class:`NoPerson`).
        """
        person = self._person
        if person is None:
            (failed or self.say_error)(NoPerson("no person chosen"))
            return
        self.write(lambda replica: action(replica, person), done, failed)

    def write(
        self,
        action: Callable[["Replica"], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """As :meth:`act`, for the few writes that happen before anybody is chosen."""

        def finish(result: T) -> None:
            try:
                _answer(done, result)
            finally:
                self.saved.emit()
                self.data_changed.emit()

        self._writing.submit(Job(lambda: action(self._open_replica()), finish, self._teller(failed)))

    def keep(self, note: Callable[["Replica"], None], *, slot: str = "") -> None:
        """Write something that concerns this PC alone: nobody hears of it and nothing waits to be sent.

        Of calls with the same ``slot`` that still wait only the newest is done.
        """
        self._writing.submit(Job(lambda: note(self._open_replica()), _ignore, self.say_error, slot))

    def choose_person(self, person: Person) -> None:
        """From now on ``person`` is the author; remembered for the next start."""

        def remember(replica: "Replica") -> None:
            replica.set_value(PERSON_VALUE, person.id)

        self._person = person
        self.keep(remember)
        self.person_changed.emit()

    def warm_up(self) -> None:
        """Open what the first save needs, in its thread, so that the first save is as quick as the others."""
        self._writing.submit(Job(self._open_replica, _ignore, self.say_error))

    def say(self, level: Level, text: str) -> None:
        """Tell the user. ``text`` says what happened, whether the data is safe and what to do.

        The log gets the level only: a sentence may name a patient.
        """
        _log.log(_LEVELS[level], "said to the user (%s)", level)
        self.said.emit(level, text)

    def say_error(self, error: Exception) -> None:
        """Tell the user of an error in words, and the log in detail."""
        _log.error("work failed: %s", type(error).__name__, exc_info=error)
        self.say("error", sentence_for(error))
        if isinstance(error, FileDamaged):
            self.damaged.emit()

    def go(self, key: str, argument: str = "") -> None:
        """Ask the main window to show another screen, see ``navigation``; ``argument`` is an id as a rule."""
        self.go_requested.emit(key, argument)

    def back(self) -> None:
        """Ask the main window for the screen shown before."""
        self.back_requested.emit()

    def close(self) -> None:
        """Finish what is being written and close the database."""
        _close_all((self._reading, self._writing))

    def _teller(self, failed: Callable[[Exception], None] | None) -> Callable[[Exception], None]:
        def tell(error: Exception) -> None:
            if failed is not None and alive(failed):
                failed(error)
            else:
                self.say_error(error)

        return tell

    def _say_renewing(self) -> None:
        self.say("info", tr("Data disiapkan untuk versi Rujuk ini. Semua data aman; daftar tampil sebentar lagi."))

    def _open_reader(self) -> Reader:
        if self._reader is None:
            self._reader = current_reader(self._place.database, self._place.key, self._renewing.emit)
        return self._reader

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def _open_replica(self) -> "Replica":
        if self._replica is None:
            from sync.replica.opening import open_sqlite
            from sync.replica.replica import Replica
            from sync.revisions.environment import system_environment

            engine = open_sqlite(self._place.database, self._place.key)
            self._dispose = engine.dispose
            replica = Replica.load(engine, system_environment())
            if replica is None:
                raise NoPerson("this database is not enrolled")
            self._replica = replica
        return self._replica

    def _close_replica(self) -> None:
        self._dispose()


def _close_all(workers: Iterable[Worker], _desk: object = None) -> None:
    for worker in workers:
        worker.close()


def _answer(done: Callable[[T], None], result: T) -> None:
    if alive(done):
        done(result)


def _nothing() -> None:
    pass


def _ignore(_result: Any) -> None:
    pass
