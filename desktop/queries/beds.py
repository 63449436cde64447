"""The wards of hospitals with their free beds as last counted, and how old each number is.

A number that nobody knows is ``None`` and never 0; a number without its age is never shown. Nothing here words a text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.queries.values import NOT_VOID, to_moment
from sync.records.facility import WARD_CLASSES
from sync.replica.reader import Reader, as_blob

#: From this age on a number is shown as old.
OLD_AFTER = timedelta(hours=6)

#: How far a count may lie in the future before its age is called uncertain (clocks of two PCs differ a little).
CLOCK_TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WardLine:
    """A ward as last counted. ``free`` and ``capacity`` are beds; ``None`` means not known."""

    id: str
    name: str
    ward_class: str
    sex: str
    capacity: int | None
    free: int | None
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class HospitalBeds:
    """A hospital and all its wards."""

    id: str
    name: str
    phone: str | None
    emergency_phone: str | None
    wards: tuple[WardLine, ...]


@dataclass(frozen=True, slots=True)
class FreeBeds:
    """Free beds of several wards together.

    ``known`` is ``None`` when no ward's number is known; ``unknown`` counts the wards without one; ``oldest`` is the
    time of the oldest number that is in the sum.
    """

    known: int | None
    unknown: int
    oldest: datetime | None


def age(counted_at: datetime | None, now: datetime) -> timedelta | None:
    """How long ago a count was made; ``None`` where it cannot be said (never counted, or counted in the future)."""
    if counted_at is None or counted_at - now > CLOCK_TOLERANCE:
        return None
    return max(now - counted_at, timedelta(0))


def is_old(counted_at: datetime | None, now: datetime) -> bool:
    """Whether a number may no longer be relied on; one without a certain age may not."""
    passed = age(counted_at, now)
    return passed is None or passed >= OLD_AFTER


def free_beds(wards: Iterable[WardLine], ward_class: str | None = None) -> FreeBeds | None:
    """Free beds of the wards of one class (all where it is ``None``); ``None`` when there is no such ward."""
    chosen = [ward for ward in wards if ward_class is None or ward.ward_class == ward_class]
    if not chosen:
        return None
    numbers = [ward.free for ward in chosen if ward.free is not None]
    counted = [ward.counted_at for ward in chosen if ward.free is not None and ward.counted_at is not None]
    return FreeBeds(
        known=sum(numbers) if numbers else None,
        unknown=len(chosen) - len(numbers),
        oldest=min(counted) if counted else None,
    )


def wards_of(reader: Reader, hospital: str) -> list[WardLine]:
    """The wards in use of one hospital, in order of class and name."""
    rows = reader.rows(
        f"""
        SELECT id, name, ward_class, sex, capacity, free, counted_at FROM ward
        WHERE district = :district AND facility = :hospital AND active = 1 AND {NOT_VOID.format(id="ward.id")}
        """,  # noqa: S608  # put together from our own constants
        {"hospital": as_blob(hospital)},
    )
    return _in_order(rows)


def hospital_beds(reader: Reader) -> list[HospitalBeds]:
    """All hospitals of the district in use, by name, each with its wards."""
    hospitals = reader.rows(
        """
        SELECT id, name, phone, emergency_phone FROM facility
        WHERE district = :district AND kind = 'rs' AND active = 1 ORDER BY name
        """,
        {},
    )
    rows = reader.rows(
        f"""
        SELECT id, facility, name, ward_class, sex, capacity, free, counted_at FROM ward
        WHERE district = :district AND active = 1 AND {NOT_VOID.format(id="ward.id")}
        """,  # noqa: S608  # put together from our own constants
        {},
    )
    wards: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        wards.setdefault(row["facility"], []).append(row)
    return [
        HospitalBeds(
            id=row["id"],
            name=row["name"],
            phone=row["phone"],
            emergency_phone=row["emergency_phone"],
            wards=tuple(_in_order(wards.get(row["id"], ()))),
        )
        for row in hospitals
    ]


def _in_order(rows: Sequence[Mapping[str, Any]]) -> list[WardLine]:
    place = {code: number for number, code in enumerate(WARD_CLASSES)}
    wards = [
        WardLine(
            id=row["id"],
            name=row["name"],
            ward_class=row["ward_class"],
            sex=row["sex"],
            capacity=row["capacity"],
            free=row["free"],
            counted_at=to_moment(row["counted_at"]),
        )
        for row in rows
    ]
    return sorted(wards, key=lambda ward: (place.get(ward.ward_class, len(place)), ward.name))
