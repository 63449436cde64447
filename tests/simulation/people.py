"""What the people of the simulated district do at their PCs, about as often as in real life. All data is invented.

Forms stay open while other things happen: what is saved then was seen long ago, which is how conflicts come about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sync.records import Facility, Patient, Record, Referral, ReferralEvent, Staff, Visit, Void, Ward
from sync.records.referral_state import ANSWERING, RECEIVING, last_request, request_to
from sync.replica.facts import facts_of
from sync.replica.values import Edit, Seen
from tests.simulation.machines import Pc
from tests.simulation.outbreak import answer_signal, note_about_signal, report_week, write_signal
from tests.simulation.reading import ids_of, rows

if TYPE_CHECKING:
    from tests.simulation.world import World

R = TypeVar("R", bound=Record)

_NAMES = ("Siti Aminah", "Budi Santoso", "Wayan Sukerti", "Nur Hidayah", "Slamet Riyadi", "Maria Goreti", "Ujang Dedi")
_VILLAGES = ("Sukamaju", "Karanganyar", "Pasirputih")
_COMPLAINTS = ("demam tiga hari", "sesak", "nyeri perut", "kontrol")
_THERAPIES = ("parasetamol 3x500 mg", "oralit", "amoksisilin 3x500 mg", "rujuk")
_DRUGS = ("penisilin", "sulfa", "aspirin", "udang")


def do_something(world: "World", pc: Pc) -> None:
    """One thing that a person at this PC does."""
    kind = pc.identity.facility_kind
    choices = _WORK[kind]
    action = world.chance.choices([item for item, _ in choices], [weight for _, weight in choices])[0]
    action(world, pc)


def _pick(world: "World", ids: Sequence[str]) -> str:
    """People come back to the same few records, and to the newest one: that is where they meet."""
    luck = world.chance.random()
    return world.chance.choice(ids[:2] if luck < 0.45 else ids[-1:] if luck < 0.8 else ids)


def _any_of(world: "World", pc: Pc, cls: type[R]) -> R | None:
    """Some record of a type that this PC can show."""
    ids = ids_of(pc.disk, cls.type.name)
    if not ids:
        return None
    seen = pc.replica.get(cls, _pick(world, ids))
    return None if seen is None else seen.record


# --- at the puskesmas -------------------------------------------------------------------------------------------------


def _new_patient(world: "World", pc: Pc) -> Patient:
    chance = world.chance
    return Patient(
        id=pc.replica.new_id(),
        name=chance.choice(_NAMES),
        sex=chance.choice("LP"),
        birth_date=date(2026, 1, 1) - timedelta(days=chance.randint(0, 30_000)),
        record_number=world.books.registration(pc),
        village=chance.choice(_VILLAGES),
        allergies=tuple(chance.sample(_DRUGS, chance.randint(0, 1))),
    )


def _register(world: "World", pc: Pc) -> None:
    world.save(pc, [Edit(_new_patient(world, pc))])


def _letter(world: "World", pc: Pc, patient: str) -> Referral:
    chance = world.chance
    hospitals = [facility for facility, kind in world.facilities.values() if kind == "rs"]
    return Referral(
        id=pc.replica.new_id(),
        number=world.books.registration(pc),
        patient=patient,
        from_facility=pc.identity.facility,
        to_facility=chance.choice([item for item in hospitals if item != pc.identity.facility]),
        kind=chance.choice(["rawat_jalan", "gawat_darurat"]),
        urgency=chance.choice(["merah", "kuning", "hijau"]),
        written_at=pc.replica.now(),
        anamnesis=chance.choice(_COMPLAINTS),
        diagnosis_label="DBD",
        reason="perlu rawat inap",
        doctor_name="dr. Ratna",
    )


def _register_and_refer(world: "World", pc: Pc) -> None:
    patient = _new_patient(world, pc)
    world.save(pc, [Edit(patient), Edit(_letter(world, pc, patient.id))])


def _refer(world: "World", pc: Pc) -> None:
    patient = _any_of(world, pc, Patient)
    if patient is not None:
        world.save(pc, [Edit(_letter(world, pc, patient.id))])


def changed_by_others(world: "World", pc: Pc) -> list[str]:
    """The patients at this PC that colleagues have just changed: their changes are not at the server yet."""
    there = set(ids_of(pc.disk, "patient"))
    colleagues = [other for other in world.pcs if other.identity.facility == pc.identity.facility and other is not pc]
    changed = {
        bytes(row[0]).hex()
        for other in colleagues
        for row in rows(other.disk.driver, "record", "revision", "type = 'patient' AND confirmed = 0")
    }
    return sorted(there & changed)


def refer_what_others_change(world: "World", pc: Pc) -> None:
    """A patient whom a colleague has just changed is opened to a hospital: grant and edit are under way at once."""
    world.save(pc, [Edit(_letter(world, pc, world.chance.choice(changed_by_others(world, pc))))])


def _visit(world: "World", pc: Pc) -> None:
    patient = _any_of(world, pc, Patient)
    if patient is not None:
        visit = Visit(
            id=pc.replica.new_id(),
            patient=patient.id,
            date=pc.replica.now().date(),
            complaint=world.chance.choice(_COMPLAINTS),
        )
        world.save(pc, [Edit(visit)])


def _void(world: "World", pc: Pc) -> None:
    visit = _any_of(world, pc, Visit)
    if visit is not None:
        void = Void(id=pc.replica.new_id(), record=visit.id, record_type="visit", reason="salah pasien")
        world.save(pc, [Edit(void)])


def _puskesmas_event(world: "World", pc: Pc) -> None:
    _event(world, pc, ["berangkat", "dibatalkan", "catatan"])


# --- at the hospital and the district office --------------------------------------------------------------------------


def _hospital_event(world: "World", pc: Pc) -> None:
    _event(world, pc, ["dilihat", "diterima", "ditolak", "tiba", "tidak_datang", "selesai", "dirujuk_balik", "catatan"])


def _redirect(world: "World", pc: Pc) -> None:
    letter = _any_of(world, pc, Referral)
    if letter is not None:
        hospitals = [facility for facility, kind in world.facilities.values() if kind == "rs"]
        others = [item for item in hospitals if item not in (letter.to_facility, letter.from_facility)]
        _save_event(world, pc, letter, "dialihkan", to_facility=world.chance.choice(others or hospitals))


def _event(world: "World", pc: Pc, kinds: Sequence[str]) -> None:
    letter = _any_of(world, pc, Referral)
    if letter is not None:
        _save_event(world, pc, letter, world.chance.choice(kinds))


def _save_event(world: "World", pc: Pc, letter: Referral, kind: str, **more: Any) -> None:
    facts = facts_of(pc.replica, letter.id)
    if kind == "dialihkan":
        request = last_request(facts)
    else:
        request = request_to(facts, pc.identity.facility) if kind in ANSWERING | RECEIVING else None
    event = ReferralEvent(
        id=pc.replica.new_id(),
        referral=letter.id,
        kind=kind,
        at=pc.replica.now(),
        by=pc.author,
        by_name="petugas",
        answers=request.id if request else None,
        **more,
    )
    world.save(pc, [Edit(event)])


def _new_ward(world: "World", pc: Pc) -> None:
    ward = Ward(
        id=pc.replica.new_id(), facility=pc.identity.facility, name="Ruang Anggrek", ward_class="KL3", capacity=20
    )
    world.save(pc, [Edit(ward)])


def _out_of_place(world: "World", pc: Pc) -> None:
    """A program that does not keep to what its facility may write: the server must refuse it, and just that."""
    if not world.happens(world.faults.written_out_of_place * 10):
        return
    world.story.count("fault: written out of place")
    if pc.identity.facility_kind == "rs":
        patient = _any_of(world, pc, Patient)
        seen = patient and pc.replica.get(Patient, patient.id)
        if seen:
            changed = replace(seen.record, name=f"{seen.record.name} x")
            world.save(pc, [Edit(changed, seen)], forged=True)
    else:
        ward = Ward(id=pc.replica.new_id(), facility=pc.identity.facility, name="Ruang", ward_class="KL3")
        world.save(pc, [Edit(ward)], forged=True)


# --- everywhere -------------------------------------------------------------------------------------------------------


def _new_staff(world: "World", pc: Pc) -> None:
    world.save(pc, [Edit(Staff(id=pc.replica.new_id(), name=world.chance.choice(_NAMES), profession="perawat"))])


def _open_form(world: "World", pc: Pc) -> None:
    """Open something for editing; it will be saved some time later."""
    cls = world.chance.choice(_EDITABLE[pc.identity.facility_kind])
    ids = ids_of(pc.disk, cls.type.name)
    if not ids:
        return
    seen: Seen[Any] | None = pc.replica.get(cls, _pick(world, ids))
    if seen is not None and _is_own(seen.record, seen.facility, pc):
        pc.forms.append(seen)


def _is_own(record: Record, owner: str, pc: Pc) -> bool:
    return owner == pc.identity.facility or isinstance(record, Facility)


def _save_form(world: "World", pc: Pc) -> None:
    if pc.forms:
        seen = pc.forms.pop(world.chance.randrange(len(pc.forms)))
        world.save(pc, [Edit(_CHANGES[type(seen.record)](world, pc, seen.record), seen)])


def _open_and_save(world: "World", pc: Pc) -> None:
    _open_form(world, pc)
    _save_form(world, pc)


def _resolve(world: "World", pc: Pc) -> None:
    """Decide about a conflict: one of the values that somebody wrote."""
    conflicts = [item for item in pc.replica.conflicts() if item.type_name in ("patient", "visit", "staff")]
    if not conflicts:
        return
    found = world.chance.choice(conflicts)
    cls = Patient if found.type_name == "patient" else Visit
    if found.type_name == "staff":
        return
    seen: Seen[Any] | None = pc.replica.get(cls, found.record)
    if seen is None or seen.facility != pc.identity.facility:
        return
    chosen = {}
    for name in seen.conflicts:
        setters = [item for item in pc.replica.contested(cls, found.record, name) if name in item.fields]
        if setters:
            chosen[name] = cls.type.fields[name].from_wire(world.chance.choice(setters).fields[name])
    world.resolve(pc, cls, replace(seen.record, **chosen), seen)


def _changed_patient(world: "World", _pc: Pc, before: Patient) -> Patient:
    chance = world.chance
    if world.happens(0.4):  # a name is what two people correct at once
        return replace(before, name=chance.choice(_NAMES))
    if world.happens(0.4):  # and allergies are what two people add to
        return replace(before, allergies=tuple(sorted({*before.allergies[-1:], chance.choice(_DRUGS)})))
    change: Mapping[str, Any] = chance.choice(
        [
            {"birth_date": date(1990, 1, chance.randint(1, 28)), "sex": chance.choice("LP")},
            {"nik": f"{chance.randrange(10**15, 10**16)}"},
            {"phone": f"08{chance.randrange(10**9):09}", "address": f"Jalan {chance.randint(1, 99)}"},
            {"village": chance.choice(_VILLAGES), "note": None},
            {"note": f"catatan {chance.randint(1, 99)}"},
            {"allergies": before.allergies[1:]},
        ]
    )
    return replace(before, **change)


def _changed_visit(world: "World", _pc: Pc, before: Visit) -> Visit:
    chance = world.chance
    change: Mapping[str, Any] = chance.choice(
        [
            {"complaint": chance.choice(_COMPLAINTS)},
            {"therapy": chance.choice(_THERAPIES)},
            {"diagnosis_code": "A91", "diagnosis_set": "icd10_bpjs", "diagnosis_label": "DBD"},
            {"diagnosis_code": None, "diagnosis_set": None, "diagnosis_label": None},
            {"outcome": chance.choice(["berobat_jalan", "rujuk"])},
        ]
    )
    return replace(before, **change)


def _changed_ward(world: "World", pc: Pc, before: Ward) -> Ward:
    return replace(before, free=world.chance.randint(0, 20), counted_at=pc.replica.now())


def _changed_staff(world: "World", _pc: Pc, before: Staff) -> Staff:
    return replace(before, phone=f"08{world.chance.randrange(10**9):09}", active=world.happens(0.7))


def _changed_facility(world: "World", _pc: Pc, before: Facility) -> Facility:
    service = world.chance.choice(["HD", "ICU", "PONEK"])
    return replace(before, services=(*before.services[-1:], service), phone=f"0283-{world.chance.randint(1, 99)}")


Action = Callable[["World", Pc], None]

_CHANGES: Mapping[type[Record], Callable[..., Record]] = {
    Patient: _changed_patient,
    Visit: _changed_visit,
    Ward: _changed_ward,
    Staff: _changed_staff,
    Facility: _changed_facility,
}

_EDITABLE: Mapping[str, Sequence[type[Record]]] = {
    "puskesmas": (Patient, Patient, Patient, Visit, Visit),
    "rs": (Ward, Ward, Staff),
    "dinkes": (Facility, Staff),
}

_EVERYWHERE: Sequence[tuple[Action, int]] = (
    (_open_form, 9),
    (_save_form, 8),
    (_open_and_save, 6),
    (_new_staff, 1),
    (_out_of_place, 1),
)

_WORK: Mapping[str, Sequence[tuple[Action, int]]] = {
    "puskesmas": (
        *_EVERYWHERE,
        (_register, 2),
        (_register_and_refer, 4),
        (_refer, 3),
        (_visit, 3),
        (_void, 1),
        (_puskesmas_event, 2),
        (_resolve, 2),
        (write_signal, 1),
        (note_about_signal, 1),
        (report_week, 1),
    ),
    "rs": (*_EVERYWHERE, (_hospital_event, 12), (_new_ward, 2), (_refer, 1)),
    "dinkes": (*_EVERYWHERE, (_redirect, 8), (answer_signal, 5)),
}
