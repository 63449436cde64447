"""Where to send a patient: every hospital in use, ranked, each with the reasons for its place as data.

What this replica does not know is ``None`` and never 0; refusals, answers and expected patients are those of the
referrals it may see. Nothing here words a text, and no hospital is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from statistics import median
from types import MappingProxyType
from typing import Any

from desktop.queries.bed_history import ward_counts
from desktop.queries.bed_likelihood import Likelihood, likelihood
from desktop.queries.beds import WardLine, free_beds, hospital_beds
from desktop.queries.destination_order import Competence, Destination, Room, Travel, in_order
from desktop.queries.holds import Hold, held_by_ward, holds
from desktop.queries.needs import Needs, needs_table
from desktop.queries.polyclinics import polyclinic_code
from desktop.queries.values import columns, to_record
from desktop.queries.worklists import LIMITS
from sync.records import Facility, Referral, ReferralEvent
from sync.replica.reader import Reader, as_blob

#: Fewer answers than this are no habit.
FEWEST_ANSWERS = 5

#: Refusals that say that there was no room.
_FULL = ("ruang_penuh", "icu_penuh")

#: Days since birth between which a class takes somebody; the others take everybody. Generous, as wards are in need.
_AGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"NIC": (0, 60), "PIC": (0, 18 * 366), "SAL": (10 * 365, 60 * 366)}
)

_ORDINARY = ("KRI", "KL1", "KL2", "KL3")
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for, as far as the letter says it. ``polyclinic`` is a code or a name."""

    kind: str | None = None
    urgency: str | None = None
    diagnosis_code: str | None = None
    polyclinic: str | None = None
    ward_class: str | None = None
    sex: str | None = None
    birth_date: date | None = None

    @property
    def order(self) -> str:
        """The kind whose order counts."""
        return "gawat_darurat" if self.urgency == "merah" else self.kind or "rawat_jalan"

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes whose beds matter: the one asked for, else what usually is used; none for an outpatient."""
        if self.ward_class is not None:
            return (self.ward_class,)
        return {"gawat_darurat": ("IGD",), "rawat_inap": _ORDINARY}.get(self.order, ())

    def needs(self, today: date) -> Needs:
        """What the diagnosis needs; a poli that was chosen replaces the proposed ones."""
        age = None if self.birth_date is None else (today - self.birth_date).days // 365
        proposed = needs_table().of(self.diagnosis_code, age) or Needs()
        chosen = polyclinic_code(self.polyclinic)
        return proposed if chosen is None else Needs((chosen,), proposed.facilities)

    def takes(self, ward: WardLine, today: date) -> bool:
        """Whether a ward is for this patient, by its class, sex and the age that its class is for."""
        if ward.ward_class not in self.classes:
            return False
        if ward.sex in {"L", "P"} and self.sex in {"L", "P"} and ward.sex != self.sex:
            return False
        first, last = _AGES.get(ward.ward_class, (0, 200 * 366))
        return self.birth_date is None or first <= (today - self.birth_date).days <= last


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer to a wish: what the diagnosis needs, and the hospitals, the best first."""

    wish: Wish
    needs: Needs
    destinations: tuple[Destination, ...]


def choose(reader: Reader, facility: str, wish: Wish, now: datetime) -> Choice:
    """The hospitals of the district's catalogue for ``wish``, seen from ``facility`` at ``now`` (aware)."""
    today = now.astimezone().date()
    needs, hospitals = wish.needs(today), _facilities(reader)
    beds = {hospital.id: hospital for hospital in hospital_beds(reader)}
    kept = holds(reader, now)
    classes = {hospital: [ward.ward_class for ward in known.wards] for hospital, known in beds.items()}
    fitting = {hospital: [ward for ward in known.wards if wish.takes(ward, today)] for hospital, known in beds.items()}
    counts = ward_counts(reader, [ward.id for wards in fitting.values() for ward in wards], now)
    ways, answers, full = _routes(reader, facility), _answer_times(reader, now), _refused_today(reader, now)
    own = hospitals.get(facility)

    def room(hospital: str) -> Room | None:
        if not wish.classes:
            return None
        wards = fitting.get(hospital, [])
        here = [hold for hold in kept if hold.hospital == hospital and hold.bed]
        held, loose = _held(wards, here, wish.classes)
        found = free_beds(wards)
        return Room(
            wards=len(wards),
            listed=bool(classes.get(hospital)),
            free=found.known if found else None,
            uncounted=found.unknown if found else 0,
            oldest=found.oldest if found else None,
            held=sum(held.values()) + loose,
            likelihood=_best(
                likelihood(counts[ward.id], now, 1 + held.get(ward.id, 0) + loose)
                for ward in wards
                if ward.id in counts and ward.free is not None
            ),
        )

    found = [
        Destination(
            id=hospital.id,
            name=hospital.name,
            travel=ways.get(hospital.id) or straight_line(own, hospital),
            competence=competence_of(hospital, needs, classes.get(hospital.id, ())),
            room=room(hospital.id),
            expected=sum(hold.hospital == hospital.id for hold in kept),
            usual_answer=_usual(answers.get(hospital.id, ())),
            answers=len(answers.get(hospital.id, ())),
            full_today=full.get(hospital.id, 0),
            outside=hospital.outside_district,
            strata=hospital.strata,
            phone=hospital.emergency_phone or hospital.phone,
        )
        for hospital in hospitals.values()
        if hospital.kind == "rs" and hospital.active and hospital.id != facility
    ]
    return Choice(wish, needs, tuple(in_order(found, wish.order, now)))


def competence_of(hospital: Facility, needs: Needs, ward_classes: Iterable[str]) -> Competence:
    """Whether ``hospital``, whose wards have these classes, has what is needed."""
    classes = set(ward_classes)
    at: int | None = None
    if hospital.polyclinics:
        at = next((place for place, poli in enumerate(needs.polis) if poli in hospital.polyclinics), -1)
    there = tuple(
        (special.name, special.is_at(hospital.services, classes, hospital.polyclinics)) for special in needs.facilities
    )
    return Competence(needs.polis, at, there)


def straight_line(one: Facility | None, other: Facility) -> Travel:
    """The distance as the crow flies, where both places are known."""
    if one is None or None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return Travel()
    north, east = radians(one.latitude or 0), radians(one.longitude or 0)
    to_north, to_east = radians(other.latitude or 0), radians(other.longitude or 0)
    half = sin((to_north - north) / 2) ** 2 + cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return Travel(km=2 * _EARTH_KM * asin(sqrt(half)), straight=True)


def _held(wards: Sequence[WardLine], kept: Sequence[Hold], classes: Sequence[str]) -> tuple[dict[str, int], int]:
    """Kept beds by ward, and those of the class whose ward was to follow."""
    here = {ward.id for ward in wards}
    held = {ward: number for ward, number in held_by_ward(kept).items() if ward in here}
    return held, sum(hold.ward is None and hold.ward_class in classes for hold in kept)


def _best(found: Iterable[Likelihood | None]) -> Likelihood | None:
    """Of several wards the likeliest: the least that can be said of all of them together."""
    return max((item for item in found if item is not None), key=lambda item: item.probability, default=None)


def _usual(seconds: Sequence[float]) -> timedelta | None:
    """The median; ``None`` where there are too few."""
    return timedelta(seconds=median(seconds)) if len(seconds) >= FEWEST_ANSWERS else None


def _facilities(reader: Reader) -> dict[str, Facility]:
    sql = f"SELECT {columns(Facility, 'f')} FROM facility AS f WHERE f.district = :district"  # noqa: S608  # our own names
    return {row["id"]: to_record(Facility, row) for row in reader.rows(sql)}


def _routes(reader: Reader, facility: str) -> dict[str, Travel]:
    """By hospital: the way from here; where only the way back is in the catalogue, that one."""
    rows = reader.rows(
        """
        SELECT from_facility, to_facility, distance_km, minutes FROM route
        WHERE district = :district AND (from_facility = :facility OR to_facility = :facility)
        ORDER BY from_facility = :facility, id
        """,
        {"facility": as_blob(facility)},
    )
    return {
        row["to_facility"] if row["from_facility"] == facility else row["from_facility"]: Travel(
            row["distance_km"], row["minutes"]
        )
        for row in rows
        if row["distance_km"] is not None or row["minutes"] is not None
    }


def _answer_times(reader: Reader, now: datetime) -> dict[str, list[float]]:
    """By hospital: seconds from the letter to the first answer, of recent letters that went to no other hospital."""
    rows = reader.tuples(
        """
        SELECT to_facility, answer_s FROM counted_letter
        WHERE district = :district AND written_at >= :since AND answer_s IS NOT NULL
          AND (facts IS NULL OR facts NOT LIKE '%"dialihkan"%')
        """,
        {"since": Referral.type.fields["written_at"].to_wire(now - LIMITS.look_back)},
    )
    found: dict[str, list[float]] = {}
    for hospital, seconds in rows:
        found.setdefault(hospital.hex(), []).append(seconds)
    return found


def _refused_today(reader: Reader, now: datetime) -> dict[str, int]:
    """By hospital: how often it refused since midnight (of the place) because it was full."""
    midnight = datetime.combine(now.astimezone().date(), time.min).astimezone(UTC)
    rows: list[Mapping[str, Any]] = reader.rows(
        f"""
        SELECT w.facility AS hospital, count(DISTINCT e.referral) AS times FROM referral_event AS e
        JOIN record AS w ON w.district = :district AND w.id = e.id
        WHERE e.district = :district AND e.kind = 'ditolak' AND e.at >= :midnight
          AND e.reason IN ({", ".join(f"'{reason}'" for reason in _FULL)})
        GROUP BY w.facility
        """,  # noqa: S608  # codes of our own
        {"midnight": ReferralEvent.type.fields["at"].to_wire(midnight)},
    )
    return {row["hospital"]: row["times"] for row in rows}
