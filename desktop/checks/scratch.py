"""A small invented district in a scratch folder: a server in this process, and a PC of each kind of facility.

Keys lie in files there and the folder is thrown away. It must never be given a folder that somebody works with.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.actions.referrals import write_referral
from desktop.checks.check import CheckFailed
from desktop.commands.exchanging import enrol_pc, sync_now
from desktop.demo.people import people
from desktop.demo.seed import HOSPITAL, Pc, pcs_in, replica_of
from desktop.demo.server import DemoServer
from desktop.demo.stories import STORIES
from desktop.security.keys import create_key_file
from desktop.ui.desk import PERSON_VALUE
from sync.replica.values import Edit
from sync.server.district import find_facility

_PATIENTS, _SEED = 70, 7


@dataclass(frozen=True, slots=True)
class Scratch:
    """The PCs of puskesmas, hospital and office, and the id of the one letter."""

    puskesmas: Pc
    hospital: Pc
    office: Pc
    letter: str

    @property
    def pcs(self) -> tuple[Pc, Pc, Pc]:
        return self.puskesmas, self.hospital, self.office


@contextmanager
def scratch_district(folder: Path) -> Iterator[Scratch]:
    """The district, its server answering until the block ends; the letter is not sent yet."""
    server = DemoServer(folder / "server")
    server.create()
    with server.served_here() as url:
        puskesmas, hospital, office = pcs = pcs_in(folder)
        for pc in pcs:
            create_key_file(pc.settings)
            enrol_pc(pc.settings, server=url, code=server.new_code(pc.facility.code), name=pc.name)
            _hire(pc)
        yield Scratch(puskesmas, hospital, office, _write_letter(puskesmas))


def exchange_letter(scratch: Scratch) -> str:
    """Send the letter, fetch it at the hospital and at the office; what travelled, in numbers.

    Raises:
        LinkError, Unequal: an exchange did not end with both sides equal.
    """
    sent = sync_now(scratch.puskesmas.settings).data["sent"]
    received = [sync_now(pc.settings).data["received"] for pc in (scratch.hospital, scratch.office)]
    for pc in (scratch.hospital, scratch.office):
        with replica_of(pc.settings) as replica:
            if not replica.history(scratch.letter):
                raise CheckFailed(f"surat tidak sampai di {pc.facility.kind}")
    return f"{sent} terkirim, {received[0]} + {received[1]} diterima, kedua sisi sama"


def _hire(pc: Pc) -> None:
    with replica_of(pc.settings) as replica:
        staff = pc.facility.staff_records(replica.new_id)
        facility, now = replica.identity.facility, replica.now()
        wards = [plan.record(replica.new_id(), facility, now) for plan in pc.facility.wards]
        replica.save([Edit(record) for record in (*staff, *wards)], replica.identity.device)
        replica.set_value(PERSON_VALUE, staff[0].id)


def _write_letter(pc: Pc) -> str:
    story = STORIES[0]
    patients = list(people(_SEED, _PATIENTS, today=datetime.now(UTC).astimezone().date()))
    with replica_of(pc.settings) as replica:
        [doctor, *_] = pc.facility.staff_records(replica.new_id)
        hospital = find_facility(replica, HOSPITAL.code)
        if hospital is None:
            raise CheckFailed("daftar rumah sakit tidak sampai")
        replica.save([Edit(record) for record in (doctor, *patients)], replica.identity.device)
        values = {**story.letter, "patient": patients[0].id, "to_facility": hospital.id}
        return write_referral(replica, doctor, values).id
