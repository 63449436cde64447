"""What an exchange puts into its messages: the revisions that wait, in groups, and the question for what is lacking.

Pure: no link and no database. The order in which revisions wait is never changed.
"""

from collections.abc import Sequence

import msgspec

from sync.exchange.messages import PROTOCOL, AskedFeed, ExchangeRequest, Report
from sync.exchange.pace import Pace
from sync.records import RECORDS_VERSION
from sync.replica.values import Cursor, Link
from sync.revisions.packing import pack
from sync.revisions.revision import decode_stored

#: What one message pushes: id and bytes of each revision.
Group = list[tuple[str, bytes]]


def divided(chunk: Group, size: int) -> list[Group]:
    """The chunk in groups of about ``size`` bytes, in its order; one empty group if there is nothing."""
    groups: list[Group] = [[]]
    filled = 0
    for item in chunk:
        if groups[-1] and filled + len(item[1]) > size:
            groups.append([])
            filled = 0
        groups[-1].append(item)
        filled += len(item[1])
    return groups


def composed(
    groups: Sequence[Group],
    cursors: Sequence[Cursor],
    link: Link | None,
    pace: Pace,
    report: Report | None,
    returned: bytes,
    *,
    train: bool,
) -> list[ExchangeRequest]:
    """A message for each group; the last one also asks for what is lacking here, in pages if they come in a train."""
    epoch, pinned = (link.epoch if link else None) or "", bool(link and link.server_key)
    requests = [
        ExchangeRequest(
            protocol=PROTOCOL,
            records=RECORDS_VERSION,
            epoch=epoch,
            push=pack([decode_stored(body) for _, body in group]) if group else b"",
            pinned=pinned,
        )
        for group in groups
    ]
    budget = min(pace.budget, pace.part) if train else pace.budget
    requests[-1] = msgspec.structs.replace(
        requests[-1],
        feeds=[AskedFeed(cursor.audience, cursor.number) for cursor in cursors],
        budget=budget,
        report=report,
        returned=returned,
        pages=pace.budget // budget - 1,
    )
    return requests
