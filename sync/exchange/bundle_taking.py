"""What a computer takes from the bundle with which the server answered its own: receipts, refusals, pages of the feeds.

The answer may come twice, late, out of order, or after the network brought the same: it counts only for what it names,
and a cursor moves only from where it stands. Taking may be cut anywhere and begun again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sync.errors import (
    BadInput,
    BundleAltered,
    BundleStale,
    NoServerKey,
    ServerFault,
)
from sync.exchange import bundle
from sync.exchange.composing import Gathered
from sync.exchange.engine import PLAUSIBLE_MS
from sync.exchange.giving_back import note_taken
from sync.exchange.manner import BRISK, Manner, Progress
from sync.exchange.messages import (
    AnsweredRequest,
    AskedFeed,
    FeedPage,
    decode_message,
    read_pack,
)
from sync.exchange.reporting import note_repair
from sync.exchange.settling import read_on_from, settle, unplaced
from sync.records.moments import moment_text
from sync.replica import chains, links
from sync.replica.identity import PUBLIC
from sync.replica.replica import Replica
from sync.replica.sticks import COMPARE_VALUE, may_compare, note_settled
from sync.replica.storing import split_ids
from sync.replica.values import Cursor, Incoming

#: Tries to move a cursor that others move at the same time.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer brought.

    ``confirmed``, ``refused`` and ``received`` count revisions about which this computer did not know it before;
    ``known`` those about which it did. ``whole``: the answer reached the end of all feeds when it was written;
    ``proven``: nothing waits, and both sides were equal then. ``lost``: what the server had lost, and waits again.
    ``restored``: the server has begun a new life and did not say what it holds, so that only an exchange by network
    makes both sides equal.
    """

    reply_to: str
    answered_at: datetime | None = None
    confirmed: int = 0
    refused: int = 0
    received: int = 0
    known: int = 0
    lost: int = 0
    whole: bool = False
    proven: bool = False
    restored: bool = False


def take_bundle(replica: Replica, file: bytes, manner: Manner = BRISK) -> Taken:
    """Take what the server answered: receipts, refusals, and the pages of the feeds.

    Raises:
        BundleError: the file is no answer for this computer that can be used; nothing of it was stored.
        ServerFault: the server's answer makes no sense.
    """
    identity = replica.refresh()
    found = bundle.read_bundle(file)
    bundle.check_receiver(found.header, kind="back", district=identity.district, receiver=identity.device)
    link = replica.link()
    if link is None or link.server_key is None:
        raise NoServerKey("no key of the server is known")
    parts = bundle.open_bundle(found, signing_key=identity.signing_key, sender_key=link.server_key)
    try:
        answered = [decode_message(part, AnsweredRequest) for part in bundle.unpack_parts(found, parts)]
    except BadInput as error:
        raise BundleAltered("not an answer") from error
    if link.epoch:
        usable = _of_this_life(answered, link.epoch)
        if answered and not usable:
            raise BundleStale("answered in another epoch of the server")
        answered = usable
    return _Taking(replica, manner, Taken(found.header.reply_to)).all_of(answered)


def _of_this_life(answered: Sequence[AnsweredRequest], epoch: str) -> list[AnsweredRequest]:
    """The answers that speak of the server as this computer knows it, or of what came after that.

    Pages of a new life are of use to whoever is told at the same time what it begins with.
    """
    after = [part for part in answered if part.answer.reset and part.epoch == epoch]
    lives = {epoch, *(part.answer.epoch for part in after if part.held)}
    return [part for part in answered if part in after or part.answer.epoch in lives]


class _Taking:
    def __init__(self, replica: Replica, manner: Manner, taken: Taken) -> None:
        self.replica = replica
        self.manner = manner
        self.taken = taken
        self.roots: dict[str, FeedPage] = {}

    def all_of(self, answered: Sequence[AnsweredRequest]) -> Taken:
        """Take part after part."""
        for part in answered:
            self._confirm(part)
        for part in answered:
            self._begin_again(part)
            for page, asked in zip(part.answer.feeds, part.feeds, strict=False):
                self._take(page, asked)
        if answered:
            self._conclude(answered)
        return self.taken

    def _confirm(self, part: AnsweredRequest) -> None:
        ids = split_ids(part.ids)
        refused = {ids[place]: reason for place, reason in part.answer.refused.items() if 0 <= place < len(ids)}
        confirmed = [revision_id for revision_id in ids if revision_id not in refused]
        before = self.replica.known(ids)
        new = sum(1 for revision_id in confirmed if before.get(revision_id) is False)
        still_refused = [(item, reason) for item, reason in refused.items() if before.get(item) is False]
        self.replica.confirm(confirmed, still_refused)
        self._count(confirmed=new, refused=len(still_refused), known=len(ids) - new - len(still_refused))
        note_taken(self.replica, split_ids(part.returned), part.answer.taken)

    def _begin_again(self, part: AnsweredRequest) -> None:
        """Where cursors mean nothing any more: note what the server holds, and read its feeds from the beginning."""
        link, cursors = self.replica.link(), self._cursors()
        if not part.held or link is None or (link.epoch or part.epoch) != part.epoch:
            return
        if {feed.audience for feed in part.held} != cursors.keys():
            raise ServerFault("the answer is about other feeds")
        new_life = part.answer.epoch != part.epoch
        beyond = any(cursors[feed.audience].number > feed.number for feed in part.held)
        # Cursors that moved on beyond a server that has lost nothing only show how old its answer is.
        differs = part.answer.reset if beyond else self.replica.get_value(COMPARE_VALUE)
        if not (new_life or (differs and may_compare(self.replica, self.taken.reply_to))):
            return
        for feed in part.held:
            claimed, theirs = self._confirmed(feed.audience), split_ids(feed.ids)
            lost = settle(self.replica, claimed, theirs, self.manner)
            read_on_from(self.replica, feed.audience, 0, unplaced(self.replica, theirs))
            self.taken = replace(self.taken, lost=self.taken.lost + len(lost))
        told, district = {"replica": part.answer.replica, "epoch": part.answer.epoch}, self.replica.identity.district
        self.replica.write(lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, **told))
        note_settled(self.replica)
        note_repair(self.replica, 0, self.taken.lost)

    def _confirmed(self, audience: str) -> set[str]:
        identity = self.replica.identity
        return set(self.replica.read(lambda connection: links.confirmed_ids(connection, identity, audience)))

    def _take(self, page: FeedPage, asked: AskedFeed) -> None:
        """Store a page batch by batch; the cursor moves with those that begin where it stands or before."""
        if page.audience != asked.audience or page.audience not in (PUBLIC, self.replica.identity.home_audience):
            raise ServerFault("the answer is about other feeds")
        items = read_pack(page.pack)
        if len(items) != len(page.numbers):
            raise ServerFault("a page with other numbers than revisions")
        begin, pages = asked.number, Gathered()
        pages.add(page, items)
        for part, reached in pages.batches(self.manner.batch):
            if self.manner.stopped():
                return
            new = sum(1 for known in self._known(part) if not known)
            self._store(page.audience, part, begin, reached)
            self._count(received=new, known=len(part) - new)
            begin = reached
            self.manner.pause()
        if page.root:
            self.roots[page.audience] = page
        else:
            self.roots.pop(page.audience, None)

    def _store(self, audience: str, part: list[Incoming], begin: int, reached: int) -> None:
        """Store a batch that holds everything between two numbers of the feed."""
        for _ in range(_TRIES):
            cursor = self._cursors()[audience]
            if not begin <= cursor.number <= reached:
                break
            if self.replica.receive(audience, part, expected=cursor.number, number=reached):
                return
        # The cursor is beyond all of it, or something before it has not come yet: it stays where it is.
        self.replica.receive(audience, part)

    def _conclude(self, answered: Sequence[AnsweredRequest]) -> None:
        """What the whole of it means: is all here, are both sides equal, is a new name due."""
        if any(part.answer.renew for part in answered):
            self.replica.set_value(chains.BEHIND_VALUE, "1")
        restored = any(part.answer.reset for part in answered) and not any(part.held for part in answered)
        whole = bool(self.roots) and not restored and self.roots.keys() == self._cursors().keys()
        self.taken = replace(self.taken, restored=restored, whole=whole)
        time_ms = answered[-1].answer.time
        moment = datetime.fromtimestamp(time_ms / 1000, UTC) if time_ms in PLAUSIBLE_MS else None
        cursors = self._cursors()
        at_top = whole and all(cursor.number == self.roots[name].reached for name, cursor in cursors.items())
        equal = at_top and all(cursor.root == self.roots[name].root for name, cursor in cursors.items())
        proven = equal and self.replica.waiting_count() == 0
        self.taken = replace(self.taken, answered_at=moment, proven=proven)
        if proven and moment is not None:
            self._note_sync(moment)
        if at_top and not equal:
            self.replica.set_value(COMPARE_VALUE, "1")

    def _note_sync(self, moment: datetime) -> None:
        """Both sides were equal at this moment of the server's clock; a later one may be known already."""
        link, text = self.replica.link(), moment_text(moment, "seconds")
        if link is not None and (link.last_sync_at or "") < text:
            district = self.replica.identity.district
            self.replica.write(
                lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, last_sync_at=text)
            )

    def _known(self, part: Iterable[Incoming]) -> list[bool]:
        ids = [item.revision.id for item in part]
        known = self.replica.known(ids)
        return [revision_id in known for revision_id in ids]

    def _cursors(self) -> dict[str, Cursor]:
        identity = self.replica.identity
        found = self.replica.read(lambda connection: links.read_cursors(connection, identity, links.DISTRICT_PEER))
        return {cursor.audience: cursor for cursor in found}

    def _count(self, *, confirmed: int = 0, refused: int = 0, received: int = 0, known: int = 0) -> None:
        taken = self.taken
        self.taken = replace(
            taken,
            confirmed=taken.confirmed + confirmed,
            refused=taken.refused + refused,
            received=taken.received + received,
            known=taken.known + known,
        )
        self.manner.progress(Progress(self.taken.confirmed, self.taken.received, self.replica.waiting_count()))
