"""What two computers changed differently and a person of this facility has to decide: the queue and its count.

Read from the bookkeeping of the records and their revisions; nothing here decides or words anything. The fields of one
clinical group are one question.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.queries.taken_out import removals
from desktop.queries.values import NOT_VOID, read_seen
from desktop.queries.written import Writer, Writers, matters, moment_of, patient_of, revisions_of
from sync.records import RECORD_CLASSES, Patient, Record, RecordType, Wire
from sync.replica.reader import Reader, as_blob
from sync.replica.values import Seen
from sync.revisions.questions import Answer, Question, question_names, questions


@dataclass(frozen=True, slots=True)
class Choice:
    """Values that the fields of a conflict may get, and who wrote them (nobody: what both wrote, put together)."""

    values: Mapping[str, Any]
    writers: tuple[Writer, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One question about one record.

    ``names`` are its fields, ``differing`` those on which the choices differ; ``seen`` is what a decision must say it
    has seen. It waits ``since`` the second of the choices was written. ``owner``: the facility whose record it is.
    """

    id: str
    seen: Seen[Record]
    names: tuple[str, ...]
    differing: tuple[str, ...]
    choices: tuple[Choice, ...]
    since: datetime
    owner: str
    owner_name: str | None
    patient: Patient | None

    @property
    def record_type(self) -> RecordType:
        return self.seen.record.type


@dataclass(frozen=True, slots=True)
class Differences:
    """The open questions about records of one facility: how many, and since when the oldest one waits."""

    facility: str
    name: str | None
    count: int
    since: datetime


_EVERYWHERE = f"""
    FROM record AS r
    WHERE r.district = :district AND r.conflicts IS NOT NULL AND {NOT_VOID.format(id="r.id")}
"""  # put together from our own constants
_CONFLICTED = f"{_EVERYWHERE} AND r.facility = :facility"


def conflict_id(record: str, name: str) -> str:
    """The id of the conflict about a field (the first one of its group) of a record."""
    return f"{record}:{name}"


def conflict_count(reader: Reader, facility: str, now: datetime) -> int:  # noqa: ARG001  # the menu's counters have it
    """How many questions about records of ``facility`` wait, those about what was taken out of the lists included."""
    rows = reader.rows(f"SELECT r.type, r.conflicts {_CONFLICTED}", {"facility": as_blob(facility)})
    asked = sum(
        len(question_names(RECORD_CLASSES[row["type"]].type, json.loads(row["conflicts"])))
        for row in rows
        if row["type"] in RECORD_CLASSES
    )
    return asked + len(removals(reader, facility))


def conflicts_of(reader: Reader, facility: str) -> list[Conflict]:
    """The questions about records of ``facility``, the one that has waited longest first."""
    rows = reader.rows(f"SELECT r.id, r.type {_CONFLICTED}", {"facility": as_blob(facility)})
    writers = Writers(reader)
    found = [conflict for row in rows for conflict in _of_record(reader, writers, row["type"], row["id"])]
    return sorted(found, key=lambda item: (item.since, item.id))


def open_differences(reader: Reader) -> list[Differences]:
    """For the office: the facilities where somebody has yet to decide, the one that has waited longest first.

    What the values are is not told: deciding is for the facility whose patient it is.
    """
    rows = reader.rows(f"SELECT r.id, r.type, r.facility {_EVERYWHERE}")
    writers = Writers(reader)
    found: dict[str, list[datetime]] = {}
    for row in rows:
        cls = RECORD_CLASSES.get(row["type"])
        for question in questions(cls.type, revisions_of(reader, row["id"])) if cls else ():
            found.setdefault(row["facility"], []).append(_since(question))
    for removal in removals(reader):
        found.setdefault(removal.seen.facility, []).append(removal.since)
    told = [Differences(place, writers.facility(place), len(since), min(since)) for place, since in found.items()]
    return sorted(told, key=lambda item: (item.since, item.facility))


def _of_record(reader: Reader, writers: Writers, type_name: str, record_id: str) -> list[Conflict]:
    cls = RECORD_CLASSES.get(type_name)
    seen = read_seen(reader, cls, record_id) if cls else None
    if cls is None or seen is None:
        return []
    patient = patient_of(reader, seen.record)
    return [
        _conflict(writers, cls, seen, question, patient)
        for question in questions(cls.type, revisions_of(reader, record_id))
    ]


def _conflict(
    writers: Writers, cls: type[Record], seen: Seen[Record], question: Question, patient: Patient | None
) -> Conflict:
    answers = question.answers
    differing = tuple(
        name for name in question.names if any(a.values[name] != answers[0].values[name] for a in answers)
    )
    choices = [_choice(writers, cls, answer) for answer in answers]
    if question.together is not None and _makes_sense(cls, question.together, answers):
        choices.append(Choice(_values(cls, question.together), ()))
    return Conflict(
        id=conflict_id(seen.record.id, question.names[0]),
        seen=seen,
        names=question.names,
        differing=differing,
        choices=tuple(choices),
        since=_since(question),
        owner=seen.facility,
        owner_name=writers.facility(seen.facility),
        patient=patient,
    )


def _since(question: Question) -> datetime:
    """When there was something to decide: the second of the values was written."""
    return moment_of(question.answers[1].revisions[0])


def _makes_sense(cls: type[Record], together: Mapping[str, Wire], answers: tuple[Answer, ...]) -> bool:
    """Whether what people know as one thing is as one of them wrote it: no code of one with the words of another."""
    return all(
        any(all(answer.values[name] == together[name] for name in fields) for answer in answers)
        for fields in matters(cls.type, together)
    )


def _choice(writers: Writers, cls: type[Record], answer: Answer) -> Choice:
    return Choice(_values(cls, answer.values), tuple(writers.writer_of(item) for item in answer.revisions))


def _values(cls: type[Record], wires: Mapping[str, Wire]) -> dict[str, Any]:
    return {name: cls.type.fields[name].from_wire(wire) for name, wire in wires.items()}
