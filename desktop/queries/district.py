"""What the district office looks at: every running referral, the most pressing first, and the facilities to choose by.

Nothing here is filtered away in silence: how many there are is said beside how many are shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.queries.referrals import ReferralLine, district_referrals
from desktop.queries.worklists import LIMITS, Limits, is_emergency, tasks_of
from sync.replica.reader import Reader

#: Older referrals that still need somebody stand in the worklist.
_BACK = timedelta(days=30)

#: Ways to look at the referrals, in the order of the screen.
VIEWS = ("all", "unanswered", "late", "refused", "outside")

_LATE = frozenset({"no_answer", "not_arrived"})


@dataclass(frozen=True, slots=True)
class Site:
    """A facility to choose by."""

    id: str
    name: str
    kind: str
    outside: bool
    """Whether it lies outside the district."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The running referrals and the facilities of the district."""

    lines: tuple[ReferralLine, ...]
    late: frozenset[str]
    """Ids of those whose answer or patient should have come."""
    sites: tuple[Site, ...]
    complete: bool
    """Whether these are all that run."""


def overview(reader: Reader, now: datetime, limits: Limits = LIMITS) -> Overview:
    """The referrals of the last month that need somebody at ``now`` (aware), the most pressing first."""
    lines = district_referrals(reader, now - _BACK, limits.district_lines + 1)
    complete = len(lines) <= limits.district_lines
    lines = lines[: limits.district_lines]
    late = frozenset(task.line.id for task in tasks_of(lines, now, limits) if task.kind in _LATE)
    return Overview(tuple(sorted(lines, key=lambda line: _place(line, late))), late, _sites(reader), complete)


def chosen(found: Overview, view: str, hospital: str | None, sender: str | None) -> list[ReferralLine]:
    """The lines of a view (:data:`VIEWS`), perhaps only to one hospital or from one facility (ids)."""
    outside = {site.id for site in found.sites if site.outside}
    return [
        line
        for line in found.lines
        if _is_in(line, view, found.late, outside)
        and hospital in {None, line.to_facility}
        and sender in {None, line.from_facility}
    ]


def _is_in(line: ReferralLine, view: str, late: Iterable[str], outside: Iterable[str]) -> bool:
    if view == "unanswered":
        return line.waits
    if view == "late":
        return line.id in late
    if view == "refused":
        return line.state == "ditolak"
    return view == "all" or line.to_facility in outside


def _place(line: ReferralLine, late: frozenset[str]) -> tuple[int, bool, datetime]:
    if line.waits and line.id in late:
        rank = 0
    elif line.state == "ditolak":
        rank = 1
    else:
        rank = 2 if line.waits else 3 if line.id in late else 4
    return rank, not is_emergency(line), line.asked_at


def _sites(reader: Reader) -> tuple[Site, ...]:
    rows = reader.rows(
        """
        SELECT id, name, kind, outside_district FROM facility
        WHERE district = :district AND kind <> 'dinkes' AND active IS NOT 0 ORDER BY name
        """
    )
    return tuple(Site(row["id"], row["name"], row["kind"], bool(row["outside_district"])) for row in rows)
