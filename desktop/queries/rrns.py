"""RRNS of this month, live and only estimated: how many of the referrals should have been finished at first level.

The ratio of non-specialist outpatient referrals of BPJS counts what P-Care calls ``nonSpesialis``; that table is not
public, so the list of 144 stands in for it. Nothing here words a text, and 0 of 0 is no ratio.
"""

from datetime import datetime

from desktop.queries.diagnoses import diagnosis_table
from desktop.queries.non_specialist import NonSpecialist, is_counted
from desktop.queries.values import NOT_VOID
from sync.records import Referral
from sync.replica.reader import Reader, as_blob

#: P-Care's "no TACC", for letters that came from elsewhere; ours leave the field empty.
_NO_TACC = frozenset({None, "", "-1", "0"})


def month_of(now: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of the month of ``now`` (aware) as the place's calendar has it; the end is the next month's."""
    here = now.astimezone()
    year, month = divmod(here.year * 12 + here.month, 12)
    first, next_first = datetime(here.year, here.month, 1), datetime(year, month + 1, 1)  # noqa: DTZ001 - of this place
    return first.astimezone(), next_first.astimezone()


def rrns(reader: Reader, facility: str, since: datetime, until: datetime) -> NonSpecialist:
    """The ratio over what ``facility`` wrote from ``since`` up to, not including, ``until`` (both aware).

    What it took back does not count: P-Care deletes it too.
    """
    written_at = Referral.type.fields["written_at"]
    rows = reader.rows(
        f"""
        SELECT kind, diagnosis_code, kd_tacc FROM referral AS r
        WHERE r.district = :district AND r.from_facility = :facility
          AND r.written_at >= :since AND r.written_at < :until
          AND NOT EXISTS (SELECT 1 FROM referral_event AS e
                          WHERE e.district = :district AND e.referral = r.id AND e.kind = 'dibatalkan')
          AND {NOT_VOID.format(id="r.id")}
        """,  # noqa: S608  # put together from our own constants
        {"facility": as_blob(facility), "since": written_at.to_wire(since), "until": written_at.to_wire(until)},
    )
    counted = explained = 0
    for row in rows:
        listed, tacc = is_listed(row["diagnosis_code"]), row["kd_tacc"] not in _NO_TACC
        counted += is_counted(kind=row["kind"], listed=listed, tacc=tacc)
        explained += tacc and is_counted(kind=row["kind"], listed=listed, tacc=False)
    return NonSpecialist(counted, explained, len(rows))


def rrns_this_month(reader: Reader, facility: str, now: datetime) -> NonSpecialist:
    """As :func:`rrns`, for the month of ``now`` (aware) so far."""
    return rrns(reader, facility, *month_of(now))


def is_listed(diagnosis_code: str | None) -> bool:
    """Whether a diagnosis is on the list of 144 that a first-level facility is expected to finish."""
    found = diagnosis_table().with_code(diagnosis_code) if diagnosis_code else None
    return found is not None and found.finished_here
