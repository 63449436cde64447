"""Sticks that travel between PCs and the server: written, brought, read; lost, copied, mixed up, damaged and late.

The bundles on them are the product's own. What lies about is used in any order and may be used twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from sync.errors import BundleError, LinkError, Unreachable
from sync.exchange import bundle_taking, bundle_writing
from sync.exchange.manner import Manner
from tests.simulation import oracle
from tests.simulation.machines import Pc
from tests.simulation.road import Road
from tests.simulation.story import Violation

if TYPE_CHECKING:
    from tests.simulation.world import World

#: The puskesmas that seldom has a network in a history with sticks.
PLACE = "dahlia"


@dataclass(frozen=True, slots=True)
class Stick:
    """A bundle of one computer, on its way to the server or ``back``; ``damaged``: it cannot be read any more."""

    writer: Pc
    back: bool
    file: bytes
    damaged: bool = False


def use_stick(world: "World", pc: Pc) -> None:
    """Somebody does something with the sticks that lie about, or writes another."""
    if not world.has_sticks:
        return
    action = world.chance.choice((_write, _write, _bring, _bring, _read, _read))
    action(world, pc)


def use_all(world: "World") -> None:
    """After the faults: whatever lies about is brought and read."""
    for stick in [stick for stick in world.sticks if not stick.back]:
        _bring_this(world, stick.writer, stick)
    for stick in world.sticks:
        if stick.back:
            _read_this(world, stick.writer, stick)
    world.sticks.clear()


def _write(world: "World", pc: Pc) -> None:
    def work() -> None:
        for written in bundle_writing.write_bundles(pc.load()):
            world.story.tell(pc.name, f"writes a stick with {written.changes} changes")
            world.sticks.append(_perhaps_damaged(world, Stick(pc, back=False, file=written.file)))

    _at(world, pc, work)
    world.story.count("sticks written")


def _bring(world: "World", pc: Pc) -> None:
    """A stick reaches a PC with a network, or does not; some stay to be brought once more."""
    waiting = [stick for stick in world.sticks if not stick.back]
    if waiting:
        stick = world.chance.choice(waiting)
        if _goes_astray(world, stick):
            return
        if _bring_this(world, pc, stick) and not _stays(world):
            world.sticks.remove(stick)


def _read(world: "World", pc: Pc) -> None:
    answers = [stick for stick in world.sticks if stick.back]
    if answers:
        stick = world.chance.choice(answers)
        if _goes_astray(world, stick):
            return
        mixed_up = world.happens(world.faults.stick_mixed_up)
        if mixed_up:
            world.story.count("fault: stick mixed up")
        _read_this(world, pc if mixed_up else stick.writer, stick)
        if not _stays(world):
            world.sticks.remove(stick)


def _bring_this(world: "World", pc: Pc, stick: Stick) -> bool:
    """Bring a stick to the server by the network of ``pc``; whether its work is done."""
    found: list[Stick] = []

    def work() -> None:
        answer = bundle_writing.relay(Road(world, pc), stick.file)
        found.append(_perhaps_damaged(world, Stick(stick.writer, back=True, file=answer)))

    world.story.tell(pc.name, f"brings a stick of {stick.writer.name}")
    done = _at(world, pc, work, stick)
    world.sticks += found
    return done


def _read_this(world: "World", pc: Pc, stick: Stick) -> None:
    def work() -> None:
        manner = Manner(batch=world.chance.choice([1, 3, 50]), pause=lambda: world.meanwhile(pc, "between two batches"))
        taken = bundle_taking.take_bundle(pc.load(), stick.file, manner)
        if pc is not stick.writer and pc.identity.device != stick.writer.identity.device:
            raise Violation(f"{pc.name} takes what is for {stick.writer.name}")
        world.story.count("sticks read back")
        world.story.tell(pc.name, f"takes {replace(taken, reply_to='')}")

    world.story.tell(pc.name, f"reads a stick for {stick.writer.name}")
    _at(world, pc, work, stick, mixed_up=pc is not stick.writer)


def _at(
    world: "World", pc: Pc, work: Callable[[], None], stick: Stick | None = None, *, mixed_up: bool = False
) -> bool:
    """Let the program of a PC work with a stick, whatever comes in its way; whether it came to its end."""
    # A disk that was put back or cloned has another name by now, or meets another server.
    damaged = stick is not None and stick.damaged
    excused = mixed_up or damaged or world.disturbed
    done = world.guarded(pc, lambda: _tolerant(world, pc, work, excused=excused, damaged=damaged))
    oracle.check_confirmed(world, pc)
    return bool(done)


def _tolerant(world: "World", pc: Pc, work: Callable[[], None], *, excused: bool, damaged: bool) -> bool:
    try:
        work()
        if damaged:
            raise Violation("a damaged stick was believed")
    except Unreachable as error:
        world.story.tell(pc.name, f"stops: {error}")
        return False
    except BundleError as error:
        if not excused:
            raise Violation(f"{pc.name} cannot use a good stick: {error}") from error
        world.story.tell(pc.name, f"cannot use the stick: {type(error).__name__}")
    except LinkError as error:
        raise Violation(f"the server refuses a stick of our own program: {error}") from error
    return True


def _goes_astray(world: "World", stick: Stick) -> bool:
    if world.happens(world.faults.stick_lost):
        world.story.count("fault: stick lost")
        world.sticks.remove(stick)
        return True
    return False


def _stays(world: "World") -> bool:
    """Whether a stick will be used again although its work is done."""
    if world.happens(world.faults.stick_copied):
        world.story.count("fault: stick copied")
        return True
    return False


def _perhaps_damaged(world: "World", stick: Stick) -> Stick:
    if not world.happens(world.faults.stick_damaged):
        return stick
    world.story.count("fault: stick damaged")
    return replace(stick, file=_damaged(stick.file, world.chance), damaged=True)


def _damaged(file: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(file))
    if chance.random() < 0.3:
        return file[:place]
    return file[:place] + bytes([file[place] ^ 1 << chance.randrange(8)]) + file[place + 1 :]
