"""The one-time code that the screen of a hub shows: whoever types it at another PC stands in the same house.

There is one at a time, for ten minutes, one computer and five tries. It is kept as a local value of the encrypted
database and must never be sent. All functions work inside the caller's transaction.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from sync.replica import local_values

CODE_LIFETIME = timedelta(minutes=10)
CODE_DIGITS = 8
MOST_TRIES = 5

_VALUE = "hub.code"


@dataclass(frozen=True, slots=True)
class HubCode:
    """``expires_at``: ISO 8601 in UTC; ``wrong``: tries that failed; ``used_by``: the device that it let in."""

    digits: str
    expires_at: str
    wrong: int = 0
    used_by: str | None = None

    def expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return datetime.fromisoformat(self.expires_at) <= now


def new_code(connection: Connection, district: str, now: datetime, random_bytes: bytes) -> HubCode:
    """A fresh code instead of the one before; ``random_bytes``: at least 16."""
    number = int.from_bytes(random_bytes, "big") % 10**CODE_DIGITS
    code = HubCode(f"{number:0{CODE_DIGITS}}", (now + CODE_LIFETIME).isoformat(timespec="seconds"))
    _write(connection, district, code)
    return code


def read_code(connection: Connection, district: str) -> HubCode | None:
    """The code that was made last, used or expired as it may be; ``None`` also after too many wrong tries."""
    kept = local_values.read_value(connection, district, _VALUE)
    return None if kept is None else HubCode(**json.loads(kept))


def note_use(connection: Connection, district: str, code: HubCode, device: str) -> None:
    """Let the code serve this device alone from now on."""
    _write(connection, district, replace(code, used_by=device))


def note_wrong_try(connection: Connection, district: str, code: HubCode) -> None:
    """Count a try that failed; the last one takes the code away."""
    wrong = code.wrong + 1
    _write(connection, district, replace(code, wrong=wrong) if wrong < MOST_TRIES else None)


def _write(connection: Connection, district: str, code: HubCode | None) -> None:
    local_values.write_value(connection, district, _VALUE, None if code is None else json.dumps(asdict(code)))
