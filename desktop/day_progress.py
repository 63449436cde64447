"""How far the end of a day is, on the screen and on the command line alike: what has gone and come, and what is left.

Only what was told counts: how long it takes is said once a pace was seen, never before.
"""

from dataclasses import asdict, dataclass
from typing import Any

HUB, EXCHANGE, OTHERS = "hub", "exchange", "others"

#: Others that are named; the list has them all.
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class DayStep:
    """What is being done.

    ``waiting``: revisions to send; ``received`` and ``coming``: those that have come and those still to come;
    ``others``: the names of the computers that are waited for, ``left_s`` seconds more of ``wait_s`` at most.
    """

    step: str
    waiting: int = 0
    received: int = 0
    coming: int = 0
    others: tuple[str, ...] = ()
    left_s: float = 0.0
    wait_s: float = 0.0

    def to_data(self) -> dict[str, Any]:
        """For another process."""
        return asdict(self)

    @staticmethod
    def from_data(data: dict[str, Any]) -> "DayStep":
        """What :meth:`to_data` gave."""
        return DayStep(**{**data, "others": tuple(data["others"])})


@dataclass(frozen=True, slots=True)
class DayShown:
    """How that looks: ``done`` of ``all``, which is 0 where nobody can say how much there is."""

    words: str
    done: int = 0
    all: int = 0


@dataclass
class DayProgress:
    """Takes step after step and says how far it is."""

    _to_send: int = 0
    _to_come: int = 0
    #: Since when what is left has become less, and how much it was then.
    _first: tuple[float, int] = (0.0, 0)

    def take(self, step: DayStep, seconds: float) -> DayShown:
        """What is to be shown at ``seconds``, of any clock that goes on evenly."""
        if step.step == HUB:
            return DayShown("Bertukar dengan hub di jaringan ini…")
        if step.step == OTHERS:
            return _waiting_for(step)
        # Somebody may go on writing meanwhile, here or elsewhere.
        self._to_send = max(self._to_send, step.waiting)
        self._to_come = max(self._to_come, step.received + step.coming)
        rest = step.waiting + step.coming
        if not rest:
            return DayShown("Membandingkan dengan server…")
        if rest > self._first[1]:
            self._first = (seconds, rest)  # there is more to do than was known
        parts = []
        if step.waiting:
            parts.append(f"Mengirim: {_n(self._to_send - step.waiting)} dari {_n(self._to_send)}")
        if step.coming:
            parts.append(f"Menerima: {_n(self._to_come - step.coming)} dari {_n(self._to_come)}")
        began, first = self._first
        if rest < first and seconds > began:
            left = rest * (seconds - began) / (first - rest)
            parts.append(f"kira-kira {_span(left)} lagi")
        everything = self._to_send + self._to_come
        return DayShown(" · ".join(parts), everything - rest, everything)


def _waiting_for(step: DayStep) -> DayShown:
    limit = f"paling lama {_span(step.left_s)} lagi"
    done = (round(step.wait_s - step.left_s), max(1, round(step.wait_s)))
    if not step.others:
        return DayShown(f"Menunggu catatan komputer lain sampai di server: {limit}", *done)
    names = ", ".join(step.others[:_MOST_NAMED])
    if (more := len(step.others) - _MOST_NAMED) > 0:
        names += f" dan {more} lain"
    return DayShown(f"Menunggu kabar {names}: {limit}", *done)


def _n(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _span(seconds: float) -> str:
    """In steps that do not hop about."""
    if seconds < 60:
        return f"{max(5, -(-int(seconds) // 5) * 5)} detik"
    return f"{-(-int(seconds) // 60)} menit"
