"""The two things a program cannot compute: what time it is and chance. Tests and the simulation hand in their own.

The clock of a PC may be wrong by years; nothing that decides between edits may trust it.
"""

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Environment:
    """A clock in milliseconds since 1970 (UTC) and a source of random bytes."""

    now_ms: Callable[[], int]
    random_bytes: Callable[[int], bytes]

    def now(self) -> datetime:
        """The clock's time, in UTC."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def new_id(self) -> str:
        """A UUIDv7 (RFC 9562) as 32 hexadecimal digits.

        Made here and not by a library because both the time and the chance in it must be ours to replay.
        """
        chance = int.from_bytes(self.random_bytes(10), "big")
        value = (
            (self.now_ms() & (2**48 - 1)) << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62 | chance & (2**62 - 1)
        )
        return uuid.UUID(int=value).hex


def system_environment() -> Environment:
    """The machine's own clock and the system's source of chance."""
    return Environment(now_ms=lambda: time.time_ns() // 1_000_000, random_bytes=secrets.token_bytes)
