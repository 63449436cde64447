"""What an exchange puts into its messages, the revisions that wait in groups, and the pages it has got, put together.

Pure: no link and no database. The order in which revisions wait is never changed.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from sync.exchange.messages import PROTOCOL, AskedFeed, ExchangeRequest, FeedPage, Report, encode_message, from_steps
from sync.exchange.pace import Pace
from sync.records import RECORDS_VERSION
from sync.replica.values import Cursor, Incoming, Link
from sync.revisions.packing import pack
from sync.revisions.revision import decode_stored

#: What one message pushes: id and bytes of each revision.
Group = list[tuple[str, bytes]]


@dataclass(slots=True)
class Gathered:
    """Pages of one feed that follow each other; ``numbers`` are the feed's, ``reached`` is how far the last one says
    that it comes."""

    items: list[Incoming] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    reached: int = 0

    def add(self, page: FeedPage, items: Sequence[Incoming]) -> None:
        """Take the next page with its revisions, as many as it has numbers."""
        self.items += items
        self.numbers += from_steps(page.numbers)
        self.reached = page.reached

    def batches(self, size: int) -> Iterator[tuple[list[Incoming], int]]:
        """The revisions in pieces of ``size``, each with the number it reaches; one empty piece if there are none."""
        for start in range(0, len(self.items), size) or (0,):
            end = start + size
            yield self.items[start:end], self.numbers[end - 1] if end < len(self.items) else self.reached


def size_of(groups: Iterable[Group]) -> int:
    """Bytes of the revisions in these groups."""
    return sum(len(body) for group in groups for _, body in group)


def divided(chunk: Group, size: int, most: int = sys.maxsize) -> list[Group]:
    """The chunk in groups of about ``size`` bytes and ``most`` revisions, in its order; one empty group for nothing."""
    groups: list[Group] = [[]]
    filled = 0
    for item in chunk:
        if groups[-1] and (len(groups[-1]) >= most or filled + len(item[1]) > size):
            groups.append([])
            filled = 0
        groups[-1].append(item)
        filled += len(item[1])
    return groups


def composed(
    cursors: Sequence[Cursor],
    link: Link | None,
    pace: Pace,
    report: Report | None,
    returned: bytes,
    *,
    train: bool,
) -> ExchangeRequest:
    """A message that asks for what is lacking here, in pages if they come in a train, and pushes nothing yet."""
    budget = min(pace.budget, pace.part) if train else pace.budget
    return ExchangeRequest(
        protocol=PROTOCOL,
        records=RECORDS_VERSION,
        epoch=(link.epoch if link else None) or "",
        pinned=bool(link and link.server_key),
        feeds=[AskedFeed(cursor.audience, cursor.number) for cursor in cursors],
        budget=budget,
        report=report,
        returned=returned,
        pages=pace.budget // budget - 1,
    )


def encoded(groups: Sequence[Group], last: ExchangeRequest) -> Iterator[bytes]:
    """A message for each group, made when it is asked for: the first is on its way before the last is packed."""
    plain = msgspec.structs.replace(last, feeds=[], budget=0, report=None, returned=b"", pages=0)
    for number, group in enumerate(groups, start=1):
        push = pack([decode_stored(body) for _, body in group]) if group else b""
        yield encode_message(msgspec.structs.replace(last if number == len(groups) else plain, push=push))
