"""What waits to be sent, what the server refused, and when the last exchange was: the figures of the sync bar.

Counts records and not revisions, because a record is what people know. It only reads.
"""

from dataclasses import dataclass
from datetime import datetime

from desktop.queries.values import to_moment
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class SyncState:
    """``waiting``: records of this PC the district has not confirmed; ``refused``: those it said no to.

    ``last_sync_at``: when both sides were last known to be equal; ``last_error`` is a class of ``sync.errors``.
    """

    waiting: int
    refused: int
    last_sync_at: datetime | None
    last_try_at: datetime | None
    last_error: str | None


def sync_state(reader: Reader) -> SyncState:
    """The figures as they are in the database now."""
    counts = reader.row(
        """
        SELECT count(DISTINCT CASE WHEN refusal IS NULL THEN record END) AS waiting,
               count(DISTINCT CASE WHEN refusal IS NOT NULL THEN record END) AS refused
        FROM revision
        WHERE district = :district AND confirmed = 0
          AND facility = (SELECT i.facility FROM identity AS i WHERE i.district = :district)
        """
    )
    link = reader.row(
        "SELECT last_sync_at, last_try_at, last_error FROM link WHERE district = :district AND peer = 'district'"
    )
    return SyncState(
        waiting=counts["waiting"] if counts else 0,
        refused=counts["refused"] if counts else 0,
        last_sync_at=to_moment(link["last_sync_at"]) if link else None,
        last_try_at=to_moment(link["last_try_at"]) if link else None,
        last_error=link["last_error"] if link else None,
    )
