"""The simulated district: three puskesmas, two hospitals, the district office with several PCs each, and its server.

One plan makes one history: people work, PCs exchange (some by a hub or by sticks), faults strike; then everything
heals. The world only sets the stage and keeps the books of what people were told; what must hold is in ``oracle``,
what people do in ``people``.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from random import Random
from typing import TypeVar

from sync.errors import LinkError, NotAllowed, ReplicaError, Unreachable
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner, Outcome
from sync.exchange.pace import BEGINNING, PART, Pace
from sync.records import Record
from sync.replica import links
from sync.replica.replica import Replica
from sync.replica.values import Edit, Seen
from sync.revisions.revision import Revision
from tests.simulation import oracle, people, sticks
from tests.simulation.books import Books
from tests.simulation.chance import Clock, environment, wrong_by
from tests.simulation.disks import Crash
from tests.simulation.healing import heal
from tests.simulation.hubs import HUB, Hub, HubRoad, exchange_somehow
from tests.simulation.machines import Pc, Server
from tests.simulation.plan import Plan, Step
from tests.simulation.reading import rows
from tests.simulation.road import Faults, Late, Road
from tests.simulation.stage import PCS, PLACES, Stage
from tests.simulation.story import Story, Violation

R = TypeVar("R", bound=Record)
T = TypeVar("T")

#: What happens to disks in a history: at most one of the district's two copies is lost, else nothing could heal it.
#: A clone loses nothing, so a server that is put back may meet one: it takes the names back that it gave since.
_DISASTERS: tuple[tuple[str, ...], ...] = (
    *((),) * 4,
    *(("server restored",),) * 2,
    ("pc restored",),
    ("disk cloned",),
    ("server restored", "disk cloned"),
    ("disk cloned", "server restored"),
)

#: How busy the PCs of a place are. One puskesmas is busier than the others: conflicts need company.
_SESSIONS = {"melati": (1, 2, 3), "kenanga": (1, 1, 2), "dahlia": (1,), "rsud": (1, 2), "rs-bunda": (1, 2)}
#: The PC that seldom has a network in a history with sticks.
_BY_STICK = sum(count for name, _, count in PLACES[: [name for name, *_ in PLACES].index(sticks.PLACE)])


def plan_of(seed: str, days: int, calm: frozenset[str] = frozenset()) -> Plan:
    """The steps of a history: each PC works and exchanges on each day, in any order."""
    chance = Random(f"{seed} plan")
    disasters = chance.choice(_DISASTERS)
    places = [name for name, _, count in PLACES for _ in range(count)]
    kinds: list[tuple[int, str, int]] = []
    for day in range(days):
        today = []
        for who, place in enumerate(places):
            today += [("work", who)] * chance.choice(_SESSIONS.get(place, (1, 1, 2)))
            today += [("exchange", who)]
        today += [("stick", chance.choice((_BY_STICK, _BY_STICK, chance.randrange(PCS)))) for _ in range(4)]
        chance.shuffle(today)
        kinds += [(day, kind, who) for kind, who in today]
    for disaster in disasters:
        who = chance.choice((0, 1, chance.randrange(PCS)))
        first = chance.randrange(len(kinds) // 5, len(kinds) // 2)
        kinds.insert(first, (kinds[first][0], f"copy for {disaster}", who))
        later = chance.randrange(first + 1 + len(kinds) // 8, len(kinds))
        kinds.insert(later, (kinds[later][0], disaster, who))
    steps = [Step(n, day, kind, who, chance.getrandbits(64)) for n, (day, kind, who) in enumerate(kinds)]
    return Plan(seed, steps, calm)


class World:
    """One history from its plan to its end."""

    def __init__(self, plan: Plan, stage: Stage) -> None:
        self.plan = plan
        self.stage = stage
        self.chance = Random(f"{plan.seed} world")
        self.clock = Clock()
        self.story = Story()
        self.faults = Faults().without(plan.calm)
        self.late: list[Late] = []
        #: Revisions in a message, at most.
        self.sizes: Sequence[int] = (1, 4, *[1000] * 6)
        #: Several messages travel in one request.
        self.trains = self.faults.trains > Random(f"{plan.seed} train").random()
        self.facilities = stage.facilities
        self.pcs: list[Pc] = []
        #: A computer, its clone, and the number of the last revision they share.
        self.cloned: list[tuple[Pc, Pc, int]] = []
        self.books = Books()
        #: Whether a disk was put back or cloned: then two sides may differ for a time.
        self.disturbed = False
        #: The part of that which a server restore is: then what was confirmed may be lost there.
        self.server_restored = False
        self._overlapping = 0
        #: Whose request arrives once more just now.
        self._arriving: str | None = None
        luck = Random(f"{plan.seed} roads")
        has_hub, self.has_sticks = self.faults.hub > luck.random(), self.faults.sticks > luck.random()
        self.sticks: list[sticks.Stick] = []
        #: By facility.
        self.hubs: dict[str, Hub] = {}
        self.server = Server(
            stage.shelf.take(stage.server), environment(self.clock, Random(f"{plan.seed} server"), lambda: 0)
        )
        for label, image in stage.pcs:
            pc = self._pc(label, stage.paired.get(label, image) if has_hub else image)
            self.pcs.append(pc)
            if has_hub and label == HUB:
                hub = self.hubs[pc.identity.facility] = Hub(pc)
                hub.pause = lambda _facility, pc=pc: self.meanwhile(pc, "while the hub answers")
        self.server.pause = self._another_process_first

    def _pc(self, label: str, image: object) -> Pc:
        made, off = Random(f"{self.plan.seed} {label}"), [0]
        surroundings = environment(self.clock, made, lambda: off[0])
        author = made.randbytes(16).hex()
        off[0] = wrong_by(made) if "clock_set" not in self.plan.calm else 0
        return Pc(label, self.stage.shelf.take(image), surroundings, off, author)

    # --- a history --------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Live through the history and heal.

        Raises:
            Violation: a promise was broken.
        """
        for step in self.plan.steps:
            self.chance = step.chance()
            self.clock.wait(self.chance.expovariate(1 / 1200))
            self.deliver_late()
            pc = self._actor(step)
            if self.happens(self.faults.clock_set):
                pc.clock_error[0] = wrong_by(self.chance)
                self.story.count("fault: clock set wrong")
                self.story.tell(pc.name, f"clock off by {pc.clock_error[0]} ms")
            if step.kind == "exchange":
                self._turn(pc)
            elif step.kind == "stick":
                sticks.use_stick(self, pc)
            elif step.kind == "work":
                for _ in range(self.chance.choice((1, 1, 2, 3))):
                    self.work(pc)
            else:
                self._disaster(step.kind, pc)
        heal(self)
        oracle.check(self)

    def _turn(self, pc: Pc) -> None:
        if self.has_sticks and pc.name.startswith(sticks.PLACE) and self.happens(0.75):
            return  # there is no network today
        exchange_somehow(self, pc)

    def close(self) -> None:
        """Give the disks back."""
        for disk in (self.server.disk, *(pc.disk for pc in self.pcs)):
            self.stage.shelf.give_back(disk)

    def _actor(self, step: Step) -> Pc:
        """The computer of a step, or its clone."""
        pc = self.pcs[step.who]
        return self.chance.choice([pc, *(twin for origin, twin, _ in self.cloned if origin is pc)])

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        return probability > 0 and self.chance.random() < probability

    def work(self, pc: Pc, action: Callable[["World", Pc], None] = people.do_something) -> None:
        """Somebody does something at a PC, which may lose its power meanwhile."""
        if self.happens(self.faults.pc_crash_in_save):
            pc.disk.fuse = self.chance.randint(1, 24)
        try:
            action(self, pc)
        except Crash:
            if pc.exchanging:
                raise
            self._restart(pc)
        finally:
            if not pc.exchanging:
                pc.disk.fuse = None

    def save(self, pc: Pc, edits: Sequence[Edit], *, forged: bool = False) -> list[Revision]:
        """Save at a PC and write into the books what its person was told."""
        self.books.intend(edits)
        revisions = pc.replica.save(edits, pc.author)
        self.books.acknowledge(pc, edits, revisions, forged=forged)
        self.story.count("revisions", len(revisions))
        for revision in revisions:
            self.story.tell(pc.name, f"saved {revision.type} {revision.record[-6:]} as {revision.id[:8]}")
        return revisions

    def resolve(self, pc: Pc, cls: type[R], decided: R, seen: Seen[R]) -> None:
        """Settle a conflict at a PC."""
        revisions = pc.replica.resolve(cls, decided, seen, pc.author)
        for revision in revisions:
            self.books.acknowledged[revision.id] = pc
        self.books.resolved += 1
        self.story.count("revisions", len(revisions))
        self.story.tell(pc.name, f"decided about {decided.id[-6:]}: {', '.join(seen.conflicts)}")

    def exchange(self, pc: Pc, hub: Hub | None = None, *, out: bool = False) -> Outcome | None:
        """One exchange of a PC with the server, or with its hub; ``None`` if it was cut short.

        ``out``: the cable to the hub is not in.
        """
        replica = pc.replica if pc.exchanging == 0 else pc.load()
        replica.refresh()
        replica.most = self.chance.choice(self.sizes)
        manner = Manner(
            batch=self.chance.choice([1, 3, 50, 50, 50]),
            pause=lambda: self.meanwhile(pc, "between two batches"),
            pace=Pace(part=self.chance.choice([1, 600, PART])) if self.trains else BEGINNING,
            wait=self.clock.wait,
            seconds=self.clock.seconds,
            progress=lambda _progress: self.meanwhile(pc, "between two messages"),
            stopped=lambda: self._stops(pc),
        )
        self.story.count("exchanges" if hub is None else "exchanges with the hub")
        outcome = self.guarded(pc, lambda: self._exchanged(pc, replica, manner, hub, out=out))
        if outcome is None:
            return None
        self.story.tell(pc.name, f"exchanged {outcome}" if hub is None else f"exchanged with its hub {outcome}")
        if hub is not None:
            oracle.check_confirmed(self, pc)
        if outcome.proven and pc.exchanging == 0:
            oracle.check_proof(self, pc) if hub is None else oracle.check_hub_proof(pc, hub)
        return outcome

    def _exchanged(self, pc: Pc, replica: Replica, manner: Manner, hub: Hub | None, *, out: bool) -> Outcome | None:
        try:
            if hub is not None:
                return exchange(replica, HubRoad(self, pc, hub, out=out), manner, links.HUB_PEER)
            return exchange(replica, Road(self, pc), manner)
        except Unreachable as error:
            self.story.tell(pc.name, f"exchange ends: {error}")
        except LinkError as error:
            # A hub learns the new name of a computer only from the district.
            if hub is None or not self.disturbed or not isinstance(error, NotAllowed) or error.code != "unknown_device":
                raise Violation(f"a message of our own program is refused: {error}") from error
            self.story.tell(pc.name, "is not known to its hub yet")
        return None

    def guarded(self, pc: Pc, work: Callable[[], T]) -> T | None:
        """Let the program of a PC work, which may lose its power or find its disk full; ``None`` if it was cut off."""
        if pc.exchanging == 0 and self.happens(self.faults.pc_crash_in_exchange):
            pc.disk.fuse = self.chance.randint(1, 80)
        pc.exchanging += 1
        full = pc.exchanging == 1 and self.happens(self.faults.disk_full)
        try:
            with pc.disk.nearly_full(self.chance.randint(0, 6)) if full else nullcontext():
                return work()
        except ReplicaError as error:
            if not full:
                raise
            self.story.count("fault: disk full")
            self.story.tell(pc.name, f"ends: {error}")
            return None
        except Crash as crash:
            if crash.disk is not pc.disk or pc.exchanging > 1:
                raise
            self._restart(pc)
            return None
        finally:
            pc.exchanging -= 1
            if pc.exchanging == 0:
                pc.disk.fuse = None

    def meanwhile(self, pc: Pc, when: str) -> None:
        """While a PC exchanges, its person goes on working, or a second process of it exchanges too."""
        if self.happens(self.faults.work_meanwhile):
            self.story.count(f"edit {when}")
            self.work(pc)
        if pc.exchanging == 1 and self.happens(self.faults.second_process):
            self.story.count("second process of one PC")
            self.story.tell(pc.name, "a second process exchanges")
            self.exchange(pc)

    def note_compare(self, pc: Pc) -> None:
        """Comparing ids means that the digests differed: only a restored disk is a reason for that."""
        self.story.tell(pc.name, "compares")
        if not self.disturbed:
            raise Violation(f"{pc.name} and the other side hold different sets though no disk was put back or cloned")

    # --- faults -----------------------------------------------------------------------------------------------------

    def _stops(self, pc: Pc) -> bool:
        if self.happens(self.faults.stopped):
            self.story.count("fault: exchange stopped")
            self.story.tell(pc.name, "stops exchanging")
            return True
        return False

    def _another_process_first(self, facility: str) -> None:
        """Between two transactions of one server process the other answers somebody else's whole exchange.

        Often that is a colleague of the one who asks (``facility``): they work on the same patients.
        """
        if self._overlapping >= 2:
            return
        idle = [pc for pc in self.pcs if not pc.exchanging and not self._stands_in_line(pc)]
        colleagues = [pc for pc in idle if pc.identity.facility == facility]
        work = people.do_something
        if self.happens(self.faults.grant_meanwhile):
            others = [
                pc
                for pc in colleagues
                if pc.identity.facility_kind == "puskesmas" and people.changed_by_others(self, pc)
            ]
            work = people.refer_what_others_change
        elif self.happens(self.faults.other_process_first):
            others = colleagues if colleagues and self.happens(0.7) else idle
        else:
            return
        if not others:
            return
        other = self.chance.choice(others)
        self._overlapping += 1
        fuse, self.server.disk.fuse = self.server.disk.fuse, None
        self.story.count("requests that overlap at the server")
        try:
            self.work(other, work)
            self.exchange(other)
        finally:
            self._overlapping -= 1
            self.server.disk.fuse = fuse

    def _stands_in_line(self, pc: Pc) -> bool:
        """Whether a computer of this name, perhaps a clone, has a train under way: until it is done, others wait."""
        names = {self._arriving, *(other.identity.device for other in self.pcs if other.exchanging)}
        return self.trains and pc.identity.device in names

    def deliver_late(self, *, everything: bool = False) -> None:
        """Let some of the repeated requests arrive, or all."""
        while self.late and (everything or self.happens(0.2)):
            late = self.late.pop(self.chance.randrange(len(self.late)))
            self.story.count("fault: request repeated later")
            self.story.tell("road", f"delivers a message of {late.facility[:6]} again")
            self._arriving = late.device
            try:
                late.arrive()
            finally:
                self._arriving = None

    def _disaster(self, kind: str, pc: Pc) -> None:
        name = kind.removeprefix("copy for ")
        machine = self.server if name == "server restored" else pc
        if kind != name:
            machine.image = machine.disk.copy()
            return
        if machine.image is None:
            return
        self.disturbed = True
        self.story.count(f"fault: {name} from an old copy")
        self.story.tell(machine.name, name)
        if isinstance(machine, Server):
            self.server_restored = True
            machine.restore(self.chance)
            # What it wrote since comes back beside what it writes now.
            self.books.broken_chains.add(machine.device)
            return
        self.books.broken_chains.add(machine.identity.device)
        if name == "pc restored":
            self.books.forget_unsent(pc, self.server, [other for other in self.pcs if other is not pc])
            pc.disk.put_back(pc.image)
            pc.restart()
            self.books.broken_chains.add(pc.identity.device)
        else:
            [(number,)] = rows(pc.image, "number", "identity")
            twin = self._pc(f"{pc.name}-twin", pc.image)
            self.books.broken_chains.add(twin.identity.device)
            self.pcs.append(twin)
            self.cloned.append((pc, twin, number))

    def _restart(self, pc: Pc) -> None:
        self.story.count("fault: pc crash")
        self.story.tell(pc.name, "crashed and starts again")
        pc.restart()
