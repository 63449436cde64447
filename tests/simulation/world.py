"""The simulated district: three puskesmas with two PCs each, two hospitals, the district office and its server.

One seed makes one history: people work, PCs exchange, faults strike; then everything heals. The world only sets the
stage and keeps the books of what people were told; what must hold is in ``oracle``, what people do in ``people``.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from sync.errors import LinkError
from sync.exchange.engine import Manner, Outcome, exchange
from sync.records import Facility, Record
from sync.replica.identity import Identity
from sync.replica.values import Edit, Seen
from sync.revisions.revision import Revision
from tests.simulation import oracle, people
from tests.simulation.books import Books
from tests.simulation.chance import Clock, environment, wrong_by
from tests.simulation.machines import DISTRICT_CODE, Crash, Pc, Server, Shelf
from tests.simulation.road import CALM, Faults, Late, Road
from tests.simulation.story import Story, Violation

R = TypeVar("R", bound=Record)

#: Facility name, kind, number of PCs, and how busy each PC is. One puskesmas is busier: conflicts need company.
_PLACES = (
    ("melati", "puskesmas", 2, 8),
    ("kenanga", "puskesmas", 2, 2),
    ("dahlia", "puskesmas", 2, 1),
    ("rsud", "rs", 2, 3),
    ("rs-bunda", "rs", 1, 2),
    ("dinkes", "dinkes", 1, 3),
)

#: Rounds of exchanges after the faults end, within which everybody must have everything and know it: two, and two
#: more where something came back only after it was asked for.
ROUNDS_TO_HEAL = 4


class World:
    """One history from its seed to its end."""

    def __init__(self, seed: str, shelf: Shelf, faults: Faults | None = None) -> None:
        self.seed = seed
        self.chance = Random(seed)
        self.clock = Clock()
        self.story = Story()
        self.faults = faults or Faults()
        self.late: list[Late] = []
        self.facilities: dict[str, tuple[str, str]] = {}
        self.pcs: list[Pc] = []
        self._busy: list[int] = []
        self.books = Books()
        self._shelf = shelf
        self._overlapping = 0
        #: One disaster at most in a history: a disk put back from a copy, at a PC or at the server.
        self.disaster = self.chance.choice(["none", "none", "none", "pc restored", "server restored"])
        self._build()

    def _build(self) -> None:
        made = Random(f"{self.seed} machines")
        for name, kind, _, _ in _PLACES:
            self.facilities[name] = (made.randbytes(16).hex(), kind)
        office, _kind = self.facilities["dinkes"]
        self.server = Server(
            self._shelf.take(),
            self._identity(made, office, "dinkes", "server"),
            environment(self.clock, Random(f"{self.seed} server"), lambda: 0),
        )
        self.server.replica.save(
            [
                Edit(Facility(id=facility, code=name[:8], name=name.title(), kind=kind))
                for name, (facility, kind) in self.facilities.items()
            ],
            self.server.replica.identity.device,
        )
        for name, kind, count, busy in _PLACES:
            for letter in "AB"[:count]:
                self.pcs.append(self._pc(made, name, kind, letter))
                self._busy.append(busy)
        self.server.pause = self._another_process_first

    def _pc(self, made: Random, name: str, kind: str, letter: str) -> Pc:
        facility, _ = self.facilities[name]
        label = f"{name}-{letter}"
        off = [0]
        surroundings = environment(self.clock, Random(f"{self.seed} {label}"), lambda: off[0])
        identity = self._identity(made, facility, kind, label, letter)
        pc = Pc(label, self._shelf.take(), identity, surroundings, off, made.randbytes(16).hex())
        off[0] = wrong_by(made)
        return pc

    @staticmethod
    def _identity(made: Random, facility: str, kind: str, name: str, letter: str = "") -> Identity:
        replica, epoch, device = (made.randbytes(16).hex() for _ in range(3))
        return Identity(DISTRICT_CODE, replica, epoch, device, letter, facility, kind, name, made.randbytes(32))

    # --- a history --------------------------------------------------------------------------------------------------

    def run(self, steps: int) -> None:
        """Live through the history and heal.

        Raises:
            Violation: a promise was broken.
        """
        for step in range(steps):
            self.clock.wait(self.chance.expovariate(1 / 1800))
            self._disaster(step, steps)
            self._deliver_late()
            pc = self.chance.choices(self.pcs, self._busy)[0]
            if self.happens(self.faults.clock_set):
                pc.clock_error[0] = wrong_by(self.chance)
                self.story.count("fault: clock set wrong")
                self.story.tell(pc.name, f"clock off by {pc.clock_error[0]} ms")
            if self.happens(0.3):
                self.exchange(pc)
            else:
                for _ in range(self.chance.randint(1, 5)):
                    self.work(pc)
        self._heal()
        oracle.check(self)

    def close(self) -> None:
        """Give the disks back."""
        for disk in (self.server.disk, *(pc.disk for pc in self.pcs)):
            self._shelf.give_back(disk)

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        return probability > 0 and self.chance.random() < probability

    def work(self, pc: Pc) -> None:
        """Somebody does something at a PC, which may lose its power meanwhile."""
        if self.happens(self.faults.pc_crash_in_save):
            pc.disk.fuse = self.chance.randint(1, 24)
        try:
            people.do_something(self, pc)
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

    def exchange(self, pc: Pc) -> Outcome | None:
        """One exchange of a PC with the server, whatever comes in its way; ``None`` if it was cut short."""
        replica = pc.replica if pc.exchanging == 0 else pc.load()
        replica.most = self.chance.choice([1, 4, 1000, 1000])
        if pc.exchanging == 0 and self.happens(self.faults.pc_crash_in_exchange):
            pc.disk.fuse = self.chance.randint(1, 80)
        manner = Manner(
            batch=self.chance.choice([1, 3, 50]),
            pause=lambda: self.meanwhile(pc, "between two batches"),
            wait=self.clock.wait,
            seconds=self.clock.seconds,
            progress=lambda _progress: self.meanwhile(pc, "between two messages"),
            stopped=lambda: self._stops(pc),
        )
        pc.exchanging += 1
        self.story.count("exchanges")
        try:
            outcome = exchange(replica, Road(self, pc), manner)
        except LinkError as error:
            self.story.tell(pc.name, f"exchange ends: {error.reason}")
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
        self.story.tell(pc.name, f"exchanged {outcome}")
        if outcome.proven and pc.exchanging == 0:
            oracle.check_proof(self, pc)
        return outcome

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
        if self.disaster == "none":
            raise Violation(f"{pc.name} and the server hold different sets though nothing was restored")

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
        if self._overlapping >= 2 or not self.happens(self.faults.other_process_first):
            return
        idle = [pc for pc in self.pcs if not pc.exchanging]
        colleagues = [pc for pc in idle if pc.identity.facility == facility]
        self._overlapping += 1
        fuse, self.server.disk.fuse = self.server.disk.fuse, None
        self.story.count("requests that overlap at the server")
        other = self.chance.choice(colleagues if colleagues and self.happens(0.7) else idle)
        try:
            self.work(other)
            self.exchange(other)
        finally:
            self._overlapping -= 1
            self.server.disk.fuse = fuse

    def _deliver_late(self, *, everything: bool = False) -> None:
        while self.late and (everything or self.happens(0.2)):
            late = self.late.pop(self.chance.randrange(len(self.late)))
            self.story.count("fault: request repeated later")
            self.story.tell("road", f"delivers a message of {late.peer.device[:6]} again")
            self.server.answer(self.chance.randrange(2), late.peer, late.path, late.body)

    def _disaster(self, step: int, steps: int) -> None:
        if self.disaster == "pc restored":
            pc = self.pcs[0]
            if step == steps // 3:
                pc.image = pc.disk.copy()
            elif step == 2 * steps // 3:
                self.books.forget_unsent(pc, self.server)
                pc.disk.put_back(pc.image)
                pc.restart()
                self._tell_disaster(pc.name)
        elif self.disaster == "server restored":
            if step == steps // 3:
                self.server.image = self.server.disk.copy()
            elif step == 2 * steps // 3:
                self.server.restore(self.chance)
                self._tell_disaster("server")

    def _tell_disaster(self, who: str) -> None:
        self.story.count(f"fault: {self.disaster} from an old copy")
        self.story.tell(who, "restored from an old copy")

    def _restart(self, pc: Pc) -> None:
        self.story.count("fault: pc crash")
        self.story.tell(pc.name, "crashed and starts again")
        pc.restart()

    def _heal(self) -> None:
        self.story.tell("world", "heals")
        self.faults = CALM
        for turn in range(ROUNDS_TO_HEAL):
            outcomes = [self.exchange(pc) for pc in self.pcs]
            if self.late:
                self._deliver_late(everything=True)
                continue
            # Where nobody sent anything, the server stood still while each found itself equal to it.
            if all(outcome is not None and outcome.proven and not outcome.sent for outcome in outcomes):
                self.story.count("rounds to heal", turn + 1)
                return
        raise Violation(f"not equal and quiet {ROUNDS_TO_HEAL} rounds after the last fault")
