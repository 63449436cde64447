"""What a letter is about before its first key: the patient, today's visit, a telephone, and what was typed before.

Only what this replica holds; nothing here decides what of it is carried over into the letter. What patient and letter
know together of allergies is said here too.
"""

from dataclasses import dataclass

from desktop.queries.drafts import Draft, read_draft
from desktop.queries.patient_file import latest_visit
from desktop.queries.same_person import read_patient, registrations
from desktop.queries.values import read_record
from sync.records import Facility, Patient, Referral, Staff, Visit
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class Subject:
    """``item`` is what the letter was begun for; ``patient`` the registration that stands for that person.

    ``phone``: where the hospital can call back, ``None`` where no telephone is noted.
    """

    item: str
    patient: Patient | None
    visit: Visit | None
    phone: str | None
    draft: Draft | None


def read_subject(reader: Reader, patient: str, writer: str, facility: str) -> Subject:
    """The patient and the last visit, as far as they are here; ``writer`` and ``facility`` may have a telephone."""
    staff, here = read_record(reader, Staff, writer), read_record(reader, Facility, facility)
    return Subject(
        patient,
        read_patient(reader, registrations(reader, patient)[0]),
        latest_visit(reader, patient),
        (staff.phone if staff else None) or (here.phone if here else None),
        read_draft(reader, "referral_form", patient),
    )


def known_allergies(patient: Patient | None, letter: Referral) -> tuple[str, ...]:
    """The allergies that letter and patient's record name, each once: one that only the other knows can kill too."""
    return tuple(dict.fromkeys((*letter.allergies, *(patient.allergies if patient else ()))))
