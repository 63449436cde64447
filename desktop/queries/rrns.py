"""RRNS of this month, live and only estimated: how many of the referrals should have been finished at first level.

The ratio of non-specialist outpatient referrals of BPJS counts what P-Care calls ``nonSpesialis``; that table is not
public, so the list of 144 stands in for it. Nothing here words a text, and 0 of 0 is no ratio.
"""

from dataclasses import dataclass
from datetime import datetime

from desktop.queries.diagnoses import diagnosis_table
from sync.records import Referral
from sync.replica.reader import Reader, as_blob


@dataclass(frozen=True, slots=True)
class Rrns:
    """``non_specialist`` of ``referrals``: outpatient, on the list of 144, without TACC."""

    non_specialist: int
    referrals: int

    @property
    def percent(self) -> float | None:
        """The ratio in percent; ``None`` where there was no referral."""
        return 100 * self.non_specialist / self.referrals if self.referrals else None


@dataclass(frozen=True, slots=True)
class Referred:
    """What counts of one referral."""

    kind: str
    diagnosis_code: str | None
    kd_tacc: str | None

    @property
    def is_non_specialist(self) -> bool:
        """Whether it is outpatient, of a diagnosis of the list, and nobody said why it is referred all the same."""
        if self.kind != "rawat_jalan" or self.diagnosis_code is None or self.kd_tacc not in (None, "-1"):
            return False
        found = diagnosis_table().with_code(self.diagnosis_code)
        return found is not None and found.finished_here


def month_of(now: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of the month of ``now`` (aware) as the place's calendar has it; the end is the next month's."""
    here = now.astimezone()
    year, month = divmod(here.year * 12 + here.month, 12)
    first, next_first = datetime(here.year, here.month, 1), datetime(year, month + 1, 1)  # noqa: DTZ001 - of this place
    return first.astimezone(), next_first.astimezone()


def rrns(reader: Reader, facility: str, since: datetime, until: datetime) -> Rrns:
    """The ratio over what ``facility`` wrote from ``since`` up to, not including, ``until`` (both aware).

    What it took back does not count: P-Care deletes it too.
    """
    written_at = Referral.type.fields["written_at"]
    rows = reader.rows(
        """
        SELECT kind, diagnosis_code, kd_tacc FROM referral AS r
        WHERE r.district = :district AND r.from_facility = :facility
          AND r.written_at >= :since AND r.written_at < :until
          AND NOT EXISTS (SELECT 1 FROM referral_event AS e
                          WHERE e.district = :district AND e.referral = r.id AND e.kind = 'dibatalkan')
        """,
        {"facility": as_blob(facility), "since": written_at.to_wire(since), "until": written_at.to_wire(until)},
    )
    referred = [Referred(**row) for row in rows]
    return Rrns(sum(item.is_non_specialist for item in referred), len(referred))


def rrns_this_month(reader: Reader, facility: str, now: datetime) -> Rrns:
    """As :func:`rrns`, for the month of ``now`` (aware) so far."""
    return rrns(reader, facility, *month_of(now))
