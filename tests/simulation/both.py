"""The same small story told to the model and to the product's code, step by step, so that they can be compared.

Where the two hold different numbers of anything, either the model is wrong about the design or the code is.
"""

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

from sync.records import Patient, Referral, ReferralEvent
from sync.replica.values import Edit, Seen
from tests.simulation.levels import stage
from tests.simulation.plan import Plan
from tests.simulation.protocol import world as model
from tests.simulation.protocol.exchange import with_district
from tests.simulation.protocol.faults import FAULTS
from tests.simulation.protocol.pc import Pc as ModelPc
from tests.simulation.protocol.planning import PLACES
from tests.simulation.protocol.replica import EVENT, LETTER, OFFICE, PATIENT, REDIRECT
from tests.simulation.protocol.rules import Rules
from tests.simulation.protocol.server import Request, Server
from tests.simulation.reading import rows
from tests.simulation.road import CALM, Faults
from tests.simulation.world import World

_KINDS = {PATIENT: "patient", LETTER: "referral", EVENT: "referral_event", REDIRECT: "referral_event"}
_TYPES = "type IN ('patient', 'referral', 'referral_event')"
_AT_PUSKESMAS = ("register", "register", "refer", "refer", "refer", "open", "open", "write", "write")
_STEPS = (*_AT_PUSKESMAS, "event", "event", "event", "redirect", *["exchange"] * 12, "lost answer")


class Both:
    """A district twice: records are known by their place in ``records``, as (model's number, product's id)."""

    def __init__(self, seed: str) -> None:
        self.chance = Random(seed)
        self.real = World(Plan(seed, (), frozenset(Faults.__dataclass_fields__)), stage())
        self.real.faults, self.real.disturbed, self.real.sizes = CALM, True, (1000,)
        self.model = model.World(Plan(seed, (), frozenset(FAULTS)), Rules())
        self.model.disturbed = True
        by_name = {pc.name: pc for pc in self.model.pcs}
        self.pcs = [(by_name[pc.name], pc) for pc in self.real.pcs]
        for modelled in self.model.pcs:
            modelled.hub = modelled.feed = None
        self.records: dict[str, list[tuple[int, str]]] = {"patient": [], "referral": []}
        self.hospitals = [self.real.facilities[name][0] for name in ("rsud", "rs-bunda")]
        self.forms: dict[str, tuple[int, tuple[int, ...], Seen[Patient]]] = {}
        self.backup: Server | None = None

    def close(self) -> None:
        """The story is over."""
        self.real.close()

    def step(self) -> str:
        """Something happens on both sides; what it was."""
        what = self.chance.choice(_STEPS)
        who = self.chance.randrange(len(self.pcs))
        if what in _AT_PUSKESMAS:
            # Three PCs of one puskesmas, so that they meet.
            who = self.chance.choice([n for n, (pc, _) in enumerate(self.pcs) if pc.facility == 0])
        modelled, pc = self.pcs[who]
        if what == "exchange":
            assert with_district(self.model, modelled)
            outcome = self.real.exchange(pc)
            assert outcome is not None
            assert outcome.proven
        elif what == "lost answer":
            self._lose_answer(who)
        elif what in ("event", "redirect"):
            self._tell(who, EVENT if modelled.kind != "dinkes" else REDIRECT)
        else:
            {"register": self._register, "refer": self._refer, "open": self._open, "write": self._write}[what](who)
        return f"{what} at {pc.name}"

    def copy_server(self) -> None:
        """A backup of the server."""
        self.backup = self.model.server.snapshot()
        self.real.server.image = self.real.server.disk.copy()

    def restore_server(self) -> None:
        """The server is put back."""
        assert self.backup is not None
        self.model.server = self.backup
        self.model.server.epoch += 1
        self.real.server.restore(self.chance)

    def figures(self) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
        """For each PC and each feed, on both sides: what is held, what waits, what is confirmed, what is contested."""
        mine, theirs = {}, {}
        for modelled, pc in self.pcs:
            mine[pc.name] = _of_model(modelled)
            driver = pc.disk.driver
            theirs[pc.name] = tuple(
                rows(driver, "count(*)", table, f"{_TYPES} AND {condition}")[0][0]
                for table, condition in (
                    ("revision", "1"),
                    ("revision", "confirmed = 1"),
                    ("record", "length(heads) > 16"),
                )
            )
        entries = Counter(
            row[0]
            for row in rows(
                self.real.server.disk.driver,
                "audience",
                "feed_entry JOIN revision ON revision.id = feed_entry.revision",
                _TYPES,
            )
        )
        for number, (name, kind, _, _) in enumerate(PLACES):
            audience = "district" if kind == "dinkes" else self.real.facilities[name][0]
            mine[f"feed of {name}"] = (len(self.model.server.feed(OFFICE if kind == "dinkes" else number).order),)
            theirs[f"feed of {name}"] = (entries[audience],)
        return mine, theirs

    # --- inside -----------------------------------------------------------------------------------------------------

    def _some(self, who: int, kind: str) -> tuple[int, str] | None:
        """A record that this PC holds; both sides agree whether it does."""
        modelled, pc = self.pcs[who]
        there = {bytes(row[0]).hex() for row in rows(pc.disk.driver, "id", kind)}
        held = [both for both in self.records[kind] if both[1] in there]
        assert held == [both for both in self.records[kind] if both[0] in modelled.heads]
        return self.chance.choice(held[-3:]) if held else None

    def _register(self, who: int) -> None:
        modelled, pc = self.pcs[who]
        patient = Patient(id=pc.replica.new_id(), name="Siti", sex="P", birth_date=date(1990, 1, 1))
        self.real.save(pc, [Edit(patient)])
        record = self.model.new_record()
        self.model.save(modelled, PATIENT, record, record)
        self.records["patient"].append((record, patient.id))

    def _refer(self, who: int) -> None:
        modelled, pc = self.pcs[who]
        patient = self._some(who, "patient")
        if patient is None:
            return
        place = self.chance.randrange(2)
        letter = Referral(
            id=pc.replica.new_id(),
            number=self.real.books.registration(pc),
            patient=patient[1],
            from_facility=pc.identity.facility,
            to_facility=self.hospitals[place],
            kind="rawat_jalan",
            urgency="hijau",
            written_at=pc.replica.now(),
            anamnesis="demam",
            diagnosis_label="DBD",
            reason="rawat inap",
            doctor_name="dr. Ratna",
        )
        self.real.save(pc, [Edit(letter)])
        record, target = self.model.new_record(), self.model.hospitals[place]
        self.model.save(modelled, LETTER, record, record, target=target, patient=patient[0])
        self.records["referral"].append((record, letter.id))

    def _tell(self, who: int, kind: str) -> None:
        modelled, pc = self.pcs[who]
        letter = self._some(who, "referral")
        if letter is None:
            return
        place = self.chance.randrange(2)
        event = ReferralEvent(
            id=pc.replica.new_id(),
            referral=letter[1],
            kind="dialihkan" if kind == REDIRECT else "catatan",
            at=pc.replica.now(),
            by=pc.author,
            by_name="petugas",
            to_facility=self.hospitals[place] if kind == REDIRECT else None,
        )
        self.real.save(pc, [Edit(event)])
        target = self.model.hospitals[place] if kind == REDIRECT else -9
        self.model.save(modelled, kind, self.model.new_record(), letter[0], target=target)

    def _open(self, who: int) -> None:
        modelled, pc = self.pcs[who]
        patient = self._some(who, "patient")
        if patient is not None:
            seen = pc.replica.get(Patient, patient[1])
            assert seen is not None
            self.forms[pc.name] = (patient[0], tuple(sorted(modelled.heads[patient[0]])), seen)

    def _write(self, who: int) -> None:
        modelled, pc = self.pcs[who]
        if pc.name in self.forms:
            record, heads, seen = self.forms.pop(pc.name)
            changed = replace(seen.record, note=f"catatan {self.chance.random()}")
            self.real.save(pc, [Edit(changed, seen)])
            self.model.edit(modelled, PATIENT, record, record, heads)

    def _lose_answer(self, who: int) -> None:
        """The server does the work and nobody hears of it."""
        modelled, pc = self.pcs[who]
        modelled.offer_again()
        push = modelled.chunk(1000)
        self.model.server.exchange(
            Request(modelled.device, modelled.facility, modelled.epoch, push, dict(modelled.cursors), 1000)
        )
        self.real.faults = replace(CALM, answer_lost=1.0)
        try:
            assert self.real.exchange(pc) is None
        finally:
            self.real.faults = CALM


def _of_model(pc: ModelPc) -> tuple[int, ...]:
    mine = [rev for rev in pc.revs.values() if rev.kind in _KINDS]
    return (
        len(mine),
        sum(1 for rev in mine if pc.state[rev.id] == 1),
        sum(1 for record, heads in pc.heads.items() if len(heads) > 1),
    )
