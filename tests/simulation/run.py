"""Lives through histories one after the other, adds up what happened in them, and shortens one that failed."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.simulation.levels import Level
from tests.simulation.plan import Plan, shorten


@dataclass(frozen=True, slots=True)
class Broken:
    """A history in which a promise was broken, or the product failed with an error of its own."""

    seed: str
    reason: str
    story: Sequence[str]
    plan: Plan


@dataclass(slots=True)
class Report:
    """What happened in all histories together; ``broken`` is the first that failed, after which none is run."""

    level: str
    histories: int = 0
    device_days: int = 0
    seconds: float = 0.0
    tally: Counter[str] = field(default_factory=Counter)
    digest: str = ""
    broken: Broken | None = None


def run_histories(
    level: Level, seeds: Iterable[str], days: int | None = None, *, end: float | None = None
) -> Report:
    """Live through one history for each seed, until one breaks a promise or the clock shows ``end`` (monotonic)."""
    report = Report(level.name)
    digest = hashlib.blake2b(digest_size=16)
    began = time.monotonic()
    for seed in seeds:
        if end is not None and time.monotonic() >= end:
            break
        plan = level.plan(seed, days or level.days)
        lived = level.live(plan)
        report.histories += 1
        report.device_days += level.pcs * (days or level.days)
        report.tally.update(lived.tally)
        digest.update(lived.digest.encode())
        if lived.broken:
            report.broken = Broken(seed, lived.broken, lived.story, plan)
            break
    report.seconds = time.monotonic() - began
    report.digest = digest.hexdigest()
    return report


def short_story(level: Level, broken: Broken, seconds: float) -> Broken:
    """The same promise broken by fewer steps and fewer kinds of faults, as far as it is found in so many seconds."""
    end = time.monotonic() + seconds
    plan = shorten(
        broken.plan,
        broken.reason,
        lambda smaller: level.live(smaller).broken,
        lambda: time.monotonic() < end,
        level.faults,
    )
    lived = level.live(plan)
    return Broken(broken.seed, lived.broken or broken.reason, lived.story, plan)
