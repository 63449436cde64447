"""People of this facility who share a NIK or card number with somebody else: registered twice, or a number mistyped.

Two PCs without a network can each register the same person; nobody is at fault, and somebody has to look. Nothing here
decides which of the two it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any

from desktop.queries.same_person import together, told_apart
from desktop.queries.values import NOT_VOID, to_day
from sync.replica.reader import Reader, as_blob

#: So many numbers are looked at; who has settled these sees the next ones.
_MOST = 200


@dataclass(frozen=True, slots=True)
class SameNumber:
    """Two people or more with one number; ``column`` is ``nik`` or ``jkn_number``, ``ids`` their registrations.

    ``apart``: it was said of all of them that they are different people, so the number of some is wrong.
    """

    column: str
    number: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    birth_dates: tuple[date | None, ...]
    apart: bool = False


_SHARED = f"""
    SELECT p.id, p.name, p.birth_date, p.{{column}} AS number FROM patient AS p
    JOIN record AS r ON r.district = :district AND r.id = p.id AND r.facility = :facility
    WHERE p.district = :district AND p.{{column}} IN (
        SELECT {{column}} FROM patient WHERE district = :district AND {{column}} > ''
        GROUP BY {{column}} HAVING count(*) > 1
    ) AND {NOT_VOID.format(id="p.id")}
    ORDER BY p.{{column}}, p.id
"""  # noqa: S608  # put together from our own constants


def same_numbers(reader: Reader, facility: str) -> list[SameNumber]:
    """The numbers that several people have, NIK first."""
    return [found for column in ("nik", "jkn_number") for found in _shared(reader, facility, column)][:_MOST]


def same_number_count(reader: Reader, facility: str, now: datetime) -> int:  # noqa: ARG001  # the menu's counters have it
    """How many numbers several people have."""
    return len(same_numbers(reader, facility))


def _shared(reader: Reader, facility: str, column: str) -> Iterator[SameNumber]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in reader.rows(_SHARED.format(column=column), {"facility": as_blob(facility)}):
        groups.setdefault(row["number"], []).append(row)
    if not groups:
        return
    people = together(reader, [row["id"] for group in groups.values() for row in group])
    apart = {frozenset(pair) for pair in told_apart(reader)}
    for number, group in groups.items():
        # Registrations that are known to be one person need nobody any more.
        shown = {people.get(row["id"], (row["id"],))[0]: row for row in reversed(group)}
        rows = list(reversed(shown.values()))
        if len(rows) > 1:
            yield SameNumber(
                column,
                number,
                tuple(row["id"] for row in rows),
                tuple(row["name"] for row in rows),
                tuple(to_day(row["birth_date"]) for row in rows),
                all(frozenset(pair) in apart for pair in combinations([row["id"] for row in rows], 2)),
            )
