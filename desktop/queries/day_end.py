"""The end of a day: does every computer of the facility stand as it should, and may it be called done?

Done means a receipt in hand, and a word of every computer that was on today, not older than the question, that nothing
waits there; hope is not enough. Of computers behind a hub the hub knows more than the server: where this PC is the hub,
the later word counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop.queries.computers import Computer, Computers, computers
from desktop.queries.hub import HubPc, hub_pcs
from sync.replica.reader import Reader

COMPLETE, WAITS, QUIET, ABSENT, UNKNOWN = "complete", "waits", "quiet", "absent", "unknown"
#: Before anybody asks, a word counts for so long: a computer that is on speaks every half minute, in trouble at least
#: every 15 minutes.
FRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PcState:
    """How one computer ends its day.

    ``state``: it is complete, something waits, nothing was heard since the question, it was not seen today, it never
    told.

    ``waiting`` counts what has not arrived, what was refused included.
    """

    computer: Computer
    state: str
    waiting: int
    own: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether it stands in nobody's way: it is complete, or it was off all day and had nothing left."""
        return self.state == COMPLETE or (self.state == ABSENT and not self.waiting)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``done``: the facility's day is at the district. ``states``: those in the way of that first."""

    done: bool
    lacking: tuple[str, ...]
    states: tuple[PcState, ...]

    @property
    def missing(self) -> tuple[PcState, ...]:
        """The other computers at which there is still something to do."""
        return tuple(item for item in self.states if not item.is_clear and not item.own)

    @property
    def absent(self) -> tuple[PcState, ...]:
        """The computers that were off all day and had nothing left."""
        return tuple(item for item in self.states if item.is_clear and item.state == ABSENT)


@dataclass(frozen=True, slots=True)
class Own:
    """The computer that asks: its device, and what waits there or was refused, as its own database says."""

    device: str
    waiting: int


def facility_computers(reader: Reader) -> Computers:
    """The server's list, each computer as whoever saw it last tells it: the server or, at a hub, this PC."""
    served = {item.device: item for item in hub_pcs(reader)}
    told = computers(reader)
    return Computers(told.at, tuple(_later_word(item, served.get(item.device)) for item in told.computers))


def _later_word(computer: Computer, served: HubPc | None) -> Computer:
    if served is None or served.told_at is None:
        return computer
    if computer.word_at is not None and computer.word_at >= served.told_at:
        return computer
    return replace(computer, hub_at=served.told_at, waiting=served.waiting)


def pc_state(computer: Computer, own: Own, now: datetime, since: datetime) -> PcState:
    """How one computer stands as far as the server knows; this one stands as its own database says.

    ``since``: what was heard before counts for nothing.
    """
    outstanding = (computer.waiting or 0) + computer.refused + (0 if computer.by_hub else computer.carried)
    if computer.device == own.device:
        return PcState(computer, WAITS if own.waiting else COMPLETE, own.waiting, own=True)
    today = now.astimezone().date()
    if computer.heard_at is None or computer.heard_at.astimezone().date() != today:
        return PcState(computer, ABSENT, outstanding)
    if computer.waiting is None:
        return PcState(computer, UNKNOWN, 0)
    if outstanding:
        return PcState(computer, WAITS, outstanding)
    return PcState(computer, COMPLETE if computer.word_at is not None and computer.word_at >= since else QUIET, 0)


def verdict(
    found: Sequence[Computer],
    own: Own,
    lacking: Sequence[str],
    now: datetime,
    since: datetime | None = None,
    *,
    receipt: bool,
) -> Verdict:
    """What the day comes to; ``lacking`` as :mod:`sync.exchange.proving` says it, ``since`` as of :func:`pc_state`."""
    states = [pc_state(computer, own, now, since or now - FRESH) for computer in found]
    # Of computers of which no list has come nobody can say that they are complete.
    done = receipt and not lacking and bool(states) and all(item.is_clear for item in states)
    return Verdict(done, tuple(lacking), tuple(sorted(states, key=lambda item: item.is_clear)))
