"""Bugs that are planted on the other roads: in hubs, on sticks, in trains, and where a grant races an edit.

Each is a rule of the product that is switched off for a while; nothing here is ever imported by the product.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from sync.exchange import bundle_taking, bundle_writing, unanswered
from sync.exchange.arrival import Sent, ask_arrived
from sync.exchange.bundle_writing import Written
from sync.exchange.composing import Gathered
from sync.exchange.messages import FeedPage
from sync.exchange.service import Peer, Service
from sync.exchange.transport import Transport
from sync.replica import feeds, hub_links, links, outgoing, storing, tables
from sync.replica.hub_links import DistrictNews
from sync.replica.identity import Identity
from sync.replica.replica import Replica
from sync.replica.values import Applied, Incoming
from tests.simulation.planting import swapped


def hub_confirms_for_the_district() -> AbstractContextManager[None]:
    """What a hub has it tells its PCs to be at the district."""
    right = hub_links.news_of_district

    def news(connection: Connection, identity: Identity, ids: Sequence[str]) -> DistrictNews:
        return replace(right(connection, identity, ids), confirmed=tuple(range(len(ids))))

    return swapped(hub_links, "news_of_district", news)


def hub_passes_for_the_district() -> AbstractContextManager[None]:
    """What a PC receives from its hub counts as confirmed by the district."""
    return swapped(storing, "CARRIED", storing.AT_DISTRICT)


def hub_keeps_what_it_takes() -> AbstractContextManager[None]:
    """A hub does not bring to the district what its PCs brought to it."""
    right = Replica.apply

    def apply(self: Replica, items: Sequence[Incoming], *how: Any) -> Applied:
        applied = right(self, items, *how)
        if not self.serves:
            table = tables.revision
            carried = table.update().where(table.c.id.in_(applied.stored)).values(confirmed=storing.CARRIED)
            self.write(lambda connection: connection.execute(carried))
        return applied

    return swapped(Replica, "apply", apply)


def stick_confirms_on_writing() -> AbstractContextManager[None]:
    """What was written on a stick counts as sent."""
    right = bundle_writing.write_bundles

    def write_bundles(replica: Replica) -> list[Written]:
        identity = replica.refresh()
        waiting = replica.read(lambda connection: outgoing.all_waiting(connection, identity, 10_000))
        written = right(replica)
        replica.confirm([revision_id for revision_id, _ in waiting], [])
        return written

    return swapped(bundle_writing, "write_bundles", write_bundles)


def stick_counts_what_was_there() -> AbstractContextManager[None]:
    """What a stick brings is counted in the digest, also where it had come before."""
    right = bundle_taking._Taking._store

    def store(self: Any, audience: str, part: list[Incoming], begin: int, reached: int) -> None:
        replica: Replica = self.replica
        known = [name for name, held in replica.known([item.revision.id for item in part]).items() if held]
        right(self, audience, part, begin, reached)
        district = replica.identity.district
        replica.write(
            lambda connection: links.move_cursor(connection, district, links.DISTRICT_PEER, audience, added=known)
        )

    return swapped(bundle_taking._Taking, "_store", store)


def train_counts_as_arrived() -> AbstractContextManager[None]:
    """After a train that was cut all of it counts as arrived if some of it did."""

    def arrived(transport: Transport, messages: Sequence[Sent]) -> list[bool]:
        held = ask_arrived(transport, messages)
        return [any(held)] * len(held)

    return swapped(unanswered, "ask_arrived", arrived)


def train_keeps_one_page() -> AbstractContextManager[None]:
    """Of several pages that come together only the last is stored; the cursor moves past them all."""

    right = Gathered.add

    def add(self: Gathered, page: FeedPage, items: Sequence[Incoming]) -> None:
        self.items, self.numbers = [], []
        right(self, page, items)

    return swapped(Gathered, "add", add)


@contextmanager
def grant_races_an_edit() -> Iterator[None]:
    """Who may see a record is read before the transaction that stores an edit of it, not under its lock."""
    right = Service.store

    def store(self: Service, peer: Peer, items: Sequence[Incoming], records_version: int) -> Applied:
        table = tables.entitlement
        rows = self.replica.read(lambda connection: connection.execute(select(table.c.scope, table.c.audience)).all())
        early: dict[str, set[str]] = {}
        for row in rows:
            early.setdefault(row.scope, set()).add(row.audience)

        def entitled(_connection: Connection, _district: str, scopes: Iterable[str]) -> dict[str, set[str]]:
            return {scope: set(early[scope]) for scope in scopes if scope in early}

        with swapped(feeds, "entitled", entitled):
            return right(self, peer, items, records_version)

    with swapped(Service, "store", store):
        yield
