"""Moments as texts: ISO 8601 in UTC, ending in Z. Texts of one precision sort by time.

What a person reads is worded elsewhere.
"""

from datetime import UTC, datetime
from typing import Literal, TypeVar

M = TypeVar("M", str, datetime)


def moment_text(moment: datetime, precision: Literal["seconds", "milliseconds"] = "milliseconds") -> str:
    """A moment (aware) as tables and messages hold it."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def last_heard(own: M | None, hub: M | None, stick: M | None) -> tuple[M | None, str]:
    """When a computer was last heard of and by which road: "" by itself, ``hub``, ``stick``; of equals the first.

    No moment (``None`` or "") is earlier than any.
    """
    latest, road = own, ""
    for moment, by in ((hub, "hub"), (stick, "stick")):
        if moment and (not latest or moment > latest):
            latest, road = moment, by
    return latest, road
