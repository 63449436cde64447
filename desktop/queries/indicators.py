"""What the letters of a period amount to: volume, outcomes, refusals, answer times, non-specialist and other shares.

Pure computation over ``indicators_read.Letters``. Every share has its whole, a duration that is not known is in no
median, and what nobody knows is ``None``; nothing here may word a text or count a letter twice.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from desktop.collector import collector_paused
from desktop.queries.diagnosis_groups import CHAPTERS, chapter_of, diagnosis_names
from desktop.queries.diagnosis_words import code_key
from desktop.queries.indicators_period import Period, begins_at, parts_of
from desktop.queries.indicators_read import Letter, Letters, Site
from desktop.queries.indicators_tally import Figures, Tally, figures, known_at, tally
from sync.records import Referral


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters are counted; ``None`` is all. A letter is a hospital's when it was ever sent to it."""

    sender: str | None = None
    hospital: str | None = None
    kind: str | None = None

    def among(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """The letters that are counted."""
        if self.sender is not None:
            sender = bytes.fromhex(self.sender)
            letters = [letter for letter in letters if letter.sender == sender]
        if self.hospital is not None:
            hospital = bytes.fromhex(self.hospital)
            letters = [letter for letter in letters if letter.hospital == hospital or hospital in letter.asked]
        if self.kind is not None:
            letters = [letter for letter in letters if letter.kind == self.kind]
        return letters


@dataclass(frozen=True, slots=True)
class Part:
    """A month or day of the chart over time."""

    first: date
    count: int
    emergencies: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refusals by coded reason, most frequent first; ``None`` where the reason was not given.

    ``count`` refusals are on ``letters`` letters: who is sent on may be refused twice.
    """

    reasons: tuple[tuple[str | None, int], ...]
    count: int
    letters: int


@dataclass(frozen=True, slots=True)
class DiagnosisCount:
    """How often a diagnosis, or a chapter, was the reason of a letter."""

    code: str
    label: str
    count: int
    finished_here: bool


@dataclass(frozen=True)
class FacilityFigures:
    """The figures of one facility, counted together when they are first wanted: most stay unseen."""

    site: Site
    tallies: tuple[Tally, ...]

    @property
    def letters(self) -> int:
        """How many letters it is about."""
        return sum(one.letters for one in self.tallies)

    @cached_property
    def figures(self) -> Figures:
        """All figures."""
        return figures(self.tallies)


@dataclass(frozen=True, slots=True)
class Flow:
    """Letters from one facility to the hospital they were sent to last."""

    sender: str
    hospital: str
    count: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is shown of a period and a choice."""

    period: Period
    choice: Choice
    now: datetime
    figures: Figures
    parts: tuple[Part, ...]
    refusals: Refusals
    diagnoses: tuple[DiagnosisCount, ...]
    """Most frequent first."""
    chapters: tuple[DiagnosisCount, ...]
    without_code: int
    """Letters whose diagnosis has no code."""
    senders: tuple[FacilityFigures, ...]
    hospitals: tuple[FacilityFigures, ...]
    flows: tuple[Flow, ...]
    """Greatest first."""
    sites: Mapping[str, Site]


@collector_paused()
def evaluate(read: Letters, choice: Choice | None = None) -> Evaluation:
    """Count the letters of ``choice``."""
    chosen = choice or Choice()
    letters, sites = chosen.among(read.letters), read.sites
    written = Counter([letter.code for letter in letters])
    names = diagnosis_names()
    listed = frozenset(code for code in written if code is not None and code_key(code) in names.finished_here)
    known = known_at(read.now, listed)
    heaps: dict[tuple[bytes, bytes], list[Letter]] = defaultdict(list)
    for letter in letters:
        heaps[letter.sender, letter.hospital].append(letter)
    tallies: dict[tuple[str, str], Tally] = {}
    for (sender, hospital), heap in heaps.items():
        pair = sender.hex(), hospital.hex()
        tallies[pair] = tally(heap, sites.get(pair[0]), sites.get(pair[1]), known)
    codes: Counter[str] = Counter()
    for code, count in written.items():
        codes[code_key(code or "")] += count
    flows = [Flow(sender, hospital, one.letters) for (sender, hospital), one in tallies.items()]
    return Evaluation(
        period=read.period,
        choice=chosen,
        now=read.now,
        figures=figures(list(tallies.values())),
        parts=_parts(read.period, letters),
        refusals=_refusals(letters, chosen.hospital),
        diagnoses=_diagnoses(codes),
        chapters=_chapters(codes),
        without_code=codes[""],
        senders=_facilities(((sender, one) for (sender, _), one in tallies.items()), sites),
        hospitals=_facilities(((hospital, one) for (_, hospital), one in tallies.items()), sites),
        flows=tuple(sorted(flows, key=lambda flow: (-flow.count, flow.sender, flow.hospital))),
        sites=sites,
    )


def _parts(period: Period, letters: Sequence[Letter]) -> tuple[Part, ...]:
    wire = Referral.type.fields["written_at"].to_wire
    days = parts_of(period)
    begins = [str(wire(begins_at(day))) for day in days]
    counts = Counter([bisect_right(begins, letter.written_at) for letter in letters])
    urgent = Counter([bisect_right(begins, letter.written_at) for letter in letters if letter.emergency])
    return tuple(Part(day, counts[place], urgent[place]) for place, day in enumerate(days, 1))


def _refusals(letters: Iterable[Letter], hospital: str | None) -> Refusals:
    reasons: Counter[str | None] = Counter()
    refused = 0
    for letter in letters:
        if letter.refusals:
            counted = [reason for who, reason in letter.refusals if hospital in {None, who.hex()}]
            reasons.update(counted)
            refused += bool(counted)
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0] or ""))
    return Refusals(tuple(ordered), reasons.total(), refused)


def _diagnoses(codes: Mapping[str, int]) -> tuple[DiagnosisCount, ...]:
    names = diagnosis_names()
    found = [
        DiagnosisCount(_dotted(code), names.labels.get(code, ""), count, code in names.finished_here)
        for code, count in codes.items()
        if code
    ]
    return tuple(sorted(found, key=lambda line: (-line.count, line.code)))


def _chapters(codes: Mapping[str, int]) -> tuple[DiagnosisCount, ...]:
    counts: Counter[str] = Counter()
    for code, count in codes.items():
        if code:
            counts[chapter_of(code) or ""] += count
    names = {number: name for _, _, number, name in CHAPTERS}
    found = [
        DiagnosisCount(number, names.get(number, ""), count, finished_here=False) for number, count in counts.items()
    ]
    return tuple(sorted(found, key=lambda line: (-line.count, line.code)))


def _dotted(key: str) -> str:
    return f"{key[:3]}.{key[3:]}" if len(key) > 3 else key


def _facilities(pairs: Iterable[tuple[str, Tally]], sites: Mapping[str, Site]) -> tuple[FacilityFigures, ...]:
    """The figures of each facility, the most letters first."""
    heaps: dict[str, list[Tally]] = defaultdict(list)
    for facility, one in pairs:
        heaps[facility].append(one)
    found = [
        FacilityFigures(sites.get(facility) or unknown_site(facility), tuple(heap)) for facility, heap in heaps.items()
    ]
    return tuple(sorted(found, key=lambda line: (-line.letters, line.site.name, line.site.id)))


def unknown_site(facility: str) -> Site:
    """A facility whose record has not arrived."""
    return Site(facility, "", None, None, None, None)
