"""The computers of a district as a serving replica knows them: where they stand, when they were seen, what they said.

It reads and notes what computers say of themselves, and apart from it what a hub says of the PCs of its facility; who
may speak at all is decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Connection, Update, bindparam, case, func, or_, select, update

from sync.records.moments import moment_text
from sync.replica import tables
from sync.replica.projections import VALUE_TABLES
from sync.replica.versions import program_version

#: A contact is written down at most this often, so that a long exchange does not write one row again and again.
SEEN_EVERY = timedelta(minutes=1)
#: Two moments of one contact, of which two have told, are no further apart.
_SAME_MS = timedelta(minutes=5) // timedelta(milliseconds=1)
#: Letters of a program's name and version that are kept.
PROGRAM_LENGTH = 60
_NAME = "rujuk/"
_device = tables.device
_OF_DEVICE = (_device.c.district == bindparam("of_district"), _device.c.id == bindparam("of_device"))
_SAID = update(_device).where(*_OF_DEVICE).values(report=bindparam("said"))


def _forward(column: Column[str]) -> Update:
    """The statement that sets a moment of a computer, which never goes back."""
    later = or_(column.is_(None), column < bindparam("moment"))
    return update(_device).where(*_OF_DEVICE, later).values({column: bindparam("moment")})


_PROVEN, _WORD = _forward(_device.c.proven_at), _forward(_device.c.told_at)
_SERVED = (
    update(_device)
    .where(
        *_OF_DEVICE,
        _device.c.facility == bindparam("of_facility"),
        or_(_device.c.hub_at.is_(None), _device.c.hub_at < bindparam("after")),
        or_(_device.c.told_at.is_(None), _device.c.told_at < bindparam("before")),
    )
    .values(
        hub_at=case((_device.c.hub_at > bindparam("moment"), _device.c.hub_at), else_=bindparam("moment")),
        hub_waiting=bindparam("left"),
        program=case((bindparam("says") == "", _device.c.program), else_=bindparam("says")),
    )
)


@dataclass(frozen=True, slots=True)
class KnownComputer:
    """One computer; moments are ISO 8601 in UTC. ``report`` is JSON, as :func:`note_report` was given it.

    ``seen_at``: when it spoke to the server itself; ``told_at``: when ``report`` was last its word; ``stick_at``: when
    a stick of it was brought there; ``hub_at`` and ``hub_waiting``: when it spoke to its hub, and what waited then, by
    the hub's word.
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
    told_at: str | None
    proven_at: str | None
    stick_at: str | None
    hub_at: str | None
    hub_waiting: int | None


@dataclass(frozen=True, slots=True)
class HubWord:
    """What a hub says of a PC: when it spoke there (ms since 1970), what waited then, its program ("": not told)."""

    at_ms: int
    waiting: int
    program: str = ""


def moment_of(milliseconds: int) -> str:
    """A moment (since 1970) as these tables hold it; such texts sort by time."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment_text(moment)


def own_program() -> str:
    """What this program says of its name and version."""
    return f"{_NAME}{program_version()}".removesuffix("/")


def kept_program(said: str) -> str:
    """What a computer said of its program: the version alone if it is ours, without what a terminal would obey."""
    return "".join(sign for sign in said if sign.isprintable()).removeprefix(_NAME)[:PROGRAM_LENGTH]


def note_report(connection: Connection, district: str, device: str, report: str, proven_at: str | None) -> None:
    """Keep what a computer said of itself; the moment of its last proof never goes back."""
    connection.execute(_SAID, {"of_district": district, "of_device": device, "said": report})
    if proven_at is not None:
        note_proof(connection, district, device, proven_at)


def note_word(connection: Connection, district: str, device: str, moment: str) -> None:
    """Note that a computer stands as it last said: it spoke just now, was answered, and had nothing else to say."""
    connection.execute(_WORD, {"of_district": district, "of_device": device, "moment": moment})


def note_proof(connection: Connection, district: str, device: str, at: str) -> None:
    """Note that a computer and this replica held the same at this moment."""
    connection.execute(_PROVEN, {"of_district": district, "of_device": device, "moment": at})


def note_served(connection: Connection, district: str, facility: str, pcs: Mapping[str, HubWord]) -> None:
    """Keep what a hub of this facility says of PCs, by device.

    Nothing becomes of what it says of other facilities' computers or unknown ones, or of one that told itself just
    before or later: its own word counts more. A moment never goes back.
    """
    for device, word in pcs.items():
        said = {"of_district": district, "of_facility": facility, "of_device": device, "left": word.waiting}
        said["says"] = kept_program(word.program)
        # What is told twice of one contact has taken its time on the way: the moments differ a little.
        before, after = moment_of(word.at_ms - _SAME_MS), moment_of(word.at_ms + _SAME_MS)
        connection.execute(_SERVED, {**said, "moment": moment_of(word.at_ms), "before": before, "after": after})


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
            told_at=row.told_at,
            proven_at=row.proven_at,
            stick_at=row.stick_at,
            hub_at=row.hub_at,
            hub_waiting=row.hub_waiting,
        )
        for row in connection.execute(query)
    ]
