"""The visits of this facility as surveillance sees them, and which signals they propose now.

Only this computer is asked, so an alarm needs no network. Visits that were taken out of the lists do not count, and
nothing here may word a text.
"""

import json
from datetime import date, datetime, timedelta

from desktop.queries.alarms import WEEKS_NEEDED, Alarm, Case, SeenVisit, alarms, cases_of
from desktop.queries.skdr import letters_of, prefixes
from desktop.queries.values import NOT_VOID, to_day
from sync.records.weeks import week_of
from sync.replica.reader import Reader


def seen_visits(reader: Reader, first: date, last: date) -> list[SeenVisit]:
    """The visits from ``first`` to ``last`` with a code that proposes some disease."""
    stems = sorted({prefix[:3] for prefix in prefixes()})
    names = {f"stem{number}": stem for number, stem in enumerate(stems)}
    rows = reader.rows(
        f"""
        SELECT v.id, coalesce(s.stands, v.patient) AS patient, v.date, v.diagnosis_code AS code,
               p.village, p.subdistrict
        FROM visit AS v LEFT JOIN patient AS p ON p.district = :district AND p.id = v.patient
        LEFT JOIN same_person AS s ON s.district = :district AND s.patient = v.patient
        WHERE v.district = :district AND v.date BETWEEN :first AND :last
          AND substr(v.diagnosis_code, 1, 3) IN ({", ".join(f":{name}" for name in names)})
          AND {NOT_VOID.format(id="v.id")}
        """,  # noqa: S608  # put together from our own constants
        {"first": first.isoformat(), "last": last.isoformat(), **names},
    )
    seen = [SeenVisit(**{**row, "date": to_day(row["date"]) or first}) for row in rows]
    return [visit for visit in seen if letters_of(visit.code)]


def recent_cases(reader: Reader, today: date, weeks: int = WEEKS_NEEDED) -> list[Case]:
    """The cases of the last so many weeks up to ``today``."""
    return cases_of(seen_visits(reader, week_of(today).before(weeks).first_day, today))


def present_alarms(reader: Reader, now: datetime) -> list[Alarm]:
    """The signals that the visits here propose at ``now`` (aware) and nobody has judged."""
    today = now.astimezone().date()
    return alarms(recent_cases(reader, today), _judged(reader, now), today)


def alarms_of_visit(reader: Reader, visit: str, now: datetime) -> list[Alarm]:
    """The alarms in which one visit plays a part: what to say when it has just been saved."""
    return [alarm for alarm in present_alarms(reader, now) if visit in alarm.visits]


def _judged(reader: Reader, now: datetime) -> set[str]:
    """The visits that a signal or a dismissal has named, of as long ago as an alarm can look back."""
    since = (now - timedelta(weeks=WEEKS_NEEDED)).date().isoformat()
    rows = reader.rows(
        """
        SELECT visits FROM signal WHERE district = :district AND written_at >= :since
        UNION ALL SELECT visits FROM alarm_dismissal WHERE district = :district AND at >= :since
        """,
        {"since": since},
    )
    return {visit for row in rows for visit in json.loads(row["visits"] or "[]")}
