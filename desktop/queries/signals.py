"""Signals as lists and as one whole: what was reported, how far it has come, and whose turn it is.

The same for the facility that reported (it has its own only) and for the district office (it has all). Nothing here
words a text or decides that there is an outbreak.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop.queries.referrals import Delivery, delivery_of
from desktop.queries.values import columns, rows_in_parts, to_day, to_record
from sync.records import AlarmDismissal, Signal, SignalEvent
from sync.records.signal_state import first_of, latest_numbers, signal_state
from sync.replica.reader import Reader, as_blob

#: A W1 report is due within so much time of becoming known, and its verification of its receipt.
DUE = timedelta(hours=24)

#: Signals of so long are listed, ended or not.
LOOK_BACK = timedelta(days=120)

#: And so long an alarm that was dismissed.
DISMISSED_LOOK_BACK = timedelta(days=30)

#: Nobody has said whether it is true, nor closed it: the office's turn, as ``received`` and ``verify_by`` have it.
_WAITING = """NOT EXISTS (
    SELECT 1 FROM signal_event AS e WHERE e.district = :district AND e.signal = s.id
        AND e.kind IN ('terverifikasi', 'tidak_terbukti', 'ditutup'))"""
_MOST_WAITING = 3000

#: States in which nothing more is expected.
ENDED = frozenset({"ditutup", "tidak_terbukti"})


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One signal with its facts, oldest first."""

    signal: Signal
    facility_name: str
    facility_phone: str | None
    delivery: Delivery
    events: tuple[SignalEvent, ...]

    @property
    def id(self) -> str:
        return self.signal.id

    @property
    def state(self) -> str:
        return signal_state(self.events)

    @property
    def received(self) -> SignalEvent | None:
        """The receipt of the district office: the first thing it noted counts as one."""
        return first_of(self.events, "diterima", "terverifikasi", "tidak_terbukti", "ke_provinsi", "ditutup")

    @property
    def verdict(self) -> SignalEvent | None:
        return first_of(self.events, "terverifikasi", "tidak_terbukti")

    @property
    def numbers(self) -> tuple[int | None, int | None]:
        """Cases and deaths as known last."""
        return latest_numbers(self.signal.cases, self.signal.deaths, self.events)

    @property
    def due_at(self) -> datetime:
        """By when the district office must have it."""
        return self.signal.found_at + DUE

    def verify_by(self) -> datetime | None:
        """By when it must be verified; ``None`` once it is, or while nobody has received it."""
        if self.verdict is not None or self.received is None or self.state == "ditutup":
            return None
        return self.received.at + DUE


@dataclass(frozen=True, slots=True)
class DismissalLine:
    """An alarm that a person found to be no signal."""

    dismissal: AlarmDismissal
    facility_name: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the line list; it stays at the reporting facility and the district office."""

    visit: str
    patient: str
    day: date
    name: str | None
    sex: str | None
    birth_date: date | None
    village: str | None
    diagnosis: str | None


def signals(reader: Reader, now: datetime, limit: int = 300) -> list[SignalLine]:
    """Those without a receipt first, then those without a verdict, the longest waiting on top; then the newest.

    ``limit`` and the last months hold for the others only: what waits for the office is there however old it is.
    """
    found = {line.id: line for line in _lines(reader, _WAITING, {"limit": _MOST_WAITING})}
    recent = _lines(reader, "s.written_at >= :since", {"since": _wire(now - LOOK_BACK), "limit": limit})
    found.update((line.id, line) for line in recent)
    return sorted(found.values(), key=_place)


def signal_line(reader: Reader, signal: str) -> SignalLine | None:
    """One signal; ``None`` if it is not here."""
    found = _lines(reader, "s.id = :id", {"id": as_blob(signal), "limit": 1})
    return found[0] if found else None


def case_lines(reader: Reader, visits: tuple[str, ...]) -> list[CaseLine]:
    """The line list of these visits, oldest first; of one patient the first visit."""
    found: dict[str, CaseLine] = {}
    sql = """
        SELECT v.id AS visit, coalesce(s.stands, v.patient) AS patient, v.date, v.diagnosis_code, v.diagnosis_label,
               p.name, p.sex, p.birth_date, p.village
        FROM visit AS v LEFT JOIN patient AS p ON p.district = :district AND p.id = v.patient
        LEFT JOIN same_person AS s ON s.district = :district AND s.patient = v.patient
        WHERE v.district = :district AND v.id IN ({ids})
    """
    for row in rows_in_parts(reader, sql, visits):
        line = _case_line(row)
        known = found.get(line.patient)
        if known is None or (line.day, line.visit) < (known.day, known.visit):
            found[line.patient] = line
    return sorted(found.values(), key=lambda line: (line.day, line.visit))


def dismissals(reader: Reader, now: datetime, limit: int = 50) -> list[DismissalLine]:
    """The alarms of the last weeks that a person found to be no signal, the newest first."""
    rows = reader.rows(
        f"""
        SELECT {columns(AlarmDismissal, "a")}, f.name AS facility_name FROM alarm_dismissal AS a
        LEFT JOIN facility AS f ON f.district = :district AND f.id = a.facility
        WHERE a.district = :district AND a.at >= :since ORDER BY a.at DESC LIMIT :limit
        """,  # noqa: S608  # names of our own declarations only
        {"since": _wire(now - DISMISSED_LOOK_BACK), "limit": limit},
    )
    return [DismissalLine(to_record(AlarmDismissal, row), row["facility_name"] or "") for row in rows]


def waiting_signals(reader: Reader) -> int:
    """How many signals wait for the district office: to be received, or to be verified."""
    sql = f"SELECT count(*) FROM signal AS s WHERE s.district = :district AND {_WAITING}"  # noqa: S608  # our own
    return int(reader.value(sql))


def _place(line: SignalLine) -> tuple[int, float]:
    found_at = line.signal.found_at.timestamp()
    if line.received is None:
        return 0, found_at
    if line.verify_by() is not None:
        return 1, found_at
    return (3 if line.state in ENDED else 2), -found_at


def _lines(reader: Reader, condition: str, params: Mapping[str, Any]) -> list[SignalLine]:
    rows = reader.rows(
        f"""
        SELECT {columns(Signal, "s")}, f.name AS facility_name, f.phone AS facility_phone, v.confirmed, v.confirmed_at,
               v.refusal
        FROM signal AS s
        LEFT JOIN facility AS f ON f.district = :district AND f.id = s.facility
        LEFT JOIN revision AS v ON v.district = :district AND v.record = s.id
        WHERE s.district = :district AND {condition} ORDER BY s.written_at DESC LIMIT :limit
        """,  # noqa: S608  # names of our own declarations only
        dict(params),
    )
    events = _events(reader, [row["id"] for row in rows])
    return [
        SignalLine(
            signal=to_record(Signal, row),
            facility_name=row["facility_name"] or "",
            facility_phone=row["facility_phone"],
            delivery=delivery_of(row),
            events=tuple(events.get(row["id"], ())),
        )
        for row in rows
    ]


def _events(reader: Reader, ids: list[str]) -> dict[str, list[SignalEvent]]:
    found: dict[str, list[SignalEvent]] = {}
    for row in rows_in_parts(
        reader,
        f"""
        SELECT {columns(SignalEvent, "e")} FROM signal_event AS e
        WHERE e.district = :district AND e.signal IN ({{ids}}) ORDER BY e.at, e.id
        """,  # noqa: S608  # names of our own declarations only
        ids,
    ):
        event = to_record(SignalEvent, row)
        found.setdefault(event.signal, []).append(event)
    return found


def _case_line(row: Mapping[str, Any]) -> CaseLine:
    return CaseLine(
        visit=row["visit"],
        patient=row["patient"],
        day=to_day(row["date"]) or date.min,
        name=row["name"],
        sex=row["sex"],
        birth_date=to_day(row["birth_date"]),
        village=row["village"],
        diagnosis=" ".join(part for part in (row["diagnosis_code"], row["diagnosis_label"]) if part) or None,
    )


def _wire(moment: datetime) -> str:
    return str(Signal.type.fields["written_at"].to_wire(moment))
