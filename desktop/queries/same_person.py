"""Who is one person, for all that shows or counts people: a person's registrations, and how they came together.

The registration that stands for the person is the lowest id of those that are here and in the lists. Only what this
replica holds is read, and nothing here words a text.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from desktop.queries.values import NOT_VOID, columns, read_record, to_record
from sync.records import Patient, PatientDistinct, PatientLink
from sync.replica.reader import Reader, as_blob

#: The ids of all registrations of the person whom ``:patient`` is one of; a subquery.
OF_PERSON = """
    SELECT :patient UNION
    SELECT m.patient FROM same_person AS s
    JOIN same_person AS m ON m.district = :district AND m.stands = s.stands
    WHERE s.district = :district AND s.patient = :patient
"""

_TOGETHER = f"""
    SELECT DISTINCT m.stands AS person, m.patient FROM json_each(:ids) AS c
    CROSS JOIN same_person AS s ON s.district = :district AND s.patient = unhex(c.value)
    JOIN same_person AS m ON m.district = :district AND m.stands = s.stands
    JOIN patient AS p ON p.district = :district AND p.id = m.patient
    WHERE {NOT_VOID.format(id="m.patient")}
    ORDER BY m.patient
"""  # noqa: S608  # put together from our own constants


@dataclass(frozen=True, slots=True)
class Merging:
    """A link as people see it: the fact, the names in it, and the fact that took it back (``None``: it counts)."""

    link: PatientLink
    patient_name: str | None
    other_name: str | None
    taken_back: PatientLink | None

    def names_other_than(self, patient: str) -> str | None:
        """What the one of the two is called that is not ``patient``."""
        return self.patient_name if self.link.other == patient else self.other_name


@dataclass(frozen=True, slots=True)
class Apart:
    """That somebody said of a patient and ``name`` that they are two people (``None``: that one is not here)."""

    fact: PatientDistinct
    name: str | None


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration as it stands, with what was written under it."""

    patient: Patient
    visits: int
    referrals: int


def registration(reader: Reader, patient_id: str) -> Registration | None:
    """One registration by itself; ``None`` if it is not here."""
    patient = read_record(reader, Patient, patient_id)
    if patient is None:
        return None
    counts = [
        int(reader.value(_WRITTEN.format(table=table), {"patient": as_blob(patient_id)}))
        for table in ("visit", "referral")
    ]
    return Registration(patient, *counts)


def registrations(reader: Reader, patient_id: str) -> tuple[str, ...]:
    """The registrations of a person that are here and in the lists, the one that stands for the person first."""
    return together(reader, [patient_id]).get(patient_id) or (patient_id,)


def together(reader: Reader, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """For each of ``ids`` that is linked: all registrations of the person, see :func:`registrations`."""
    people: dict[str, list[str]] = {}
    for row in reader.rows(_TOGETHER, {"ids": json.dumps(list(ids))}):
        people.setdefault(row["person"], []).append(row["patient"])
    return {patient: tuple(members) for members in people.values() for patient in members}


def told_apart(reader: Reader) -> list[tuple[str, str]]:
    """The pairs of registrations of which somebody has said that they are two people, or parted again."""
    return [(row["patient"], row["other"]) for row in reader.rows(_APART)]


def apart_from(reader: Reader, patient: str) -> list[Apart]:
    """What was said of this registration being somebody else than another one."""
    query = f"""
        SELECT {columns(PatientDistinct, "x")} FROM patient_distinct AS x
        WHERE x.district = :district AND :patient IN (x.patient, x.other)
    """  # noqa: S608  # names of our own declarations only
    facts = [to_record(PatientDistinct, row) for row in reader.rows(query, {"patient": as_blob(patient)})]
    others = {fact.id: fact.other if fact.patient == patient else fact.patient for fact in facts}
    names = _names(reader, set(others.values()))
    return [Apart(fact, names.get(others[fact.id])) for fact in facts]


def read_patient(reader: Reader, patient_id: str) -> Patient | None:
    """One registration with the allergies of all registrations of the person: what one of them warns of can kill too.

    For looking at; what a form edits is the record itself (``read_seen``).
    """
    patient = read_record(reader, Patient, patient_id)
    if patient is None:
        return None
    return replace(patient, allergies=_allergies(reader, patient))


def mergings(reader: Reader, patient_id: str) -> list[Merging]:
    """All links that name a registration of this person, also those that were taken back, the newest first."""
    named = {patient_id, *registrations(reader, patient_id)}
    facts = [
        to_record(PatientLink, row)
        for row in reader.rows(
            f"SELECT {columns(PatientLink, 'x')} FROM patient_link AS x WHERE x.district = :district"  # noqa: S608  # names of our own declarations only
        )
    ]
    back = {fact.takes_back: fact for fact in sorted(facts, key=lambda fact: fact.id, reverse=True)}
    found = [fact for fact in facts if fact.takes_back is None and not named.isdisjoint((fact.patient, fact.other))]
    names = _names(reader, {patient for fact in found for patient in (fact.patient, fact.other)})
    return [
        Merging(fact, names.get(fact.patient), names.get(fact.other), back.get(fact.id))
        for fact in sorted(found, key=lambda fact: (fact.at, fact.id), reverse=True)
    ]


def _allergies(reader: Reader, patient: Patient) -> tuple[str, ...]:
    others = (read_record(reader, Patient, item) for item in registrations(reader, patient.id) if item != patient.id)
    every = (*patient.allergies, *(allergy for other in others if other for allergy in other.allergies))
    known: dict[str, str] = {}
    for allergy in every:
        known.setdefault(allergy.casefold(), allergy)
    return tuple(known.values())


def _names(reader: Reader, ids: Iterable[str]) -> dict[str, str]:
    found = ((item, reader.value(_NAME, {"id": as_blob(item)})) for item in ids)
    return {item: name for item, name in found if name is not None}


_WRITTEN = f"""
    SELECT count(*) FROM {{table}} AS x
    WHERE x.district = :district AND x.patient = :patient AND {NOT_VOID.format(id="x.id")}
"""  # noqa: S608  # put together from our own constants
_APART = """
    SELECT patient, other FROM patient_distinct WHERE district = :district
    UNION SELECT patient, other FROM patient_link WHERE district = :district AND takes_back IS NOT NULL
"""
_NAME = "SELECT name FROM patient WHERE district = :district AND id = :id"
