"""An invented scene in a data folder: hospitals with wards, patients, letters, and a reader on the file."""

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop.security.keys import load_key
from sync.records import Facility, Patient, Referral, Ward
from sync.replica.reader import Reader
from sync.replica.values import Edit
from tests.desktop.homes import Home


@dataclass(frozen=True)
class Nurse:
    """Somebody who acts."""

    id: str
    name: str


def nurse_of(home: Home) -> Nurse:
    """The first member of staff of a data folder."""
    return Nurse(home.staff[0].id, home.staff[0].name)


@contextmanager
def reading(home: Home) -> Iterator[Reader]:
    """A reader on the encrypted file, as the window opens it."""
    reader = Reader(home.settings.database, load_key(home.settings).secret)
    try:
        yield reader
    finally:
        reader.close()


def add_facility(home: Home, name: str = "RSUD Kenanga", kind: str = "rs", **details: Any) -> Facility:
    """A facility as it arrives from the district."""
    facility = Facility(**{"id": home.replica.new_id(), "code": "1199R001", "name": name, "kind": kind, **details})
    home.replica.save([Edit(facility)], home.replica.identity.device)
    return facility


def add_ward(home: Home, hospital: str, name: str = "Mawar", *, age: timedelta | None = None, **details: Any) -> Ward:
    """A ward; ``age``: how long ago its beds were counted."""
    counted_at: datetime | None = None if age is None else home.replica.now() - age
    ward = Ward(
        **{
            "id": home.replica.new_id(),
            "facility": hospital,
            "name": name,
            "ward_class": "KL3",
            "capacity": 10,
            "counted_at": counted_at,
            **details,
        }
    )
    home.replica.save([Edit(ward)], home.replica.identity.device)
    return ward


def add_patient(home: Home, name: str = "Siti Aminah", **details: Any) -> Patient:
    """A patient of this facility."""
    values = {"sex": "P", "birth_date": date(1992, 2, 3), "village": "Karangsari", **details}
    patient = Patient(**{"id": home.replica.new_id(), "name": name, **values})
    home.replica.save([Edit(patient)], home.staff[0].id)
    return patient


def letter_values(patient: str, hospital: str, **details: Any) -> dict[str, Any]:
    """What a referral form gives."""
    return {
        "patient": patient,
        "to_facility": hospital,
        "kind": "gawat_darurat",
        "urgency": "merah",
        "anamnesis": "Nyeri kepala hebat sejak empat jam",
        "diagnosis_code": "O14.1",
        "diagnosis_label": "Preeklamsia berat",
        "reason": "Perlu penanganan spesialis",
        "doctor_name": "dr. Bagus Santoso",
        **details,
    }


def add_received_letter(home: Home, patient: str, *, age: timedelta = timedelta(minutes=5), **details: Any) -> Referral:
    """A letter to the hospital whose data folder this is, from a puskesmas that is added with it."""
    sender = add_facility(home, "Puskesmas Melati", "puskesmas", phone="0800-0001-0001")
    letter = Referral(
        **{
            **letter_values(patient, home.replica.identity.facility),
            "id": home.replica.new_id(),
            "number": "B-0001/XI/2026",
            "from_facility": sender.id,
            "written_at": home.replica.now() - age,
            **details,
        }
    )
    home.replica.save([Edit(letter)], home.replica.identity.device)
    return letter


def count_ward(home: Home, ward: Ward, counts: Iterable[tuple[datetime, int | None]]) -> None:
    """Save counts of a ward one after the other, as the hospital makes them."""
    for at, free in counts:
        seen = home.replica.get(Ward, ward.id)
        assert seen is not None
        counted = dataclasses.replace(seen.record, free=free, counted_at=at)
        home.replica.save([Edit(counted, seen)], home.replica.identity.device)
