"""The two levels of the simulation: the rules as a model, and the product's own code.

The model asks whether the design keeps its promises, the real level whether the code keeps to the design. Both live
through plans of the same form.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from tests.simulation import world as real
from tests.simulation.plan import Plan
from tests.simulation.protocol import planning
from tests.simulation.protocol import world as model
from tests.simulation.protocol.faults import FAULTS
from tests.simulation.protocol.rules import Rules
from tests.simulation.road import Faults
from tests.simulation.stage import PCS, build_stage
from tests.simulation.story import Violation


@dataclass(frozen=True, slots=True)
class Lived:
    """What a history came to; ``broken`` is the promise that did not hold, ``story`` what was told of it."""

    tally: Counter[str]
    digest: str
    broken: str | None
    story: Sequence[str]


@dataclass(frozen=True, slots=True)
class Level:
    """How plans are made and lived through. A *device-day* is one PC that works and exchanges on one day."""

    name: str
    days: int
    pcs: int
    faults: Sequence[str]
    plan: Callable[[str, int], Plan]
    live: Callable[[Plan], Lived]


stage = cache(build_stage)


def _live_really(plan: Plan) -> Lived:
    world = real.World(plan, stage())
    broken = None
    try:
        world.run()
    except Violation as violation:
        broken = str(violation)
    # Whatever else the product raises here it must not raise: that, too, is a finding with a seed.
    except Exception:  # noqa: BLE001 - see above
        broken = traceback.format_exc(limit=-6)
    finally:
        world.close()
    return Lived(world.story.tally, world.story.digest(), broken, world.story.events)


def live_in_model(plan: Plan, rules: Rules = Rules(), *, tell: bool = False) -> Lived:  # noqa: B008 - a frozen value
    """Live through a plan at the model level; ``tell`` keeps the story, which takes time."""
    world = model.World(plan, rules, tell=tell)
    broken = None
    try:
        world.run()
    except Violation as violation:
        broken = str(violation)
    except Exception:  # noqa: BLE001 - a rule that is off may break anything
        broken = traceback.format_exc(limit=-4)
    if broken and not tell:
        return live_in_model(plan, rules, tell=True)
    return Lived(world.tally, world.digest(), broken, world.story.events if world.story else ())


REAL = Level("real", 12, PCS, tuple(Faults.__dataclass_fields__), real.plan_of, _live_really)
MODEL = Level("model", 12, planning.PCS, tuple(FAULTS), planning.plan_of, live_in_model)

LEVELS: Mapping[str, Level] = MappingProxyType({level.name: level for level in (MODEL, REAL)})
