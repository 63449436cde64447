"""What a computer writes on a stick for the server, and how another computer brings it there.

The messages are those of any exchange; only the road is slow. Writing a stick confirms nothing: what is in it waits
until a receipt names it, whichever way that comes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sync.errors import BundleElsewhere, BundleError, NoServerKey, Refused
from sync.exchange import bundle
from sync.exchange.admission import PASSING_REASONS
from sync.exchange.composing import divided
from sync.exchange.giving_back import lost_words, own_card
from sync.exchange.giving_back import packed as packed_words
from sync.exchange.messages import (
    BUNDLE,
    PROTOCOL,
    AskedFeed,
    BundleAnswer,
    BundleRequest,
    ExchangeRequest,
    encode_message,
    read_answer,
)
from sync.exchange.transport import Transport
from sync.records import RECORDS_VERSION
from sync.replica import links, outgoing
from sync.replica.replica import Replica
from sync.replica.sticks import COMPARE_VALUE, note_asked
from sync.revisions.packing import pack
from sync.revisions.revision import decode

#: Revisions that one writing of sticks takes along; what waits beyond them waits for the next.
MOST_WAITING = 100_000
#: Revisions, and about how many bytes of them, in one message.
_CHUNK, _CHUNK_BYTES = 1000, 2**20
#: Messages in one bundle: 10,000 revisions, which a server stores long before whoever relays them gives up.
_MOST_REQUESTS = 10
#: Bytes of revisions in one page of the answer.
_PAGE_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle to be put on a stick: its file, its id, how many revisions are in it."""

    file: bytes
    id: str
    changes: int


def write_bundles(replica: Replica) -> list[Written]:
    """Bundles with everything the district has not confirmed, at least one: it also asks for what is new.

    Raises:
        NoServerKey: this computer does not know its server's key yet.
    """
    replica.offer_again(PASSING_REASONS)
    identity = replica.refresh()
    link = replica.link()
    if link is None or link.server_key is None:
        raise NoServerKey("no key of the server is known")
    cursors = replica.read(lambda connection: links.read_cursors(connection, identity, links.DISTRICT_PEER))
    feeds = [AskedFeed(cursor.audience, cursor.number) for cursor in cursors]
    waiting = replica.read(lambda connection: outgoing.all_waiting(connection, identity, MOST_WAITING))
    returned = packed_words(lost_words(replica))
    compare = replica.get_value(COMPARE_VALUE) is not None
    chunks = divided(waiting, _CHUNK_BYTES, _CHUNK)
    packed = [
        bundle.pack_part(
            encode_message(
                ExchangeRequest(
                    protocol=PROTOCOL,
                    records=RECORDS_VERSION,
                    epoch=link.epoch or "",
                    push=pack([decode(body) for _, body in chunk]) if chunk else b"",
                    # Asked last, so that what is said of the feeds holds for everything that was sent before.
                    feeds=feeds if place == len(chunks) else [],
                    budget=_PAGE_BYTES,
                    pinned=True,
                    returned=returned if place == len(chunks) else b"",
                    compare=compare and place == len(chunks),
                )
            )
        )
        for place, chunk in enumerate(chunks, 1)
    ]
    written = [
        _sealed(
            replica, link.server_key, [packed[place] for place in places], sum(len(chunks[place]) for place in places)
        )
        for places in _groups(list(map(len, packed)))
    ]
    note_asked(replica, written[-1].id)
    return written


def relay(transport: Transport, file: bytes) -> bytes:
    """Bring a bundle that is for the server there, without being able to read it; the bundle that goes back.

    Raises:
        BundleError: it is none for the server, or the server cannot use it. LinkError: the link failed.
    """
    found = bundle.read_bundle(file)
    if found.header.receiver != bundle.SERVER:
        raise BundleElsewhere("a bundle for another computer")
    try:
        answer = transport.send(BUNDLE, encode_message(BundleRequest(file)))
    except Refused as error:
        named = {kind.code: kind for kind in BundleError.__subclasses__()}.get(error.code)
        if named is None:
            raise
        raise named(error.reason) from error
    return read_answer(answer, BundleAnswer).bundle


def _groups(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Which messages go into one bundle, by their places."""
    group: list[int] = []
    size = bundle.ENVELOPE_BYTES
    for place, one in enumerate(sizes):
        if group and (len(group) >= _MOST_REQUESTS or size + one > bundle.MOST_OUT):
            yield group
            group, size = [], bundle.ENVELOPE_BYTES
        group.append(place)
        size += one
    yield group


def _sealed(replica: Replica, server_key: bytes, parts: list[bytes], changes: int) -> Written:
    identity = replica.identity
    card = packed_words(own_card(replica))
    header = bundle.Header(
        kind="out",
        district=identity.district,
        receiver=bundle.SERVER,
        sender=identity.device,
        id=replica.environment.random_bytes(16).hex(),
        created_at=int(replica.now().timestamp() * 1000),
        card=card if len(card) <= bundle.MOST_CARD else b"",
    )
    file = bundle.seal(header, parts, signing_key=identity.signing_key, receiver_key=server_key)
    return Written(file, header.id, changes)
