"""What waits to be sent, what the server refused, and when the last exchange was: the figures of the sync bar.

Counts records and not revisions, because a record is what people know. It only reads.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desktop.queries.conflicts import conflict_count
from desktop.queries.hub import HubState, hub_state
from desktop.queries.values import to_moment
from sync.replica.reader import Reader
from sync.revisions.clock import stamp_ms


@dataclass(frozen=True, slots=True)
class Repair:
    """What a comparison mended: ``fetched`` were lacking here, ``lost`` at the server."""

    at: datetime
    fetched: int
    lost: int


@dataclass(frozen=True, slots=True)
class SyncState:
    """``waiting``: records of this PC the district has not confirmed; ``refused``: those it said no to.

    ``last_sync_at``: when both sides were last known to be equal; ``last_error`` is a class of ``sync.errors``;
    ``repair`` is the last thing that a comparison has mended.
    """

    waiting: int
    refused: int
    last_sync_at: datetime | None
    last_try_at: datetime | None
    last_error: str | None
    repair: Repair | None = None


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
        repair=next(iter(repairs(reader)), None),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of one record type: how many records, and since when the oldest."""

    type_name: str
    records: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the server said no, and to how many records of which type."""

    type_name: str
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """All that the page about the state of the sync says."""

    state: SyncState
    waiting: tuple[Waiting, ...]
    refusals: tuple[Refusal, ...]
    repairs: tuple[Repair, ...]
    clock_offset: timedelta
    server: str
    hub: str
    serving: HubState
    conflicts: int
    """Questions about records of this facility, as the menu counts them; those about others' are not its affair."""


def sync_facts(reader: Reader) -> SyncFacts:
    """Everything as it is in the database now."""
    own = "district = :district AND facility = (SELECT i.facility FROM identity AS i WHERE i.district = :district)"
    waiting = reader.rows(
        f"""SELECT type, count(DISTINCT record) AS records, min(stamp) AS stamp FROM revision
        WHERE {own} AND confirmed = 0 AND refusal IS NULL GROUP BY type ORDER BY stamp"""  # noqa: S608 - a text of ours
    )
    refused = reader.rows(
        f"""SELECT type, refusal, count(DISTINCT record) AS records FROM revision
        WHERE {own} AND confirmed = 0 AND refusal IS NOT NULL GROUP BY type, refusal ORDER BY 3 DESC"""  # noqa: S608 - as above
    )
    links = {row["peer"]: row for row in reader.rows("SELECT * FROM link WHERE district = :district")}
    district, hub = links.get("district"), links.get("hub")
    identity = reader.identity()
    return SyncFacts(
        state=sync_state(reader),
        waiting=tuple(
            Waiting(row["type"], row["records"], datetime.fromtimestamp(stamp_ms(row["stamp"]) / 1000, UTC))
            for row in waiting
        ),
        refusals=tuple(Refusal(row["type"], row["refusal"], row["records"]) for row in refused),
        repairs=repairs(reader),
        clock_offset=timedelta(milliseconds=district["clock_offset_ms"] if district else 0),
        server=district["url"] if district else "",
        hub=hub["url"] if hub else "",
        serving=hub_state(reader),
        conflicts=conflict_count(reader, identity.facility, datetime.now(UTC)) if identity else 0,
    )


def repairs(reader: Reader) -> tuple[Repair, ...]:
    """What comparisons have mended, newest first."""
    kept = reader.value("SELECT value FROM local WHERE district = :district AND name = 'sync.repairs'")
    found = [Repair(datetime.fromisoformat(i["at"]), i["fetched"], i["lost"]) for i in json.loads(kept or "[]")]
    return tuple(reversed(found))


def pinned_key(reader: Reader) -> bytes | None:
    """The public key of the district's server, if it is known."""
    kept = reader.value("SELECT server_key FROM link WHERE district = :district AND peer = 'district'")
    return None if kept is None else bytes.fromhex(kept)
