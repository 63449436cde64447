"""The answering half of an exchange: what a serving replica says to each message. No HTTP here.

The sender's side enforces who sees what: a peer reads the public feed and its own, whatever it asks for. Nothing of a
message that is refused as a whole is stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from sync.errors import BadInput, NotAllowed
from sync.exchange.admission import admission
from sync.exchange.arrival import ArrivedAnswer, ArrivedRequest, arrived
from sync.exchange.credential import public_key
from sync.exchange.messages import (
    PROTOCOL,
    AskedFeed,
    CompareAnswer,
    CompareRequest,
    ExchangeAnswer,
    ExchangeRequest,
    FeedPage,
    FetchAnswer,
    FetchRequest,
    GiveBackAnswer,
    GiveBackRequest,
    Report,
    following,
    steps,
)
from sync.exchange.proof_messages import KeptReport
from sync.records.moments import moment_text
from sync.replica import chains, feeds, recovering
from sync.replica.devices import SEEN_EVERY, HubWord, moment_of, note_report, note_served, note_word
from sync.replica.digest import BUCKETS
from sync.replica.identity import DISTRICT, PUBLIC
from sync.replica.replica import Replica
from sync.replica.serving import Situation
from sync.replica.storing import join_ids, split_ids
from sync.replica.values import Applied, Incoming, Page
from sync.revisions.packing import pack, unpack
from sync.revisions.revision import ID_BYTES, Revision, decode_stored

#: Bytes of revisions that one answer holds at most, whatever the peer asks for.
MOST_BYTES = 4 * 2**20
#: Bytes of one revision; the longest letter that fits its fields has a third of it. Whoever reads the feed would have
#: to carry what is larger.
MOST_REVISION_BYTES = 256 * 2**10
#: Revisions that are taken back of one message; computers send fewer.
MOST_RETURNED = 1000
#: Feeds that one request may ask for.
MOST_FEEDS = 8


@dataclass(frozen=True, slots=True)
class Peer:
    """The computer at the other end, as its credential proved it."""

    device: str
    facility: str
    facility_kind: str
    #: Its chain of revisions has forked: it is asked to renew itself.
    forked: bool = False
    #: When the server last noted that it stands as it says (ISO 8601 in UTC).
    told_at: str | None = None


class Source(Protocol):
    """Where a service finds what it gives: the feeds of a server, or all that a hub holds."""

    def audiences(self, peer: Peer) -> frozenset[str]:
        """The feeds that a peer may read."""
        ...

    def page(self, audience: str, after: int, budget: int, device: str) -> Page:
        """See :func:`sync.replica.feeds.page`."""
        ...

    def head(self, audience: str) -> tuple[int, bytes, dict[int, list[str]]]:
        """See :func:`sync.replica.feeds.verified_head`."""
        ...

    def in_buckets(self, audience: str, buckets: Sequence[int]) -> tuple[int, bytes, list[str]]:
        """See :func:`sync.replica.feeds.in_buckets`."""
        ...

    def bodies(self, audience: str, ids: Sequence[str], budget: int) -> list[bytes]:
        """See :func:`sync.replica.feeds.bodies_for`."""
        ...

    def strangers(self, facility: str, devices: Iterable[str]) -> frozenset[str]:
        """Those of these devices that are known not to be computers of ``facility``."""
        ...


class ServerSource:
    """The feeds that a district's server keeps."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._district = replica.identity.district

    def audiences(self, peer: Peer) -> frozenset[str]:
        """The public feed and the peer's own."""
        return frozenset({PUBLIC, DISTRICT if peer.facility_kind == "dinkes" else peer.facility})

    def page(self, audience: str, after: int, budget: int, device: str) -> Page:
        """The next page of a feed."""
        return self._replica.read(
            lambda connection: feeds.page(connection, self._district, audience, after, budget, device)
        )

    def head(self, audience: str) -> tuple[int, bytes, dict[int, list[str]]]:
        """A feed's end, its stored digest set right where it has drifted."""
        return self._replica.write(lambda connection: feeds.verified_head(connection, self._district, audience))

    def in_buckets(self, audience: str, buckets: Sequence[int]) -> tuple[int, bytes, list[str]]:
        """A feed's end and the ids in some of its buckets; nobody waits for it."""
        return self._replica.read(lambda connection: feeds.in_buckets(connection, self._district, audience, buckets))

    def bodies(self, audience: str, ids: Sequence[str], budget: int) -> list[bytes]:
        """Revisions of one feed by id."""
        return self._replica.read(
            lambda connection: feeds.bodies_for(connection, self._district, audience, ids, budget)
        )

    def strangers(self, facility: str, devices: Iterable[str]) -> frozenset[str]:
        """The computers of others, and the server's own."""
        return self._replica.read(
            lambda connection: chains.devices_elsewhere(connection, self._replica.identity, facility, devices)
        )


class Service:
    """Answers messages from what a replica holds and ``source`` shows of it; a server's feeds if none is given."""

    def __init__(self, replica: Replica, source: Source | None = None) -> None:
        self.replica = replica
        self.source = source or ServerSource(replica)

    def exchange(self, peer: Peer, message: ExchangeRequest) -> ExchangeAnswer:
        """Store what the peer pushed, then give it the next pages of its feeds.

        Raises:
            BadInput: the message cannot be right. NotAllowed: it speaks for somebody else. Nothing was stored.
        """
        items = self._checked(peer, message)
        return self._answer(peer, message, items, self._store_all(peer, items, message.records))

    def converse(self, peer: Peer, messages: Sequence[ExchangeRequest]) -> Iterator[ExchangeAnswer]:
        """As :meth:`exchange` for each message, stored together; then the further pages that the peer would take.

        Raises:
            BadInput, NotAllowed: one message cannot be answered; those before it are stored and answered first.
        """
        checked: list[tuple[ExchangeRequest, list[Incoming]]] = []
        failure: BadInput | NotAllowed | None = None
        for message in messages:
            try:
                checked.append((message, self._checked(peer, message)))
            except (BadInput, NotAllowed) as error:
                failure = error
                break
        together = [item for _, items in checked for item in items]
        applied = self._store_all(peer, together, min((message.records for message in messages), default=0))
        # What was brought is not kept while whoever brought it takes his time to read.
        del together, messages
        while checked:
            message, items = checked.pop(0)
            answer = self._answer(peer, message, items, applied)
            further = following(message, answer)
            del message, items
            yield answer
            yield from self._further(peer, further, answer)
        if failure is not None:
            raise failure

    def _further(self, peer: Peer, message: ExchangeRequest | None, answer: ExchangeAnswer) -> Iterator[ExchangeAnswer]:
        """The pages after those in ``answer``, for as long as there is a ``message`` that would ask for them."""
        left = MOST_BYTES
        while message is not None:
            left -= sum(len(page.pack) for page in answer.feeds)
            if left <= 0:
                return
            answer = self.exchange(peer, message)
            message = following(message, answer)
            yield answer

    def _checked(self, peer: Peer, message: ExchangeRequest) -> list[Incoming]:
        """What a message pushes, once nothing in it is wrong."""
        if message.protocol != PROTOCOL:
            raise BadInput(f"protocol {message.protocol} is not {PROTOCOL}")
        if len(message.feeds) > MOST_FEEDS:
            raise BadInput("too many feeds", field="feeds")
        for asked in message.feeds:
            self._check_audience(peer, asked.audience)
            if not 0 <= asked.number < 2**63:
                raise BadInput("no such number", field="feeds")
        items = [Incoming(revision, body) for revision, body in unpack(message.push)]
        for item in items:
            if item.revision.facility != peer.facility:
                raise NotAllowed("a revision is written by another facility")
        return items

    def _store_all(self, peer: Peer, items: Sequence[Incoming], records_version: int) -> Applied:
        return self.store(peer, items, records_version) if items else Applied((), (), ())

    def _answer(
        self, peer: Peer, message: ExchangeRequest, items: Sequence[Incoming], applied: Applied
    ) -> ExchangeAnswer:
        """The answer to a message whose revisions, with those of others maybe, were ``applied``."""
        if message.report is not None:
            self._note_report(peer, message.report, message.records)
        self._note_word(peer, message)
        # An older program of the asker knows nothing of it; a hub has written nothing of its own.
        taken = self.take_back(message.returned) if message.returned and self.replica.serves else None
        places = {item.revision.id: place for place, item in enumerate(items)}
        reset = message.epoch not in ("", self.replica.identity.epoch)
        pages = [] if reset else self._pages(peer, message.feeds, message.budget)
        reset = reset or any(page.top < asked.number for page, asked in zip(pages, message.feeds, strict=True))
        return ExchangeAnswer(
            replica=self.replica.identity.replica,
            epoch=self.replica.identity.epoch,
            time=self.replica.environment.now_ms(),
            stored=sum(revision_id in places for revision_id in applied.stored),
            known=sum(revision_id in places for revision_id in applied.known),
            refused={places[item]: reason for item, reason in applied.refused if item in places},
            feeds=[] if reset else pages,
            reset=reset,
            server_key=b"" if message.pinned else public_key(self.replica.identity.signing_key),
            renew=peer.forked or peer.device in applied.forked,
            taken=taken,
        )

    def arrived(self, peer: Peer, message: ArrivedRequest) -> ArrivedAnswer:
        """Which messages of the peer are wholly here."""
        return arrived(self.replica, peer.facility, message)

    def give_back(self, message: GiveBackRequest) -> GiveBackAnswer:
        """Take back what this server has written and lost, whoever brings it."""
        return GiveBackAnswer(self.take_back(message.pack))

    def take_back(self, returned: bytes) -> list[int]:
        """Store what this server has written itself of a pack; the places of what is here now.

        Raises:
            BadInput: it is no pack, or a larger one than any computer sends.
        """
        items = [Incoming(revision, body) for revision, body in unpack(returned)]
        if len(items) > MOST_RETURNED:
            raise BadInput("too many revisions", field="pack")
        here = self.replica.write(
            lambda connection: recovering.take_back(
                connection, self.replica.identity, items, self.replica.environment.now()
            )
        )
        return [place for place, item in enumerate(items) if item.revision.id in here]

    def _note_report(self, peer: Peer, report: Report, records: int) -> None:
        now_ms = self.replica.environment.now_ms()
        own = msgspec.structs.replace(report, served=[])
        text = msgspec.json.encode(KeptReport(own, records, moment_of(now_ms))).decode()
        # A computer whose clock is ahead does not make itself proven for tomorrow.
        proven_at = moment_of(min(report.proven, now_ms)) if report.proven else None
        # By spans, so that nothing was ever seen in times to come; and only of the hub's own facility.
        district = self.replica.identity.district
        served = {
            device: HubWord(now_ms - pc.ago * 1000, pc.waiting, pc.program)
            for pc in report.served
            if (device := pc.device.hex()) != peer.device
        }
        self.replica.write(lambda connection: note_report(connection, district, peer.device, text, proven_at))
        if served:
            self.replica.write(lambda connection: note_served(connection, district, peer.facility, served))

    def _note_word(self, peer: Peer, message: ExchangeRequest) -> None:
        """Note that its last report is its word still: whoever asks for feeds has told what has changed since.

        A contact alone says nothing of that, nor does a message that only brings something.
        """
        now = self.replica.environment.now()
        if not self.replica.serves or not (message.feeds or message.report):
            return
        if message.report is None and peer.told_at is not None and peer.told_at >= moment_text(now - SEEN_EVERY):
            return
        district, moment = self.replica.identity.district, moment_text(now)
        self.replica.write(lambda connection: note_word(connection, district, peer.device, moment))

    def compare(self, peer: Peer, message: CompareRequest) -> CompareAnswer:
        """The digest of one feed and the ids in some of its buckets.

        The first question names no bucket and has the digest computed from what is really there, while whoever would
        add to the feed waits. The many that follow read no more than what they name.
        """
        self._check_audience(peer, message.audience)
        if any(not 0 <= bucket < BUCKETS for bucket in message.buckets):
            raise BadInput("no such bucket", field="buckets")
        if len(set(message.buckets)) < len(message.buckets):
            # Each repetition would repeat its ids in the answer.
            raise BadInput("a bucket is named twice", field="buckets")
        if message.buckets:
            number, whole, ids = self.source.in_buckets(message.audience, message.buckets)
        else:
            (number, whole, _), ids = self.source.head(message.audience), []
        return CompareAnswer(self.replica.identity.epoch, number, whole, join_ids(ids))

    def fetch(self, peer: Peer, message: FetchRequest) -> FetchAnswer:
        """Revisions of one feed by id."""
        self._check_audience(peer, message.audience)
        if len(message.ids) % ID_BYTES or len(message.ids) > feeds.PAGE_LIMIT * ID_BYTES:
            raise BadInput("too many or broken ids", field="ids")
        bodies = self.source.bodies(message.audience, split_ids(message.ids), min(message.budget, MOST_BYTES))
        return FetchAnswer(pack([decode_stored(body) for body in bodies]))

    def store(self, peer: Peer, items: Sequence[Incoming], records_version: int) -> Applied:
        """Store what the peer may write, and say what became of each."""
        sizes = {item.revision.id: len(item.body) for item in items}
        strangers = self.source.strangers(peer.facility, {item.revision.device for item in items})
        rules = admission(peer.facility, peer.facility_kind, records_version, strangers)

        def admit(revision: Revision, situation: Situation) -> str | None:
            return "larger than any record" if sizes[revision.id] > MOST_REVISION_BYTES else rules(revision, situation)

        return self.replica.apply(items, admit, peer.device)

    def _check_audience(self, peer: Peer, audience: str) -> None:
        if audience not in self.source.audiences(peer):
            raise NotAllowed("this feed is not for this facility")

    def _pages(self, peer: Peer, asked: list[AskedFeed], budget: int) -> list[FeedPage]:
        left = min(max(budget, 1), MOST_BYTES)
        found: list[FeedPage] = []
        for feed in asked:
            page = self.source.page(feed.audience, feed.number, left, peer.device)
            left = max(left - sum(map(len, page.bodies)), 1)
            packed = pack([decode_stored(body) for body in page.bodies]) if page.bodies else b""
            found.append(FeedPage(feed.audience, page.reached, page.top, steps(page.numbers), packed, page.root or ""))
        return found
