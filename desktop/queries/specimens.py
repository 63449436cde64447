"""Specimens of this facility that went, or will go, to a laboratory.

How far one has come is said by its moments; nothing here words a text.
"""

from dataclasses import dataclass

from desktop.queries.values import NOT_VOID, columns, to_record
from sync.records import Specimen
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class SpecimenLine:
    """One specimen. ``patient_name`` is ``None`` where no patient is named or known here."""

    specimen: Specimen
    patient_name: str | None

    @property
    def state(self) -> str:
        """``taken``, ``sent``, ``received`` or ``result``: the furthest that was noted."""
        specimen = self.specimen
        if specimen.result:
            return "result"
        if specimen.received_at is not None:
            return "received"
        return "sent" if specimen.sent_at is not None else "taken"


def specimens(reader: Reader, limit: int = 300) -> list[SpecimenLine]:
    """Those without a result first, then the newest."""
    rows = reader.rows(
        f"""
        SELECT {columns(Specimen, "s")}, p.name AS patient_name FROM specimen AS s
        LEFT JOIN patient AS p ON p.district = :district AND p.id = s.patient
        WHERE s.district = :district AND {NOT_VOID.format(id="s.id")}
        ORDER BY s.result IS NOT NULL, s.taken_at DESC LIMIT :limit
        """,  # noqa: S608  # put together from our own constants
        {"limit": limit},
    )
    return [SpecimenLine(to_record(Specimen, row), row["patient_name"]) for row in rows]
