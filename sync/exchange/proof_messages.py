"""The messages about proof: which computers there are, and a receipt for what both sides hold.

As in ``messages``: unknown members are ignored, wrong types are refused.
"""

from typing import Annotated

import msgspec

from sync.exchange.messages import Count, Report
from sync.records.moments import last_heard
from sync.replica.receipts import ProvenFeed

COMPUTERS, RECEIPT = "/v1/computers", "/v1/receipt"


class KeptReport(msgspec.Struct, frozen=True):
    """A report as the server keeps it: with the version of the record types and the moment (ISO 8601) it came."""

    report: Report
    records: int
    at: str


class ComputersRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which computers has my facility (at the office: the district)?"""


class Computer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One computer; moments are ISO 8601 in UTC, "" for never. ``report`` is what it last said of itself.

    ``seen_at``: when it spoke to the server itself; ``told_at``: when ``report`` was last its word; ``stick_at``: when
    a stick of it was brought there; ``hub_at`` and ``hub_waiting``: when it spoke to its hub, and what waited then, by
    the hub's word.
    """

    device: str
    letter: str
    name: str
    facility: str
    facility_code: str = ""
    facility_name: str = ""
    enrolled_at: str = ""
    seen_at: str = ""
    revoked_at: str = ""
    forked_at: str = ""
    former: str = ""
    proven_at: str = ""
    program: str = ""
    records: int = 0
    report: Report | None = None
    stick_at: str = ""
    hub_at: str = ""
    hub_waiting: int = 0
    told_at: str = ""

    @property
    def heard_at(self) -> str:
        """When it was last heard of, by whichever road; "" for never."""
        return last_heard(self.seen_at, self.hub_at, self.stick_at)[0] or ""

    @property
    def road(self) -> str:
        """How: "" by itself, ``hub``, ``stick``."""
        return last_heard(self.seen_at, self.hub_at, self.stick_at)[1]

    @property
    def waiting(self) -> int | None:
        """How many revisions waited there by the latest word; ``None`` if there never was any."""
        if last_heard(self.told_at or self.seen_at, self.hub_at, "")[1] == "hub":
            return self.hub_waiting
        return None if self.report is None else self.report.waiting


class ComputersAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The computers as of ``time``, the server's clock in milliseconds since 1970."""

    time: int
    computers: list[Computer] = []


class ReceiptRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """I hold just this of these feeds, and so much is missing at your side as far as I know: may I have a receipt?"""

    epoch: str
    feeds: Annotated[list[ProvenFeed], msgspec.Meta(max_length=8)]
    waiting: Count = 0
    refused: Count = 0
    carried: Count = 0


class ReceiptAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The receipt, or what is lacking: codes of :mod:`sync.exchange.proving`."""

    receipt: bytes = b""
    lacking: list[str] = []
