"""Judges forecasts of free beds on a month that was not learned from: reliability by bins, silence, and Brier scores
beside two simple rules."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from desktop.queries.bed_likelihood import RULES, Count, Rules, likelihood
from tests.fakes.wards import HABITS, KINDS, Story, hour_of, ward_story

#: A bin with fewer forecasts is not judged.
ENOUGH = 200
BINS = 10


@dataclass
class Bin:
    """Forecasts of about the same probability."""

    count: int = 0
    said: float = 0.0
    came: int = 0

    @property
    def gap(self) -> float:
        """How far what came lies from what was said, in points of a hundred."""
        return abs(self.said - self.came) / self.count * 100


@dataclass
class Judgement:
    """What came of many forecasts."""

    bins: list[Bin] = field(default_factory=lambda: [Bin() for _ in range(BINS)])
    hours: int = 0
    spoken: int = 0
    errors: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("model", "last_count", "base_rate"), 0.0))

    @property
    def worst(self) -> float:
        """The widest gap of a bin with enough forecasts, 0 where there is none."""
        return max((item.gap for item in self.bins if item.count >= ENOUGH), default=0.0)

    def as_table(self) -> dict[str, Any]:
        """For a report."""
        return {
            "ward_hours": self.hours,
            "spoken_percent": round(100 * self.spoken / max(self.hours, 1), 1),
            "bins": [
                {
                    "said_percent": round(100 * item.said / item.count, 1),
                    "came_percent": round(100 * item.came / item.count, 1),
                    "forecasts": item.count,
                }
                for item in self.bins
                if item.count
            ],
            "worst_gap_points": round(self.worst, 1),
            "brier": {name: round(total / max(self.spoken, 1), 4) for name, total in self.errors.items()},
        }


def judge(judgement: Judgement, story: Story, first_day: int, step: int, rules: Rules = RULES) -> None:
    """Forecast every ``step`` hours from ``first_day`` on, with what had been read by then; add to ``judgement``."""
    arrivals = sorted(zip(story.read_at, story.counts, strict=True), key=lambda arrival: arrival[0], reverse=True)
    counts: list[Count] = []
    learned = [count.free or 0 for count in story.counts if count.at < hour_of(first_day * 24)]
    base_rate = sum(free > 0 for free in learned) / len(learned) if learned else 0.5
    for hour in range(first_day * 24, len(story.free), step):
        now = hour_of(hour)
        while arrivals and arrivals[-1][0] <= now:
            insort(counts, arrivals.pop()[1], key=lambda count: count.at)
        if not counts or counts[-1].at - counts[0].at < timedelta(days=14):
            continue
        judgement.hours += 1
        found = likelihood(counts, now, rules=rules)
        if found is None:
            continue
        judgement.spoken += 1
        there = story.free[hour] >= 1
        item = judgement.bins[min(int(found.probability * BINS), BINS - 1)]
        item.count, item.said, item.came = item.count + 1, item.said + found.probability, item.came + there
        for name, said in (
            ("model", found.probability),
            ("last_count", float((counts[-1].free or 0) > 0)),
            ("base_rate", base_rate),
        ):
            judgement.errors[name] += (said - there) ** 2


def judged_month(
    seeds: Sequence[int], *, learned_days: int = 60, step: int = 1, rules: Rules = RULES
) -> tuple[Judgement, dict[str, Judgement]]:
    """All kinds of wards with habits in turn, judged on the 30 days after ``learned_days``; also by kind and habit."""
    names = [kind.name for kind in KINDS] + [habit.name for habit in HABITS]
    together, apart = Judgement(), {name: Judgement() for name in names}
    for seed in seeds:
        for place, kind in enumerate(KINDS):
            story = ward_story(kind, HABITS[(place + seed) % len(HABITS)], learned_days + 30, seed)
            for judgement in (together, apart[kind.name], apart[story.habit.name]):
                judge(judgement, story, learned_days, step, rules)
    return together, apart
