"""The staff of this PC's own facility, for the list of who works here. It only reads."""

from dataclasses import dataclass

from desktop.queries.values import NOT_VOID
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff; ``profession`` is a code of ``PROFESSIONS``."""

    id: str
    name: str
    profession: str


def staff_here(reader: Reader) -> list[StaffRow]:
    """Active staff of the own facility, by name."""
    rows = reader.rows(
        f"""
        SELECT s.id, s.name, s.profession FROM staff AS s
        JOIN record AS r ON r.district = s.district AND r.id = s.id
        JOIN identity AS i ON i.district = s.district AND i.facility = r.facility
        WHERE s.district = :district AND s.active IS NOT 0 AND {NOT_VOID.format(id="s.id")}
        ORDER BY s.name COLLATE NOCASE, s.id
        """  # noqa: S608 - a constant of ours
    )
    return [StaffRow(row["id"], row["name"], row["profession"]) for row in rows]
