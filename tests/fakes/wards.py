"""Invented wards that fill and empty: arrivals by the hour, lengths of stay, discharges, beds being made, and people
who count them when they get round to it.

Everything follows from the seed. The true number of free beds is known for every hour, so a forecast can be judged.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp

from desktop.queries.bed_likelihood import Count

START = datetime(2026, 3, 2, tzinfo=UTC)

#: Arrivals by hour of the day (of the place), mean 1: few at night, most in the late morning and in the evening.
_NIGHT_AND_MORNING = (0.5, 0.4, 0.4, 0.4, 0.4, 0.5, 0.6, 0.8, 1.1, 1.4, 1.6, 1.6)
_AFTERNOON_AND_EVENING = (1.4, 1.3, 1.2, 1.2, 1.2, 1.3, 1.4, 1.5, 1.3, 1.1, 0.8, 0.6)
_ARRIVALS = _NIGHT_AND_MORNING + _AFTERNOON_AND_EVENING
#: Hours at which patients go home after the round.
_ROUNDS = range(10, 16)


@dataclass(frozen=True)
class WardKind:
    """A ward: beds, mean and shape of the stay, how full it would be if nobody were turned away."""

    name: str
    beds: int
    stay_hours: float
    load: float
    by_round: bool = True
    """Patients leave after the morning round, not at any hour."""
    waiting: int = 2
    """So many wait for a bed when all are taken; the others go elsewhere."""
    weekend: float = 0.8
    """Arrivals on Saturday and Sunday, beside a weekday."""
    surge: float = 1.0
    """Arrivals in the last month beside those before: an outbreak, or a ward that got emptier."""


@dataclass(frozen=True)
class Habit:
    """How a ward is counted: at these hours of the day, give or take, and how often not at all."""

    name: str
    hours: tuple[float, ...]
    spread: float
    skipped: float
    wrong: float = 0.02
    """How often the count is one off."""
    busy: float = 0.0
    """How often a full ward is left uncounted besides."""
    late: float = 0.3
    """Hours until the count is read at the puskesmas."""


KINDS: Sequence[WardKind] = (
    WardKind("IGD", 12, 5, 0.75, by_round=False, waiting=6, weekend=1.1),
    WardKind("IGD penuh", 10, 6, 1.0, by_round=False, waiting=8, weekend=1.1),
    WardKind("ICU", 8, 70, 0.85, by_round=False),
    WardKind("ICU penuh", 6, 90, 1.1, by_round=False, waiting=3),
    WardKind("NICU", 6, 200, 0.8, by_round=False),
    WardKind("HCU", 4, 48, 0.7),
    WardKind("Kelas I", 12, 72, 0.8),
    WardKind("Kelas II", 20, 84, 0.95),
    WardKind("Kelas III", 30, 90, 0.98, waiting=4),
    WardKind("Kelas III penuh", 24, 96, 1.1, waiting=5),
    WardKind("Kelas III lega", 24, 80, 0.65),
    WardKind("Bersalin", 12, 34, 0.75),
    WardKind("Isolasi, wabah", 10, 110, 0.6, surge=1.7),
    WardKind("Anak, lalu sepi", 16, 76, 1.0, surge=0.75),
)

HABITS: Sequence[Habit] = (
    Habit("every four hours", (2, 6, 10, 14, 18, 22), 0.5, 0.1),
    Habit("every shift", (7, 14, 21), 0.7, 0.15),
    Habit("every shift, carelessly", (7, 14, 21), 1.5, 0.35, late=2.0),
    Habit("twice a day", (8, 20), 1.0, 0.2),
    Habit("once a day", (9.5,), 1.5, 0.15, late=1.0),
    Habit("often, but less when full", (6, 9, 12, 15, 18, 21), 2.0, 0.3, wrong=0.04, busy=0.2),
)


@dataclass(frozen=True)
class Story:
    """What one ward did: ``free`` beds hour by hour from ``START`` on, and its counts with when they were read."""

    kind: WardKind
    habit: Habit
    free: Sequence[int]
    counts: Sequence[Count]
    read_at: Sequence[datetime]


def hour_of(number: int) -> datetime:
    """The moment of an hour of a story."""
    return START + timedelta(hours=number)


def ward_story(kind: WardKind, habit: Habit, days: int, seed: int) -> Story:
    """``days`` of one ward after a month nobody looks at; the last 30 have the surge."""
    chance = random.Random(f"{kind.name} {habit} {seed}")
    free = _occupancy(kind, days, chance)
    counts, read_at = [], []
    for day in range(days):
        for hour in habit.hours:
            at = day * 24 + hour + chance.gauss(0, habit.spread)
            if not 0 <= at < len(free) or chance.random() < habit.skipped + (0 if free[int(at)] else habit.busy):
                continue
            seen = free[int(at)] + (chance.choice((-1, 1)) if chance.random() < habit.wrong else 0)
            counts.append(Count(START + timedelta(hours=at), min(max(seen, 0), kind.beds)))
    counts.sort(key=lambda count: count.at)
    read_at = [count.at + timedelta(hours=chance.expovariate(1 / habit.late)) for count in counts]
    return Story(kind, habit, free, counts, read_at)


def _occupancy(kind: WardKind, days: int, chance: random.Random) -> list[int]:
    """Free beds hour by hour."""
    warm_up = 30
    rate = kind.beds * kind.load / kind.stay_hours
    leaving: list[int] = []
    making: list[int] = []
    waiting = 0
    free: list[int] = []
    for hour in range((warm_up + days) * 24):
        day, of_day = divmod(hour, 24)
        leaving_now = [at for at in leaving if at <= hour]
        leaving = [at for at in leaving if at > hour]
        making = [at for at in making if at > hour] + [hour + chance.choice((1, 1, 2, 3)) for _ in leaving_now]
        surge = kind.surge if day >= warm_up + days - 30 else 1.0
        expected = rate * _ARRIVALS[of_day] * (kind.weekend if day % 7 >= 5 else 1.0) * surge
        waiting += _poisson(expected, chance)
        while waiting and len(leaving) + len(making) < kind.beds:
            waiting -= 1
            leaving.append(_leaves(kind, hour, chance))
        waiting = min(waiting, kind.waiting)
        free.append(kind.beds - len(leaving) - len(making))
    return free[warm_up * 24 :]


def _leaves(kind: WardKind, hour: int, chance: random.Random) -> int:
    stay = chance.gammavariate(1.6, kind.stay_hours / 1.6)
    leaves = hour + max(1, round(stay))
    if not kind.by_round:
        return leaves
    day = max(leaves // 24, hour // 24 + 1)
    return day * 24 + chance.choice(_ROUNDS)


def _poisson(mean: float, chance: random.Random) -> int:
    bound, product, number = exp(-mean), chance.random(), 0
    while product > bound:
        product *= chance.random()
        number += 1
    return number
