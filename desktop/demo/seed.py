"""Fills a new demo: computers enrolled with real codes, staff, a register of patients, wards, and some letters.

Everything is written by the computer that would write it in a real district and travels by real exchanges. It must
never be run on a data folder that somebody works with: it is only called for folders that the demo itself has made.
"""

import dataclasses
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.actions.referrals import accept, mark_seen, refuse, write_referral
from desktop.commands.exchanging import enrol_pc, sync_now
from desktop.demo.bed_counts import earlier_counts
from desktop.demo.district import DISTRICT, FacilityPlan
from desktop.demo.outbreak import fill_outbreak
from desktop.demo.people import people
from desktop.demo.server import DemoServer
from desktop.demo.stories import STORIES, Story
from desktop.security.keys import load_key
from desktop.settings import Settings
from sync.errors import RujukError
from sync.records import Patient, Staff, Ward
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from sync.server.district import find_facility

PUSKESMAS = DISTRICT.puskesmas[0]
HOSPITAL = DISTRICT.hospitals[0]
OFFICE = DISTRICT.office
PATIENTS = 300
_SEED = 20261

#: How long ago each hospital last counted its beds; the third long enough to be called old.
_COUNTED_AGO = (timedelta(hours=3), timedelta(minutes=50), timedelta(hours=9), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Pc:
    """One computer of the demo."""

    facility: FacilityPlan
    name: str
    settings: Settings


def pcs_in(folder: Path) -> tuple[Pc, Pc, Pc]:
    """The computers of the three sides that are played: puskesmas, hospital and district office."""
    return (
        Pc(PUSKESMAS, "PC Loket", Settings(folder / "puskesmas")),
        Pc(HOSPITAL, "PC IGD", Settings(folder / "rumah-sakit")),
        Pc(OFFICE, "PC Dinkes", Settings(folder / "dinas-kesehatan")),
    )


def fill(folder: Path, server: DemoServer, say: Callable[[str], None]) -> None:
    """Make and fill the computers in ``folder``; ``server`` runs and is new. ``say`` gets lines of progress."""
    puskesmas, hospital, office = pcs = pcs_in(folder)
    for pc in (puskesmas, hospital):
        say(f"Mendaftarkan {pc.facility.name} …")
        _enrol(pc, server)
    add_office(office, server, say)
    letters = _fill_puskesmas(puskesmas)
    sync_now(puskesmas.settings)
    sync_now(hospital.settings)
    _fill_hospital(hospital, letters)
    sync_now(hospital.settings)
    say("Tempat tidur rumah sakit lain …")
    _fill_other_hospitals(server)
    for pc in pcs:
        sync_now(pc.settings)


def add_office(pc: Pc, server: DemoServer, say: Callable[[str], None]) -> None:
    """Make the computer of the district office; ``server`` runs."""
    say(f"Mendaftarkan {pc.facility.name} …")
    _enrol(pc, server)
    with replica_of(pc.settings) as replica:
        replica.save([Edit(record) for record in pc.facility.staff_records(replica.new_id)], replica.identity.device)
    sync_now(pc.settings)


@contextmanager
def replica_of(settings: Settings, ago: timedelta = timedelta(0)) -> Iterator[Replica]:
    """The replica of a data folder, with a clock that is ``ago`` late: for what happened earlier."""
    system = system_environment()
    late = int(ago.total_seconds() * 1000)
    engine = open_sqlite(settings.database, load_key(settings).secret)
    try:
        replica = Replica.load(engine, dataclasses.replace(system, now_ms=lambda: system.now_ms() - late))
        if replica is None:
            raise RujukError("this demo computer is not enrolled")
        yield replica
    finally:
        engine.dispose()


def _enrol(pc: Pc, server: DemoServer) -> None:
    enrol_pc(pc.settings, server=server.url, code=server.new_code(pc.facility.code), name=pc.name)


def _fill_puskesmas(pc: Pc) -> list[str]:
    """Staff, patients and the letters of the stories; the ids of the letters."""
    patients = list(people(_SEED, PATIENTS, today=datetime.now(UTC).astimezone().date()))
    with replica_of(pc.settings, timedelta(days=3)) as replica:
        staff = pc.facility.staff_records(replica.new_id)
        device = replica.identity.device
        replica.save([Edit(record) for record in staff], device)
        replica.save([Edit(patient) for patient in patients], staff[-1].id)
    with replica_of(pc.settings, timedelta(hours=4)) as replica:
        fill_outbreak(replica, staff[1], patients)
    return [_write_letter(pc, staff[0], story, patients[story.patient]) for story in STORIES]


def _write_letter(pc: Pc, doctor: Staff, story: Story, patient: Patient) -> str:
    with replica_of(pc.settings, story.ago) as replica:
        hospital = find_facility(replica, HOSPITAL.code)
        if hospital is None:
            raise RujukError("the hospital has not arrived")
        values = {**story.letter, "patient": patient.id, "to_facility": hospital.id, "allergies": patient.allergies}
        return write_referral(replica, doctor, values).id


def _fill_hospital(pc: Pc, letters: Sequence[str]) -> None:
    """Staff and wards of the hospital, and what it said to the letters."""
    with replica_of(pc.settings, timedelta(days=3)) as replica:
        staff = pc.facility.staff_records(replica.new_id)
        replica.save([Edit(record) for record in staff], replica.identity.device)
    wards = _save_wards(pc, _COUNTED_AGO[0])
    for story, letter in zip(STORIES, letters, strict=True):
        answer = story.answer
        if answer is None:
            continue
        with replica_of(pc.settings, story.ago - answer.after / 2) as replica:
            mark_seen(replica, staff[2], letter)
        with replica_of(pc.settings, story.ago - answer.after) as replica:
            if answer.reason is not None:
                refuse(replica, staff[2], letter, reason=answer.reason, note=answer.note)
            else:
                ward = wards[answer.ward] if answer.ward is not None else None
                accept(replica, staff[2], letter, ward=ward, bed=answer.bed, note=answer.note)


def _save_wards(pc: Pc, ago: timedelta) -> dict[str, str]:
    """The wards of a hospital with the counts of some weeks, the last one ``ago``; their ids by name."""
    with replica_of(pc.settings, ago) as replica:
        facility, now = replica.identity.facility, replica.now()
        wards = {plan.name: plan.record(replica.new_id(), facility, now) for plan in pc.facility.wards}
        rounds = zip(*(earlier_counts(plan, now) for plan in pc.facility.wards), strict=True)
        for counts in rounds:
            counted = zip(wards.values(), counts, strict=True)
            _save_counts(replica, [dataclasses.replace(ward, counted_at=at, free=free) for ward, (at, free) in counted])
        _save_counts(replica, list(wards.values()))
    return {name: ward.id for name, ward in wards.items()}


def _save_counts(replica: Replica, wards: Sequence[Ward]) -> None:
    replica.save([Edit(ward, replica.get(Ward, ward.id)) for ward in wards], replica.identity.device)


def _fill_other_hospitals(server: DemoServer) -> None:
    """Beds of the hospitals that nobody plays, each from a computer of its own that is then put away."""
    for plan, ago in zip(DISTRICT.hospitals[1:], _COUNTED_AGO[1:], strict=True):
        with tempfile.TemporaryDirectory(prefix="rujuk-demo-") as folder:
            pc = Pc(plan, "PC IGD", Settings(Path(folder) / "pc"))
            _enrol(pc, server)
            _save_wards(pc, ago)
            sync_now(pc.settings)
