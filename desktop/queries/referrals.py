"""Referrals as lists and as one whole: what the sender's list and the hospital's inbox show.

The state is computed from the facts that are here; how far the letter has come (written, on the server, seen,
answered) is read from the facts and from what the district's server has confirmed. Nothing here words a text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop.queries.duty import last_duty
from desktop.queries.same_person import OF_PERSON, read_patient
from desktop.queries.values import columns, read_record, rows_in_parts, to_day, to_moment, to_record
from sync.records import Duty, Patient, Referral, ReferralEvent
from sync.records.referral import URGENCIES
from sync.records.referral_state import counting_facts, referral_state
from sync.records.referral_steps import awaits_answer, open_question
from sync.replica.reader import Reader, as_blob

_URGENCY_PLACE = {code: number for number, code in enumerate(URGENCIES)}


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a record of this PC has come: the district's server has it, or refused it, or it still waits."""

    confirmed: bool
    confirmed_at: datetime | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """The delivery chain of a referral: who has it. A time is ``None`` where the step has not been reached.

    ``on_server_at`` is also ``None`` at those who did not write the letter: they have it from the server.
    """

    written_at: datetime
    on_server: bool
    on_server_at: datetime | None
    refusal: str | None
    seen_at: datetime | None
    seen_by: str | None
    answered_at: datetime | None
    answered_by: str | None


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One referral in a list."""

    id: str
    number: str
    patient: str
    patient_name: str | None
    patient_sex: str | None
    patient_birth: date | None
    kind: str
    urgency: str
    diagnosis_code: str | None
    diagnosis: str
    ward_class: str | None
    from_facility: str
    from_name: str
    to_facility: str
    """The hospital concerned: where the patient is, else who is asked now; not always that of the letter."""
    to_name: str
    written_at: datetime
    asked_at: datetime
    """When the hospital that is asked now was asked: by the letter, or by a redirection."""
    redirected: bool
    """Whether the hospital concerned is another one than the letter names, or was asked again."""
    state: str
    answer: ReferralEvent | None
    chain: Chain
    planned_date: date | None
    events: tuple[ReferralEvent, ...]
    """Oldest first."""

    @property
    def waits(self) -> bool:
        """Whether the hospital still owes an answer."""
        return awaits_answer(self.state, answered=self.answer is not None)

    @property
    def opened(self) -> bool:
        """Whether anybody at the hospital that is asked now has opened it."""
        return any(event.kind == "dilihat" for event in counting_facts(self.events))

    def waits_for(self, facility: str) -> bool:
        """Whether it is ``facility`` that owes the answer."""
        return self.waits and self.to_facility == facility


@dataclass(frozen=True, slots=True)
class ReferralFile:
    """One referral with everything that is known of it here; ``patient`` is ``None`` until its record arrives."""

    line: ReferralLine
    referral: Referral
    patient: Patient | None
    from_phone: str | None
    to_phone: str | None
    duty: Duty | None
    """Who took over last at the hospital; whether the shift still lasts is for the reader of it to see."""
    events: tuple[ReferralEvent, ...]
    ward_names: Mapping[str, str]
    deliveries: Mapping[str, Delivery]
    writers: Mapping[str, str]
    """By the id of an event: the facility that wrote it."""
    places: Mapping[str, str]
    """Names of the facilities that wrote or are named in an event, by id."""

    def question_to(self, facility: str) -> ReferralEvent | None:
        """The question that ``facility`` was asked and nobody has answered."""
        return open_question(
            event for event in self.events if event.kind != "pertanyaan" or self.writers.get(event.id) != facility
        )

    def latest(self, kind: str) -> ReferralEvent | None:
        """The newest fact of a kind; ``None`` if there is none."""
        return max((event for event in self.events if event.kind == kind), key=lambda event: event.id, default=None)


_LINES = """
    SELECT r.id, r.number, r.patient, r.kind, r.urgency, r.diagnosis_code, r.diagnosis_label, r.ward_class,
           r.written_at, r.planned_date, r.from_facility, r.to_facility,
           p.name AS patient_name, p.sex AS patient_sex, p.birth_date AS patient_birth,
           f.name AS from_name, t.name AS to_name,
           (SELECT v.confirmed FROM revision AS v
            WHERE v.district = :district AND v.record = r.id ORDER BY v.stamp LIMIT 1) AS confirmed,
           (SELECT v.confirmed_at FROM revision AS v
            WHERE v.district = :district AND v.record = r.id ORDER BY v.stamp LIMIT 1) AS confirmed_at,
           (SELECT v.refusal FROM revision AS v
            WHERE v.district = :district AND v.record = r.id ORDER BY v.stamp LIMIT 1) AS refusal
    FROM referral AS r
    LEFT JOIN patient AS p ON p.district = :district AND p.id = r.patient
    LEFT JOIN facility AS f ON f.district = :district AND f.id = r.from_facility
    LEFT JOIN facility AS t ON t.district = :district AND t.id = r.to_facility
    WHERE r.district = :district AND {condition}
    ORDER BY r.written_at DESC LIMIT :limit
"""

_MOVED = """r.id IN (
    SELECT e.referral FROM referral_event AS e
    WHERE e.district = :district AND e.kind = 'dialihkan' AND e.to_facility = :facility"""
_RECEIVED = f"(r.to_facility = :facility OR {_MOVED}))"

#: Seen to, finished without a back-referral, or taken back without the patient having come: no task is left.
_NOT_OVER = """(
    SELECT MAX(e.kind = 'ditindaklanjuti') IS NOT 1 AND (MAX(e.kind = 'dirujuk_balik') IS 1 OR (
        MAX(e.kind = 'selesai') IS NOT 1 AND (MAX(e.kind = 'tiba') IS 1 OR MAX(e.kind = 'dibatalkan') IS NOT 1)))
    FROM referral_event AS e WHERE e.district = :district AND e.referral = r.id)"""

#: Nobody has answered, or somebody was asked after an answer: ``referral_state`` decides about these.
_MAY_WAIT = """(
    SELECT COALESCE(MAX(e.kind IN ('tiba', 'selesai', 'dirujuk_balik', 'dibatalkan')), 0) = 0
        AND (COALESCE(MAX(e.kind IN ('diterima', 'ditolak')), 0) = 0 OR MAX(e.kind = 'dialihkan') = 1)
    FROM referral_event AS e WHERE e.district = :district AND e.referral = r.id)"""
_MOST_WAITING = 3000

_NOT_SEEN_TO = """r.id NOT IN (
    SELECT d.referral FROM referral_event AS d WHERE d.district = :district AND d.kind = 'ditindaklanjuti')"""


def sent_referrals(reader: Reader, facility: str, limit: int = 300) -> list[ReferralLine]:
    """The referrals that ``facility`` wrote, newest first."""
    return _lines(reader, "r.from_facility = :facility", {"facility": as_blob(facility), "limit": limit})


def referrals_of_patient(reader: Reader, patient: str, limit: int = 100) -> list[ReferralLine]:
    """The referrals of one person under whichever registration they were written, newest first."""
    return _lines(reader, f"r.patient IN ({OF_PERSON})", {"patient": as_blob(patient), "limit": limit})


def inbox(reader: Reader, facility: str, limit: int = 300) -> list[ReferralLine]:
    """The referrals sent or redirected to ``facility``: those without its answer first, the most urgent on top.

    ``limit`` holds for the others only: what waits for an answer is there however old it is.
    """
    params = {"facility": as_blob(facility), "limit": limit}
    waiting = _lines(reader, f"{_RECEIVED} AND {_MAY_WAIT}", {**params, "limit": _MOST_WAITING})
    found = {line.id: line for line in waiting if line.waits_for(facility)}
    found.update((line.id, line) for line in _lines(reader, _RECEIVED, params))
    return inbox_order(found.values(), facility)


def running_referrals(reader: Reader, facility: str, since: datetime, limit: int = 3000) -> list[ReferralLine]:
    """The referrals from and to ``facility`` written or redirected to it after ``since``, but for those whose last
    task was seen to.

    One that was redirected is no affair of the hospital that is asked no more.
    """
    condition = "(r.written_at >= :since AND (r.from_facility = :facility OR r.to_facility = :facility) OR " + _MOVED
    condition += " AND e.at >= :since)) AND " + _NOT_SEEN_TO
    lines = _lines(reader, condition, {"facility": as_blob(facility), "since": _wire(since), "limit": limit})
    return [line for line in lines if facility in {line.from_facility, line.to_facility}]


def district_referrals(reader: Reader, since: datetime, limit: int = 3000) -> list[ReferralLine]:
    """All referrals that are here and written after ``since``, newest first, but for those that need nobody any more.

    ``limit`` and no more of them: who needs to know whether there are others asks for one more.
    """
    return _lines(reader, "r.written_at >= :since AND " + _NOT_OVER, {"since": _wire(since), "limit": limit})


def inbox_order(lines: Iterable[ReferralLine], facility: str) -> list[ReferralLine]:
    """Unanswered by ``facility`` first: by urgency, then the longest waiting; the others by age, newest first."""
    lines = list(lines)
    waiting = [line for line in lines if line.waits_for(facility)]
    answered = [line for line in lines if not line.waits_for(facility)]
    waiting.sort(key=lambda line: (_URGENCY_PLACE.get(line.urgency, 0), line.written_at))
    answered.sort(key=lambda line: line.written_at, reverse=True)
    return waiting + answered


def referral_file(reader: Reader, referral_id: str) -> ReferralFile | None:
    """One referral whole; ``None`` if it is not here."""
    lines = _lines(reader, "r.id = :id", {"id": as_blob(referral_id), "limit": 1})
    referral = read_record(reader, Referral, referral_id)
    if not lines or referral is None:
        return None
    events = _events(reader, [referral_id]).get(referral_id, [])
    writers = writers_of(reader, [event.id for event in events])
    named = {*writers.values(), *(event.to_facility for event in events if event.to_facility)}
    return ReferralFile(
        line=lines[0],
        referral=referral,
        patient=read_patient(reader, referral.patient),
        from_phone=_phone(reader, referral.from_facility),
        to_phone=_phone(reader, lines[0].to_facility),
        duty=last_duty(reader, lines[0].to_facility),
        events=tuple(events),
        ward_names=_ward_names(reader, [event.ward for event in events if event.ward is not None]),
        deliveries=_deliveries(reader, [event.id for event in events]),
        writers=writers,
        places=facility_names(reader, sorted(named)),
    )


def writers_of(reader: Reader, records: list[str]) -> dict[str, str]:
    """The facility that wrote each of some records, by the record's id."""
    sql = "SELECT id, facility FROM record WHERE district = :district AND id IN ({ids})"
    return {row["id"]: row["facility"] for row in rows_in_parts(reader, sql, records)}


def facility_names(reader: Reader, facilities: list[str]) -> dict[str, str]:
    """The names of some facilities, by id; who is not in the catalogue here is left out."""
    sql = "SELECT id, name FROM facility WHERE district = :district AND id IN ({ids})"
    return {row["id"]: row["name"] for row in rows_in_parts(reader, sql, facilities)}


def chain_of(written_at: datetime, delivery: Delivery, events: Iterable[ReferralEvent]) -> Chain:
    """The delivery chain, from the facts. An answer counts as seen, even when the fact "seen" has not arrived."""
    answer = referral_state(events := list(events)).answer
    opened = (event for event in counting_facts(events) if event.kind == "dilihat")
    seen = min(opened, key=lambda event: event.at, default=answer)
    return Chain(
        written_at=written_at,
        on_server=delivery.confirmed,
        on_server_at=delivery.confirmed_at,
        refusal=delivery.refusal,
        seen_at=seen.at if seen else None,
        seen_by=seen.by_name if seen else None,
        answered_at=answer.at if answer else None,
        answered_by=answer.by_name if answer else None,
    )


def _lines(reader: Reader, condition: str, params: Mapping[str, Any]) -> list[ReferralLine]:
    rows = reader.rows(_LINES.format(condition=condition), dict(params))
    events = _events(reader, [row["id"] for row in rows])
    moved = {fact.to_facility for facts in events.values() for fact in facts if fact.kind == "dialihkan"}
    names = facility_names(reader, [facility for facility in moved if facility])
    return [_line(row, events.get(row["id"], []), names) for row in rows]


def _line(row: Mapping[str, Any], events: list[ReferralEvent], names: Mapping[str, str]) -> ReferralLine:
    written_at = to_moment(row["written_at"])
    if written_at is None:
        raise ValueError("a letter without its time")
    state = referral_state(events)
    moved = state.request.to_facility if state.request else None
    return ReferralLine(
        id=row["id"],
        number=row["number"],
        patient=row["patient"],
        patient_name=row["patient_name"],
        patient_sex=row["patient_sex"],
        patient_birth=to_day(row["patient_birth"]),
        kind=row["kind"],
        urgency=row["urgency"],
        diagnosis_code=row["diagnosis_code"],
        diagnosis=row["diagnosis_label"],
        ward_class=row["ward_class"],
        from_facility=row["from_facility"],
        from_name=row["from_name"] or "",
        to_facility=moved or row["to_facility"],
        to_name=(names.get(moved) if moved else row["to_name"]) or "",
        written_at=written_at,
        asked_at=state.request.at if state.request else written_at,
        redirected=state.request is not None,
        state=state.code,
        answer=state.answer,
        chain=chain_of(written_at, delivery_of(row), events),
        planned_date=to_day(row["planned_date"]),
        events=tuple(events),
    )


def _wire(moment: datetime) -> Any:
    return Referral.type.fields["written_at"].to_wire(moment)


def _phone(reader: Reader, facility: str) -> str | None:
    sql = "SELECT COALESCE(emergency_phone, phone) FROM facility WHERE district = :district AND id = :id"
    phone: str | None = reader.value(sql, {"id": as_blob(facility)})
    return phone


def _events(reader: Reader, referrals: list[str]) -> dict[str, list[ReferralEvent]]:
    """The facts of several referrals, oldest first."""
    found: dict[str, list[ReferralEvent]] = {}
    for row in rows_in_parts(
        reader,
        f"""
        SELECT {columns(ReferralEvent, "e")} FROM referral_event AS e
        WHERE e.district = :district AND e.referral IN ({{ids}}) ORDER BY e.at, e.id
        """,  # noqa: S608  # names of our own declarations only
        referrals,
    ):
        event = to_record(ReferralEvent, row)
        found.setdefault(event.referral, []).append(event)
    return found


def _ward_names(reader: Reader, wards: list[str]) -> dict[str, str]:
    sql = "SELECT id, name FROM ward WHERE district = :district AND id IN ({ids})"
    return {row["id"]: row["name"] for row in rows_in_parts(reader, sql, wards)}


def _deliveries(reader: Reader, records: list[str]) -> dict[str, Delivery]:
    sql = (
        "SELECT record, confirmed, confirmed_at, refusal FROM revision WHERE district = :district AND record IN ({ids})"
    )
    return {row["record"]: delivery_of(row) for row in rows_in_parts(reader, sql, records)}


def delivery_of(row: Mapping[str, Any]) -> Delivery:
    """How far a record has come; the row holds ``confirmed``, ``confirmed_at`` and ``refusal`` of its revision."""
    return Delivery(row["confirmed"] == 1, to_moment(row["confirmed_at"]), row["refusal"])
