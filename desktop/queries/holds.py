"""Beds kept for patients who were accepted: which acceptances still hold one, and until when.

A hold is a pure function of the facts of a referral and of now: it ends by itself, and by arrival, cancelling or the
fact that nobody came. This replica knows the referrals it may see and no others, so a count here is a least number.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from desktop.queries.values import columns, to_day, to_record
from desktop.queries.worklists import LIMITS, Limits
from sync.records import Referral, ReferralEvent
from sync.records.referral_state import referral_state
from sync.records.rules import is_emergency
from sync.replica.reader import Reader

#: States of a referral whose patient may still come to the bed.
_ON_THE_WAY = frozenset({"diterima", "berangkat"})

#: What most referrals come to; their other facts need not be read.
_ARRIVED = ("tiba", "selesai", "dirujuk_balik")

_AT = ReferralEvent.type.fields["at"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a letter says that matters for a hold."""

    kind: str
    urgency: str
    ward_class: str | None
    planned_date: date | None


@dataclass(frozen=True, slots=True)
class Hold:
    """An accepted patient who may still come to ``hospital``; ``ward`` is ``None`` where the room was to follow.

    ``bed``: whether a bed is kept; for an outpatient without a ward none is.
    """

    referral: str
    hospital: str
    ward: str | None
    ward_class: str | None
    bed: bool
    until: datetime


def asked_of(letter: Referral) -> Asked:
    """What a letter says that matters for a hold."""
    return Asked(letter.kind, letter.urgency, letter.ward_class, letter.planned_date)


def hold_end(asked: Asked, accepted_at: datetime, limits: Limits = LIMITS) -> datetime:
    """How long a bed is kept if nobody says otherwise: an emergency's for some hours, a planned one's until the end of
    its day, others' for some days; in the time zone of the place."""
    if is_emergency(asked.urgency, asked.kind):
        return accepted_at + limits.emergency_arrival
    local = accepted_at.astimezone()
    if asked.planned_date is None:
        return accepted_at + limits.arrival
    day = max(asked.planned_date, local.date()) + timedelta(days=1)
    return datetime.combine(day, time.min).astimezone()


def hold_of(
    asked: Asked,
    events: Iterable[ReferralEvent],
    writers: Mapping[str, str],
    now: datetime,
    limits: Limits = LIMITS,
) -> Hold | None:
    """The bed that the facts of one referral keep at ``now`` (aware); ``None`` if none.

    ``writers``: by the id of an event the facility that wrote it; the hospital is the one that accepted. An acceptance
    of a hospital that is asked no more, because the office named another, keeps nothing.
    """
    state = referral_state(events)
    accepted = state.answer
    if accepted is None or accepted.kind != "diterima" or state.code not in _ON_THE_WAY:
        return None
    until = accepted.hold_until or hold_end(asked, accepted.at, limits)
    if now >= until:
        return None
    bed = accepted.ward is not None or asked.kind != "rawat_jalan"
    return Hold(accepted.referral, writers[accepted.id], accepted.ward, asked.ward_class, bed, until)


def holds(reader: Reader, now: datetime, hospital: str | None = None, limits: Limits = LIMITS) -> list[Hold]:
    """The beds kept at ``now`` as far as this replica knows, of one hospital or of all."""
    rows = reader.rows(
        f"""
        SELECT {columns(ReferralEvent, "e")}, r.kind AS asked_kind, r.urgency, r.ward_class, r.planned_date,
               w.facility AS writer
        FROM referral_event AS e
        JOIN referral AS r ON r.district = :district AND r.id = e.referral
        JOIN record AS w ON w.district = :district AND w.id = e.id
        WHERE e.district = :district AND e.referral IN (
            SELECT a.referral FROM referral_event AS a
            WHERE a.district = :district AND a.kind = 'diterima' AND a.at >= :since AND NOT EXISTS (
                SELECT 1 FROM referral_event AS b
                WHERE b.district = :district AND b.referral = a.referral
                  AND b.kind IN ({", ".join(f"'{kind}'" for kind in _ARRIVED)})))
        """,  # noqa: S608  # names of our own declarations only
        {"since": _AT.to_wire(now - limits.look_back)},
    )
    letters: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        letters.setdefault(row["referral"], []).append(row)
    found = []
    for facts in letters.values():
        letter = facts[0]
        asked = Asked(letter["asked_kind"], letter["urgency"], letter["ward_class"], to_day(letter["planned_date"]))
        writers = {row["id"]: row["writer"] for row in facts}
        hold = hold_of(asked, [to_record(ReferralEvent, row) for row in facts], writers, now, limits)
        if hold is not None and hospital in (None, hold.hospital):
            found.append(hold)
    return sorted(found, key=lambda hold: (hold.until, hold.referral))


def held_by_ward(kept: Iterable[Hold]) -> dict[str, int]:
    """How many beds are kept in each ward; those whose ward was to follow are in none."""
    return dict(Counter(hold.ward for hold in kept if hold.ward is not None))
