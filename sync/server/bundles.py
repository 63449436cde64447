"""Bundles at the server: opened for the computer that wrote them, answered like its requests, and sealed for it again.

Whoever brings a bundle proves only that it may speak to this server; what is in it is believed for the sake of its
signature alone. Nothing of a bundle that is refused is stored.
"""

from dataclasses import dataclass

import msgspec

from sync.errors import BadInput, BundleAltered, BundleSender
from sync.exchange import bundle
from sync.exchange.giving_back import FORGOTTEN
from sync.exchange.messages import (
    AnsweredRequest,
    AskedFeed,
    BundleAnswer,
    BundleRequest,
    ExchangeAnswer,
    ExchangeRequest,
    HeldFeed,
    decode_message,
    encode_message,
)
from sync.exchange.service import MOST_BYTES, Peer, Service
from sync.replica.replica import Replica
from sync.replica.storing import join_ids
from sync.revisions.packing import unpack
from sync.server.access import Access, Sender
from sync.server.problems import Problem


@dataclass(frozen=True, slots=True)
class Bundles:
    """Answers the bundles of one district's computers."""

    replica: Replica

    def relay(self, _bringer: Peer, message: BundleRequest) -> BundleAnswer:
        """What :meth:`answer` says to the bundle that an enrolled computer brings for another."""
        return BundleAnswer(self.answer(message.bundle))

    def answer(self, file: bytes) -> bytes:
        """The bundle that goes back.

        Raises:
            BundleError: it is not one that this server can answer. BadInput, NotAllowed: see :class:`Service`.
        """
        identity = self.replica.identity
        found = bundle.read_bundle(file)
        bundle.check_receiver(found.header, kind="out", district=identity.district, receiver=bundle.SERVER)
        sender = self._sender(found.header)
        parts = bundle.open_bundle(found, signing_key=identity.signing_key, sender_key=sender.public_key)
        try:
            requests = [decode_message(part, ExchangeRequest) for part in bundle.unpack_parts(found, parts)]
        except BadInput as error:
            raise BundleAltered("not a request") from error
        if len(requests) > bundle.MOST_REQUESTS:
            raise BundleAltered("more requests than a computer writes")
        Access(self.replica).note_stick(found.header.sender)
        header = bundle.Header(
            kind="back",
            district=identity.district,
            receiver=found.header.sender,
            sender=bundle.SERVER,
            id=self.replica.environment.random_bytes(16).hex(),
            created_at=self.replica.environment.now_ms(),
            reply_to=found.header.id,
        )
        answers = self._answers(sender.peer, requests)
        return bundle.seal(header, answers, signing_key=identity.signing_key, receiver_key=sender.public_key)

    def _sender(self, header: bundle.Header) -> Sender:
        """Who has written a bundle, known again by its card where this server had forgotten it."""
        access = Access(self.replica)
        try:
            try:
                return access.sender(header.sender)
            except Problem as problem:
                if problem.code not in FORGOTTEN or not header.card:
                    raise
                Service(self.replica).take_back(header.card)
                return access.sender(header.sender)
        except Problem as problem:
            raise BundleSender(problem.reason) from problem
        except BadInput as error:
            raise BundleAltered("not a card") from error

    def _answers(self, peer: Peer, requests: list[ExchangeRequest]) -> list[bytes]:
        """An answer to each request, and the pages that would be asked for next, up to the size of a bundle."""
        service = Service(self.replica)
        packed: list[bytes] = []
        size = bundle.ENVELOPE_BYTES
        for request in requests:
            full = size > bundle.MOST_BACK
            following: ExchangeRequest | None = msgspec.structs.replace(request, feeds=[]) if full else request
            while following is not None:
                answer = service.exchange(peer, following)
                held = self._held(service, following) if answer.reset or following.compare else []
                part = bundle.pack_part(encode_message(_answered(following, answer, held)))
                size += len(part)
                if packed and not following.push and size > bundle.MOST_BACK:
                    break
                packed.append(part)
                following = _following(following, answer, held) if len(packed) < bundle.MOST_PARTS else None
        return packed

    def _held(self, service: Service, request: ExchangeRequest) -> list[HeldFeed]:
        """What is here of the feeds of a request; nothing where that would not fit beside the pages."""
        found: list[HeldFeed] = []
        for asked in request.feeds:
            number, _, buckets = service.source.head(asked.audience)
            found.append(HeldFeed(asked.audience, number, join_ids(item for ids in buckets.values() for item in ids)))
        return found if sum(len(feed.ids) for feed in found) <= bundle.MOST_BACK // 2 else []


def _answered(request: ExchangeRequest, answer: ExchangeAnswer, held: list[HeldFeed]) -> AnsweredRequest:
    ids, returned = (_ids(pack) for pack in (request.push, request.returned))
    return AnsweredRequest(answer, ids, request.epoch, request.feeds, returned, held)


def _ids(pack: bytes) -> bytes:
    return join_ids(revision.id for revision, _ in unpack(pack))


def _following(request: ExchangeRequest, answer: ExchangeAnswer, held: list[HeldFeed]) -> ExchangeRequest | None:
    """What the computer would ask next if it could; ``None`` when its feeds are at their top, or cannot be compared."""
    if not held and (answer.reset or all(page.reached >= page.top for page in answer.feeds)):
        return None
    # Where its cursors mean nothing it reads from the beginning: what it knows already is counted once.
    begin = [AskedFeed(feed.audience, 0) for feed in held]
    feeds = begin or [AskedFeed(page.audience, page.reached) for page in answer.feeds]
    budget = min(max(request.budget, 2**16), MOST_BYTES)
    return ExchangeRequest(request.protocol, request.records, answer.epoch, b"", feeds, budget, pinned=True)
