"""Lives through histories one after the other, adds up what happened in them, and shortens one that failed."""

import gc
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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

    @property
    def faults(self) -> int:
        """Faults that were injected."""
        return sum(times for kind, times in self.tally.items() if kind.startswith("fault: "))

    @property
    def conflicts(self) -> int:
        """Records about which a person was, or still is, to be asked."""
        return self.tally["conflicts decided"] + self.tally["conflicts left for a person"]

    @property
    def summary(self) -> str:
        """The figures in a line."""
        each = 1000 * self.seconds / max(self.device_days, 1)
        return (
            f"{self.device_days} device-days in {self.histories} histories, {self.faults} faults injected, "
            f"{self.conflicts} conflicts reached; {self.seconds:.1f} s, {each:.2f} ms a device-day"
        )


def run_histories(level: Level, seeds: Iterable[str], days: int | None = None, *, end: float | None = None) -> Report:
    """Live through one history for each seed, until one breaks a promise or the clock shows ``end`` (monotonic)."""
    report = Report(level.name)
    digest = hashlib.blake2b(digest_size=16)
    began = time.monotonic()
    with _seldom_collected():
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


def as_json(report: Report) -> dict[str, object]:
    """The report for programs."""
    broken = report.broken
    return {
        "level": report.level,
        "histories": report.histories,
        "device_days": report.device_days,
        "faults_injected": report.faults,
        "conflicts_reached": report.conflicts,
        "hash": report.digest,
        "seconds": round(report.seconds, 2),
        "tally": dict(sorted(report.tally.items())),
        "broken": broken
        and {"seed": broken.seed, "promise": broken.reason, "steps": len(broken.plan.steps), "story": broken.story},
    }


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """The garbage collector looks less often: nothing of the model's is in circles, and it would cost a tenth."""
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
