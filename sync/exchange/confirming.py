"""What a PC learns from its hub about the district: which revisions have arrived there, and how far its feeds are read.

The end of waiting is the district's receipt, and the hub only carries it. Whatever the hub says wrongly is found and
mended when this PC next compares with the district itself.
"""

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
    answer = ConfirmedAnswer()
    for start in range(0, len(ids), MOST_IDS) or (0,):
        asked = ids[start : start + MOST_IDS]
        request = ConfirmedRequest(join_ids(asked), waiting, reaches)
        answer = read_answer(transport.send(CONFIRMED, encode_message(request)), ConfirmedAnswer)
        if any(not 0 <= place < len(asked) for place in (*answer.confirmed, *answer.refused)):
            raise ServerFault("the answer names what was not asked about")
        replica.confirm(
            [asked[place] for place in answer.confirmed],
            [(asked[place], reason) for place, reason in answer.refused.items()],
        )
    reached = {feed.audience: feed.number for feed in answer.feeds}

    replica.write(lambda connection: hub_links.skip_ahead(connection, identity, answer.epoch, reached, answer.number))
    if reaches and answer.cut_off:
        replica.write(lambda connection: hub_links.take_over(connection, identity))
