"""Rings when a referral, an answer or a question arrives, also while the window is hidden; an emergency insists.

After data arrived it asks ``queries.ringing`` what is here and compares it with what it has heard. It opens nothing and
marks nothing as seen: an emergency is quiet when somebody at the hospital has opened it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.queries.ringing import MUTED_VALUE, Ring, insisting, is_muted, news, read_rings
from desktop.ui.desk import Desk
from desktop.ui.ring_words import insisting_words, ring_words
from sync.replica.reader import Reader

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: An emergency that nobody has opened rings again after so many milliseconds; so often it is asked what became late.
INSIST = 60_000
#: What sounds like an emergency when it concerns one.
_URGENT = frozenset({"baru", "diingatkan", "terlambat", "belum_terkirim"})
#: What arrives together rings once: so long the bell waits for more, in milliseconds.
_SETTLE = 400


@dataclass(frozen=True, slots=True)
class Ringing:
    """One sounding of the bell. ``sound`` is "new" or "emergency", or "" where this PC is muted."""

    text: str
    urgent: bool
    sound: str
    referral: str
    """The referral to open, "" if there are several."""


class Bell(QObject):
    """Listens at one desk."""

    rang = Signal(object)
    """A :class:`Ringing`."""
    changed = Signal()
    """Another number of emergencies is unopened, or the sound was switched."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._heard: set[str] | None = None
        self.muted = False
        self.unopened: list[Ring] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLE)
        self._soon.timeout.connect(self.listen)
        self._again = QTimer(self)
        self._again.setInterval(INSIST)
        self._again.timeout.connect(self.insist)
        self._again.timeout.connect(self.listen)
        self._again.start()
        desk.data_changed.connect(self._hear_soon)

    def listen(self) -> None:
        """Ask what is here, and ring for what is new."""
        identity, now = self._desk.identity, datetime.now(UTC)

        def work(reader: Reader) -> tuple[list[Ring], bool]:
            return read_rings(reader, identity.facility, identity.facility_kind, now), is_muted(reader)

        self._desk.read(work, self._hear, slot="bell")

    def insist(self) -> None:
        """Ring again for the emergencies that nobody has opened."""
        if self.unopened:
            self._ring(self.unopened, insisting_words(self.unopened, datetime.now(UTC)), urgent=True)

    def mute(self, *, muted: bool) -> None:
        """Ring without a sound from now on, or with it again; remembered for this PC."""

        def remember(replica: "Replica") -> None:
            replica.set_value(MUTED_VALUE, "1" if muted else "")

        self.muted = muted
        self.changed.emit()
        self._desk.write(remember, lambda _done: None)

    def _hear_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _hear(self, found: tuple[list[Ring], bool]) -> None:
        rings, self.muted = found
        fresh = news(self._heard, rings)
        # What was heard stays heard: a referral that is asked of this hospital once more has another key.
        self._heard = (self._heard or set()) | {ring.key for ring in rings}
        self.unopened = insisting(rings)
        if fresh:
            self._ring(fresh, ring_words(fresh), urgent=any(ring.emergency and ring.kind in _URGENT for ring in fresh))
        self.changed.emit()

    def _ring(self, rings: list[Ring], text: str, *, urgent: bool) -> None:
        referral = rings[0].referral if len(rings) == 1 else ""
        sound = "emergency" if urgent else "new"
        self.rang.emit(Ringing(text, urgent, "" if self.muted else sound, referral))
