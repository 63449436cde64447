"""Sticks that travel and disks that are copied, put back and cloned, in the model."""

from typing import TYPE_CHECKING

from tests.simulation.protocol import promises
from tests.simulation.protocol.exchange import read_at_district, read_reply, write_stick
from tests.simulation.protocol.pc import Pc
from tests.simulation.protocol.server import Server

if TYPE_CHECKING:
    from tests.simulation.protocol.world import World


def use_stick(world: "World", kind: str, pc: Pc) -> None:
    """A stick is written, read at the district, or read back at a PC."""
    if kind == "stick out":
        world.sticks.append(write_stick(world, pc))
        world.tally["sticks"] += 1
        world.tell(pc, "writes a stick")
    elif kind == "sticks at the district":
        for bundle in world.sticks:
            for _ in range(0 if world.lost("stick lost") else 2 if world.lost("stick copied") else 1):
                world.replies.append(read_at_district(world, bundle))
        world.sticks = world.sticks[-2:] if world.lost("stick copied") else []
    elif world.replies:
        reply = world.chance.choice(world.replies)
        reader = pc if world.lost("stick mixed up") else reply.computer
        world.tell(reader, "reads a stick from the district")
        if read_reply(world, reader, reply):
            world.tally["sticks read back"] += 1
        promises.check_receipts(world, reader)


def strike(world: "World", kind: str, pc: Pc) -> None:
    """A disk is copied, and later put back or cloned."""
    copying = kind.startswith("copy for ")
    name = kind.removeprefix("copy for ")
    if copying:
        world.images[name] = world.server.snapshot() if name == "server restored" else pc.snapshot()
        return
    image = world.images.get(name)
    if image is None:
        return
    world.disturbed = True
    world.tally[f"fault: {name}"] += 1
    world.tell(pc, name)
    if isinstance(image, Server):
        devices = world.server.home_of
        world.server = image.snapshot()
        world.server.home_of.update(devices)
        world.server.epoch = world.server.epoch + world.chance.randint(1, 10**9)
        _forget(world, world.server)
    elif name == "disk cloned":
        twin = image.snapshot()
        twin.name, twin.feed = f"{image.name}-twin", None
        twin.hub = pc if pc.feed is not None else pc.hub
        world.pcs.append(twin)
        world.cloned.append((pc, twin, image.number))
    else:
        pc.put_back(image)
        _forget(world, pc)


def _forget(world: "World", put_back: Pc | Server) -> None:
    """What only this disk held is physically gone, and what was written on it is not there to look at."""
    elsewhere = {name for other in (world.server, *world.pcs) for name in other.revs}
    held = {rev.record for other in (world.server, *world.pcs) for rev in other.revs.values()}
    # Of what was saved together one half may have left the disk before.
    world.together = [group for group in world.together if held >= set(group)]
    for name, owner in list(world.saved.items()):
        if name not in elsewhere:
            del world.saved[name]
        elif owner is put_back and name not in owner.revs and name not in world.server.revs:
            _only_at_colleagues(world, name, owner)


def _only_at_colleagues(world: "World", name: int, owner: Pc) -> None:
    """After a PC was put back: what its colleagues hold of it (by way of the hub) must still arrive."""
    holders = [pc for pc in world.pcs if name in pc.revs and pc.facility == owner.facility]
    if not holders:
        del world.saved[name]
