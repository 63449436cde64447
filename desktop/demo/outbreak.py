"""What surveillance finds in the invented district: visits that propose signals, one signal on its way, weekly reports.

Saved by the puskesmas of the demo as its staff would; everybody is invented.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desktop.actions.outbreak import write_signal
from sync.records import Patient, Staff, Visit, WeeklyReport
from sync.records.weeks import EpiWeek, week_of
from sync.replica.values import Edit

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: Days ago, code, its list, name, and which people of the seeded register came with it.
_VISITS: tuple[tuple[int, str, str, str, tuple[int, ...]], ...] = (
    (0, "B05.9", "icd10_who2019", "Campak tanpa komplikasi", (101,)),
    (0, "A91", "icd10_bpjs", "Demam berdarah dengue", (102, 103)),
    (0, "A91", "icd10_bpjs", "Demam berdarah dengue", (104,)),
    (7, "A09", "icd10_who2019", "Diare dan gastroenteritis", (105, 106, 107, 108)),
    (8, "J06.9", "icd10_who2019", "Infeksi saluran napas atas akut", (109, 110, 111, 112, 113, 114)),
    (9, "J22", "icd10_who2019", "Infeksi saluran napas bawah akut", (115,)),
    (15, "J06.9", "icd10_who2019", "Infeksi saluran napas atas akut", (116, 117, 118, 119, 120)),
    (21, "A09", "icd10_who2019", "Diare dan gastroenteritis", (121, 122)),
)

#: Which finished weeks were reported, counted back from now: one is missing, and the last is due.
_REPORTED = (2, 3, 5)


def fill_outbreak(replica: "Replica", nurse: Staff, patients: Sequence[Patient]) -> None:
    """Save the visits, the reports and the signal."""
    now = replica.now()
    today = now.astimezone().date()
    visits = [
        Visit(
            id=replica.new_id(),
            patient=patients[number].id,
            date=today - timedelta(days=ago),
            diagnosis_code=code,
            diagnosis_set=codes,
            diagnosis_label=name,
            outcome="berobat_jalan",
            seen_by=nurse.id,
        )
        for ago, code, codes, name, numbers in _VISITS
        for number in numbers
    ]
    reports = [_report(replica, nurse, week_of(today).before(back), now) for back in _REPORTED]
    replica.save([Edit(record) for record in (*visits, *reports)], nurse.id)
    write_signal(
        replica,
        nurse,
        {
            "disease_code": "K",
            "disease_label": "Suspek Campak",
            "place": "SDN 2",
            "village": patients[101].village,
            "subdistrict": patients[101].subdistrict,
            "found_at": now - timedelta(hours=5),
            "cases": 3,
            "deaths": 0,
            "age_groups": "5-14 th: 3",
            "signs": "Demam, ruam, batuk; tiga murid kelas 2 tidak masuk",
            "action": "Vitamin A, dipulangkan, pelacakan kontak serumah",
            "source": "sekolah",
            "reporter_name": "Kepala sekolah",
            "reporter_phone": "0800-0003-0001",
        },
    )


def _report(replica: "Replica", nurse: Staff, week: EpiWeek, now: datetime) -> WeeklyReport:
    """A report sent on the Monday after its week."""
    monday = datetime(week.last_day.year, week.last_day.month, week.last_day.day, 9, tzinfo=now.astimezone().tzinfo)
    return WeeklyReport(
        id=replica.new_id(),
        facility=replica.identity.facility,
        first_day=week.first_day,
        year=week.year,
        week=week.number,
        counts=("A2", "AA5"),
        total_visits=86,
        reported_at=monday + timedelta(days=2),
        by=nurse.id,
        by_name=nurse.name,
    )
