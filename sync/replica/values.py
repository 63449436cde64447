"""The values that go into a replica and come out of it. Frozen; no row, connection or session among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sync.records import Record
from sync.revisions.revision import Revision

R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True, slots=True)
class Seen(Generic[R_co]):
    """A record as somebody saw it: an edit says so, and what others change meanwhile is then merged and not lost.

    ``heads`` are the revisions this value is made of, ``conflicts`` the fields a person still has to decide,
    ``facility`` whose record it is.
    """

    record: R_co
    heads: tuple[str, ...]
    conflicts: tuple[str, ...]
    facility: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A record to be saved: new (``seen`` is ``None``) or changed from what was seen."""

    record: Record
    seen: Seen[Record] | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A revision on its way in, with its canonical bytes."""

    revision: Revision
    body: bytes


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a set of revisions: ids stored now, known before, and refused with the reason.

    ``forked``: devices of which a second chain was seen among what was stored now.
    """

    stored: tuple[str, ...]
    known: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    forked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictedRecord:
    """A record about which a person has to decide."""

    type_name: str
    record: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of one feed: everything the asker lacks from its cursor up to ``reached``.

    ``top`` is the feed's last number; ``root`` its digest's root, present when the page reaches the top.
    """

    audience: str
    numbers: Sequence[int]
    bodies: Sequence[bytes]
    reached: int
    top: int
    root: str | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a feed of the other replica has been read, and the root of what both hold of it."""

    audience: str
    number: int
    root: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a feed another replica was known to hold, while the ``cursor`` of that feed was this one."""

    cursor: Cursor
    count: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """The other replica and how the last exchanges with it went. Moments are ISO 8601 in UTC.

    ``server_key`` is its public key (Ed25519, 32 bytes) as it was first told.
    """

    peer: str
    url: str
    epoch: str | None
    last_sync_at: str | None
    last_try_at: str | None
    last_error: str | None
    clock_offset_ms: int
    server_key: bytes | None = None


def left_waiting(waiting: int, held: int, here: int) -> int:
    """Of what waited at a PC: what its hub, which held so much of that and has so much of it here still, has not
    brought to the district.
    """
    return max(waiting - max(held - here, 0), 0)
