"""The simulated district of the model: 12 PCs in six facilities and the server, one history from a seed.

The world sets the stage, lets faults strike, heals, and keeps the books of what people were told.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from tests.simulation.plan import Plan, Step
from tests.simulation.protocol import people, promises
from tests.simulation.protocol.disasters import strike, use_stick
from tests.simulation.protocol.exchange import Bundle, Cut, Reply, with_district, with_hub
from tests.simulation.protocol.faults import FAULTS
from tests.simulation.protocol.pc import Pc
from tests.simulation.protocol.planning import PLACES
from tests.simulation.protocol.replica import Rev, mixed
from tests.simulation.protocol.rules import Rules
from tests.simulation.protocol.server import Answer, Feed, Request, Server
from tests.simulation.story import Story, Violation

_YEAR = 365 * 24 * 3600
_ROUNDS_TO_HEAL = 6


class PowerLost(Exception):
    """A PC lost its power between two transactions."""


class World:
    """One history."""

    def __init__(self, plan: Plan, rules: Rules, *, tell: bool = False) -> None:
        self.plan, self.rules = plan, rules
        self.story = Story() if tell else None
        self.tally: Counter[str] = Counter()
        self.chance = Random(0)
        self.chances = {fault: 0.0 if fault in plan.calm else often for fault, often in FAULTS.items()}
        self.now = 1_767_571_200
        self.pcs: list[Pc] = []
        self.late: list[Request] = []
        self.sticks: list[Bundle] = []
        self.replies: list[Reply] = []
        self.images: dict[str, Pc | Server] = {}
        #: Acknowledged revisions and where; of edits the heads that were on the screen.
        self.saved: dict[int, Pc] = {}
        self.seen: dict[int, tuple[int, ...]] = {}
        self.forged: set[int] = set()
        self.together: list[tuple[int, ...]] = []
        self.registered: dict[int, int] = {}
        self.cloned: list[tuple[Pc, Pc, int]] = []
        self._records = self._ids = self._devices = 0
        self._depth = 0
        self._busy: set[str] = set()
        self.disturbed = False
        self._build()

    def _build(self) -> None:
        kinds = [kind for _, kind, _, _ in PLACES]
        self.hospitals = [place for place, kind in enumerate(kinds) if kind == "rs"]
        self.server = Server(self.rules, kinds)
        self.server.another_first = self._another_first
        for facility, (name, kind, count, has_hub) in enumerate(PLACES):
            first: Pc | None = None
            for letter in "ABC"[:count]:
                pc = Pc(f"{name}-{letter}", self.rules, facility, kind, self._new_device(facility))
                if has_hub and first is None:
                    pc.feed = Feed()
                elif has_hub:
                    pc.hub = first
                first = first or pc
                self.pcs.append(pc)

    # --- a history --------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Live through the plan and heal.

        Raises:
            Violation: a promise was broken.
        """
        for step in self.plan.steps:
            self.chance = step.chance()
            self.now += 120
            self._step(step)
        self._heal()
        promises.check(self)
        self.tally["conflicts left for a person"] += len({n for pc in self.pcs for n in promises.conflicts(pc)})

    def digest(self) -> str:
        """A hash of everything that happened."""
        everything = (sorted(self.tally.items()), sorted(self.server.revs), [pc.cursors for pc in self.pcs])
        return hashlib.blake2b(repr(everything).encode(), digest_size=16).hexdigest()

    def _step(self, step: Step) -> None:
        pc = self.pcs[step.who]
        pc = self.chance.choice([pc, *(twin for origin, twin, _ in self.cloned if origin is pc)])
        if self._happens("clock jump"):
            pc.clock_error = self.chance.choice([0, -_YEAR, _YEAR, self.chance.randint(-90, 90)])
        if self.late and self.chance.random() < 0.2:
            self.server.exchange(self.late.pop(self.chance.randrange(len(self.late))))
        try:
            if step.kind == "work":
                self.work(pc)
            elif step.kind == "exchange":
                self.exchange(pc)
            elif step.kind.startswith("stick"):
                use_stick(self, step.kind, pc)
            else:
                strike(self, step.kind, pc)
        except PowerLost:
            self._crashed(pc)

    def work(self, pc: Pc) -> None:
        """A person does one to three things."""
        if self._happens("written out of place"):
            people.forge(self, pc, self.chance)
        for _ in range(self.chance.randint(1, 3)):
            people.do_something(self, pc, self.chance)

    def exchange(self, pc: Pc, *, healing: bool = False) -> bool:
        """One exchange of a PC by its own road; a PC with a hub reaches the district only now and then."""
        if pc.name in self._busy:
            return False
        self._busy.add(pc.name)
        by_hub = pc.hub is not None and (healing or self.chance.random() < 0.85)
        self.tell(pc, "exchanges with its hub" if by_hub else "exchanges with the district")
        self.tally["exchanges"] += 1
        try:
            equal = with_hub(self, pc) if by_hub else with_district(self, pc)
        except Cut:
            equal = False
        finally:
            self._busy.discard(pc.name)
        promises.check_receipts(self, pc)
        if equal and not by_hub:
            promises.check_proof(self, pc)
            self.tally["proofs"] += 1
        return equal

    # --- what the exchange asks of the world ------------------------------------------------------------------------

    def carry(self, pc: Pc, request: Request) -> Answer | None:
        """Bring a message to the server and the answer back; ``None`` if either was lost."""
        self.tally["messages"] += 1
        self._check_urgency(pc, request)
        self.meanwhile(pc)
        if self._happens("request repeated later"):
            self.late.append(request)
        if self.lost("request lost") or self.lost("server crash"):
            return None
        answer = self.server.exchange(request)
        if self._happens("request doubled"):
            answer = self.server.exchange(request)
        if self.lost("answer lost"):
            return None
        self.meanwhile(pc)
        return answer

    def lost(self, fault: str) -> bool:
        """Whether this goes wrong now."""
        if self._happens(fault):
            self.tell(None, fault)
            return True
        return False

    def point(self, pc: Pc, *, urgent: bool = False) -> None:
        """Between two transactions of a PC: the power may fail.

        Raises:
            PowerLost: it did.
        """
        if self._happens("pc crash") or (urgent and self.chances["pc crash"] and self.chance.random() < 0.2):
            self.tell(pc, "loses its power")
            if self._depth:
                self._crashed(pc)
                raise Cut
            raise PowerLost

    def stops(self) -> bool:
        """Whether somebody wants the exchange to stop."""
        return self._happens("exchange stopped")

    def disk_full(self) -> bool:
        """Whether nothing can be written now."""
        return self.lost("disk full")

    def most(self) -> int:
        """How many revisions go into a message."""
        return self.chance.choice((1, 4, 1000, 1000))

    def batch(self) -> int:
        """How many rows go into a transaction."""
        return self.chance.choice((1, 3, 50))

    def meanwhile(self, pc: Pc) -> None:
        """While a PC exchanges, its person goes on working."""
        if self._happens("edit meanwhile"):
            people.do_something(self, pc, self.chance)

    def renewed(self, pc: Pc) -> int:
        """A new device for a PC whose chain has forked."""
        self.tally["new names after a fork"] += 1
        self.tell(pc, "gets a new name")
        return self._new_device(pc.facility)

    def note_compare(self, pc: Pc, other: str) -> None:
        """Comparing means that the digests differed: only a disk that was put back or cloned is a reason for that."""
        self.tally["compares"] += 1
        self.tell(pc, f"compares with {other}")
        if not self.disturbed:
            raise Violation(f"{pc.name} and {other} hold different sets though no disk was put back or cloned")

    def save_again(self, pc: Pc, chunk: Iterable[Rev]) -> None:
        """What a program does that takes a lost answer for a failure."""
        for rev in chunk:
            if rev.record in self.registered and not rev.parents and rev.scope == rev.record:
                record = self.new_record()
                self.registered[record] = self.registered[rev.record]
                pc.save(self._new_id, self.now, kind=rev.kind, record=record, scope=record, patient=rev.patient)

    @staticmethod
    def digest_of(revs: Iterable[Rev]) -> int:
        """The digest of some revisions."""
        return sum(mixed(rev.id) for rev in revs)

    # --- what people ask of the world -------------------------------------------------------------------------------

    def new_record(self) -> int:
        """The id of a new record, which has a registration of its own."""
        self._records += 1
        self.registered[self._records] = self._records
        return self._records

    def save(
        self,
        pc: Pc,
        kind: str,
        record: int,
        scope: int,
        *,
        parents: Sequence[int] = (),
        urgent: bool = False,
        target: int = -9,
        patient: int = -9,
    ) -> Rev:
        """Save at a PC, and write into the books that its person was told so."""
        rev = pc.save(
            self._new_id,
            self.now,
            kind=kind,
            record=record,
            scope=scope,
            parents=parents,
            urgent=urgent,
            target=target,
            patient=patient,
        )
        self.saved[rev.id] = pc
        self.seen[rev.id] = rev.parents
        self.tally["revisions"] += 1
        self.tell(pc, f"saves {kind} {record} as {rev.id}")
        return rev

    def edit(self, pc: Pc, kind: str, record: int, scope: int, seen: tuple[int, ...]) -> None:
        """Save what was changed in a form, with the heads that its person saw."""
        if record not in pc.heads:
            return
        if len(pc.heads[record]) > len(seen) or set(seen) != pc.heads[record]:
            self.tally["conflicts met"] += 1
        parents = seen if self.rules.an_edit_names_what_was_seen else tuple(sorted(pc.heads[record]))
        patient = pc.revs[seen[0]].patient
        rev = self.save(pc, kind, record, scope, parents=parents, patient=patient)
        self.seen[rev.id] = seen

    def tell(self, pc: Pc | None, what: str) -> None:
        """Add to the story, where one is told."""
        if self.story is not None:
            self.story.tell(pc.name if pc else "world", what)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _happens(self, fault: str) -> bool:
        often = self.chances[fault]
        if often and self.chance.random() < often:
            self.tally[f"fault: {fault}"] += 1
            return True
        return False

    def _new_id(self, device: int, number: int) -> int:
        self._ids += 1
        return self._ids if self.rules.content_is_identity else device << 24 | number

    def _new_device(self, facility: int) -> int:
        self._devices += 1
        self.server.home_of[self._devices] = facility
        return self._devices

    def _crashed(self, pc: Pc) -> None:
        pc.forms.clear()

    def _check_urgency(self, pc: Pc, request: Request) -> None:
        """Nothing leaves before an emergency, and none without its patient."""
        if not pc.waiting or not request.push:
            return
        urgent = [name for name in pc.waiting if pc.revs[name].urgent]
        if urgent:
            patients = {pc.revs[name].patient for name in urgent}
            first = request.push[0]
            if not first.urgent and first.record not in patients:
                raise Violation("something leaves before an emergency")
            along = {rev.record for rev in request.push}
            for rev in request.push:
                left = [n for n in pc.waiting if pc.revs[n].record == rev.patient and not pc.revs[n].parents]
                if rev.urgent and left and rev.patient not in along:
                    raise Violation("an emergency leaves without its patient")

    def _another_first(self, facility: int) -> None:
        """Between two steps of one server process another answers somebody else's exchange, often a colleague's."""
        if self._depth or not self._happens("another request first"):
            return
        colleagues = [pc for pc in self.pcs if pc.facility == facility]
        other = self.chance.choice(colleagues if self.chance.random() < 0.6 else self.pcs)
        self._depth += 1
        try:
            people.do_something(self, other, self.chance)
            self.exchange(other)
        finally:
            self._depth -= 1

    def _heal(self) -> None:
        self.tell(None, "heals")
        self.chances = dict.fromkeys(self.chances, 0.0)
        self.chance = Random(1)
        for request in self.late:
            self.server.exchange(request)
        for turn in range(_ROUNDS_TO_HEAL):
            equal = [self.exchange(pc, healing=True) for pc in self.pcs]
            if all(equal) and self._quiet():
                self.tally["rounds to heal"] += turn + 1
                return
        raise Violation(f"not equal and quiet {_ROUNDS_TO_HEAL} rounds after the last fault")

    def _quiet(self) -> bool:
        """Whether nobody waits for anything, and everybody has read everything."""
        return not any(
            pc.waiting or pc.unconfirmed()
            if pc.hub is not None
            else any(reached < len(self.server.feed(audience).order) for audience, reached in pc.cursors.items())
            for pc in self.pcs
        )
