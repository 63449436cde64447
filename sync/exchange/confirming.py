"""What a PC learns from its hub about the district: which revisions have arrived there, and how far its feeds are read.

The end of waiting is the district's receipt, and the hub only carries it. Whatever the hub says wrongly is found and
mended when this PC next compares with the district itself.
"""

from collections.abc import Sequence

from sync.errors import ServerFault
from sync.exchange.messages import CONFIRMED, ConfirmedAnswer, ConfirmedRequest, encode_message, read_answer
from sync.exchange.transport import Transport
from sync.replica import hub_links
from sync.replica.replica import Replica
from sync.replica.storing import join_ids

#: Revisions asked about in one message.
MOST_IDS = 1000


def ask_confirmed(replica: Replica, transport: Transport) -> None:
    """Ask the hub, and note what it says as the district's word.

    Raises:
        LinkError: the link failed; what was learned until then counts.
    """
    identity = replica.identity
    ids = replica.read(lambda connection: hub_links.unconfirmed_at_hub(connection, identity))
    waiting, now = replica.waiting_count(), replica.now()
    reaches = replica.read(lambda connection: hub_links.reaches_district(connection, identity.district, now))
    answers = [
        _asked(replica, transport, ids[start : start + MOST_IDS], waiting, reaches=reaches)
        for start in range(0, len(ids), MOST_IDS) or (0,)
    ]
    # How far the hub had read when the first was asked: what it has read since was not all asked about.
    first = answers[0]
    epoch, number, reached = first.epoch, first.number, {feed.audience: feed.number for feed in first.feeds}
    replica.write(lambda connection: hub_links.skip_ahead(connection, identity, epoch, reached, number))
    if reaches and answers[-1].cut_off:
        replica.write(lambda connection: hub_links.take_over(connection, identity))


def _asked(
    replica: Replica, transport: Transport, ids: Sequence[str], waiting: int, *, reaches: bool
) -> ConfirmedAnswer:
    """What the hub knows of these, noted here."""
    request = ConfirmedRequest(join_ids(ids), waiting, reaches)
    answer = read_answer(transport.send(CONFIRMED, encode_message(request)), ConfirmedAnswer)
    if any(not 0 <= place < len(ids) for place in (*answer.confirmed, *answer.refused)):
        raise ServerFault("the answer names what was not asked about")
    replica.confirm(
        [ids[place] for place in answer.confirmed],
        [(ids[place], reason) for place, reason in answer.refused.items()],
    )
    return answer
