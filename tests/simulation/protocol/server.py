"""The district's server in the model: who may see what, numbered feeds, receipts, and the chains of its devices."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import NamedTuple

from tests.simulation.protocol.replica import (
    BED,
    EVENT,
    LETTER,
    MAY_WRITE,
    OFFICE,
    PATIENT,
    PUBLIC,
    REDIRECT,
    VISIT,
    Holding,
    Rev,
    mixed,
)
from tests.simulation.protocol.rules import Rules

#: Reasons to refuse; the first passes with time.
NOT_KNOWN, NOT_ITS_OWN = "the referral is not known to this facility", "not its own to write"


class Request(NamedTuple):
    """One message to a server or a hub."""

    device: int
    facility: int
    epoch: int
    push: tuple[Rev, ...]
    cursors: Mapping[int, int]
    most: int


class Page(NamedTuple):
    """The next of one feed: numbered revisions after ``after``; ``root`` is the digest at the top."""

    audience: int
    after: int
    items: Sequence[tuple[int, Rev]]
    reached: int
    top: int
    root: int


class Answer(NamedTuple):
    """Receipt and pages; ``confirmed`` is what a hub tells of the district's receipts."""

    epoch: int
    refused: Mapping[int, str]
    pages: Sequence[Page]
    reset: bool = False
    renew: bool = False
    confirmed: Sequence[int] = ()


class Feed:
    """What one audience may see, in order."""

    def __init__(self) -> None:
        self.order: list[int | None] = []
        self.ids: set[int] = set()
        self.root = 0

    def append(self, ids: Sequence[int]) -> None:
        """Number revisions and add them."""
        self.order.extend(ids)
        self.ids.update(ids)
        self.root += sum(map(mixed, ids))

    def page(self, audience: int, after: int, most: int, skips: Callable[[Rev], bool], held: Holding) -> Page:
        """At most ``most`` revisions after a number, without those that the asker is known to have."""
        items: list[tuple[int, Rev]] = []
        reached = after
        for number, name in enumerate(self.order[after:], start=after + 1):
            if name is not None and not skips(rev := held.revs[name]):
                if len(items) == most:
                    break
                items.append((number, rev))
            reached = number
        return Page(audience, after, items, reached, len(self.order), self.root)

    def copied(self) -> "Feed":
        """The same feed on another disk."""
        other = Feed()
        other.order, other.ids, other.root = list(self.order), set(self.ids), self.root
        return other


class Server(Holding):
    """The one database of the district."""

    def __init__(self, rules: Rules, kinds: Sequence[str]) -> None:
        super().__init__()
        self.rules = rules
        self.kinds = kinds
        self.epoch = 1
        self.owner: dict[int, int] = {}
        self.patient_of: dict[int, int] = {}
        self.entitled: dict[int, set[int]] = {}
        self.in_scope: dict[int, list[int]] = {}
        self.feeds: dict[int, Feed] = {}
        self.chains: dict[tuple[int, int], int] = {}
        self.forked: set[int] = set()
        self.home_of: dict[int, int] = {}
        self.another_first: Callable[[int], None] = lambda _facility: None

    def exchange(self, request: Request) -> Answer:
        """Store what is new and admitted, then give the next pages."""
        stale = {scope: set(names) for scope, names in self.entitled.items()} if not self._locks else {}
        self.another_first(request.facility)
        refused: dict[int, str] = {}
        fresh: list[Rev] = []
        for rev in request.push:
            if rev.id in self.revs or any(rev.id == other.id for other in fresh):
                continue
            reason = self._refusal(rev, request.facility)
            if reason:
                refused[rev.id] = reason
            else:
                self._store(rev)
                fresh.append(rev)
        self._publish(fresh, stale)
        reset = request.epoch not in (0, self.epoch)
        pages = [] if reset else [self._page(request, audience) for audience in request.cursors]
        reset = reset or any(page.top < page.after for page in pages)
        return Answer(self.epoch, refused, [] if reset else pages, reset, request.device in self.forked)

    def feed(self, audience: int) -> Feed:
        """The feed of an audience."""
        return self.feeds.setdefault(audience, Feed())

    def snapshot(self) -> "Server":
        """A backup."""
        other = copy(self)
        self.copy_into(other)
        other.owner, other.patient_of = dict(self.owner), dict(self.patient_of)
        other.entitled = {scope: set(names) for scope, names in self.entitled.items()}
        other.in_scope = {scope: list(ids) for scope, ids in self.in_scope.items()}
        other.feeds = {audience: feed.copied() for audience, feed in self.feeds.items()}
        other.chains, other.forked, other.home_of = dict(self.chains), set(self.forked), dict(self.home_of)
        return other

    # --- inside -----------------------------------------------------------------------------------------------------

    @property
    def _locks(self) -> bool:
        return self.rules.entitlements_are_read_under_the_lock

    def _refusal(self, rev: Rev, facility: int) -> str | None:
        if self.rules.brought_only_within_the_facility and self.home_of.get(rev.device, facility) != facility:
            return NOT_ITS_OWN
        if rev.kind not in MAY_WRITE[self.kinds[facility]] or self.owner.get(rev.record, facility) != facility:
            return NOT_ITS_OWN
        if rev.kind == EVENT and rev.scope in self.owner and self.owner[rev.scope] != facility:
            return None if facility in self.entitled.get(rev.scope, ()) else NOT_KNOWN
        return None

    def _store(self, rev: Rev) -> None:
        self.owner.setdefault(rev.record, rev.facility)
        if rev.kind == LETTER:
            self.patient_of[rev.record] = rev.patient
        if self.chains.setdefault((rev.device, rev.number), rev.id) != rev.id:
            self.forked.add(rev.device)
        self.add(rev)

    def _publish(self, fresh: Sequence[Rev], stale: Mapping[int, set[int]]) -> None:
        entries: dict[int, list[int]] = {}
        new = {rev.id for rev in fresh}
        seen_by = self.entitled if self._locks else {scope: set(names) for scope, names in stale.items()}
        for rev in fresh:
            for scope, audience in self._grants(rev, seen_by):
                names = self.entitled.setdefault(scope, set())
                known = audience in names
                names.add(audience)
                seen_by.setdefault(scope, set()).add(audience)
                if known:
                    continue
                if self.rules.grant_brings_what_was_before:
                    there = self.feed(audience).ids
                    earlier = [n for n in self.in_scope.get(scope, ()) if n not in new and n not in there]
                    entries.setdefault(audience, []).extend(earlier)
        for rev in fresh:
            self.in_scope.setdefault(rev.scope, []).append(rev.id)
            for audience in self._audiences(rev, seen_by):
                entries.setdefault(audience, []).append(rev.id)
        if self.rules.numbers_are_taken_last:
            for audience in sorted(entries):
                self.feed(audience).append(list(dict.fromkeys(entries[audience])))
        else:
            self._number_early(entries, fresh[0].facility if fresh else 0)

    def _number_early(self, entries: Mapping[int, Sequence[int]], facility: int) -> None:
        places = {}
        for audience, ids in entries.items():
            order = self.feed(audience).order
            places[audience] = len(order)
            order.extend([None] * len(dict.fromkeys(ids)))
        self.another_first(facility)
        for audience, ids in entries.items():
            feed, unique = self.feed(audience), list(dict.fromkeys(ids))
            feed.order[places[audience] : places[audience] + len(unique)] = unique
            feed.ids.update(unique)
            feed.root += sum(map(mixed, unique))

    def _grants(self, rev: Rev, seen_by: Mapping[int, set[int]]) -> list[tuple[int, int]]:
        home = self._home(rev.facility)
        if rev.kind == PATIENT:
            return [] if rev.parents else [(rev.scope, home)]
        if rev.kind == LETTER:
            early = [(rev.patient, audience) for audience in sorted(seen_by.get(rev.record, ()))]
            return [(rev.record, home), (rev.patient, rev.target), (rev.record, rev.target), *early]
        if rev.kind == REDIRECT:
            patient = self.patient_of.get(rev.scope)
            opens = patient is not None and self.rules.redirection_opens_the_patient
            return [*([(patient, rev.target)] if opens and patient is not None else []), (rev.scope, rev.target)]
        return []

    def _audiences(self, rev: Rev, seen_by: Mapping[int, set[int]]) -> set[int]:
        if rev.kind == BED:
            return {PUBLIC}
        scope = rev.scope
        if rev.kind == VISIT and not self.rules.own_records_stay_at_home:
            scope = rev.patient
        return {OFFICE, self._home(rev.facility)} | seen_by.get(scope, set())

    def _home(self, facility: int) -> int:
        return OFFICE if self.kinds[facility] == "dinkes" else facility

    def _page(self, request: Request, audience: int) -> Page:
        if self.rules.page_skips_by_device:
            found = self.feed(audience).page(
                audience, request.cursors[audience], request.most, lambda rev: rev.device == request.device, self
            )
        else:
            found = self.feed(audience).page(
                audience, request.cursors[audience], request.most, lambda rev: rev.facility == request.facility, self
            )
        return found if self.rules.a_cut_page_says_so else found._replace(reached=found.top)
