"""One exchange with the district: push what it has not confirmed, pull what is new, prove that both sides are equal.

Plain and synchronous. It may be cut anywhere and begun again: what was confirmed stays confirmed, what is unknown is
sent again and counted once. It never says that it is done before the other side's digest says so.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from sync.errors import Interrupted, LinkError, NotAllowed, Refused, ServerFault, Unreachable
from sync.exchange.admission import PASSING_REASONS
from sync.exchange.composing import Gathered, Group, composed, divided, encoded, size_of
from sync.exchange.confirming import ask_confirmed
from sync.exchange.credential import KEY_BYTES
from sync.exchange.enrol import renew
from sync.exchange.giving_back import FORGOTTEN, ids_of, lost_words, note_taken, packed, show_card
from sync.exchange.manner import BRISK, Manner, Outcome, Progress
from sync.exchange.messages import (
    EXCHANGE,
    ExchangeAnswer,
    ExchangeRequest,
    read_answer,
    read_pack,
)
from sync.exchange.pace import SMALLEST
from sync.exchange.repair import repair
from sync.exchange.reporting import DueReport, carried_no_more, due_report, note_repair, note_sent
from sync.exchange.transport import TOO_LARGE, Conversing, Transport
from sync.exchange.unanswered import Unanswered
from sync.records.moments import moment_text
from sync.replica import links
from sync.replica.replica import Replica
from sync.replica.sticks import note_settled
from sync.replica.values import Cursor, Link
from sync.revisions.packing import PACK_LIMIT

#: Lost messages in a row after which an exchange gives up for now.
MOST_TRIES = 5
#: Rounds of comparing after which an exchange says that the two sides do not become equal.
MOST_REPAIRS = 3
#: What a server's clock may show (2020 to 2100, in milliseconds since 1970): another one is not believed.
PLAUSIBLE_MS = range(1_577_836_800_000, 4_102_444_800_000)
#: Revisions in one message, or in one train of them: of more nobody tells what has arrived if the answer is lost.
_MOST_REVISIONS = PACK_LIMIT


def exchange(
    replica: Replica, transport: Transport, manner: Manner = BRISK, peer: str = links.DISTRICT_PEER
) -> Outcome:
    """Bring this replica and that of ``peer`` up to date with each other.

    A computer that turns out to share its device with another (a cloned disk) has a new one when this returns.

    Raises:
        LinkError: the link failed; everything that was confirmed until then counts, the rest waits.
    """
    run = _Run(replica, transport, manner, peer)
    try:
        outcome = run.to_the_end()
        if peer == links.DISTRICT_PEER and (run.renewal_asked or replica.is_behind()):
            renew(replica, transport)
            # The card of the new device is news for everybody, this computer among them.
            outcome = run.to_the_end()
        if peer == links.HUB_PEER and not manner.stopped():
            ask_confirmed(replica, transport)
    except LinkError as error:
        run.note(last_error=type(error).__name__)
        raise
    finally:
        run.unanswered.note(run.pace.part)
        note_repair(replica, run.outcome.repaired - run.outcome.lost, run.outcome.lost)
    if outcome.proven:
        run.note(last_error=None, last_sync_at=run.moment())
        if peer == links.DISTRICT_PEER:
            note_settled(replica)
    else:
        run.note(last_error=None if manner.stopped() else "Unequal")
    return outcome


class _Run:
    def __init__(self, replica: Replica, transport: Transport, manner: Manner, peer: str) -> None:
        self.replica = replica
        self.transport = transport
        self.manner = manner
        self.peer = peer
        self.renewal_asked = False
        self.outcome = Outcome()
        self.pace = manner.pace
        self.tries = 0
        self.repairs = 0
        self.shown = 0
        self.coming = 0
        #: What the last message's receipt says of what was returned with it.
        self.taken: list[int] | None = None
        #: Bytes of the revisions that were sent last.
        self.offered = 0
        self.unanswered = Unanswered(replica, transport, peer)
        #: Pages that came and are not stored yet, by their feed.
        self.gathered: dict[str, Gathered] = {}

    def to_the_end(self) -> Outcome:
        """Message after message until nothing is left to say."""
        # What was proven before, a new device's card or whatever has come since may have changed.
        self.outcome = replace(self.outcome, proven=False)
        self.replica.offer_again(PASSING_REASONS, self.peer)
        while not self.manner.stopped():
            try:
                finished = self._one_turn()
            except Interrupted:
                continue
            except NotAllowed as error:
                if not self._is_known_again(error):
                    raise
                continue
            except Refused as error:
                if error.code != TOO_LARGE or self.pace.budget <= SMALLEST:
                    raise
                self.pace = self.pace.after_too_large(self.offered)
                continue
            except Unreachable as error:
                self._try_again(error)
                continue
            self.tries = 0
            if finished:
                break
        return self.outcome

    def moment(self) -> str:
        """Now, as links hold it."""
        return moment_text(self.replica.now(), "seconds")

    def note(self, **values: object) -> None:
        """Write how it went into the link."""
        district, tried = self.replica.identity.district, self.moment()
        self.replica.write(
            lambda connection: links.write_link(connection, district, self.peer, last_try_at=tried, **values)
        )

    def link(self) -> Link | None:
        """What is known of the peer."""
        return self.replica.link(self.peer)

    def cursors(self) -> list[Cursor]:
        """How far the peer's feeds were read."""
        return self.replica.read(lambda connection: links.read_cursors(connection, self.replica.identity, self.peer))

    def _one_turn(self) -> bool:
        """Send what may travel now and take what comes; whether both sides are now known equal (or never will be)."""
        # An emergency travels alone, and nothing is asked for that would hold up the receipt.
        urgent = self.replica.emergencies(_MOST_REVISIONS, self.pace.budget, self.peer)
        if self.train and not urgent:
            self._ask_arrived()
        link, cursors = self.link(), [] if urgent else self.cursors()
        chunk = urgent or self.replica.waiting(_MOST_REVISIONS, self.pace.budget, self.peer)
        groups = divided(chunk, self.pace.part) if self.train and not urgent else [chunk]
        returned = [] if urgent or self.peer != links.DISTRICT_PEER else lost_words(self.replica)
        due = self._report_due(link, [revision_id for revision_id, _ in chunk])
        report = due.report if due is not None else None
        request = composed(cursors, link, self.pace, report, packed(returned), train=self.train)
        if not urgent:
            if self.replica.emergency_waits(self.peer):
                return False  # it came while this was put together
            # An emergency says nothing of the train that it interrupts.
            self.unanswered.begin(groups if self.train else [], self.pace.part)
        answer = self._converse(groups, request, cursors)
        if due is not None:
            note_sent(self.replica, due)
        note_taken(self.replica, ids_of(returned), self.taken)
        if not request.pinned and len(answer.server_key) == KEY_BYTES:
            self.note(server_key=answer.server_key)
        if answer.reset:
            useless = self._repair([cursor.audience for cursor in self.cursors()])
            # Only now: where the link breaks meanwhile the cursors still mean nothing.
            self.note(replica=answer.replica, epoch=answer.epoch)
            return useless
        if answer.epoch != request.epoch:
            self.note(replica=answer.replica, epoch=answer.epoch)
        self._report()
        if urgent or self._goes_on(answer, cursors, brought=bool(chunk or returned)):
            return False
        return self._prove(answer, cursors)

    def _goes_on(self, answer: ExchangeAnswer, asked: list[Cursor], *, brought: bool) -> bool:
        """Whether there is more to fetch or to send."""
        behind = any(page.reached < page.top for page in answer.feeds)
        if behind and not brought and self.cursors() == asked:
            raise ServerFault("the other side promises more than it gives")
        if behind or self.replica.waiting(1, 1, self.peer):
            return True
        if self.taken is not None and lost_words(self.replica):
            return True
        # Else a PC that is switched off now is known for days as one where something waits.
        return self.peer == links.DISTRICT_PEER and carried_no_more(self.replica)

    @property
    def train(self) -> bool:
        """Whether several messages may travel at once."""
        return isinstance(self.transport, Conversing) and self.transport.conversing

    def _converse(self, groups: list[Group], request: ExchangeRequest, cursors: list[Cursor]) -> ExchangeAnswer:
        """Send the groups, the last with ``request``; note and store each answer as it arrives; the last of them."""
        began, began_ms = self.manner.seconds(), self.replica.environment.now_ms()
        positions = {cursor.audience: cursor.number for cursor in cursors}
        heard = received = 0
        receipts: list[tuple[Group, dict[int, str]]] = []
        self.offered = size_of(groups)
        with closing(self._sent(encoded(groups, request))) as answers, self._kept(positions):
            for body in answers:
                answer = read_answer(body, ExchangeAnswer)
                if heard >= len(groups) + request.pages:
                    raise ServerFault("more answers than were asked for")
                asked = request.feeds if heard >= len(groups) - 1 else []
                if not answer.reset and [page.audience for page in answer.feeds] != [feed.audience for feed in asked]:
                    raise ServerFault("the answer is about other feeds")
                if heard == 0 and len(groups) == 1:
                    self._correct_clock(answer.time, (began_ms + self.replica.environment.now_ms()) // 2)
                if heard == len(groups) - 1:
                    self.taken = answer.taken
                if heard < len(groups):
                    receipts.append((groups[heard], answer.refused))
                if heard == len(groups) - 1:
                    self._confirm(groups, receipts)
                self.renewal_asked = self.renewal_asked or answer.renew
                received += self._gather(answer, positions)
                heard += 1
                if received or (self.offered and heard >= len(groups)):
                    # Not where nothing was brought: what fails after it, as a repair may, would never be given up.
                    self.tries = 0
        if heard < len(groups):
            self._confirm(groups, receipts)
            raise Unreachable("only a part of the train was answered")
        self.pace = self.pace.after(max(self.offered, received), self.manner.seconds() - began, train=self.train)
        self.outcome = replace(self.outcome, requests=self.outcome.requests + 1)
        return answer

    @contextmanager
    def _kept(self, positions: dict[str, int]) -> Iterator[None]:
        """What was gathered is stored in the end, also where the link broke."""
        try:
            yield
        finally:
            self._store_gathered(positions)

    def _sent(self, bodies: Iterable[bytes]) -> Generator[bytes]:
        if isinstance(self.transport, Conversing):
            yield from self.transport.converse(EXCHANGE, bodies)
        else:
            yield self.transport.send(EXCHANGE, next(iter(bodies)))

    def _ask_arrived(self) -> None:
        """Of messages whose answer was lost, learn which have arrived."""
        for group in self.unanswered.ask(self.pace.part):
            self.tries = 0
            self._note_receipt([revision_id for revision_id, _ in group], [])

    def _is_known_again(self, error: NotAllowed) -> bool:
        """Show a restored server the card of this computer, and if that is not enough all that it once wrote."""
        if error.code not in FORGOTTEN or self.peer != links.DISTRICT_PEER or self.shown > 1:
            return False
        self.shown += 1
        taken = show_card(self.replica, self.transport, everything=self.shown > 1)
        return taken or self._is_known_again(error)

    def _report_due(self, link: Link | None, brought: list[str]) -> DueReport | None:
        """How this computer stands, if the district does not know it yet."""
        first = self.outcome.requests == 0
        if self.peer != links.DISTRICT_PEER or not (first or brought or carried_no_more(self.replica)):
            return None
        return due_report(self.replica, link, brought, first=first)

    def _correct_clock(self, theirs_ms: int, mine_ms: int) -> None:
        """Remember how far this PC's clock is off, if that changed by more than a few seconds."""
        if theirs_ms not in PLAUSIBLE_MS or self.peer != links.DISTRICT_PEER:
            return
        link, offset = self.link(), theirs_ms - mine_ms
        if link is None or abs(link.clock_offset_ms - offset) > 5_000:
            self.note(clock_offset_ms=offset)

    def _confirm(self, groups: list[Group], receipts: list[tuple[Group, dict[int, str]]]) -> None:
        """Note what was said of the revisions of the first of these messages."""
        confirmed: list[str] = []
        refused: list[tuple[str, str]] = []
        for group, reasons in receipts:
            confirmed += [revision_id for place, (revision_id, _) in enumerate(group) if place not in reasons]
            refused += [(group[place][0], reason) for place, reason in reasons.items() if 0 <= place < len(group)]
        self.unanswered.answered(groups, len(receipts))
        if confirmed or refused:
            self._note_receipt(confirmed, refused)

    def _note_receipt(self, confirmed: list[str], refused: list[tuple[str, str]]) -> None:
        # Marking takes a small part of the time of storing.
        size = 4 * self.manner.batch
        for start in range(0, len(confirmed), size) or (0,):
            if start:
                self.manner.pause()
            self.replica.confirm(confirmed[start : start + size], [] if start else refused, self.peer)
        self.outcome = replace(
            self.outcome, sent=self.outcome.sent + len(confirmed), refused=self.outcome.refused + len(refused)
        )

    def _gather(self, answer: ExchangeAnswer, positions: dict[str, int]) -> int:
        """Keep the pages of an answer until there are enough for a writing transaction; how many bytes they have."""
        if answer.reset:
            return 0
        self.coming = sum(page.top - page.reached for page in answer.feeds)
        read = [(page, read_pack(page.pack)) for page in answer.feeds]
        if any(len(page.numbers) != len(items) for page, items in read):
            raise Unreachable("a page with other numbers than revisions")
        for page, items in read:
            self.gathered.setdefault(page.audience, Gathered()).add(page, items)
        if sum(len(pages.items) for pages in self.gathered.values()) >= self.manner.batch:
            self._store_gathered(positions)
        return sum(len(item.body) for _, items in read for item in items)

    def _store_gathered(self, positions: dict[str, int]) -> None:
        """Store what was gathered, asked for from ``positions``, which move on."""
        gathered, self.gathered = self.gathered, {}
        for audience, pages in gathered.items():
            self._take(audience, pages, positions[audience])
            positions[audience] = pages.reached

    def _take(self, audience: str, pages: Gathered, position: int) -> None:
        """Store pages of a feed, batch by batch, the cursor moving with each."""
        for part, reached in pages.batches(self.manner.batch):
            if reached == position and not part:
                return
            if not self.replica.receive(audience, part, expected=position, number=reached, peer=self.peer):
                return  # another process moved the cursor meanwhile; the next message asks from there
            position = reached
            self.outcome = replace(self.outcome, received=self.outcome.received + len(part))
            if reached != pages.reached:
                self._report()
                self.manner.pause()

    def _prove(self, answer: ExchangeAnswer, asked: list[Cursor]) -> bool:
        """Compare the roots of both feeds, which were ``asked`` about; repair those that differ."""
        mine = {cursor.audience: cursor for cursor in self.cursors()}
        moved = any(mine[page.audience].number != page.reached for page in answer.feeds)
        if moved:
            return False
        unequal = [page.audience for page in answer.feeds if mine[page.audience].root != page.root]
        if unequal and mine != {cursor.audience: cursor for cursor in asked}:
            return False  # what another process was told since may be younger than the answer; the next message tells
        if unequal:
            return self._repair(unequal)
        self.outcome = replace(self.outcome, proven=True)
        return True

    def _repair(self, audiences: list[str]) -> bool:
        """Compare by ranges and mend; whether it is no use to go on."""
        if self.repairs >= MOST_REPAIRS:
            return True
        manner = replace(self.manner, pace=self.pace)
        for audience in audiences:
            for mended in repair(self.replica, self.transport, audience, manner, self.peer):
                repaired, lost = mended.fetched + mended.lost, mended.lost
                self.outcome = replace(
                    self.outcome, repaired=self.outcome.repaired + repaired, lost=self.outcome.lost + lost
                )
                if mended.fetched:
                    # Not for what is lost: a server that takes and does not keep would never be given up.
                    self.tries = 0
        self.repairs += 1
        return False

    def _report(self) -> None:
        waiting = self.replica.waiting_count(self.peer)
        self.manner.progress(Progress(self.outcome.sent, self.outcome.received, waiting, self.coming))

    def _try_again(self, error: Unreachable) -> None:
        self.tries += 1
        # What arrived of a train counts: only where nothing does a shorter one would have done better.
        if not self.train or self.tries > 1:
            self.pace = self.pace.after_trouble(train=self.train)
        if self.tries >= MOST_TRIES:
            raise error
        self.manner.wait(min(0.2 * 2**self.tries, 5.0))
