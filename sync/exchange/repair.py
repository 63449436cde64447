"""Making two replicas equal again where a digest says that they are not, or where cursors mean nothing any more.

Both sides compare 256 sums, then the ids in the buckets that differ; what this side lacks is fetched, what the other
side lacks waits to be sent again. Nothing is ever deleted on either side.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from sync.errors import ServerFault
from sync.exchange.manner import Manner
from sync.exchange.messages import (
    COMPARE,
    FETCH,
    CompareAnswer,
    CompareRequest,
    FetchAnswer,
    FetchRequest,
    encode_message,
    read_answer,
    read_pack,
)
from sync.exchange.settling import read_on_from, settle, unplaced
from sync.exchange.transport import Transport
from sync.replica import digest, links
from sync.replica.replica import Replica
from sync.replica.storing import join_ids, split_ids
from sync.revisions.revision import ID_BYTES

_log = logging.getLogger("rujuk.repair")

#: Bytes of ids that one answer to a comparison has, at most; the other side knows no such limit.
_MOST_NAMED = 64 * 1024
_IDS_AT_ONCE = 500
#: Ids that one line of the log names.
_IDS_IN_LOG = 20


@dataclass(frozen=True, slots=True)
class Mended:
    """What was lacking here and has been fetched, and what is lacking at the other side and waits again."""

    fetched: int
    lost: int


def repair(
    replica: Replica, transport: Transport, audience: str, manner: Manner, peer: str = links.DISTRICT_PEER
) -> Iterator[Mended]:
    """Mend one feed, piece by piece; how many revisions were lacking on either side, of each piece once it is mended.

    Raises:
        LinkError: the link failed; what was mended until then stays.
    """
    side = _Side(replica, transport, audience, manner, peer)
    mine = replica.read(lambda connection: links.confirmed_ids(connection, replica.identity, audience, peer))
    first = _compare(side, [])
    unequal, claimed = digest.differing(digest.add(digest.EMPTY, mine), first.digest), digest.by_bucket(mine)
    # A few buckets at a time: where the link breaks, those that were mended are equal the next time.
    size = max(1, min(manner.pace.budget, _MOST_NAMED) // (ID_BYTES * (1 + first.number // digest.BUCKETS)))
    strange = set[str]()
    for start in range(0, len(unequal), size):
        asked = set(unequal[start : start + size])
        answer = _compare(side, sorted(asked))
        theirs = set(split_ids(answer.ids))
        if asked & set(digest.differing(digest.add(digest.EMPTY, theirs), answer.digest)):
            raise ServerFault("the other side's digest does not fit its ids")
        yield _mend(side, theirs, {item for bucket in asked for item in claimed.get(bucket, ())})
        strange.update(unplaced(replica, theirs, peer))
    read_on_from(replica, audience, first.number, strange, peer)


@dataclass(frozen=True, slots=True)
class _Side:
    """Between whom one feed is mended, and how considerately."""

    replica: Replica
    transport: Transport
    audience: str
    manner: Manner
    peer: str


def _compare(side: _Side, buckets: list[int]) -> CompareAnswer:
    request = encode_message(CompareRequest(side.audience, buckets))
    return read_answer(side.transport.send(COMPARE, request), CompareAnswer)


def _mend(side: _Side, theirs: set[str], claimed: set[str]) -> Mended:
    known = side.replica.known(theirs)
    lacking = sorted(theirs - known.keys())
    for start in range(0, len(lacking), _IDS_AT_ONCE):
        _fetch(side, lacking[start : start + _IDS_AT_ONCE])
    lost = settle(side.replica, claimed, theirs, side.manner, side.peer)
    for what, ids in (("fetched", lacking), ("lost at the other side, waiting again", lost)):
        if ids:
            _log.warning("repair of %s, %s: %d, first %s", side.audience, what, len(ids), " ".join(ids[:_IDS_IN_LOG]))
    return Mended(len(lacking), len(lost))


def _fetch(side: _Side, ids: list[str]) -> None:
    """Fetch revisions by id; an answer may hold only the first of them."""
    wanted = set(ids)
    while wanted:
        request = FetchRequest(side.audience, join_ids(sorted(wanted)), side.manner.pace.budget)
        answer = read_answer(side.transport.send(FETCH, encode_message(request)), FetchAnswer)
        items = read_pack(answer.pack)
        if not wanted & {item.revision.id for item in items}:
            raise ServerFault("the other side does not give what it names")
        items = [item for item in items if item.revision.id in wanted]
        for begin in range(0, len(items), side.manner.batch):
            side.replica.receive(side.audience, items[begin : begin + side.manner.batch], peer=side.peer)
            side.manner.pause()
        wanted -= {item.revision.id for item in items}
