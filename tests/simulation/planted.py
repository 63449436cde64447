"""Bugs to plant: each switches off one rule of the product, as a programmer in a hurry would have written it.

The simulation is trusted only while it catches every one of them. Nothing outside a ``with`` block is changed, and
nothing here is ever imported by the product.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, select, update

from sync.errors import ReplicaError
from sync.exchange import engine
from sync.exchange.composing import Group
from sync.exchange.service import Peer
from sync.records import Patient, Wire
from sync.records.sending import scope_of
from sync.replica import chains, digest, feeds, links, serving, storing, tables
from sync.replica.identity import Identity
from sync.replica.replica import Replica
from sync.replica.values import Applied, Edit, Incoming, Page
from sync.revisions.revision import decode
from sync.server.access import Access
from tests.simulation import planted_roads
from tests.simulation.planting import (
    conflict_dropped,
    newest_clock_wins,
    save_in_pieces,
    save_looks_again,
    swapped,
    union_overwrites,
)

# --- sending ----------------------------------------------------------------------------------------------------------


def _mark_all_as_sent() -> AbstractContextManager[None]:
    """After a push everything that waits is marked as sent, also what was typed meanwhile."""
    right = Replica.confirm

    def confirm(self: Replica, ids: Iterable[str], refused: Iterable[tuple[str, str]], peer: str = "district") -> None:
        right(self, ids, refused, peer)
        table = tables.revision
        self.write(
            lambda connection: connection.execute(
                update(table).where(table.c.confirmed == 0, table.c.refusal.is_(None)).values(confirmed=1)
            )
        )

    return swapped(Replica, "confirm", confirm)


def _refused_counts_as_sent() -> AbstractContextManager[None]:
    """The list of refusals in an answer is not read."""
    right = engine._Run._confirm

    def confirm(self: Any, groups: list[Group], receipts: list[tuple[Group, dict[int, str]]]) -> None:
        right(self, groups, [(group, {}) for group, _ in receipts])

    return swapped(engine._Run, "_confirm", confirm)


def _lost_answer_means_failed() -> AbstractContextManager[None]:
    """When no answer comes, new patients are saved once more and sent as other ones."""
    right = engine._Run._try_again

    def try_again(self: Any, error: Any) -> None:
        for _, body in self.replica.waiting(1000, 10**6):
            revision = decode(body)
            if revision.type == "patient" and not revision.parents:
                again = Patient.from_fields(self.replica.new_id(), revision.fields)
                self.replica.save([Edit(again)], revision.author)
        right(self, error)

    return swapped(engine._Run, "_try_again", try_again)


# --- receiving --------------------------------------------------------------------------------------------------------


def _cursor_apart_from_rows() -> AbstractContextManager[None]:
    """The cursor is committed first, the rows it counts in a transaction of their own."""

    def receive(
        self: Replica,
        audience: str,
        items: Sequence[Incoming],
        *,
        expected: int | None = None,
        number: int | None = None,
        peer: str = "district",
    ) -> bool:
        district = self.identity.district
        there = self.known([item.revision.id for item in items])
        unique = {item.revision.id: item for item in items}
        counted = [name for name in unique if not there.get(name, False)]
        if not self.write(
            lambda connection: links.move_cursor(
                connection, district, peer, audience, added=counted, expected=expected, number=number
            )
        ):
            return False
        new = [item for name, item in unique.items() if name not in there]

        def rows(connection: Connection) -> None:
            links.mark_confirmed(
                connection, district, [name for name in counted if name in there], self.environment.now()
            )
            storing.store(connection, district, new, confirmed=True, searchable=True)

        self.write(rows)
        return True

    return swapped(Replica, "receive", receive)


def _repair_deletes() -> AbstractContextManager[None]:
    """What the other side lacks after a restore is deleted instead of offered again."""
    table = tables.revision

    def delete_lost(connection: Connection, identity: Identity, ids: Sequence[str], peer: str) -> None:
        connection.execute(delete(table).where(table.c.id.in_(ids)))

    return swapped(links, "mark_lost", delete_lost)


# --- serving ----------------------------------------------------------------------------------------------------------


def _grant_forgets_history() -> AbstractContextManager[None]:
    """A hospital gets what happens from now on, not what was written before it was entitled."""
    return swapped(feeds, "_earlier", lambda *_: {})


def _redirect_without_patient() -> AbstractContextManager[None]:
    """A redirected referral opens the letter to the other hospital, but not the patient."""
    return swapped(feeds, "patients_of_referrals", lambda *_: {})


@contextmanager
def _visits_follow_patient() -> Iterator[None]:
    """Whoever may see a patient gets the visits too."""

    def scope(type_name: str, record_id: str, fields: Mapping[str, Wire]) -> str:
        return str(fields.get("patient", record_id)) if type_name == "visit" else scope_of(type_name, record_id, fields)

    with swapped(storing, "scope_of", scope), swapped(feeds, "scope_of", scope), swapped(serving, "scope_of", scope):
        yield


def _page_skips_own_facility() -> AbstractContextManager[None]:
    """A PC is not given what its facility wrote, instead of what it wrote itself."""
    right = feeds.page

    def page(connection: Connection, district: str, audience: str, after: int, budget: int, device: str) -> Page:
        found = right(connection, district, audience, after, budget, device)
        kept = [
            (number, body)
            for number, body in zip(found.numbers, found.bodies, strict=True)
            if decode(body).facility != audience
        ]
        return replace(found, numbers=[number for number, _ in kept], bodies=[body for _, body in kept])

    return swapped(feeds, "page", page)


def _page_promises_too_much() -> AbstractContextManager[None]:
    """A page that was cut to size says that it reaches the end."""
    right = feeds.page
    return swapped(feeds, "page", lambda *details: replace(found := right(*details), reached=found.top))


def _digest_drift() -> AbstractContextManager[None]:
    """A revision that arrives again is counted in the digest again."""
    right = Replica.apply

    def apply(self: Replica, items: Sequence[Incoming], *how: Any) -> Applied:
        applied = right(self, items, *how)
        entry, feed = tables.feed_entry, tables.feed

        def count_again(connection: Connection) -> None:
            repeated = select(entry.c.audience, entry.c.revision).where(entry.c.revision.in_(applied.known))
            for row in connection.execute(repeated).all():
                where = feed.c.audience == row.audience
                before = connection.execute(select(feed.c.digest).where(where)).scalar_one()
                connection.execute(update(feed).where(where).values(digest=digest.add(bytes(before), [row.revision])))

        self.write(count_again)
        return applied

    return swapped(Replica, "apply", apply)


def _number_is_identity() -> AbstractContextManager[None]:
    """A revision counts as known when its device and number are, whatever it says."""
    right = serving.apply

    def apply(connection: Connection, identity: Identity, items: Sequence[Incoming], admit: Any, **how: Any) -> Applied:
        table = tables.revision
        rows = connection.execute(select(table.c.device, table.c.number)).all()
        there = {(row.device, row.number) for row in rows}
        new = [item for item in items if (item.revision.device, item.revision.number) not in there]
        return right(connection, identity, new, admit, **how)

    return swapped(serving, "apply", apply)


@contextmanager
def _fork_unnoticed() -> Iterator[None]:
    """Nobody looks whether two disks write as one device."""
    with (
        swapped(chains, "forked_devices", lambda *_: ()),
        swapped(chains, "note_if_behind", lambda *_: None),
    ):
        yield


def _full_disk_ignored() -> AbstractContextManager[None]:
    """When a page cannot be stored, the cursor moves on all the same."""
    right = Replica.receive

    def receive(self: Replica, audience: str, items: Sequence[Incoming], **how: Any) -> bool:
        try:
            return right(self, audience, items, **how)
        except ReplicaError:
            return right(self, audience, [], **how)

    return swapped(Replica, "receive", receive)


@contextmanager
def _anybody_may_ask() -> Iterator[None]:
    """The server looks at no signature, and takes whoever asks for the computer of another facility."""
    right = Access.authenticate

    def authenticate(self: Access, header: str, method: str, path: str, body: bytes, program: str) -> Peer:
        peer = right(self, header, method, path, body, program)
        return replace(peer, facility_kind="dinkes") if peer.facility_kind == "rs" else peer

    with swapped(Access, "authenticate", authenticate):
        yield


#: The histories in which each of these bugs must be caught, and in which nothing is caught while none is planted.
SEEDS = tuple(f"planted/{number}" for number in range(24))
PLANTED_DAYS = 4

Plant = Callable[[], AbstractContextManager[None]]

#: Every bug by the name of what it does wrong.
PLANTED: Mapping[str, Plant] = MappingProxyType(
    {
        "mark all as sent": _mark_all_as_sent,
        "newest clock wins over a causal edit": newest_clock_wins,
        "cursor stored apart from its rows": _cursor_apart_from_rows,
        "digest drift": _digest_drift,
        "device and number are the identity": _number_is_identity,
        "repair deletes": _repair_deletes,
        "conflict dropped": conflict_dropped,
        "union overwrites": union_overwrites,
        "lost answer means failed": _lost_answer_means_failed,
        "a grant forgets what was before": _grant_forgets_history,
        "a redirection forgets the patient": _redirect_without_patient,
        "own revisions skipped by facility": _page_skips_own_facility,
        "a cut page promises the end": _page_promises_too_much,
        "refused counts as sent": _refused_counts_as_sent,
        "visits follow the patient": _visits_follow_patient,
        "saved in pieces": save_in_pieces,
        "save looks again": save_looks_again,
        "a fork goes unnoticed": _fork_unnoticed,
        "a full disk is ignored": _full_disk_ignored,
        "a hospital passes for the office": _anybody_may_ask,
        "a hub confirms for the district": planted_roads.hub_confirms_for_the_district,
        "a hub passes for the district": planted_roads.hub_passes_for_the_district,
        "a hub keeps what it takes": planted_roads.hub_keeps_what_it_takes,
        "a stick confirms on writing": planted_roads.stick_confirms_on_writing,
        "a stick counts what was there already": planted_roads.stick_counts_what_was_there,
        "a cut train counts as arrived": planted_roads.train_counts_as_arrived,
        "of several pages the last is kept": planted_roads.train_keeps_one_page,
        "a grant races an edit": planted_roads.grant_races_an_edit,
    }
)
