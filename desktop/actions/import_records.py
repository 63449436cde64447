"""Storing imported patients and referrals: each row stands for itself, and a row that is here already stays as it is.

The same file given again doubles nothing and undoes no edit. What is refused is told with its line and a code; what is
merely odd is stored and counted. Nothing here words a text.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from desktop.actions.import_file import EXTRA_COLUMNS, Row
from desktop.actions.import_references import References
from desktop.actions.import_values import read_value, stable_id
from sync.errors import BadInput
from sync.records import RECORD_CLASSES, Patient, Record, Referral
from sync.records.rules import Problem, check_patient, check_referral
from sync.records.sending import MAY_WRITE
from sync.replica.reader import Reader
from sync.replica.values import Edit

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: Rows in one transaction: a window that saves meanwhile waits a few milliseconds at most.
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not stored. ``field`` is "" if it is not about one; ``other_line`` the row it repeats."""

    line: int
    type_name: str
    field: str
    code: str
    other_line: int | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file: rows stored, rows that were here already, and those refused.

    ``warnings`` counts the oddities of stored rows by code; ``ignored`` are columns that mean nothing here.
    """

    stored: int
    known: int
    refused: tuple[Refusal, ...]
    warnings: Mapping[str, int]
    ignored: tuple[str, ...]


class _Refused(Exception):
    def __init__(self, code: str, field: str = "", other_line: int | None = None) -> None:
        super().__init__(code)
        self.code, self.field, self.other_line = code, field, other_line


def import_rows(
    replica: "Replica",
    reader: Reader,
    author: str,
    rows: Iterable[Row],
    today: date,
    region_known: Callable[[str], bool] | None = None,
) -> ImportReport:
    """Store the rows that can be stored, as ``author``. ``reader`` reads the same database.

    Raises:
        ReplicaError: the database failed on the way; the batches before are stored, and a second import goes on.
    """
    run = _Import(replica, reader, author, today, region_known)
    for row in rows:
        run.take(row)
    run.flush()
    return run.report()


class _Import:
    def __init__(
        self,
        replica: "Replica",
        reader: Reader,
        author: str,
        today: date,
        region_known: Callable[[str], bool] | None,
    ) -> None:
        self._replica, self._author = replica, author
        self._today, self._region_known = today, region_known
        self._references = References(reader, replica.identity)
        self._lines: dict[str, int] = {}
        self._pending: list[tuple[Row, Record]] = []
        self._refused: list[Refusal] = []
        self._warnings: Counter[str] = Counter()
        self._ignored: dict[str, None] = {}
        self._stored = self._known = 0

    def take(self, row: Row) -> None:
        """Check one row and put it into the batch; a letter may name a patient of the rows before it."""
        self._ignored.update(dict.fromkeys(row.unknown))
        if self._pending and self._pending[0][0].type_name != row.type_name:
            self.flush()
        try:
            record = self._record(row)
        except _Refused as refused:
            self._refuse(row, refused)
            return
        if record is not None:
            self._pending.append((row, record))
        if len(self._pending) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Store the batch; if one of its rows cannot be stored, the others still are."""
        batch, self._pending = self._pending, []
        try:
            self._replica.save([Edit(record) for _, record in batch], self._author)
            self._stored += len(batch)
        except BadInput:
            for row, record in batch:
                try:
                    self._replica.save([Edit(record)], self._author)
                    self._stored += 1
                except BadInput as error:
                    self._refuse(row, _Refused("not_stored", error.field or ""))

    def report(self) -> ImportReport:
        """What became of the rows."""
        refused = tuple(sorted(self._refused, key=lambda refusal: refusal.line))
        return ImportReport(self._stored, self._known, refused, dict(self._warnings), tuple(self._ignored))

    def _refuse(self, row: Row, refused: _Refused) -> None:
        self._refused.append(Refusal(row.line, row.type_name, refused.field, refused.code, refused.other_line))

    def _record(self, row: Row) -> Record | None:
        """The record of a row; ``None`` if it is here already."""
        if row.fault is not None:
            raise _Refused(row.fault)
        if row.type_name not in MAY_WRITE.get(self._replica.identity.facility_kind, ()):
            raise _Refused("not_written_here")
        cls = RECORD_CLASSES[row.type_name]
        values = _read_values(cls, row)
        if cls is Referral:
            values = {**values, **self._sides_of(row)}
        for name, field in cls.type.fields.items():
            if field.required and values.get(name) is None:
                raise _Refused("missing", name)
        record_id = stable_id(self._replica.identity.facility, row.type_name, {**values, "id": _text(row, "id")})
        if record_id in self._lines:
            raise _Refused("repeated", other_line=self._lines[record_id])
        self._lines[record_id] = row.line
        if self._references.is_here(record_id):
            self._known += 1
            return None
        record = cls(**{**values, "id": record_id})
        self._check(record, row.line)
        return record

    def _check(self, record: Record, line: int) -> None:
        problems: list[Problem] = []
        if isinstance(record, Patient):
            problems = check_patient(record, self._today, self._region_known)
        elif isinstance(record, Referral):
            problems = check_referral(record)
        for problem in problems:
            if problem.severity == "error":
                raise _Refused(problem.code, problem.field)
        if isinstance(record, Patient):
            taken = self._references.taken_number(record, line)
            if taken is not None:
                raise _Refused("number_taken", taken)
        self._warnings.update(problem.code for problem in problems)

    def _sides_of(self, row: Row) -> dict[str, Any]:
        patient, fault = self._references.patient_of(row.values)
        if patient is None:
            raise _Refused(fault, "patient")
        hospital = self._references.facility_of(_text(row, "to_facility"))
        if hospital is None:
            raise _Refused("facility_unknown", "to_facility")
        return {"patient": patient, "to_facility": hospital, "from_facility": self._replica.identity.facility}


#: Fields of a letter that a row names in another way, or that are set here.
_RESOLVED = frozenset({"patient", "to_facility", "from_facility", "visit"})


def _read_values(cls: type[Record], row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    skipped = EXTRA_COLUMNS | (_RESOLVED if cls is Referral else frozenset())
    for name, cell in row.values.items():
        if name in skipped:
            continue
        try:
            values[name] = read_value(cls.type.fields[name], cell)
        except BadInput as error:
            raise _Refused(error.reason, name) from error
    return values


def _text(row: Row, name: str) -> str | None:
    value = row.values.get(name)
    return None if value is None else str(value).strip()
