"""What the server's administration prints of a computer and of a facility.

Words and plain values only; nothing here may look into the database.
"""

from typing import Any

from sync.records import Facility
from sync.records.moments import last_heard
from sync.server.access import KnownDevice


def heard_words(seen_at: str | None, stick_at: str | None, hub_at: str | None) -> str:
    """When a computer spoke last, and when a stick of it was brought or its hub told of it, if that was later."""
    words = f"last seen {seen_at or 'never'}"
    later, road = last_heard(seen_at, hub_at, stick_at)
    return f"{words}, by {road} {later}" if road else words


def device_line(known: KnownDevice) -> str:
    """A computer in one line."""
    heard = heard_words(known.last_seen_at, known.stick_at, known.hub_at)
    state = f"revoked {known.revoked_at}" if known.revoked_at else heard
    return f"{known.id}  {known.facility_code or '?':<10} {known.letter:<3} {state}  {known.name}"


def facility_data(facility: Facility) -> dict[str, Any]:
    """A facility for programs."""
    return {"id": facility.id, **facility.to_fields()}
