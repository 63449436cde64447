"""The records of the sync benchmarks: half patients, half letters with 300 characters of anamnesis, all invented."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from sync.records import Patient, Record, Referral
from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.benchmarks.people import GIVEN, LAST, VILLAGES, invented_people

_BATCH = 500
_COMPLAINTS = (
    "demam lemas nyeri perut kanan atas sejak hari yang lalu mual muntah batuk sesak malam tidak mau makan minum "
    "riwayat darah tinggi kencing manis alergi obat bengkak kaki pusing keringat dingin menggigil diare ruam gatal"
)


def json_bytes(records: Sequence[Record]) -> int:
    """How many bytes of JSON a record has on average, without what is not set."""
    return round(sum(len(msgspec.json.encode(_without_empty(item))) for item in records) / len(records))


def _without_empty(record: Record) -> dict[str, Any]:
    return {"id": record.id, **{name: wire for name, wire in record.to_fields().items() if wire not in (None, [])}}


def save_all(replica: Replica, records: Sequence[Record]) -> None:
    """Save new records, some hundred in a transaction."""
    for start in range(0, len(records), _BATCH):
        replica.save([Edit(record) for record in records[start : start + _BATCH]], replica.identity.device)


def made_records(replica: Replica, hospital: str, count: int, chance: random.Random) -> Iterator[Record]:
    """``count`` new records of a puskesmas, not saved yet."""
    for number, person in enumerate(invented_people(count // 2, chance.randrange(2**32))):
        patient = replace(
            person,
            id=replica.new_id(),
            mother_name=f"{chance.choice(GIVEN)} {chance.choice(LAST)}",
            phone=f"0812{chance.randrange(10**8):08}",
            address=f"Jalan {chance.choice(LAST)} {chance.randint(1, 200)}, RT {chance.randint(1, 9):02}",
            subdistrict=chance.choice(VILLAGES),
        )
        yield patient
        yield Referral(
            id=replica.new_id(),
            number=f"A-{number:04}/XI/2026",
            patient=patient.id,
            from_facility=replica.identity.facility,
            to_facility=hospital,
            kind="rawat_inap",
            urgency=chance.choice(("kuning", "hijau")),
            written_at=replica.now(),
            anamnesis=_text(chance, 300),
            examination=_text(chance, 55),
            consciousness="01",
            systolic=chance.randint(90, 180),
            diastolic=chance.randint(50, 110),
            pulse=chance.randint(60, 130),
            diagnosis_code=f"A{chance.randint(0, 99):02}",
            diagnosis_label=_text(chance, 25),
            reason=_text(chance, 40),
            doctor_name=f"dr. {chance.choice(GIVEN)} {chance.choice(LAST)}",
        )


def _text(chance: random.Random, length: int) -> str:
    words = _COMPLAINTS.split()
    text = ""
    while len(text) < length:
        text += chance.choice(words) + " "
    return text.strip()


def edit_phones(replica: Replica, patients: Sequence[Patient], chance: random.Random) -> None:
    """Edit one field of each of these patients."""
    edits = []
    for patient in patients:
        seen = replica.get(Patient, patient.id)
        assert seen is not None
        edits.append(Edit(replace(seen.record, phone=f"0812{chance.randrange(10**8):08}"), seen))
    replica.save(edits, replica.identity.device)
