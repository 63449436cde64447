"""What another replica's answers change here, inside the caller's transaction: receipts, pages of feeds, comparisons.

A cursor and the digest beside it move together with the revisions they count. Nothing here deletes anything, and
nothing counts as held by a peer that the peer has not named.
"""

import functools
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, true

from sync.replica import chains, links, storing, tables
from sync.replica.bulk import asked, is_asked
from sync.replica.identity import Identity
from sync.replica.values import Incoming


def confirm(
    connection: Connection,
    identity: Identity,
    ids: Sequence[str],
    refused: Iterable[tuple[str, str]],
    peer: str,
    now: datetime,
) -> None:
    """Note a peer's receipt, revision by revision: what it has, and what it refused with the reason."""
    district = identity.district
    form, wanted = asked(connection, ids)
    rows = connection.execute(_not_held(form, peer), {"of_district": district, **wanted}).all()
    links.mark_confirmed(connection, district, [row.id for row in rows], now, peer)
    by_audience: dict[str, list[str]] = {}
    for row in rows:
        by_audience.setdefault(links.audience_of_type(identity, row.type, peer), []).append(row.id)
    for audience, added in sorted(by_audience.items()):
        links.move_cursor(connection, district, peer, audience, added=added)
    for revision_id, reason in refused:
        links.mark_refused(connection, district, revision_id, reason, peer)


@functools.cache
def _not_held(form: str, peer: str) -> Select[Any]:
    table = tables.revision
    chosen = (table.c.district == bindparam("of_district"), is_asked(table.c.id, form))
    query = select(table.c.id, table.c.type).where(*chosen, links.held_by(peer).is_not(true()))
    return query.order_by(table.c.id)


def receive(
    connection: Connection,
    identity: Identity,
    items: Sequence[Incoming],
    audience: str,
    peer: str,
    now: datetime,
    *,
    expected: int | None,
    number: int | None,
    searchable: bool,
) -> bool:
    """Store what came from a peer's feed and move its cursor from ``expected`` to ``number``.

    Returns ``False``, having stored nothing, if the cursor is no longer at ``expected``.
    """
    district = identity.district
    unique = {item.revision.id: item for item in items}
    there = links.held_among(connection, district, unique, peer)
    counted = [revision_id for revision_id in unique if not there.get(revision_id, False)]
    if not links.move_cursor(connection, district, peer, audience, added=counted, expected=expected, number=number):
        return False
    known = [revision_id for revision_id in counted if revision_id in there]
    links.mark_confirmed(connection, district, known, now, peer)
    new = [item for revision_id, item in unique.items() if revision_id not in there]
    if not new:
        return True
    from_hub = peer == links.HUB_PEER
    storing.store(
        connection,
        district,
        new,
        confirmed=storing.CARRIED if from_hub else storing.AT_DISTRICT,
        searchable=searchable,
        at_hub=(lambda _revision: 1) if from_hub else links.for_the_hub(connection, identity),
    )
    chains.note_if_behind(connection, identity, [item.revision for item in new])
    return True
