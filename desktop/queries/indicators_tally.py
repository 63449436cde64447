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

from desktop.queries.indicators_read import ACCEPTED, REFUSED, UNANSWERED, Letter, Site, Told
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

    letters: int = 0
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
    without_code: int = 0
    listed: int = 0
    avoidable: int = 0
    outside: int = 0
    outside_known: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What letters are compared with: codes of the list of 144, as written, and moments as they lie in the table."""

    listed: frozenset[str]
    emergency_due: str
    """A letter that was written before, and that nobody has answered, has waited too long."""
    due: str


def known_at(now: datetime, listed: frozenset[str]) -> Known:
    """As of ``now``."""
    wire = Referral.type.fields["written_at"].to_wire
    return Known(listed, str(wire(now - LIMITS.emergency_answer)), str(wire(now - LIMITS.answer)))


def tally(letters: Sequence[Letter], sender: Site | None, hospital: Site | None, known: Known) -> Tally:
    """Count letters from one sender to one hospital, in one pass: there may be 60,000, and somebody waits."""
    told_counts: Counter[Told] = Counter()
    urgent_answers: list[float] = []
    answers: list[float] = []
    travel: list[float] = []
    on_list: list[Letter] = []
    turned: list[Letter] = []
    unanswered: list[Letter] = []
    emergencies = without_code = 0
    for letter in letters:
        _at, _sender, _hospital, _kind, urgent, code, _tacc, told, answer_s, arrival_s, _asked, refusals = letter
        told_counts[told] += 1
        emergencies += urgent
        if answer_s is not None:
            (urgent_answers if urgent else answers).append(answer_s)
        if arrival_s is not None:
            travel.append(arrival_s)
        if not code:
            without_code += 1
        elif code in known.listed:
            on_list.append(letter)
        if refusals:
            turned.append(letter)
        if told.outcome == UNANSWERED and answer_s is None:
            unanswered.append(letter)
    first_level = sender is not None and sender.kind in {"puskesmas", "klinik"}
    # What was taken back does not count: P-Care deletes it too.
    sent = len(letters) - sum(count for told, count in told_counts.items() if told.taken_back)
    outpatient = [x for x in on_list if x.kind == "rawat_jalan" and not x.told.taken_back] if first_level else []
    spared = [letter for letter in on_list if is_unexplained(letter)]
    outcomes: Counter[str] = Counter()
    for told, count in told_counts.items():
        outcomes[told.outcome] += count
    return Tally(
        letters=len(letters),
        outcomes=outcomes,
        emergencies=emergencies,
        emergency_answers=urgent_answers,
        answers=answers,
        emergency_late=sum(letter.emergency and letter.written_at < known.emergency_due for letter in unanswered),
        late=sum(not letter.emergency and letter.written_at < known.due for letter in unanswered),
        arrived=sum(count for told, count in told_counts.items() if told.arrived),
        back=sum(count for told, count in told_counts.items() if told.back),
        travel=travel,
        first_level=sent if first_level else 0,
        counted=sum(is_counted(kind=x.kind, listed=True, tacc=bool(x.tacc)) for x in outpatient),
        explained=sum(x.tacc for x in outpatient),
        without_code=without_code,
        listed=len(on_list),
        avoidable=len(spared) + sum(is_sent_back(letter) for letter in turned if letter not in spared),
        outside=len(letters) if hospital is not None and hospital.outside else 0,
        outside_known=len(letters) if hospital is not None and hospital.outside is not None else 0,
    )


def is_unexplained(letter: Letter) -> bool:
    """Whether a letter with a diagnosis of the list of 144 could have been spared: no TACC, and no emergency."""
    return not letter.tacc and not letter.emergency


def is_sent_back(letter: Letter) -> bool:
    """Whether a hospital refused it as what can be treated at the puskesmas."""
    return any(reason == "bisa_fktp" for _, reason in letter.refusals)


def figures(tallies: Sequence[Tally]) -> Figures:
    """What several heaps amount to together."""
    outcomes: Counter[str] = Counter()
    for one in tallies:
        outcomes.update(one.outcomes)

    def total(name: str) -> int:
        return sum([getattr(one, name) for one in tallies])

    emergency_answers = sorted(chain.from_iterable([one.emergency_answers for one in tallies]))
    answers = sorted(chain.from_iterable([one.answers for one in tallies]))
    letters, arrived = total("letters"), total("arrived")
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
        listed=Share(total("listed"), letters - total("without_code")),
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
