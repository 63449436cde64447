"""How likely it is that a ward still has a free bed, from what that ward's own counts did before. Pure; no I/O.

The answer is a frequency that can be explained in a sentence: of the times when the count was about this and about as
much time had passed, how often was a bed free at about this hour of the day? It must never speak without enough of
such times, and it knows nothing but counts: no promise is made to anybody.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log2

from desktop.queries.beds import CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class Count:
    """Free beds of one ward as counted at a moment; ``None``: the ward said that it is not known."""

    at: datetime
    free: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """When it may speak, and what it takes for similar."""

    history: timedelta = timedelta(days=14)
    """From the first count to the last; with less it is silent."""
    look_back: timedelta = timedelta(days=90)
    """Older counts tell of another time."""
    half_life_days: float = 30.0
    """A count of so many days ago weighs half."""
    similar: float = 5.0
    """So many similar times, weighed, are enough."""
    oldest: timedelta = timedelta(hours=48)
    """An older last count tells nothing."""
    pull: float = 1.5
    """So many imagined times at the ward's own average pull a rare case towards it."""
    hours: float = 5.0
    """Hours of the day that differ by more are hardly comparable."""


RULES = Rules()

#: Never called certain: counts are made by people.
_LEAST, _MOST = 0.02, 0.98
_AN_HOUR = 3600.0
#: The weight of a time at quite another hour of the day.
_OTHER_HOUR = 0.05
#: Two counts are alike while their logarithms (to base 2, of one more) differ by less.
_ALIKE = 1.4


@dataclass(frozen=True, slots=True)
class Likelihood:
    """``probability`` that the bed is there, and the weighed number of ``similar`` times it was learned from."""

    probability: float
    similar: float

    @property
    def word(self) -> str:
        """``very_likely``, ``likely``, ``unsure`` or ``unlikely``."""
        return next((word for word, least in _WORDS if self.probability >= least), "unlikely")


_WORDS = (("very_likely", 0.85), ("likely", 0.6), ("unsure", 0.3))


def likelihood(counts: Sequence[Count], now: datetime, beds: int = 1, rules: Rules = RULES) -> Likelihood | None:
    """How likely at least ``beds`` are free in a ward at ``now``; ``None`` where its ``counts`` do not tell.

    ``counts`` are in the order of time; all moments are aware. Hours of the day are those of the
    place.
    """
    free = counts[-1].free if counts else None
    if free is None:
        return None
    here = now.astimezone().utcoffset() or timedelta(0)
    shift, present = here.total_seconds() / _AN_HOUR, now.timestamp() / _AN_HOUR
    since = present - rules.look_back.total_seconds() / _AN_HOUR
    known = [(at, count.free) for count in counts if count.free is not None and (at := _hour(count.at)) >= since]
    if not known or known[-1][0] - known[0][0] < rules.history.total_seconds() / _AN_HOUR:
        return None
    passed = present - _hour(counts[-1].at)
    if not -CLOCK_TOLERANCE.total_seconds() / _AN_HOUR <= passed <= rules.oldest.total_seconds() / _AN_HOUR:
        return None
    passed = max(passed, 0.0)
    times = [at for at, _ in known]
    shortest = _usual_gap(times)
    found = _frequency(known, times, max(passed, shortest), free, beds, present, shift, rules)
    if found is None:
        return None
    probability = found.probability
    if passed < shortest:
        # Nothing was ever counted again so soon: on the way from what was counted to what came of it later.
        way = passed / shortest
        probability = way * probability + (1 - way) * float(free >= beds)
    return Likelihood(min(max(probability, _LEAST), _MOST), found.similar)


def _frequency(
    known: Sequence[tuple[float, int]],
    times: Sequence[float],
    passed: float,
    free: int,
    beds: int,
    present: float,
    shift: float,
    rules: Rules,
) -> Likelihood | None:
    """The weighed frequency over all pairs of counts that lie about ``passed`` hours apart.

    Three steps, each pulled towards the one before: what is usual at this hour; after about as many beds and as much
    time, at any hour; the same at this hour.
    """
    slack = 1.5 + 0.3 * passed
    alike = [_alike(count, free, beds) for count in range(max(count for _, count in known) + 1)]
    hour = (present + shift) % 24
    usual, after, now = _Tally(), _Tally(), _Tally()
    for at, count in known:
        apart = abs((at + shift) % 24 - hour)
        of_hour = max(_OTHER_HOUR, 1 - min(apart, 24 - apart) / rules.hours)
        recent = 0.5 ** ((present - at) / 24 / rules.half_life_days)
        there = count >= beds
        usual.add(of_hour * recent, there)
        for before in range(bisect_left(times, at - passed - slack), bisect_right(times, at - passed + slack)):
            earlier, counted = known[before]
            like = alike[counted]
            if earlier < at and like:
                like *= recent * (1 - abs(at - earlier - passed) / slack)
                after.add(like, there)
                now.add(like * like * of_hour, there)
    if after.weight < rules.similar:
        return None
    return Likelihood(now.pulled(after.pulled(usual.pulled(0.5, 1.0), rules.pull), rules.pull), after.weight)


class _Tally:
    """Weighed times, and how often the bed was there."""

    __slots__ = ("good", "weight")

    def __init__(self) -> None:
        self.weight = self.good = 0.0

    def add(self, weight: float, there: bool) -> None:
        self.weight += weight
        self.good += weight * there

    def pulled(self, towards: float, pull: float) -> float:
        return (self.good + pull * towards) / (self.weight + pull)


def _alike(count: int, free: int, beds: int) -> float:
    """How much a count of ``count`` is one of ``free``: not at all where one has the beds and the other has not."""
    if (count >= beds) is not (free >= beds):
        return 0.0
    return max(0.0, 1 - abs(log2(1 + count) - log2(1 + free)) / _ALIKE)


def _usual_gap(times: Sequence[float]) -> float:
    """A short time between two counts of this ward, in hours: a tenth are shorter."""
    gaps = sorted(after - before for before, after in pairwise(times))
    return max(gaps[len(gaps) // 10], 0.5)


def _hour(moment: datetime) -> float:
    return moment.timestamp() / _AN_HOUR
