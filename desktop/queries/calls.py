"""Whom to call when a hospital has not answered: its duty officer and emergency desk, the district office, the next
hospital.

Names and numbers that are here already; a number that nobody has noted is ``None`` and is said to be unknown.
"""

from dataclasses import dataclass

from desktop.queries.beds import FreeBeds, HospitalBeds, free_beds, hospital_beds
from desktop.queries.referrals import ReferralFile
from sync.replica.reader import Reader

#: The room that is looked for where the letter asks for none.
_EMERGENCY_ROOM = "IGD"


@dataclass(frozen=True, slots=True)
class Office:
    """The district health office."""

    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class NextHospital:
    """Another hospital to ask, with its known free beds of the wanted class."""

    id: str
    name: str
    phone: str | None
    ward_class: str
    beds: FreeBeds


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom to call about one referral beside the hospital itself, which is in its file."""

    office: Office | None
    next_hospital: NextHospital | None


def calls_for(reader: Reader, file: ReferralFile) -> Calls:
    """Whom to call about a referral that waits."""
    return Calls(_office(reader), next_hospital(reader, file))


def next_hospital(reader: Reader, file: ReferralFile) -> NextHospital | None:
    """The hospital with the most known free beds of the wanted class among those not asked yet; ``None``: none known.

    The one place where the next hospital is chosen.
    """
    wanted = file.referral.ward_class or _EMERGENCY_ROOM
    asked = {file.referral.from_facility, file.referral.to_facility, *(event.to_facility for event in file.events)}
    found = [
        (beds.known, hospital, beds)
        for hospital in hospital_beds(reader)
        if hospital.id not in asked and (beds := free_beds(hospital.wards, wanted)) is not None and beds.known
    ]
    if not found:
        return None
    _, hospital, beds = min(found, key=lambda item: (-item[0], item[1].name))
    return NextHospital(hospital.id, hospital.name, _phone(hospital), wanted, beds)


def _phone(hospital: HospitalBeds) -> str | None:
    return hospital.emergency_phone or hospital.phone


def _office(reader: Reader) -> Office | None:
    row = reader.row(
        """
        SELECT name, COALESCE(emergency_phone, phone) AS phone FROM facility
        WHERE district = :district AND kind = 'dinkes' AND active IS NOT 0 ORDER BY phone IS NULL, name LIMIT 1
        """
    )
    return None if row is None else Office(row["name"], row["phone"])
