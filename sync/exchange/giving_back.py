"""A computer's half of giving a restored server back what it had written itself: cards, facilities, routes.

They prove themselves, so even a computer that the server does not know any more can bring its own card and is known
again. Nothing here is this computer's own word.
"""

from collections.abc import Sequence

from sync.errors import Refused
from sync.exchange.messages import GIVE_BACK, GiveBackAnswer, GiveBackRequest, encode_message, read_answer
from sync.exchange.transport import Transport
from sync.replica import recovering
from sync.replica.replica import Replica
from sync.replica.seals import SEAL_FIELD
from sync.revisions.packing import pack
from sync.revisions.revision import decode_stored, read_fields, revision_id

#: Codes of a server that has forgotten this computer, or the facility it stands in.
FORGOTTEN = ("unknown_device", "unknown_facility")
#: Revisions in one message; with their seals about 300 bytes each.
MOST_RETURNED = 500


def lost_words(replica: Replica) -> list[bytes]:
    """What the server has written and lost, as far as one message holds it.

    Nothing of a server that sealed none of it: an older one, which would not look.
    """
    words = replica.read(lambda connection: recovering.lost_words(connection, replica.identity, MOST_RETURNED))
    return words if any(SEAL_FIELD in read_fields(body) for body in words) else []


def packed(bodies: Sequence[bytes]) -> bytes:
    """These revisions as a message carries them; nothing for none."""
    return pack([decode_stored(body) for body in bodies]) if bodies else b""


def note_taken(replica: Replica, ids: Sequence[str], taken: Sequence[int] | None) -> None:
    """Note what the server has taken back, and that it would not have the rest: it is not offered again."""
    if taken is None or not ids:
        return
    here = {ids[place] for place in taken if 0 <= place < len(ids)}
    rest = [(item, recovering.NOT_PROVED) for item in ids if item not in here]
    replica.confirm([item for item in ids if item in here], rest)


def ids_of(bodies: Sequence[bytes]) -> list[str]:
    """The ids that these bytes have."""
    return [revision_id(body) for body in bodies]


def own_card(replica: Replica) -> list[bytes]:
    """The card of this computer as its server wrote it."""
    identity = replica.identity
    return replica.read(lambda connection: recovering.server_words(connection, identity, identity.device))


def show_card(replica: Replica, transport: Transport, *, everything: bool) -> bool:
    """Show a server that has forgotten this computer what it once wrote of it; whether it took any of that back.

    ``everything``: not only the card, but all that the server wrote and that is here.

    Raises:
        LinkError: the link failed.
    """
    identity = replica.refresh()
    bodies = (
        replica.read(lambda connection: recovering.server_words(connection, identity))
        if everything
        else own_card(replica)
    )
    some = False
    for start in range(0, len(bodies), MOST_RETURNED):
        request = GiveBackRequest(packed(bodies[start : start + MOST_RETURNED]))
        try:
            answer = read_answer(transport.send(GIVE_BACK, encode_message(request)), GiveBackAnswer)
        except Refused:
            # A server of an older version: a person enrols this computer again.
            return False
        some = some or bool(answer.taken)
    return some
