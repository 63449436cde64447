"""Counting a heap of letters, adding heaps up, and the shares and durations that follow from them.

A tally is made once for each pair of sender and hospital; the figures of a facility, of a hospital and of the district
are sums of them. Nothing here knows a name or words a text.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from desktop.queries.indicators_read import ACCEPTED, REFUSED, UNANSWERED, Letter, Site
from desktop.queries.non_specialist import NonSpecialist, is_counted
from desktop.queries.worklists import LIMITS
from sync.records import Referral

#: A share or median of fewer than this is marked: one letter more would change it much.
SMALL = 10

#: Upper ends of the classes in which answer times are shown, in seconds; the last class has no end.
ANSWER_CLASSES = (15 * 60, 60 * 60, 3 * 3600, 24 * 3600)


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """``None`` where there is nothing to be a share of."""
        return 100 * self.part / self.whole if self.whole else None

    @property
    def small(self) -> bool:
        """Whether the whole is too small to rely on."""
        return self.whole < SMALL


@dataclass(frozen=True, slots=True)
class Durations:
    """Of ``count`` durations the median and the 90th percentile in seconds; ``None`` where there is none."""

    count: int
    median: float | None
    p90: float | None

    @property
    def small(self) -> bool:
        """Whether there are too few to rely on."""
        return self.count < SMALL


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How quickly hospitals answer one sort of letter.

    ``in_time`` is a share of the letters that were answered or have waited longer than the limit; those that were
    cancelled, or whose patient stood there, before an answer are not in it, nor answers whose time is not known.
    """

    durations: Durations
    classes: tuple[int, ...]
    in_time: Share


@dataclass(frozen=True, slots=True)
class Figures:
    """What a heap of letters amounts to."""

    letters: int
    emergencies: int
    accepted: Share
    refused: Share
    unanswered: Share
    cancelled: Share
    emergency_answers: AnswerTimes
    answers: AnswerTimes
    """Of the letters that are no emergency."""
    all_answers: Durations
    arrived: Share
    """Of the accepted."""
    back: Share
    """Referred back, of the arrived."""
    travel: Durations
    """From the writing to the arrival."""
    non_specialist: NonSpecialist
    """Of letters written at first level."""
    listed: Share
    """With a diagnosis of the list of 144, with or without TACC, of those with a code."""
    avoidable: Share
    outside: Share
    """Sent out of the district, of those whose hospital is known here."""


@dataclass(slots=True)
class Tally:
    """Counts that can be added up."""

    outcomes: Counter[str] = field(default_factory=Counter)
    emergencies: int = 0
    emergency_answers: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    emergency_late: int = 0
    """Unanswered longer than the limit."""
    late: int = 0
    arrived: int = 0
    back: int = 0
    travel: list[float] = field(default_factory=list)
    first_level: int = 0
    counted: int = 0
    explained: int = 0
    coded: int = 0
    listed: int = 0
    avoidable: int = 0
    outside: int = 0
    outside_known: int = 0


def tally(
    letters: Sequence[Letter], sender: Site | None, hospital: Site | None, listed: frozenset[str], now: datetime
) -> Tally:
    """Count letters from one sender to one hospital."""
    wire = Referral.type.fields["written_at"].to_wire
    due, emergency_due = str(wire(now - LIMITS.answer)), str(wire(now - LIMITS.emergency_answer))
    urgent = [letter for letter in letters if letter.emergency]
    calm = [letter for letter in letters if not letter.emergency] if urgent else letters
    on_list = [letter for letter in letters if letter.code in listed]
    first_level = sender is not None and sender.kind in {"puskesmas", "klinik"}
    known = hospital is not None and hospital.outside is not None
    return Tally(
        outcomes=Counter([letter.outcome for letter in letters]),
        emergencies=len(urgent),
        emergency_answers=[letter.answer_s for letter in urgent if letter.answer_s is not None],
        answers=[letter.answer_s for letter in calm if letter.answer_s is not None],
        emergency_late=sum(letter.outcome == UNANSWERED and letter.written_at < emergency_due for letter in urgent),
        late=sum(letter.outcome == UNANSWERED and letter.written_at < due for letter in calm),
        arrived=sum([letter.arrived for letter in letters]),
        back=sum([letter.back for letter in letters]),
        travel=[letter.arrival_s for letter in letters if letter.arrival_s is not None],
        first_level=len(letters) if first_level else 0,
        counted=sum(is_counted(kind=x.kind, listed=True, tacc=x.tacc) for x in on_list) if first_level else 0,
        explained=sum(x.kind == "rawat_jalan" and x.tacc for x in on_list) if first_level else 0,
        coded=sum([letter.code != "" for letter in letters]),
        listed=len(on_list),
        avoidable=sum(is_avoidable(letter, listed) for letter in letters if letter.refusals or letter.code in listed),
        outside=len(letters) if hospital is not None and hospital.outside else 0,
        outside_known=len(letters) if known else 0,
    )


def is_avoidable(letter: Letter, listed: frozenset[str]) -> bool:
    """Whether a letter could have been spared: on the list of 144 without TACC and no emergency, or refused as such."""
    return (letter.code in listed and not letter.tacc and not letter.emergency) or any(
        reason == "bisa_fktp" for _, reason in letter.refusals
    )


def figures(tallies: Sequence[Tally]) -> Figures:
    """What several heaps amount to together."""
    outcomes: Counter[str] = Counter()
    for one in tallies:
        outcomes.update(one.outcomes)
    letters = outcomes.total()

    def total(name: str) -> int:
        return sum([getattr(one, name) for one in tallies])

    emergency_answers = sorted(chain.from_iterable([one.emergency_answers for one in tallies]))
    answers = sorted(chain.from_iterable([one.answers for one in tallies]))
    coded, arrived = total("coded"), total("arrived")
    return Figures(
        letters=letters,
        emergencies=total("emergencies"),
        accepted=Share(outcomes[ACCEPTED], letters),
        refused=Share(outcomes[REFUSED], letters),
        unanswered=Share(outcomes[UNANSWERED], letters),
        cancelled=Share(letters - sum(outcomes[name] for name in (ACCEPTED, REFUSED, UNANSWERED)), letters),
        emergency_answers=_answer_times(emergency_answers, LIMITS.emergency_answer, total("emergency_late")),
        answers=_answer_times(answers, LIMITS.answer, total("late")),
        all_answers=durations(sorted([*emergency_answers, *answers])),
        arrived=Share(arrived, outcomes[ACCEPTED]),
        back=Share(total("back"), arrived),
        travel=durations(sorted(chain.from_iterable([one.travel for one in tallies]))),
        non_specialist=NonSpecialist(total("counted"), total("explained"), total("first_level")),
        listed=Share(total("listed"), coded),
        avoidable=Share(total("avoidable"), letters),
        outside=Share(total("outside"), total("outside_known")),
    )


def durations(ordered: Sequence[float]) -> Durations:
    """Median and 90th percentile (the nearest rank) of durations in ascending order."""
    count = len(ordered)
    if not count:
        return Durations(0, None, None)
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return Durations(count, middle, ordered[math.ceil(0.9 * count) - 1])


def _answer_times(ordered: Sequence[float], limit: timedelta, late: int) -> AnswerTimes:
    in_time = bisect_right(ordered, limit.total_seconds())
    ends = [bisect_right(ordered, end) for end in ANSWER_CLASSES]
    classes = tuple(end - begin for begin, end in zip([0, *ends], [*ends, len(ordered)], strict=True))
    return AnswerTimes(durations(ordered), classes, Share(in_time, len(ordered) + late))
