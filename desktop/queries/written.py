"""Who wrote a revision, and which fields people know as one: what a screen needs to speak of a record's history.

It only reads. A person or computer that this replica does not know has no name here, never another one's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.queries.same_person import read_patient
from sync.records import Patient, Record, RecordType
from sync.replica.reader import Reader, as_blob
from sync.revisions.clock import stamp_ms
from sync.revisions.revision import Revision, decode

#: The time and the number of a count of beds.
BED_COUNT = ("counted_at", "free")

#: Fields that are one thing to people: a code without its words is no diagnosis, a number without its time no count.
_TOGETHER = (("diagnosis_code", "diagnosis_set", "diagnosis_label"), BED_COUNT)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote something, at which facility and computer, and when (UTC, by the corrected clock of that computer).

    ``name`` is ``None`` where a program wrote or the person is not known here; ``letter`` is that of the computer.
    """

    name: str | None
    facility: str | None
    letter: str | None
    at: datetime


class Writers:
    """Looks up who wrote revisions, each name once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._names: dict[tuple[str, str], str | None] = {}
        identity = reader.identity()
        if identity is not None:
            self._names["letter", identity.device] = identity.letter

    def writer_of(self, revision: Revision) -> Writer:
        """Who wrote this one."""
        return Writer(
            name=self.person(revision.author),
            facility=self.facility(revision.facility),
            letter=self._look("letter", revision.device, "SELECT letter FROM computer"),
            at=moment_of(revision),
        )

    def person(self, staff: str) -> str | None:
        """The name of a member of staff."""
        return self._look("person", staff, "SELECT name FROM staff")

    def facility(self, facility: str) -> str | None:
        """The name of a facility."""
        return self._look("facility", facility, "SELECT name FROM facility")

    def signal(self, signal: str) -> str | None:
        """What a signal is about."""
        return self._look("signal", signal, "SELECT disease_label FROM signal")

    def _look(self, kind: str, record_id: str, query: str) -> str | None:
        if (kind, record_id) not in self._names:
            found = self._reader.value(f"{query} WHERE district = :district AND id = :id", {"id": as_blob(record_id)})
            self._names[kind, record_id] = found
        return self._names[kind, record_id]


def moment_of(revision: Revision) -> datetime:
    """When a revision was written, by the corrected clock of its computer."""
    try:
        return datetime.fromtimestamp(stamp_ms(revision.stamp) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        # A forged stamp may lie beyond all years; it still has to be shown.
        return datetime.max.replace(tzinfo=UTC)


def revisions_of(reader: Reader, record_id: str) -> list[Revision]:
    """All revisions of a record that are here.

    Raises:
        BadInput: the file holds something that is no revision.
    """
    query = "SELECT body FROM revision WHERE district = :district AND record = :id"
    return [decode(bytes(row[0])) for row in reader.tuples(query, {"id": as_blob(record_id)})]


def matters(record_type: RecordType, names: Iterable[str]) -> list[tuple[str, ...]]:
    """``names`` in the order of the record's fields, those that people know as one together (all of them)."""
    left = set(names)
    found: list[tuple[str, ...]] = []
    for name in record_type.fields:
        if name in left:
            matter = next((fields for fields in _TOGETHER if name in fields), (name,))
            left.difference_update(matter)
            found.append(matter)
    return found


def patient_of(reader: Reader, record: Record) -> Patient | None:
    """Whom a record is about, with the allergies of all registrations of the person; for looking at.

    ``None`` where it is about no patient, or the patient is not here.
    """
    patient = record.id if isinstance(record, Patient) else getattr(record, "patient", None)
    return read_patient(reader, patient) if isinstance(patient, str) else None
