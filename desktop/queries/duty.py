"""Who is on duty for referrals at a hospital, as its last hand-over says.

Whether that shift still lasts depends on the moment of looking and is asked of ``is_on_duty``; nothing here guesses.
"""

from datetime import datetime

from desktop.queries.values import columns, to_record
from sync.records import Duty
from sync.replica.reader import Reader, as_blob


def last_duty(reader: Reader, facility: str) -> Duty | None:
    """The last hand-over of a hospital, of two at the same moment the later written; ``None`` if there was none."""
    row = reader.row(
        f"""
        SELECT {columns(Duty, "d")} FROM duty AS d WHERE d.district = :district AND d.facility = :facility
        ORDER BY d.since DESC, d.id DESC LIMIT 1
        """,  # noqa: S608  # names of our own declarations only
        {"facility": as_blob(facility)},
    )
    return None if row is None else to_record(Duty, row)


def is_on_duty(duty: Duty | None, now: datetime) -> bool:
    """Whether the shift of a hand-over still lasts at ``now`` (aware)."""
    return duty is not None and now < duty.until
