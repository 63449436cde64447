"""Moments as texts: ISO 8601 in UTC, ending in Z. Texts of one precision sort by time.

What a person reads is worded elsewhere.
"""

from datetime import UTC, datetime
from typing import Literal


def moment_text(moment: datetime, precision: Literal["seconds", "milliseconds"] = "milliseconds") -> str:
    """A moment (aware) as tables and messages hold it."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
