"""How a simulated history ends: no more faults, and a few rounds of exchanges until everybody has everything.

A PC with a hub may heal by that alone, as one does whose own cable stays out.
"""

from random import Random
from typing import TYPE_CHECKING

from tests.simulation import hubs, sticks
from tests.simulation.machines import Pc
from tests.simulation.reading import rows
from tests.simulation.road import CALM
from tests.simulation.story import Violation

if TYPE_CHECKING:
    from tests.simulation.world import World

#: Rounds of exchanges after the faults end, within which everybody must have everything and know it: two, and two
#: more where something came back only after it was asked for, and two for new names after a clone.
ROUNDS_TO_HEAL = 6
#: By way of a hub each of them takes one more.
_MORE_BY_HUB = 3


def heal(world: "World") -> None:
    """Let everything come to rest.

    Raises:
        Violation: it does not.
    """
    world.story.tell("world", "heals")
    world.faults = CALM
    world.chance = Random(f"{world.plan.seed} heals")
    by_hub_alone = world.chance.random() < 0.5
    rounds = ROUNDS_TO_HEAL + (_MORE_BY_HUB if world.hubs else 0)
    for turn in range(rounds):
        before = _at_server(world)
        if world.sticks:
            sticks.use_all(world)
        quiet = [_heal(world, pc, by_hub_alone=by_hub_alone) for pc in world.pcs]
        if world.late:
            world.deliver_late(everything=True)
            continue
        # The server stood still while each found itself equal to it.
        if all(quiet) and _at_server(world) == before:
            world.story.count("rounds to heal", turn + 1)
            return
    raise Violation(f"not equal and quiet {rounds} rounds after the last fault")


def _heal(world: "World", pc: Pc, *, by_hub_alone: bool) -> bool:
    """One round of a PC; whether it found everything equal and, with a hub, nothing was left to be told."""
    hub = hubs.hub_of(world, pc)
    equal = True
    if hub is not None:
        outcome = world.exchange(pc, hub)
        equal = outcome is not None and outcome.proven and not (outcome.sent or outcome.received)
        equal = equal and not rows(pc.disk.driver, "1", "revision", "confirmed <> 1 AND refusal IS NULL LIMIT 1")
        # Only the district gives new names, and the reasons of a refusal.
        refused = rows(pc.disk.driver, "1", "revision", "at_hub = 2 OR refusal IS NOT NULL LIMIT 1")
        if by_hub_alone and not world.disturbed and not refused:
            pc.by_hub_alone = True
            return equal
    pc.by_hub_alone = False
    hubs.take_over_if_silent(pc)
    outcome = world.exchange(pc)
    return equal and outcome is not None and outcome.proven


def _at_server(world: "World") -> int:
    return int(rows(world.server.disk.driver, "count(*)", "revision")[0][0])
