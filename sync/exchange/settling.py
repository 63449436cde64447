"""What a comparison changes at whoever asked for it, in small transactions: a save waits for one of them at most.

Cut anywhere it is right as far as it came, and the next comparison finds what is left.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from sync.exchange.manner import BRISK, Manner
from sync.replica import links
from sync.replica.replica import Replica

#: Times that a feed is counted while others may write, before they have to wait for it.
_TRIES = 3


def settle(
    replica: Replica,
    claimed: Collection[str],
    theirs: Collection[str],
    manner: Manner = BRISK,
    peer: str = links.DISTRICT_PEER,
) -> list[str]:
    """``theirs`` count as confirmed; what was ``claimed``, held to be confirmed before the peer was asked, and is not
    among them waits again. It is returned; what is known since then stays.
    """
    identity, named = replica.identity, set(theirs)
    here = replica.read(lambda connection: links.held_among(connection, identity.district, named.union(claimed), peer))
    lost = sorted(item for item in claimed if here.get(item) and item not in named)
    now = replica.now()
    for part in _parts(sorted(item for item in named if here.get(item) is False), manner):
        replica.write(partial(links.mark_confirmed, district=identity.district, ids=part, at=now, peer=peer))
    for part in _parts(lost, manner):
        replica.write(partial(links.mark_lost, identity=identity, ids=part, peer=peer))
    return lost


def unplaced(replica: Replica, theirs: Collection[str], peer: str = links.DISTRICT_PEER) -> list[str]:
    """Those of what the peer holds that a count of its feed must be told of: only the peer knows where they belong."""
    if peer == links.HUB_PEER:
        return []
    return replica.read(lambda connection: links.unknown_ids(connection, replica.identity.district, theirs))


def read_on_from(
    replica: Replica, audience: str, number: int, strange: Collection[str], peer: str = links.DISTRICT_PEER
) -> None:
    """All of a feed was compared: it is read on from ``number``, and what both sides hold of it is counted anew.

    Counting takes seconds where much is held, so it is done while others write, and again if they changed the cursor.
    """
    count = partial(links.count_held, identity=replica.identity, audience=audience, strange=strange, peer=peer)
    note = partial(links.set_cursor, identity=replica.identity, number=number, peer=peer)
    for _ in range(_TRIES):
        if replica.write(partial(note, counted=replica.read(count))):
            return
    replica.write(lambda connection: note(connection, counted=count(connection)))


def _parts(ids: Sequence[str], manner: Manner) -> Iterator[Sequence[str]]:
    """The ids in pieces that one transaction marks, with a pause after each."""
    # Marking takes a small part of the time of storing.
    size = 4 * manner.batch
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
        manner.pause()
