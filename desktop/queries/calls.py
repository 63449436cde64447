"""Whom to call when a hospital has not answered: its duty officer and emergency desk, the district office, the next
hospital.

Names and numbers that are here already; a number that nobody has noted is ``None`` and is said to be unknown. The next
hospital is the best one of the proposal that the form shows too; nothing here ranks by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from desktop.queries.destination_order import Destination
from desktop.queries.destinations import Wish, choose
from desktop.queries.referrals import ReferralFile
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class Office:
    """The district health office."""

    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom to call about one referral beside the hospital itself, which is in its file."""

    office: Office | None
    wish: Wish
    """What the letter looks for."""
    next_hospital: Destination | None
    """The best hospital for it that was not asked yet; ``None``: no other is known, or no answer is waited for."""


def calls_for(reader: Reader, file: ReferralFile, now: datetime) -> Calls:
    """Whom to call about a referral at ``now`` (aware)."""
    wish = _wish(file)
    return Calls(_office(reader), wish, _next_hospital(reader, file, wish, now) if file.line.waits else None)


def _next_hospital(reader: Reader, file: ReferralFile, wish: Wish, now: datetime) -> Destination | None:
    asked = {file.referral.to_facility, *(event.to_facility for event in file.events)}
    proposed = choose(reader, file.referral.from_facility, wish, now).destinations
    return next((hospital for hospital in proposed if hospital.id not in asked), None)


def _wish(file: ReferralFile) -> Wish:
    letter, patient = file.referral, file.patient
    return Wish(
        kind=letter.kind,
        urgency=letter.urgency,
        diagnosis_code=letter.diagnosis_code,
        polyclinic=letter.polyclinic_code or letter.polyclinic,
        ward_class=letter.ward_class,
        sex=patient.sex if patient else None,
        birth_date=patient.birth_date if patient else None,
    )


def _office(reader: Reader) -> Office | None:
    row = reader.row(
        """
        SELECT name, COALESCE(emergency_phone, phone) AS phone FROM facility
        WHERE district = :district AND kind = 'dinkes' AND active IS NOT 0 ORDER BY phone IS NULL, name LIMIT 1
        """
    )
    return None if row is None else Office(row["name"], row["phone"])
