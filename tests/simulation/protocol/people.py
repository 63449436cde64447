"""What people do in the model: the same kinds of work as at the real level, reduced to who writes what on what."""

from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.protocol.pc import Pc
from tests.simulation.protocol.replica import BED, DOCUMENTS, EVENT, LETTER, PATIENT, REDIRECT, VISIT

if TYPE_CHECKING:
    from tests.simulation.protocol.world import World

_WORK = {
    "puskesmas": (
        ("register", 2),
        ("refer anew", 4),
        ("refer", 3),
        ("visit", 3),
        ("open", 5),
        ("write", 5),
        ("open and write", 4),
        ("decide", 2),
        ("event", 2),
    ),
    "rs": (("bed", 1), ("open", 2), ("write", 2), ("open and write", 2), ("decide", 1), ("event", 8)),
    "dinkes": (("redirect", 8),),
}
_CHOICES = {kind: [name for name, _ in work] for kind, work in _WORK.items()}
_WEIGHTS = {kind: [weight for _, weight in work] for kind, work in _WORK.items()}


def do_something(world: "World", pc: Pc, chance: Random) -> None:
    """One thing that a person at this PC does."""
    action = chance.choices(_CHOICES[pc.kind], _WEIGHTS[pc.kind])[0]
    _ACTIONS[action](world, pc, chance)


def _register(world: "World", pc: Pc, _chance: Random) -> None:
    world.save(pc, PATIENT, record := world.new_record(), record)


def _refer(world: "World", pc: Pc, chance: Random) -> None:
    patient = _some(pc, PATIENT, chance)
    if patient is not None:
        _letter(world, pc, chance, patient)


def _visit(world: "World", pc: Pc, chance: Random) -> None:
    patient = _some(pc, PATIENT, chance)
    if patient is not None:
        world.save(pc, VISIT, record := world.new_record(), record, patient=patient)


def _bed(world: "World", pc: Pc, _chance: Random) -> None:
    world.save(pc, BED, record := world.new_record(), record)


def _event(world: "World", pc: Pc, chance: Random) -> None:
    letter = _some(pc, LETTER, chance)
    if letter is not None:
        world.save(pc, EVENT, world.new_record(), letter)


def _redirect(world: "World", pc: Pc, chance: Random) -> None:
    letter = _some(pc, LETTER, chance)
    if letter is not None:
        world.save(pc, REDIRECT, world.new_record(), letter, target=chance.choice(world.hospitals))


def forge(world: "World", pc: Pc, chance: Random) -> None:
    """A program that writes what is not its own; sometimes in the name of another facility's computer."""
    if chance.random() < 0.5 and pc.kind == "puskesmas" and pc.hub is None and pc.feed is None:
        strangers = [other for other in world.pcs if other.facility != pc.facility]
        own, number = pc.device, pc.number
        pc.device = chance.choice(strangers).device
        pc.number = 10**6 + number
        rev = world.save(pc, VISIT, record := world.new_record(), record, patient=-9)
        pc.device, pc.number = own, number
        pc.records[VISIT].remove(record)
        world.forged.add(rev.id)
    elif pc.kind == "rs":
        patient = _some(pc, PATIENT, chance)
        if patient is not None:
            heads = pc.heads[patient]
            world.forged.add(world.save(pc, PATIENT, patient, patient, parents=tuple(heads)).id)


def _some(pc: Pc, kind: str, chance: Random) -> int | None:
    """People come back to the same few records and to the newest: that is where they meet."""
    records = pc.records.get(kind)
    if not records:
        return None
    luck = chance.random()
    return chance.choice(records[:2] if luck < 0.45 else records[-1:] if luck < 0.8 else records)


def _refer_anew(world: "World", pc: Pc, chance: Random) -> None:
    patient, letter = world.new_record(), world.new_record()
    world.together.append((patient, letter))
    world.save(pc, PATIENT, patient, patient)
    if not world.rules.saved_together_or_not:
        world.point(pc, urgent=True)
    _letter(world, pc, chance, patient, letter)


def _letter(world: "World", pc: Pc, chance: Random, patient: int, letter: int | None = None) -> None:
    record = letter if letter is not None else world.new_record()
    target = chance.choice(world.hospitals)
    world.save(pc, LETTER, record, record, urgent=chance.random() < 0.3, target=target, patient=patient)


def _open(_world: "World", pc: Pc, chance: Random) -> None:
    kinds = [kind for kind in DOCUMENTS if kind in pc.records and (kind == BED) == (pc.kind == "rs")]
    if not kinds:
        return
    kind = chance.choice(kinds)
    record = _some(pc, kind, chance)
    if record is None:
        return
    some = pc.revs[next(iter(pc.heads[record]))]
    if some.facility == pc.facility:
        pc.forms.append((record, kind, some.scope, tuple(sorted(pc.heads[record]))))


def _write(world: "World", pc: Pc, chance: Random) -> None:
    if not pc.forms:
        return
    record, kind, scope, seen = pc.forms.pop(chance.randrange(len(pc.forms)))
    world.edit(pc, kind, record, scope, seen)


def _open_and_write(world: "World", pc: Pc, chance: Random) -> None:
    _open(world, pc, chance)
    _write(world, pc, chance)


def _decide(world: "World", pc: Pc, chance: Random) -> None:
    """Somebody who sees several values side by side chooses one."""
    contested = sorted(record for record, heads in pc.heads.items() if len(heads) > 1)
    if contested:
        record = chance.choice(contested)
        some = pc.revs[max(pc.heads[record])]
        if some.facility == pc.facility and (some.kind == BED) == (pc.kind == "rs"):
            world.edit(pc, some.kind, record, some.scope, tuple(sorted(pc.heads[record])))
            world.tally["conflicts decided"] += 1


_ACTIONS: Mapping[str, Callable[["World", Pc, Random], None]] = {
    "register": _register,
    "refer anew": _refer_anew,
    "refer": _refer,
    "visit": _visit,
    "bed": _bed,
    "event": _event,
    "redirect": _redirect,
    "open": _open,
    "write": _write,
    "open and write": _open_and_write,
    "decide": _decide,
}
