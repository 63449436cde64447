"""A PC in the model: what its disk holds, what a person does at it, and what it makes of answers.

Every method is one transaction: the power fails between two of them and never within one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy

from tests.simulation.protocol.replica import (
    AT_DISTRICT,
    BED,
    CARRIED,
    LETTER,
    OFFICE,
    PUBLIC,
    WAITS,
    Holding,
    Rev,
    mixed,
)
from tests.simulation.protocol.rules import Rules
from tests.simulation.protocol.server import NOT_KNOWN, Answer, Feed, Page, Request

#: The one feed of a hub.
HUB = -3


class Pc(Holding):
    """One PC of a facility; as a hub it has a feed for its colleagues."""

    def __init__(self, name: str, rules: Rules, facility: int, kind: str, device: int) -> None:
        super().__init__()
        self.name, self.rules, self.facility, self.kind, self.device = name, rules, facility, kind, device
        self.home = OFFICE if kind == "dinkes" else facility
        self.number = 0
        self.behind = False
        self.clock_error = 0
        self.state: dict[int, int] = {}
        self.refused: dict[int, str] = {}
        self.waiting: dict[int, None] = {}
        self.cursors = {PUBLIC: 0, self.home: 0}
        self.held: dict[int, set[int]] = {PUBLIC: set(), self.home: set()}
        self.roots = {PUBLIC: 0, self.home: 0}
        self.epoch = 0
        #: Feeds that must be compared, as the server was put back; until then receipts are what they were before.
        self.unsettled: set[int] = set()
        self.bundles = 0
        #: With a hub: what waits for it, what it has, how far its feed was read.
        self.hub: Pc | None = None
        self.for_hub: dict[int, None] = {}
        self.at_hub: set[int] = set()
        self.hub_root = 0
        self.hub_cursor = 0
        #: As a hub.
        self.feed: Feed | None = None
        #: On the screen, not on the disk: records opened for editing with the heads that were seen.
        self.forms: list[tuple[int, str, int, tuple[int, ...]]] = []

    # --- what a person does -----------------------------------------------------------------------------------------

    def save(
        self,
        new_id: Callable[[int, int], int],
        now: int,
        *,
        kind: str,
        record: int,
        scope: int,
        parents: Iterable[int] = (),
        urgent: bool = False,
        target: int = -9,
        patient: int = -9,
    ) -> Rev:
        """Write a revision; when this returns, it is on the disk."""
        self.number += 1
        seen = tuple(sorted(parents))
        stamp = max([now + self.clock_error, *(self.revs[item].stamp + 1 for item in seen if item in self.revs)])
        if not self.rules.causality_before_clocks:
            stamp = now + self.clock_error
        revision_id = new_id(self.device, self.number)
        rev = Rev(
            revision_id,
            self.device,
            self.number,
            kind,
            record,
            scope,
            self.facility,
            seen,
            stamp,
            urgent,
            target,
            patient,
        )
        self._put(rev, WAITS)
        if self.hub is not None:
            self.for_hub[rev.id] = None
        return rev

    def shown(self, record: int) -> int:
        """The revision whose values a person sees, where several stand side by side the one with the greatest stamp."""
        among: Iterable[int] = self.heads[record]
        if not self.rules.causality_before_clocks:
            among = [rev.id for rev in self.revs.values() if rev.record == record]
        return max(among, key=lambda item: (self.revs[item].stamp, item))

    # --- towards the district ---------------------------------------------------------------------------------------

    def offer_again(self) -> None:
        """What was refused for a passing reason waits again."""
        if self.refused and self.rules.passing_refusals_are_offered_again:
            for name in [name for name, reason in self.refused.items() if reason == NOT_KNOWN]:
                del self.refused[name]
                self.waiting[name] = None

    def chunk(self, most: int) -> tuple[Rev, ...]:
        """What is sent next: emergencies and their patients first, then in the order of writing."""
        return self._most_urgent(self.waiting, most)

    def confirm(self, sent: Sequence[Rev], refused: Mapping[int, str]) -> None:
        """The district's receipt."""
        for rev in sent:
            if rev.id in refused and self.rules.refusals_are_read:
                if self.state[rev.id] != AT_DISTRICT:
                    self.refused[rev.id] = refused[rev.id]
                    self.waiting.pop(rev.id, None)
            else:
                self._mark(rev)
        if not self.rules.receipt_names_revisions:
            for name in list(self.waiting):
                self._mark(self.revs[name])

    def receive(self, page: Page, items: Sequence[tuple[int, Rev]], expected: int | None, reached: int) -> bool:
        """Store rows of a page and move the cursor with them, unless somebody else moved it."""
        if expected is not None:
            if self.cursors[page.audience] != expected:
                return False
            self.cursors[page.audience] = reached
        for _, rev in items:
            self.store_from_district(rev)
        return True

    def store_from_district(self, rev: Rev) -> None:
        """Store a revision that the district gave."""
        if rev.id in self.revs:
            self._mark(rev)
            return
        self._put(rev, AT_DISTRICT)
        self._count(rev)
        if self.hub is not None and rev.facility == self.facility:
            self.for_hub[rev.id] = None
        if rev.device == self.device:
            self.behind = True

    def settle(self, audience: int, theirs: Collection[int], number: int) -> None:
        """After comparing: what the district lacks waits again, or is lost if nobody thinks of it."""
        lost = [name for name in self.held[audience] if name not in theirs]
        for name in theirs:
            if name in self.revs:
                self._mark(self.revs[name])
        for name in sorted(lost):
            self.held[audience].discard(name)
            self.roots[audience] -= mixed(name)
            self.state[name] = WAITS
            if self.revs[name].facility == self.facility and self.rules.what_the_server_lost_waits_again:
                self.waiting[name] = None
        self.cursors[audience] = number
        self.unsettled.discard(audience)
        if lost and not self.rules.repair_never_deletes:
            self._lose(lost)

    def become(self, device: int) -> None:
        """Go on as another device with a chain of its own."""
        self.device, self.number, self.behind = device, 0, False

    # --- towards the hub --------------------------------------------------------------------------------------------

    def chunk_for_hub(self, most: int) -> tuple[Rev, ...]:
        """What the hub is sent next."""
        return self._most_urgent(self.for_hub, most)

    def confirm_hub(self, sent: Sequence[Rev], answer: Answer) -> None:
        """The hub's receipt, which is not the district's, and what it tells of the district's."""
        for rev in sent:
            if rev.id not in answer.refused:
                self._mark_hub(rev.id)
                if not self.rules.what_the_hub_has_still_waits:
                    self._mark(rev)
            else:
                self.for_hub.pop(rev.id, None)
        for name in answer.confirmed:
            self._mark(self.revs[name])

    def receive_from_hub(self, items: Sequence[tuple[int, Rev]], expected: int, reached: int) -> bool:
        """Store rows of the hub's feed."""
        if self.hub_cursor != expected:
            return False
        self.hub_cursor = reached
        for _, rev in items:
            self.store_from_hub(rev)
        return True

    def store_from_hub(self, rev: Rev) -> None:
        """Store a revision that the hub gave: the hub brings it to the district."""
        if rev.id not in self.revs:
            known = self.rules.what_came_by_hub_is_not_at_the_district
            self._put(rev, CARRIED if known else AT_DISTRICT)
            if not known:
                self._count(rev)
            self.behind = self.behind or rev.device == self.device
        self._mark_hub(rev.id)

    def settle_hub(self, theirs: Collection[int], number: int) -> None:
        """After comparing with the hub."""
        lost = [name for name in self.at_hub if name not in theirs]
        for name in theirs:
            self._mark_hub(name)
        for name in sorted(lost):
            self.at_hub.discard(name)
            self.hub_root -= mixed(name)
            if self.rules.what_the_hub_lost_waits_for_it_again:
                self.for_hub[name] = None
        self.hub_cursor = number

    def unconfirmed(self) -> list[int]:
        """What this PC would like to hear of from its hub: is it at the district?"""
        return [name for name in self.at_hub if self.state[name] != AT_DISTRICT and name not in self.refused]

    # --- as a hub ---------------------------------------------------------------------------------------------------

    def serve(self, request: Request, asked: Sequence[int]) -> Answer:
        """Answer a colleague's PC."""
        if self.feed is None or request.facility != self.facility:
            raise ValueError("not a hub of this facility")
        refused = {}
        for rev in request.push:
            if rev.facility != self.facility:
                refused[rev.id] = NOT_KNOWN
            elif rev.id not in self.revs:
                self._put(rev, WAITS)
        after = request.cursors[HUB]
        reset = after > len(self.feed.order)
        page = self.feed.page(HUB, after, request.most, lambda rev: rev.device == request.device, self)
        confirmed = [name for name in asked if self.state.get(name) == AT_DISTRICT]
        return Answer(0, refused, [] if reset else [page], reset, confirmed=confirmed)

    # --- disks ------------------------------------------------------------------------------------------------------

    def snapshot(self) -> "Pc":
        """A copy of the disk, as a computer of its own."""
        other = copy(self)
        self.copy_into(other)
        other.state, other.refused, other.waiting = dict(self.state), dict(self.refused), dict(self.waiting)
        other.cursors, other.roots = dict(self.cursors), dict(self.roots)
        other.held = {audience: set(ids) for audience, ids in self.held.items()}
        other.for_hub, other.at_hub = dict(self.for_hub), set(self.at_hub)
        other.feed = self.feed.copied() if self.feed is not None else None
        other.forms, other.unsettled = [], set(self.unsettled)
        return other

    def put_back(self, image: "Pc") -> None:
        """This disk is again what it was when ``image`` was copied."""
        name, clock_error = self.name, self.clock_error
        self.__dict__.update(image.snapshot().__dict__)
        self.name, self.clock_error = name, clock_error

    # --- inside -----------------------------------------------------------------------------------------------------

    def _put(self, rev: Rev, state: int) -> None:
        self.add(rev)
        self.state[rev.id] = state
        if self.feed is not None:
            self.feed.append([rev.id])
        if state == WAITS:
            self.waiting[rev.id] = None

    def _mark(self, rev: Rev) -> None:
        if self.state[rev.id] != AT_DISTRICT:
            self.state[rev.id] = AT_DISTRICT
            self.waiting.pop(rev.id, None)
            self.refused.pop(rev.id, None)
            self._count(rev)

    def _count(self, rev: Rev) -> None:
        audience = PUBLIC if rev.kind == BED else self.home
        self.held[audience].add(rev.id)
        self.roots[audience] += mixed(rev.id)

    def _mark_hub(self, name: int) -> None:
        self.for_hub.pop(name, None)
        if name not in self.at_hub:
            self.at_hub.add(name)
            self.hub_root += mixed(name)

    def _lose(self, names: Sequence[int]) -> None:
        for name in names:
            self.state.pop(name, None)
            self.waiting.pop(name, None)
        self.forget(names)

    def _most_urgent(self, names: Mapping[int, None], most: int) -> tuple[Rev, ...]:
        if not names:
            return ()
        waiting = [self.revs[name] for name in names]
        if not self.rules.emergencies_go_first:
            return tuple(waiting[:most])
        urgent = [rev for rev in waiting if rev.kind == LETTER and rev.urgent]
        if urgent:
            along = {rev.patient for rev in urgent} if self.rules.the_patient_rides_along else set()
            first = [rev for rev in waiting if rev.record in along]
            leaving = {rev.id for rev in (*first, *urgent)}
            waiting = [*first, *urgent, *(rev for rev in waiting if rev.id not in leaving)]
        return tuple(waiting[:most])
