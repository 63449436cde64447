"""Facts of a referral that all sides write offline, their way to the server in some order, and what must be the same
everywhere afterwards."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import permutations
from random import Random

from desktop.queries.worklists import Task, district_worklist, worklist
from sync.exchange.admission import PASSING_REASONS, admission
from sync.records import RECORDS_VERSION, Referral, ReferralEvent
from sync.records.referral_state import ReferralState, referral_state
from sync.replica.facts import facts_of
from sync.replica.values import Edit, Incoming
from sync.revisions.revision import decode
from tests.fakes.replicas import new_patient, new_referral
from tests.fakes.sides import Sides

#: Deliveries of each set of facts; a set of up to four has no more orders than these.
ORDERS = 24
LATER = (timedelta(0), timedelta(minutes=20), timedelta(days=1), timedelta(days=20), timedelta(days=80))


@dataclass(frozen=True)
class Written:
    """A fact that a PC writes offline. ``about``: the place in the set of the redirection it names."""

    pc: str
    kind: str
    about: int | None = None
    to: str | None = None


def moved(to: str, about: int | None = None, pc: str = "office") -> Written:
    return Written(pc, "dialihkan", about, to)


class Delivery:
    """One letter, and facts about it that are delivered in one order. Ids rise in the order of writing."""

    def __init__(self, sides: Sides, written: Sequence[Written], patient: str, ids: Sequence[str]) -> None:
        self._sides, self._written = sides, written
        pc = sides.pcs["puskesmas"]
        self.letter = new_referral(pc, patient, sides.first, "merah")
        pc.save([Edit(self.letter)], pc.identity.device)
        self.ids = ids

    def write(self) -> None:
        """Let everybody write what they write, offline."""
        for place, fact in enumerate(self._written):
            replica = self._sides.pcs[fact.pc]
            event = ReferralEvent(
                id=self.ids[place],
                referral=self.letter.id,
                kind=fact.kind,
                at=replica.now(),
                by=replica.identity.device,
                by_name="Petugas Contoh",
                answers=None if fact.about is None else self.ids[fact.about],
                to_facility=None if fact.to is None else getattr(self._sides, fact.to),
                control_date=date(2030, 1, 1) if fact.kind == "dirujuk_balik" else None,
            )
            replica.save([Edit(event)], replica.identity.device)

    def arrive(self, order: Sequence[int], bodies: Mapping[str, bytes]) -> None:
        """Let the facts come to the server in this order, what is not yet admitted again and again."""
        waiting = [(self._written[place].pc, self.ids[place]) for place in order]
        while waiting:
            again = [(pc, fact) for pc, fact in waiting if not self._pushed(pc, bodies[fact])]
            assert len(again) < len(waiting), "nothing is admitted any more"
            waiting = again

    def _pushed(self, pc: str, body: bytes) -> bool:
        identity = self._sides.pcs[pc].identity
        admit = admission(identity.facility, identity.facility_kind, RECORDS_VERSION)
        applied = self._sides.server.apply([Incoming(decode(body), body)], admit)
        assert all(reason in PASSING_REASONS for _, reason in applied.refused)
        return not applied.refused


def orders_of(count: int, chance: Random) -> list[tuple[int, ...]]:
    """All orders of so many facts, or a choice of them."""
    everything = list(permutations(range(count)))
    return everything if len(everything) <= ORDERS else chance.sample(everything, ORDERS)


def deliver(sides: Sides, sets: Sequence[Sequence[Written]], chance: Random) -> list[tuple[int, Delivery]]:
    """Write and deliver every set in its orders, and let all PCs hear of it; the number of the set with each."""
    pc = sides.pcs["puskesmas"]
    patient = new_patient(pc)
    pc.save([Edit(patient)], pc.identity.device)
    made = []
    for number, written in enumerate(sets):
        for order in orders_of(len(written), chance):
            ids = sorted(pc.new_id() for _ in written)
            made.append((number, order, Delivery(sides, written, patient.id, ids)))
    sides.exchange("puskesmas")
    for _, _, delivery in made:
        delivery.write()
    waiting = (body for pc in sides.pcs.values() for _, body in pc.waiting(100_000, 1 << 30))
    bodies = {decode(body).record: body for body in waiting}
    for _, order, delivery in made:
        delivery.arrive(order, bodies)
    sides.exchange()
    sides.exchange()
    return [(number, delivery) for number, _, delivery in made]


def shown_everywhere(sides: Sides, delivery: Delivery) -> ReferralState:
    """The state of a referral, which every replica that may see it shows."""
    letter, states = delivery.letter, {}
    was_moved = any(
        fact.kind == "dialihkan" and fact.to_facility == sides.second for fact in facts_of(sides.server, letter.id)
    )
    for name, replica in {"server": sides.server, **sides.pcs}.items():
        there = replica.get(Referral, letter.id) is not None
        assert there == (was_moved or name != "second"), name
        if there:
            assert len(facts_of(replica, letter.id)) == len(delivery.ids), name
            states[name] = referral_state(facts_of(replica, letter.id))
    assert len(set(states.values())) == 1, {name: state.code for name, state in states.items()}
    return states["server"]


def concerned(delivery: Delivery, state: ReferralState) -> str | None:
    """The hospital where the patient is, or that is asked last."""
    return state.request.to_facility if state.request else delivery.letter.to_facility


def told(tasks: Sequence[Task]) -> list[tuple[str, datetime, date | None, bool]]:
    """What two lists must have in common; how far a letter has come is known to its writer only."""
    return [(task.id, task.since, task.day, task.pressing) for task in tasks]


def assert_same_worklists(sides: Sides) -> int:
    """Every facility has the same list at its own PC, the server and the office, whose list is the sum of them."""
    seen = 0
    now = sides.server.now()
    places = {"puskesmas": sides.puskesmas, "first": sides.first, "second": sides.second}
    with ExitStack() as opened:
        readers = {name: opened.enter_context(sides.reading(name)) for name in ("server", *sides.pcs)}
        for later in LATER:
            lists = {}
            for name, facility in places.items():
                lists[name] = told(worklist(readers[name], facility, now + later))
                for other in ("server", "office", "office_b"):
                    assert told(worklist(readers[other], facility, now + later)) == lists[name], (name, other)
            everything = told(district_worklist(readers["office"], now + later))
            assert everything == lists["puskesmas"] == told(district_worklist(readers["server"], now + later))
            assert sorted([*lists["first"], *lists["second"]]) == sorted(everything), "each task is one hospital's"
            seen += len(everything)
    return seen
