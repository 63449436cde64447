"""Records that somebody took out of the lists while somebody else edited them, neither knowing of the other.

Taking out hides a record; an edit that its author had not seen must not be hidden with it, so a person decides whether
the record returns. It only reads; what was taken out with all its edits in sight is no question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.queries.history import Written, record_history
from desktop.queries.values import columns, to_record
from desktop.queries.written import Writer, Writers, revisions_of
from sync.records import Patient, Record, RecordType, Void
from sync.replica.reader import Reader, as_blob
from sync.replica.values import Seen
from sync.revisions.taken_out import keeping_out, unseen_edits


@dataclass(frozen=True, slots=True)
class Removal:
    """A record out of the lists, and the edits of it that nobody who took it out had seen.

    ``voids`` are those that keep it out, the earliest first, ``takers`` who wrote them; ``late`` the edits, the oldest
    first, with ``names`` for their references. It waits ``since`` the later of both was written.
    """

    seen: Seen[Record]
    voids: tuple[Void, ...]
    takers: tuple[Writer, ...]
    late: tuple[Written, ...]
    names: Mapping[str, str]
    since: datetime
    owner_name: str | None
    patient: Patient | None

    @property
    def id(self) -> str:
        return f"{self.seen.record.id}:void"

    @property
    def record_type(self) -> RecordType:
        return self.seen.record.type


def removals(reader: Reader, facility: str | None = None) -> list[Removal]:
    """The questions about records of ``facility`` (of all, where it is ``None``), the longest waiting first."""
    facts = _facts(reader, facility)
    writers = Writers(reader)
    found = [_removal(reader, writers, record, told) for record, told in facts.items()]
    return sorted((item for item in found if item is not None), key=lambda item: (item.since, item.id))


def _facts(reader: Reader, facility: str | None) -> dict[str, list[Void]]:
    """What was said about taking out records, by record; those whose heads one void has seen are passed over."""
    own = "" if facility is None else "AND r.facility = :facility"
    rows = reader.rows(
        f"""
        SELECT {columns(Void, "v")} FROM void AS v JOIN record AS r ON r.district = v.district AND r.id = v.record
        WHERE v.district = :district {own} AND NOT EXISTS (
            SELECT 1 FROM void AS known WHERE known.district = v.district AND known.record = v.record
                AND known.returned IS NOT 1 AND length(r.heads) = 16 AND instr(known.seen, lower(hex(r.heads))))
        ORDER BY v.id
        """,  # noqa: S608  # names of our own declarations only
        {} if facility is None else {"facility": as_blob(facility)},
    )
    found: dict[str, list[Void]] = {}
    for row in rows:
        void = to_record(Void, row)
        found.setdefault(void.record, []).append(void)
    return found


def _removal(reader: Reader, writers: Writers, record: str, told: list[Void]) -> Removal | None:
    voids = keeping_out(told)
    unseen = {item.id for item in unseen_edits(told, revisions_of(reader, record))}
    history = record_history(reader, voids[0].record_type, record) if unseen else None
    late = tuple(item for item in history.written if item.id in unseen) if history else ()
    if history is None or not late:
        return None
    takers = tuple(writers.writer_of(item) for void in voids for item in revisions_of(reader, void.id)[:1])
    return Removal(
        seen=history.seen,
        voids=voids,
        takers=takers,
        late=late,
        names=history.names,
        since=max(min(item.at for item in takers), late[0].writer.at),
        owner_name=history.owner_name,
        patient=history.patient,
    )
