"""The counts that wards made before, out of the revisions of their records: what a likelihood is learned from.

A revision holds what changed only, so a count that found the same number holds just its time. Nothing is remembered
between two readings, and nothing is corrected: a count is what somebody said at that moment.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from desktop.queries.bed_likelihood import RULES, Count
from desktop.queries.beds import CLOCK_TOLERANCE
from sync.records import Ward
from sync.replica.reader import Reader, as_blob
from sync.revisions.revision import read_fields

#: A count may have been written this much before it was sent, and by a clock that was wrong.
_MARGIN = timedelta(days=2)
_STAMPS_PER_SECOND = 1000 * 2**16

_COUNTED = Ward.type.fields["counted_at"]


def ward_counts(
    reader: Reader, wards: Iterable[str], now: datetime, look_back: timedelta = RULES.look_back
) -> dict[str, tuple[Count, ...]]:
    """By the id of a ward: its counts of the last ``look_back`` until ``now`` (aware), oldest first.

    Wards without any are left out. Five thousand counts take well below 100 ms.
    """
    ids = {f"ward{number}": as_blob(ward) for number, ward in enumerate(wards)}
    if not ids:
        return {}
    rows = reader.rows(
        f"""
        SELECT record, body FROM revision
        WHERE district = :district AND record IN ({", ".join(f":{name}" for name in ids)}) AND stamp >= :since
        ORDER BY record, stamp, id
        """,  # noqa: S608  # names of parameters only
        {**ids, "since": int((now - look_back - _MARGIN).timestamp() * _STAMPS_PER_SECOND)},
    )
    found: dict[str, dict[datetime, int | None]] = {}
    free: dict[str, int | None] = {}
    for row in rows:
        fields, ward = read_fields(bytes.fromhex(row["body"])), row["record"]
        if "free" in fields:
            number = fields["free"]
            free[ward] = number if isinstance(number, int) else None
        counted = fields.get("counted_at")
        # The number that a first count of the window left unchanged stands in an older revision.
        if counted is None or ward not in free:
            continue
        at = _COUNTED.from_wire(counted)
        if isinstance(at, datetime) and now - look_back <= at <= now + CLOCK_TOLERANCE:
            found.setdefault(ward, {})[at] = free[ward]
    return {ward: tuple(Count(at, counts[at]) for at in sorted(counts)) for ward, counts in found.items()}
