"""An answer to a bundle as a server would seal it, for desktop tests that have no server."""

from sync.exchange import bundle
from sync.exchange.credential import public_key
from sync.exchange.messages import (
    AnsweredRequest,
    ExchangeAnswer,
    ExchangeRequest,
    FeedPage,
    decode_message,
    encode_message,
)
from sync.records.sending import is_public
from sync.replica import digest, links
from sync.replica.replica import Replica
from sync.replica.storing import join_ids
from sync.revisions.packing import unpack

#: The invented server's key.
SERVER_KEY = bytes(range(100, 132))


def know_server(replica: Replica) -> None:
    """Let a computer know the invented server's key."""
    district, key = replica.identity.district, public_key(SERVER_KEY)
    replica.write(lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, server_key=key))


def answer_to(replica: Replica, out: bytes, refused: dict[int, str] | None = None) -> bytes:
    """What comes back to ``replica`` for its bundle ``out``, from a server that had nothing new."""
    found = bundle.read_bundle(out)
    parts = bundle.open_bundle(found, signing_key=SERVER_KEY, sender_key=public_key(replica.identity.signing_key))
    packed = []
    held = dict.fromkeys(("public", replica.identity.home_audience), digest.EMPTY)
    for part in bundle.unpack_parts(found, parts):
        request = decode_message(part, ExchangeRequest)
        pushed = [revision for revision, _ in unpack(request.push)] if request.push else []
        ids = [revision.id for revision in pushed]
        for place, revision in enumerate(pushed):
            if place not in (refused or {}):
                audience = "public" if is_public(revision.type) else replica.identity.home_audience
                held[audience] = digest.add(held[audience], [revision.id])
        pages = [
            FeedPage(asked.audience, asked.number, asked.number, root=digest.root(held[asked.audience]))
            for asked in request.feeds
        ]
        answer = ExchangeAnswer("0" * 32, "", replica.environment.now_ms(), refused=refused or {}, feeds=pages)
        packed.append(bundle.pack_part(encode_message(AnsweredRequest(answer, join_ids(ids), "", request.feeds))))
    header = bundle.Header(
        kind="back",
        district=found.header.district,
        receiver=found.header.sender,
        sender=bundle.SERVER,
        id="1" * 32,
        created_at=found.header.created_at + 60_000,
        reply_to=found.header.id,
    )
    key = public_key(replica.identity.signing_key)
    return bundle.seal(header, packed, signing_key=SERVER_KEY, receiver_key=key)
