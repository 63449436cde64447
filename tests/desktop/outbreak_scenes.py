"""Invented visits, signals and weekly reports in a data folder."""

from datetime import date, datetime, timedelta
from typing import Any

from sync.records import Patient, Signal, Visit, WeeklyReport
from sync.records.weeks import EpiWeek, week_of
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient


def today_of(home: Home) -> date:
    """The day it is at a computer."""
    return home.replica.now().astimezone().date()


def last_week(home: Home) -> EpiWeek:
    """The last finished week."""
    return week_of(today_of(home)).before()


def add_visit(home: Home, patient: Patient, day: date, code: str | None, label: str = "Diagnosis") -> Visit:
    """A visit with a diagnosis."""
    visit = Visit(
        id=home.replica.new_id(),
        patient=patient.id,
        date=day,
        diagnosis_code=code,
        diagnosis_label=label if code else None,
    )
    home.replica.save([Edit(visit)], home.staff[0].id)
    return visit


def add_visits(home: Home, day: date, code: str, count: int) -> list[Visit]:
    """Visits of so many different people on one day."""
    return [add_visit(home, add_patient(home, f"Pasien {number}"), day, code) for number in range(count)]


def add_signal(home: Home, *, age: timedelta = timedelta(hours=5), **details: Any) -> Signal:
    """A signal that became known ``age`` ago, of this facility if no other is named."""
    found_at = home.replica.now() - age
    values = {
        "facility": home.replica.identity.facility,
        "disease_code": "K",
        "disease_label": "Suspek Campak",
        "village": "Karangsari",
        "found_at": found_at,
        "cases": 3,
        "source": "sekolah",
        "reporter_name": "Kepala SDN 2",
        "reporter_phone": "0800-0000-3333",
        "written_at": found_at,
        "by_name": home.staff[0].name,
        **details,
    }
    signal = Signal(**{"id": home.replica.new_id(), **values})
    home.replica.save([Edit(signal)], home.staff[0].id)
    return signal


def add_report(home: Home, week: EpiWeek, reported_at: datetime | None = None, **details: Any) -> WeeklyReport:
    """A weekly report, sent on the Monday after the week if no time is given."""
    monday = datetime(week.last_day.year, week.last_day.month, week.last_day.day, 12).astimezone() + timedelta(days=2)
    values = {
        "facility": home.replica.identity.facility,
        "first_day": week.first_day,
        "year": week.year,
        "week": week.number,
        "counts": ("A2",),
        "total_visits": 40,
        "reported_at": reported_at or monday,
        "by": home.staff[0].id,
        "by_name": home.staff[0].name,
        **details,
    }
    report = WeeklyReport(**{"id": home.replica.new_id(), **values})
    home.replica.save([Edit(report)], home.staff[0].id)
    return report
