"""What the server's administration prints of a computer and of a facility.

Words and plain values only; nothing here may look into the database.
"""

from typing import Any

from sync.records import Facility
from sync.server.access import KnownDevice


def device_line(known: KnownDevice) -> str:
    """A computer in one line."""
    state = f"revoked {known.revoked_at}" if known.revoked_at else f"last seen {known.last_seen_at or 'never'}"
    return f"{known.id}  {known.facility_code or '?':<10} {known.letter:<3} {state}  {known.name}"


def facility_data(facility: Facility) -> dict[str, Any]:
    """A facility for programs."""
    return {"id": facility.id, **facility.to_fields()}
