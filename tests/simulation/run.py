"""Runs simulated histories one after the other and adds up what happened in them."""

import hashlib
import traceback
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.simulation.machines import Shelf
from tests.simulation.story import Violation
from tests.simulation.world import World

#: Things that happen in one history.
STEPS = 80


@dataclass(frozen=True, slots=True)
class Broken:
    """A history in which a promise was broken, or the product failed with an error of its own."""

    seed: str
    reason: str
    story: Sequence[str]


@dataclass(slots=True)
class Report:
    """What happened in all histories together; ``broken`` is the first that failed, after which none is run."""

    histories: int = 0
    tally: Counter[str] = field(default_factory=Counter)
    digest: str = ""
    broken: Broken | None = None


def run_histories(seeds: Iterable[str], steps: int = STEPS, shelf: Shelf | None = None) -> Report:
    """Live through one history for each seed, until one breaks a promise."""
    report = Report()
    digest = hashlib.blake2b(digest_size=16)
    disks = shelf or Shelf()
    for seed in seeds:
        world = World(seed, disks)
        try:
            world.run(steps)
        except Violation as violation:
            report.broken = Broken(seed, str(violation), world.story.events)
        # Whatever else the product raises here it must not raise: that, too, is a finding with a seed.
        except Exception:  # noqa: BLE001 - see above
            report.broken = Broken(seed, traceback.format_exc(limit=-6), world.story.events)
        finally:
            world.close()
        report.histories += 1
        report.tally.update(world.story.tally)
        digest.update(world.story.digest().encode())
        if report.broken:
            break
    report.digest = digest.hexdigest()
    return report
