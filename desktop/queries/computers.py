"""The computers of the facility (at the office: of the district) as the server last told them, and what is amiss.

The list is kept by the sync agent; nothing here asks the network. How long a silence may last is said here alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from desktop.queries.values import to_moment
from sync.records.moments import last_heard
from sync.replica.reader import Reader

#: A computer that was silent for longer stands in red; the office's menu counts from the second on.
RED_AFTER, COUNTED_AFTER = timedelta(hours=24), timedelta(days=2)
#: Days on which nobody works (0 is Monday); they do not count as silence.
FREE_DAYS = frozenset({6})
#: A silence longer than this is not told day by day.
_LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Computer:
    """One computer; numbers are what it said last, ``None`` where it never said any.

    ``told_at``: when it last said itself how it stands; ``hub_at``: when it last spoke to its hub, by the hub's word.
    ``waiting`` is the hub's word, too, where that is the latest, and since when it waits is then not known.
    """

    device: str
    letter: str
    name: str
    facility: str
    facility_code: str
    facility_name: str
    seen_at: datetime | None
    proven_at: datetime | None
    revoked_at: datetime | None
    forked_at: datetime | None
    former: str
    program: str
    records: int
    waiting: int | None
    oldest: datetime | None
    refused: int
    carried: int
    conflicts: int
    stick_at: datetime | None = None
    hub_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def word_at(self) -> datetime | None:
        """When it was last known how it stands: a contact alone, or a stick, says nothing of that."""
        return last_heard(self.told_at, self.hub_at, None)[0]

    @property
    def by_hub(self) -> bool:
        """Whether that is the hub's word."""
        return last_heard(self.told_at, self.hub_at, None)[1] == "hub"

    @property
    def heard_at(self) -> datetime | None:
        """When it spoke to the server itself or to its hub, or a stick of it was brought, whichever was last."""
        return last_heard(self.seen_at, self.hub_at, self.stick_at)[0]

    @property
    def road(self) -> str:
        """By which road it was last heard of: "" by itself, ``hub``, ``stick``."""
        return last_heard(self.seen_at, self.hub_at, self.stick_at)[1]


@dataclass(frozen=True, slots=True)
class Computers:
    """The list, and when the server told it."""

    at: datetime | None
    computers: tuple[Computer, ...]


def computers(reader: Reader) -> Computers:
    """The computers in use: without those revoked, and without the former names of those that have a new one."""
    query = "SELECT name, value FROM local WHERE district = :district AND name IN ('computers', 'computers.at')"
    values = {row["name"]: row["value"] for row in reader.rows(query)}
    found = [_computer(item) for item in json.loads(values.get("computers", "[]"))]
    replaced = {item.former for item in found}
    kept = tuple(item for item in found if item.revoked_at is None and item.device not in replaced)
    at = values.get("computers.at")
    return Computers(datetime.fromtimestamp(int(at) / 1000, UTC) if at else None, kept)


def silence(since: datetime | None, now: datetime) -> timedelta | None:
    """How long a computer has been silent, days without work left out; ``None``: it never spoke."""
    if since is None:
        return None
    passed = max(now - since, timedelta())
    if passed > timedelta(days=_LONGEST_DAYS):
        return passed
    day = since.astimezone().date()
    while day <= now.astimezone().date():
        if day.weekday() in FREE_DAYS:
            begin = datetime.combine(day, time.min).astimezone()
            free = min(now, begin + timedelta(days=1)) - max(since, begin)
            passed -= max(free, timedelta())
        day += timedelta(days=1)
    return max(passed, timedelta())


def badness(computer: Computer, now: datetime) -> tuple[float, ...]:
    """What computers are sorted by, the worst greatest: silent too long, then refused, waiting, conflicts."""
    silent = silence(computer.heard_at, now)
    hours = 1e6 if silent is None else silent.total_seconds() / 3600
    red = hours > RED_AFTER.total_seconds() / 3600
    return (
        float(red),
        float(computer.forked_at is not None),
        float(computer.refused > 0),
        hours if red else 0.0,
        float(computer.waiting or 0),
        float(computer.conflicts),
        hours,
    )


def sorted_by_worst(found: Sequence[Computer], now: datetime) -> list[Computer]:
    """The computers, the worst first."""
    return sorted(found, key=lambda item: badness(item, now), reverse=True)


def silent_count(reader: Reader, facility: str, now: datetime) -> int:  # noqa: ARG001 - as the menu asks
    """How many computers have been silent for more than two working days."""
    found = computers(reader).computers
    return sum(1 for item in found if (quiet := silence(item.heard_at, now)) is None or quiet > COUNTED_AFTER)


def _computer(item: dict[str, Any]) -> Computer:
    report = item.get("report")
    said = report or {}
    oldest = said.get("oldest", 0)
    found = Computer(
        device=item["device"],
        letter=item["letter"],
        name=item["name"],
        facility=item["facility"],
        facility_code=item.get("facility_code", ""),
        facility_name=item.get("facility_name", ""),
        seen_at=to_moment(item.get("seen_at") or None),
        proven_at=to_moment(item.get("proven_at") or None),
        revoked_at=to_moment(item.get("revoked_at") or None),
        forked_at=to_moment(item.get("forked_at") or None),
        former=item.get("former", ""),
        program=item.get("program", ""),
        records=item.get("records", 0),
        waiting=None if report is None else said.get("waiting", 0),
        oldest=datetime.fromtimestamp(oldest / 1000, UTC) if oldest else None,
        refused=said.get("refused", 0),
        carried=said.get("carried", 0),
        conflicts=said.get("conflicts", 0),
        stick_at=to_moment(item.get("stick_at") or None),
        hub_at=to_moment(item.get("hub_at") or None),
        # A server of an older version notes contacts alone.
        told_at=to_moment(item.get("told_at") or item.get("seen_at") or None),
    )
    return replace(found, waiting=item.get("hub_waiting", 0), oldest=None) if found.by_hub else found
