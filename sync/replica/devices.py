"""The computers of a district as a serving replica knows them: where they stand, when they were seen, what they said.

It reads and notes what computers say of themselves; who may speak at all is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, or_, select, update

from sync.records.moments import moment_text
from sync.replica import tables
from sync.replica.projections import VALUE_TABLES

_device = tables.device
_OF_DEVICE = (_device.c.district == bindparam("of_district"), _device.c.id == bindparam("of_device"))
_SAID = update(_device).where(*_OF_DEVICE).values(report=bindparam("said"))
_PROVEN = (
    update(_device)
    .where(*_OF_DEVICE, or_(_device.c.proven_at.is_(None), _device.c.proven_at < bindparam("moment")))
    .values(proven_at=bindparam("moment"))
)


@dataclass(frozen=True, slots=True)
class KnownComputer:
    """One computer; moments are ISO 8601 in UTC. ``report`` is JSON, as :func:`note_report` was given it.

    ``seen_at``: when it spoke to the server itself; ``stick_at``: when a stick of it was brought there.
    """

    device: str
    letter: str
    name: str
    facility: str
    facility_code: str
    facility_name: str
    enrolled_at: str
    seen_at: str | None
    revoked_at: str | None
    forked_at: str | None
    former: str | None
    program: str | None
    report: str | None
    proven_at: str | None
    stick_at: str | None

    @property
    def heard_at(self) -> str | None:
        """When it spoke itself or a stick of it was brought, whichever was later."""
        return max(self.seen_at or "", self.stick_at or "") or None


def moment_of(milliseconds: int) -> str:
    """A moment (since 1970) as these tables hold it; such texts sort by time."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment_text(moment)


def note_report(connection: Connection, district: str, device: str, report: str, proven_at: str | None) -> None:
    """Keep what a computer said of itself; the moment of its last proof never goes back."""
    connection.execute(_SAID, {"of_district": district, "of_device": device, "said": report})
    if proven_at is not None:
        note_proof(connection, district, device, proven_at)


def note_proof(connection: Connection, district: str, device: str, at: str) -> None:
    """Note that a computer and this replica held the same at this moment."""
    connection.execute(_PROVEN, {"of_district": district, "of_device": device, "moment": at})


def known_computers(connection: Connection, district: str, facility: str | None = None) -> list[KnownComputer]:
    """All computers of a facility (``None``: of the district), by facility and letter."""
    table, place = tables.device, VALUE_TABLES["facility"]
    same = (place.c.district == table.c.district) & (place.c.id == table.c.facility)
    query = (
        select(table, func.coalesce(place.c.code, "").label("code"), func.coalesce(place.c.name, "").label("place"))
        .outerjoin_from(table, place, same)
        .where(table.c.district == district)
        .order_by("place", func.length(table.c.letter), table.c.letter)
    )
    if facility is not None:
        query = query.where(table.c.facility == facility)
    return [
        KnownComputer(
            device=row.id,
            letter=row.letter,
            name=row.name,
            facility=row.facility,
            facility_code=row.code,
            facility_name=row.place,
            enrolled_at=row.enrolled_at,
            seen_at=row.last_seen_at,
            revoked_at=row.revoked_at,
            forked_at=row.forked_at,
            former=row.former,
            program=row.program,
            report=row.report,
            proven_at=row.proven_at,
            stick_at=row.stick_at,
        )
        for row in connection.execute(query)
    ]
