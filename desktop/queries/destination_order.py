"""In which order hospitals are proposed for a patient: a pure function of what is known about each of them.

Every reason has a grade, 0 the best. What is not known stands between what is known to be good and what is known to be
bad, and is never taken for either. The first reason in which two hospitals differ decides:

- emergency: travel time in steps (30 minutes, 1 hour, 2 hours; a hospital that is known to lack the poli counts two
  steps further away, because the patient would have to be moved on), competence, room, refusals for full rooms today,
  minutes, usual answer time, inside the district;
- inpatient: competence, whether it is known to be full, refusals for full rooms today, inside the district, room,
  travel time in steps, minutes, usual answer time;
- outpatient: competence, inside the district, room (only where a class is asked for), travel time in steps, minutes,
  refusals for full rooms today, usual answer time.

Competence is the poli first, then the special facilities. Of hospitals that are equal in all of it the name decides, so
that the order is the same at every look. It proposes and must never leave a hospital out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from desktop.queries.bed_likelihood import Likelihood
from desktop.queries.beds import is_old


@dataclass(frozen=True, slots=True)
class Travel:
    """The way to a hospital. ``straight``: only the distance as the crow flies is known."""

    km: float | None = None
    minutes: int | None = None
    straight: bool = False


@dataclass(frozen=True, slots=True)
class Competence:
    """Whether a hospital can treat the diagnosis.

    ``polis`` are the codes of those that can, the best first, empty where nothing is asked for; ``at`` is the place in
    it of the best one that the hospital has, -1 where it has none, ``None`` where its polis are not known.
    ``facilities`` are names with whether they are there; ``None``: not known.
    """

    polis: tuple[str, ...] = ()
    at: int | None = None
    facilities: tuple[tuple[str, bool | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """Beds for this patient. ``free`` as last counted, ``None`` where no ward's number is known.

    ``wards``: how many wards there are for this patient; 0 with ``listed`` means that the hospital has wards, but none
    of this class. ``held`` beds are kept for patients who were accepted, as far as this replica knows.
    """

    wards: int = 0
    listed: bool = False
    free: int | None = None
    uncounted: int = 0
    oldest: datetime | None = None
    held: int = 0
    likelihood: Likelihood | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """A hospital with all that speaks for and against it. ``room`` is ``None`` where no bed is needed."""

    id: str
    name: str
    travel: Travel = Travel()
    competence: Competence = Competence()
    room: Room | None = None
    expected: int = 0
    """Accepted patients who have not arrived, as far as this replica knows."""
    usual_answer: timedelta | None = None
    answers: int = 0
    """From so many answers; ``usual_answer`` is ``None`` where they are too few."""
    full_today: int = 0
    """Refusals for full rooms today, as far as this replica knows."""
    outside: bool = False
    strata: str | None = None
    phone: str | None = None


#: Up to so many minutes is near; beyond the second an ambulance is long on its way.
_NEAR, _WITHIN_REACH, _FAR = 30, 60, 120
#: For the order only, where no minutes are known: a road is longer than the straight line, an ambulance does 40 km/h.
_MINUTES_PER_KM, _ROAD_PER_LINE = 1.5, 1.3

_EMERGENCY_ANSWER = timedelta(minutes=15)
_ANSWER = timedelta(hours=1)

#: Grade of competence of a hospital that has none of the polis, and the steps of travel that it costs an emergency.
_NO_POLI, _MOVED_ON = 3, 2

_ROOM_GRADES: Mapping[str, int] = MappingProxyType({"very_likely": 0, "likely": 1, "unsure": 2, "unlikely": 3})
_ROOM_UNKNOWN = 2

#: More refusals say no more.
_MOST_REFUSALS = 3

Key = tuple[float | str, ...]


def in_order(destinations: Iterable[Destination], kind: str, now: datetime) -> list[Destination]:
    """The best first. ``kind``: ``gawat_darurat``, ``rawat_inap`` or ``rawat_jalan``; ``now`` is aware."""
    return sorted(destinations, key=lambda destination: order_key(destination, kind, now))


def order_key(destination: Destination, kind: str, now: datetime) -> Key:
    """The sort key; two hospitals have the same one only if they are the same."""
    competence = competence_grade(destination.competence)
    room = room_grade(destination.room, now)
    refusals = min(destination.full_today, _MOST_REFUSALS)
    travel, minutes = travel_grade(destination.travel), _minutes(destination.travel) or 0.0
    answer = answer_grade(destination.usual_answer, emergency=kind == "gawat_darurat")
    last = (destination.name, destination.id)
    if kind == "gawat_darurat":
        moved_on = _MOVED_ON if competence[0] == _NO_POLI else 0
        return (travel + moved_on, *competence, room, refusals, minutes, answer, destination.outside, *last)
    if kind == "rawat_inap":
        full = room > _ROOM_UNKNOWN
        return (*competence, full, refusals, destination.outside, room, travel, minutes, answer, *last)
    return (*competence, destination.outside, room, travel, minutes, refusals, answer, *last)


def travel_grade(travel: Travel) -> int:
    """0 near, 1 within reach, 2 not known, 3 far, 4 very far."""
    minutes = _minutes(travel)
    if minutes is None:
        return 2
    return 0 if minutes <= _NEAR else 1 if minutes <= _WITHIN_REACH else 3 if minutes <= _FAR else 4


def competence_grade(competence: Competence) -> tuple[int, int]:
    """Poli: 0 the best one, 1 another that can treat it, 2 not known, 3 none; facilities: 0 all, 1 not known, 2 no."""
    there = [has for _, has in competence.facilities]
    facilities = 2 if False in there else 1 if None in there else 0
    if not competence.polis:
        return 0, facilities
    at = competence.at
    return 2 if at is None else _NO_POLI if at < 0 else min(at, 1), facilities


def room_grade(room: Room | None, now: datetime) -> int:
    """0 very likely, 1 likely or counted, 2 unsure or not known, 3 unlikely or counted full, 4 no such ward."""
    if room is None:
        return 0
    if room.wards == 0:
        return 4 if room.listed else _ROOM_UNKNOWN
    if room.likelihood is not None:
        return _ROOM_GRADES[room.likelihood.word]
    if room.free is None or is_old(room.oldest, now):
        return _ROOM_UNKNOWN
    if room.free > room.held:
        return 1
    return _ROOM_UNKNOWN if room.uncounted else 3


def answer_grade(usual: timedelta | None, *, emergency: bool) -> int:
    """0 quick, 1 not known, 2 slow."""
    if usual is None:
        return 1
    return 0 if usual <= (_EMERGENCY_ANSWER if emergency else _ANSWER) else 2


def _minutes(travel: Travel) -> float | None:
    if travel.minutes is not None:
        return float(travel.minutes)
    if travel.km is None:
        return None
    return travel.km * _MINUTES_PER_KM * (_ROAD_PER_LINE if travel.straight else 1)
