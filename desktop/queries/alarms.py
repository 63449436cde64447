"""Which signals the visits of a facility propose: cases by disease and week, judged by the rules of ``skdr``.

Pure values in and out. It proposes and never reports: a person confirms or dismisses, and cases that were told in a
signal or dismissed are never counted for an alarm again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from desktop.queries.skdr import Rule, letters_of, rules_for
from sync.records.weeks import EpiWeek, sunday_of, week_of

#: Visits of one patient for one disease that lie no further apart are one case. Our own choice: long enough for a
#: control after discharge, shorter than most diseases take to come back.
EPISODE = timedelta(days=14)

#: How many weeks are judged: this one and the last, whose visits may have been entered late.
JUDGED_WEEKS = 2

#: How many weeks of visits are needed for that: the longest comparison, and an episode that began before it.
WEEKS_NEEDED = JUDGED_WEEKS + 4 + 2


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """What is needed of one visit. ``village`` is the patient's."""

    id: str
    patient: str
    date: date
    code: str | None
    village: str | None
    subdistrict: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One person who fell ill with a disease: the visits for it, the first of which gives the day."""

    letter: str
    date: date
    visits: tuple[SeenVisit, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A proposed signal: one disease in one week, the rules that hold, and the cases nobody has judged yet."""

    letter: str
    week: EpiWeek
    rules: tuple[Rule, ...]
    cases: tuple[Case, ...]
    week_before: int
    """Cases in the week before, told or not."""

    @property
    def id(self) -> str:
        return f"{self.letter}:{self.week.first_day.isoformat()}"

    @property
    def visits(self) -> tuple[str, ...]:
        """The visits of its cases."""
        return tuple(visit.id for case in self.cases for visit in case.visits)

    @property
    def villages(self) -> tuple[tuple[str, int], ...]:
        """Where the cases live, the most first; those whose village is not known are left out."""
        counts: dict[str, int] = {}
        for case in self.cases:
            village = next((visit.village for visit in case.visits if visit.village), None)
            if village:
                counts[village] = counts.get(village, 0) + 1
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def cases_of(visits: Iterable[SeenVisit]) -> list[Case]:
    """The cases that visits amount to, oldest first; a visit with a code of two diseases is a case of each."""
    chains: dict[tuple[str, str], list[list[SeenVisit]]] = {}
    for visit in sorted(visits, key=lambda visit: (visit.date, visit.id)):
        for letter in letters_of(visit.code):
            found = chains.setdefault((letter, visit.patient), [])
            if found and visit.date - found[-1][-1].date <= EPISODE:
                found[-1].append(visit)
            else:
                found.append([visit])
    cases = [Case(letter, chain[0].date, tuple(chain)) for (letter, _), found in chains.items() for chain in found]
    return sorted(cases, key=lambda case: (case.date, case.letter, case.visits[0].id))


def weekly_numbers(cases: Iterable[Case]) -> dict[tuple[date, str], int]:
    """How many cases of each disease fell ill in each week, by its Sunday."""
    numbers: dict[tuple[date, str], int] = {}
    for case in cases:
        key = (sunday_of(case.date), case.letter)
        numbers[key] = numbers.get(key, 0) + 1
    return numbers


def alarms(cases: Sequence[Case], judged: Collection[str], today: date) -> list[Alarm]:
    """The signals that these cases propose on ``today``, the newest week first, then in the order of the list.

    ``judged``: visits that a signal or a dismissal has named. Rules look at the cases that are left of a week, so more
    of them raise a new alarm and the same ones never do.
    """
    numbers = weekly_numbers(cases)
    found: list[Alarm] = []
    for back in range(JUDGED_WEEKS):
        week = week_of(today).before(back)
        fresh: dict[str, list[Case]] = {}
        for case in cases:
            in_week = week.first_day <= case.date <= min(week.last_day, today)
            if in_week and not any(visit.id in judged for visit in case.visits):
                fresh.setdefault(case.letter, []).append(case)
        for letter, left in sorted(fresh.items()):
            past = _past(numbers, letter, week)
            holding = tuple(rule for rule in rules_for(letter) if holds(rule, len(left), past))
            if holding:
                found.append(Alarm(letter, week, holding, tuple(left), past[0]))
    return found


def holds(rule: Rule, cases: int, past: Sequence[int]) -> bool:
    """Whether a rule holds for so many cases of a week; ``past``: the weeks before it, the nearest first.

    Against a week without any case nothing can be compared: the ratio then says nothing.
    """
    if cases < max(rule.least, 1):
        return False
    if rule.kind == "count":
        return True
    if rule.kind == "ratio":
        return past[0] > 0 and cases >= rule.factor * past[0]
    if rule.kind == "rise":
        run = [cases, *past[: int(rule.factor)]]
        return all(later > earlier for later, earlier in pairwise(run))
    return False


def _past(numbers: Mapping[tuple[date, str], int], letter: str, week: EpiWeek) -> list[int]:
    return [numbers.get((week.before(back).first_day, letter), 0) for back in range(1, 5)]
