"""All sides of a referral write offline, and what they wrote arrives in any order: one state, one list, everywhere.

Real replicas of a puskesmas, two hospitals, two PCs of the district office and the server. ``tests/records`` walks the
pure orders; here the facts travel, are admitted or refused until they can be, and are read as the screens read them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from desktop.actions.coordination import redirect
from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, add_fact, mark_seen, refuse
from desktop.queries.referrals import inbox, referral_file, sent_referrals
from desktop.queries.worklists import Task, district_worklist, worklist
from sync.errors import BadInput
from sync.exchange.admission import PASSING_REASONS, admission
from sync.records import RECORDS_VERSION, Patient, Referral, ReferralEvent
from sync.records.referral_state import ANSWERING, PRECEDENCE, ReferralState, referral_state
from sync.replica.facts import facts_of
from sync.replica.replica import Replica
from sync.replica.values import Edit, Incoming
from sync.revisions.revision import decode
from tests.desktop.scenes import Nurse
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


#: Name -> the facts, the state they amount to, the fact that decides (place), the hospital concerned.
SETS: dict[str, tuple[tuple[Written, ...], str, int | None, str]] = {
    "refused, redirected, accepted": (
        (
            Written("first", "ditolak"),
            moved("second"),
            Written("second", "diterima", 1),
            Written("puskesmas", "ditelepon"),
            Written("office", "diingatkan"),
            Written("first", "dilihat"),
        ),
        "diterima",
        2,
        "second",
    ),
    "redirected while the first accepts": (
        (
            Written("first", "diterima"),
            moved("second"),
            Written("second", "ditolak", 1),
            Written("office", "diingatkan"),
        ),
        "ditolak",
        2,
        "second",
    ),
    "redirected and nobody has answered": (
        (
            Written("first", "tidak_datang"),
            Written("first", "ditolak"),
            moved("second"),
            Written("puskesmas", "pertanyaan"),
        ),
        "dialihkan",
        2,
        "second",
    ),
    "redirected and back again": (
        (
            Written("first", "ditolak"),
            moved("second"),
            Written("second", "ditolak", 1),
            moved("first", 1),
            Written("first", "diterima", 3),
            Written("puskesmas", "berangkat"),
        ),
        "berangkat",
        5,
        "first",
    ),
    "two redirections at once": (
        (
            moved("second"),
            moved("first", pc="office_b"),
            Written("second", "ditolak", 0),
            Written("first", "diterima", 1),
        ),
        "diterima",
        3,
        "first",
    ),
    "two at once, and a third after one of them": (
        (moved("second"), moved("first", pc="office_b"), moved("second", 1), Written("second", "dilihat", 2)),
        "dilihat",
        3,
        "second",
    ),
    "came to the first all the same": (
        (
            moved("second"),
            Written("second", "diterima", 0),
            Written("puskesmas", "dibatalkan"),
            Written("first", "tiba"),
            Written("second", "tidak_datang", 0),
            Written("first", "selesai"),
        ),
        "selesai",
        5,
        "first",
    ),
    "cancelled while it is redirected": (
        (Written("puskesmas", "dibatalkan"), moved("second"), Written("second", "diterima", 1)),
        "dibatalkan",
        0,
        "second",
    ),
    "the whole life at the second": (
        (
            moved("second"),
            Written("puskesmas", "berangkat"),
            Written("second", "tiba", 0),
            Written("second", "dirujuk_balik", 0),
            Written("puskesmas", "ditindaklanjuti"),
            Written("first", "ditolak"),
        ),
        "dirujuk_balik",
        3,
        "second",
    ),
    "both answers of one hospital": (
        (Written("first", "ditolak"), Written("first", "diterima"), Written("puskesmas", "berangkat")),
        "berangkat",
        2,
        "first",
    ),
}


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[Sides]:
    made = Sides(tmp_path)
    yield made
    made.close()


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


def test_every_order_of_arrival_gives_the_same_state_and_the_same_worklist_everywhere(sides: Sides) -> None:
    seed = 20261126
    print("seed", seed)
    found = deliver(sides, [facts for facts, _, _, _ in SETS.values()], Random(seed))
    names = list(SETS)
    for number, delivery in found:
        _, code, decisive, hospital = SETS[names[number]]
        state = shown_everywhere(sides, delivery)
        decided_by = None if state.decided_by is None else delivery.ids.index(state.decided_by.id)
        assert (state.code, decided_by) == (code, decisive), names[number]
        assert concerned(delivery, state) == getattr(sides, hospital), names[number]
    assert assert_same_worklists(sides) > 0
    print(len(found), "deliveries of", len(SETS), "sets")


def test_each_kind_of_task_is_on_both_sides_and_at_the_office_and_ends_everywhere(sides: Sides) -> None:
    """One letter for each kind of task, from a puskesmas to a hospital, read from the three PCs' own files."""
    pc, first, day = sides.pcs["puskesmas"], sides.pcs["first"], timedelta(days=1)
    patient = new_patient(pc)
    pc.save([Edit(patient)], pc.identity.device)
    ages = {
        "no_answer": timedelta(hours=2),
        "not_arrived": 5 * day,
        "no_back_referral": 20 * day,
        "letter_ends": 88 * day,
        "follow_up": 3 * day,
    }
    letters = {}
    for kind, age in ages.items():
        letter = replace(
            new_referral(pc, patient.id, sides.first, "hijau"), kind="rawat_jalan", written_at=pc.now() - age
        )
        pc.save([Edit(letter)], pc.identity.device)
        letters[kind] = letter.id
    sides.exchange("puskesmas", "first")
    nurse, now = act_as(first, "Ns. Tuti"), first.now()
    accept(first, nurse, letters["letter_ends"], ward=None, bed=None, note=None)
    add_fact(first, nurse, letters["not_arrived"], "diterima", at=now - 4 * day)
    add_step(first, nurse, letters["no_back_referral"], "tiba", {"at": now - 15 * day})
    control = now.astimezone().date() + 2 * day
    values = {"final_diagnosis": "Asma", "drug_plan": "Salbutamol", "control_date": control}
    add_step(first, nurse, letters["follow_up"], "dirujuk_balik", values)
    sides.exchange("first", "puskesmas", "office")
    assert kinds_everywhere(sides) == {f"{kind}:{letter}" for kind, letter in letters.items()}

    refuse(first, nurse, letters["no_answer"], reason="ruang_penuh", note=None)
    add_step(first, nurse, letters["not_arrived"], "tidak_datang", {})
    add_step(first, nurse, letters["no_back_referral"], "selesai", {})
    add_step(first, nurse, letters["letter_ends"], "tidak_datang", {})
    add_step(pc, act_as(pc, "Ns. Ratna"), letters["follow_up"], "ditindaklanjuti", {"note": "Sudah kontrol"})
    sides.exchange("first", "puskesmas", "office")
    sides.exchange("first")
    assert kinds_everywhere(sides) == set()


def kinds_everywhere(sides: Sides) -> set[str]:
    """The tasks that puskesmas, hospital and office have, each in its own file; the same for all."""
    now = sides.server.now()
    found = []
    for name, facility in (("puskesmas", sides.puskesmas), ("first", sides.first)):
        with sides.reading(name) as reader:
            found.append(told(worklist(reader, facility, now)))
    with sides.reading("office") as reader:
        found.append(told(district_worklist(reader, now)))
    assert found[0] == found[1] == found[2]
    return {task for task, *_ in found[0]}


KINDS = {
    "puskesmas": ("berangkat", "dibatalkan", "ditindaklanjuti", "pertanyaan", "ditelepon", "catatan"),
    "first": ("dilihat", "ditolak", "diterima", "tidak_datang", "tiba", "selesai", "dirujuk_balik", "jawaban"),
    "second": ("dilihat", "ditolak", "diterima", "tidak_datang", "tiba", "selesai", "dirujuk_balik"),
    "office": ("dialihkan", "dialihkan", "diingatkan", "ditelepon"),
    "office_b": ("dialihkan", "diingatkan"),
}


def some_set(chance: Random) -> list[Written]:
    """Up to six facts; a second hospital writes only about a redirection to it, and some redirections follow others."""
    written: list[Written] = []
    wanted = chance.randint(3, 6)
    while len(written) < wanted:
        pc = chance.choice(list(KINDS))
        kind = chance.choice(KINDS[pc])
        known = [place for place, fact in enumerate(written) if fact.kind == "dialihkan"]
        about: int | None = None
        if kind == "dialihkan":
            about = chance.choice([None, *known])
        elif pc in {"first", "second"}:
            own = [place for place in known if written[place].to == pc]
            if pc == "second" and not own:
                continue
            about = chance.choice(own if pc == "second" else [None, *own])
            about = None if kind == "jawaban" else about
        written.append(Written(pc, kind, about, chance.choice(["first", "second"]) if kind == "dialihkan" else None))
    return written


@pytest.mark.parametrize("seed", [1, 2])
def test_facts_that_chance_wrote_come_to_the_same_possible_state_everywhere(sides: Sides, seed: int) -> None:
    print("seed", seed)
    chance = Random(seed)
    sets = [some_set(chance) for _ in range(6)]
    codes: dict[int, set[tuple[str, int | None]]] = {}
    for number, delivery in deliver(sides, sets, chance):
        state = shown_everywhere(sides, delivery)
        kinds = {fact.kind for fact in sets[number]}
        assert state.code in {*kinds, "diajukan"}
        assert ("tiba" in kinds) <= (PRECEDENCE.index(state.code) >= PRECEDENCE.index("tiba"))
        if state.code in ANSWERING:
            assert state.decided_by is not None
            assert state.decided_by.answers == (state.request.id if state.request else None)
        decided_by = None if state.decided_by is None else delivery.ids.index(state.decided_by.id)
        codes.setdefault(number, set()).add((state.code, decided_by))
    assert all(len(found) == 1 for found in codes.values()), codes
    assert_same_worklists(sides)


def act_as(replica: Replica, name: str) -> Nurse:
    """Somebody at a PC."""
    return Nurse(replica.new_id(), name)


def test_the_office_redirects_and_the_new_hospital_gets_letter_and_patient_and_answers(sides: Sides) -> None:
    pc, first, second, office = (sides.pcs[name] for name in ("puskesmas", "first", "second", "office"))
    patient = new_patient(pc)
    letter = new_referral(pc, patient.id, sides.first, "merah")
    pc.save([Edit(patient), Edit(letter)], pc.identity.device)
    sides.exchange("puskesmas", "first", "office")
    assert second.get(Patient, patient.id) is None
    refuse(first, act_as(first, "dr. Ratna"), letter.id, reason="icu_penuh", note=None)
    sides.exchange("first", "office", "puskesmas")
    values = {"to_facility": sides.second, "spoke_with": "dr. Gita", "note": "ICU RSUD penuh"}
    redirect(office, act_as(office, "Sari"), letter.id, values)
    with pytest.raises(BadInput, match="asked_already"):
        redirect(office, act_as(office, "Sari"), letter.id, values)
    sides.exchange("office", "second", "first", "puskesmas")
    assert second.get(Referral, letter.id) is not None
    assert second.get(Patient, patient.id) is not None
    for name, waits in (("puskesmas", True), ("first", True), ("second", True), ("office", True)):
        with sides.reading(name) as reader:
            file = referral_file(reader, letter.id)
        assert file is not None
        assert (file.line.state, file.line.to_name, file.line.waits) == ("dialihkan", "RSU Bhakti", waits)
        assert file.line.answer is None
    with sides.reading("first") as reader:
        (line,) = inbox(reader, sides.first)
        assert not line.waits_for(sides.first)
        assert worklist(reader, sides.first, first.now() + timedelta(hours=1)) == []
    mark_seen(second, act_as(second, "Ns. Tuti"), letter.id)
    accept(second, act_as(second, "dr. Gita"), letter.id, ward=None, bed="ICU 2", note=None)
    sides.exchange("second", "puskesmas", "first", "office")
    with sides.reading("puskesmas") as reader:
        (line,) = sent_referrals(reader, sides.puskesmas)
    assert (line.state, line.to_name) == ("diterima", "RSU Bhakti")
    assert line.answer is not None
    assert line.answer.bed == "ICU 2"
    add_step(second, act_as(second, "Ns. Tuti"), letter.id, "tiba", {"at": second.now()})
    sides.exchange("second", "puskesmas", "office")
    with sides.reading("office") as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    assert (file.line.state, file.line.to_facility) == ("tiba", sides.second)


def test_a_reminder_and_a_redirection_are_the_offices_only(sides: Sides) -> None:
    pc, first = sides.pcs["puskesmas"], sides.pcs["first"]
    patient = new_patient(pc)
    letter = new_referral(pc, patient.id, sides.first)
    pc.save([Edit(patient), Edit(letter)], pc.identity.device)
    sides.exchange("puskesmas", "first", "office")
    add_step(first, act_as(first, "dr. Ratna"), letter.id, "diingatkan", {})
    with pytest.raises(AssertionError, match="first"):
        sides.exchange("first")
    add_step(sides.pcs["office"], act_as(pc, "Sari"), letter.id, "diingatkan", {"note": "Mohon dijawab"})
    sides.exchange("office", "puskesmas")
    assert [fact.note for fact in facts_of(pc, letter.id)] == ["Mohon dijawab"]
