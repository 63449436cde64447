"""What must hold in the model, read off the sets themselves and never from feeds or digests."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tests.simulation.protocol.exchange import at_district
from tests.simulation.protocol.pc import Pc
from tests.simulation.protocol.replica import BED, LETTER, OFFICE, PATIENT, PUBLIC, REDIRECT, VISIT, Rev
from tests.simulation.story import Violation

if TYPE_CHECKING:
    from tests.simulation.protocol.world import World


def check_proof(world: "World", pc: Pc) -> None:
    """An exchange said that both sides are equal: they are, as of the numbers that this PC has reached."""
    believed = at_district(pc) & pc.revs.keys()
    for audience, reached in pc.cursors.items():
        mine = {name for name in believed if (pc.revs[name].kind == BED) == (audience == PUBLIC)}
        if mine != set(world.server.feed(audience).order[:reached]):
            raise Violation(f"{pc.name} says that it equals the server and does not")


def check_receipts(world: "World", pc: Pc) -> None:
    """What a PC shows as arrived is at the district, as long as it is the district that the PC knows.

    What a PC heard from its hub is as old as the hub's last exchange; after a restore the hub brings it again.
    """
    restored = world.server.epoch != 1 and pc.hub is not None
    if (
        not restored
        and not pc.unsettled
        and pc.epoch in (0, world.server.epoch)
        and not at_district(pc) <= world.server.revs.keys()
    ):
        raise Violation(f"{pc.name} says that something arrived which the district does not have")


def check(world: "World") -> None:
    """Everything that must hold once the world has healed."""
    server = list(world.server.revs.values())
    _check_saves(world)
    sees = _Visibility(server)
    for pc in world.pcs:
        wanted = {rev.id for rev in server if sees(pc, rev)}
        mine = {name for name in pc.revs if name not in world.forged}
        if mine - wanted:
            raise Violation(f"{pc.name} holds what it may not see or what nobody confirmed")
        if wanted - mine:
            raise Violation(f"{pc.name} lacks what it is entitled to")
        if pc.waiting or not at_district(pc) >= wanted:
            raise Violation(f"{pc.name} does not know what the district has")
        _check_records(pc)
    _check_names(world)


def _check_saves(world: "World") -> None:
    server = world.server.revs
    _check_promised(world)
    for name, seen in world.seen.items():
        if name in server and server[name].parents != seen:
            raise Violation("an edit does not say what its author saw")
    everything = {rev.record for holding in (world.server, *world.pcs) for rev in holding.revs.values()}
    for together in world.together:
        if len(everything & set(together)) not in (0, len(together)):
            raise Violation("a save is half there")
    registered: dict[int, int] = {}
    for record in everything & world.registered.keys():
        if registered.setdefault(world.registered[record], record) != record:
            raise Violation("a registration is there twice")


def _check_promised(world: "World") -> None:
    """What somebody was told to be saved is where it was saved and at the district, unless it was not his to write."""
    server = world.server.revs
    for name, pc in world.saved.items():
        if name not in pc.revs:
            raise Violation(f"{pc.name} said that something is saved and does not have it")
        if name in world.forged and name in server:
            raise Violation(f"the server took what {pc.name} may not write")
        if name not in world.forged and name not in server:
            raise Violation(f"the server lacks what was saved at {pc.name}")


def _check_records(pc: Pc) -> None:
    """Heads are what nobody has seen past; nobody is shown what its author's successor has overwritten."""
    histories: dict[int, list[Rev]] = {}
    for rev in pc.revs.values():
        histories.setdefault(rev.record, []).append(rev)
    for record, history in histories.items():
        if len(history) == 1:
            continue
        passed = {parent for rev in history for parent in rev.parents}
        heads = {rev.id for rev in history} - passed
        if heads != pc.heads[record]:
            raise Violation(f"{pc.name} makes something else of a record than its revisions say")
        if pc.shown(record) not in heads:
            raise Violation(f"{pc.name} shows a value that somebody knowingly replaced")


def _check_names(world: "World") -> None:
    """A computer and its clone that wrote and reach the district have names of their own."""
    for pc, twin, number in world.cloned:
        if pc.device == twin.device and max(pc.number, twin.number) > number and pc.hub is twin.hub is None:
            raise Violation(f"{pc.name} and its twin go on with one name")


class _Visibility:
    """Who may see what, from all revisions of the district."""

    def __init__(self, revs: Sequence[Rev]) -> None:
        self._opened: dict[int, set[int]] = {}
        patient_of = {rev.record: rev.patient for rev in revs if rev.kind == LETTER}
        for rev in revs:
            if rev.kind in (PATIENT, LETTER) and not rev.parents:
                self._open(rev.record, rev.facility)
            if rev.kind in (LETTER, REDIRECT):
                self._open(rev.scope, rev.target)
                self._open(patient_of.get(rev.scope, -1), rev.target)

    def _open(self, scope: int, facility: int) -> None:
        self._opened.setdefault(scope, set()).add(facility)

    def __call__(self, pc: Pc, rev: Rev) -> bool:
        if rev.kind == BED or pc.home == OFFICE or rev.facility == pc.facility:
            return True
        return rev.kind != VISIT and pc.facility in self._opened.get(rev.scope, ())


def conflicts(pc: Pc) -> Mapping[int, int]:
    """The records about which a person at this PC would be asked, with how many values stand side by side."""
    return {record: len(heads) for record, heads in pc.heads.items() if len(heads) > 1}
