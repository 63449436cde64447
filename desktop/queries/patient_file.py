"""One patient whole: the record, the visits and the referrals, as the detail pane and the forms need them.

Only what this replica holds is shown; nothing here may write or word a text.
"""

import json
from dataclasses import dataclass
from datetime import date

from desktop.queries.patients import PatientHit, one_for_each_person
from desktop.queries.referrals import ReferralLine, referrals_of_patient
from desktop.queries.same_person import OF_PERSON, read_patient, registrations
from desktop.queries.values import NOT_VOID, read_record, to_day
from sync.records import Patient, Visit
from sync.replica.reader import Reader, as_blob


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit in a list."""

    id: str
    patient: str
    """The registration it was noted under."""
    date: date
    complaint: str | None
    diagnosis_code: str | None
    diagnosis: str | None
    outcome: str | None
    waiting: bool
    conflicted: bool
    """Whether two PCs changed it differently and nobody has decided."""


@dataclass(frozen=True, slots=True)
class PatientFile:
    """A patient with visits and referrals, newest first, those of the person's other registrations among them.

    ``patient`` is the registration that stands for the person, with the allergies of all; ``others`` are the others.

    ``conflicts`` are the fields two PCs changed differently; ``waiting`` tells that the patient's own record has a
    change which the district's server does not have yet.
    """

    patient: Patient
    others: tuple[Patient, ...]
    conflicts: tuple[str, ...]
    waiting: bool
    visits: tuple[VisitLine, ...]
    referrals: tuple[ReferralLine, ...]


def patient_file(reader: Reader, patient_id: str) -> PatientFile | None:
    """The file of the person whom a patient is; ``None`` if the patient is not here (or no longer)."""
    stands, *others = registrations(reader, patient_id)
    patient = read_patient(reader, stands)
    if patient is None:
        return None
    params = {"id": as_blob(stands)}
    conflicts = reader.value("SELECT conflicts FROM record WHERE district = :district AND id = :id", params)
    return PatientFile(
        patient=patient,
        others=tuple(other for item in others if (other := read_record(reader, Patient, item)) is not None),
        conflicts=_names(conflicts),
        waiting=bool(reader.value(f"SELECT {_WAITS.format(id=':id')}", params)),
        visits=tuple(visits_of(reader, stands)),
        referrals=tuple(referrals_of_patient(reader, stands)),
    )


def recent_patients(reader: Reader, limit: int = 20) -> list[PatientHit]:
    """The patients registered last; ids begin with the time they were made at."""
    rows = reader.rows(
        f"""
        SELECT id, name, sex, birth_date, nik, jkn_number, village, record_number FROM patient
        WHERE district = :district AND {NOT_VOID.format(id="patient.id")} ORDER BY id DESC LIMIT :limit
        """,  # noqa: S608  # put together from our own constants
        {"limit": limit},
    )
    hits = [PatientHit(**{**row, "birth_date": to_day(row["birth_date"])}) for row in rows]
    return one_for_each_person(reader, hits)


def namesakes(reader: Reader, column: str, number: str, but_not: str) -> list[str]:
    """The names of other people with this NIK or card number; ``column`` is ``nik`` or ``jkn_number``.

    ``but_not``: a patient whose own registrations are left out.
    """
    if column not in {"nik", "jkn_number"}:
        raise ValueError(column)
    rows = reader.rows(
        f"""
        SELECT name FROM patient
        WHERE district = :district AND {column} = :number AND id NOT IN ({OF_PERSON}) LIMIT 3
        """,  # noqa: S608  # one of two names, and a constant of ours
        {"number": number, "patient": as_blob(but_not)},
    )
    return [row["name"] for row in rows]


def visits_of(reader: Reader, patient_id: str, limit: int = 100) -> list[VisitLine]:
    """The visits of one person under whichever registration they were noted, newest first."""
    rows = reader.rows(
        f"""
        SELECT x.id, x.patient, x.date, x.complaint, x.diagnosis_code, x.diagnosis_label, x.outcome,
               {_WAITS.format(id="x.id")} AS waiting,
               EXISTS (SELECT 1 FROM record AS c WHERE c.district = :district AND c.id = x.id
                       AND c.conflicts IS NOT NULL) AS conflicted
        FROM visit AS x
        WHERE x.district = :district AND x.patient IN ({OF_PERSON}) AND {NOT_VOID.format(id="x.id")}
        ORDER BY x.date DESC, x.id DESC LIMIT :limit
        """,  # noqa: S608  # put together from our own constants
        {"patient": as_blob(patient_id), "limit": limit},
    )
    return [
        VisitLine(
            id=row["id"],
            patient=row["patient"],
            date=to_day(row["date"]) or date.min,
            complaint=row["complaint"],
            diagnosis_code=row["diagnosis_code"],
            diagnosis=row["diagnosis_label"],
            outcome=row["outcome"],
            waiting=bool(row["waiting"]),
            conflicted=bool(row["conflicted"]),
        )
        for row in rows
    ]


def latest_visit(reader: Reader, patient_id: str) -> Visit | None:
    """The newest visit of a patient, whole."""
    lines = visits_of(reader, patient_id, limit=1)
    return read_record(reader, Visit, lines[0].id) if lines else None


_WAITS = """EXISTS (SELECT 1 FROM revision AS w WHERE w.district = :district AND w.record = {id}
                   AND w.confirmed = 0 AND w.refusal IS NULL)"""


def _names(conflicts: str | None) -> tuple[str, ...]:
    return () if conflicts is None else tuple(json.loads(conflicts))
