"""A new database of an enrolled computer, made of what was salvaged from a damaged one.

What the district had is compared with it at the next exchange and fetched again where it is lacking; what had not been
sent waits as before. The computer goes on as a new device, because its chain of revisions may have lost its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, update

from sync.errors import ReplicaError
from sync.replica import chains, hub_links, links, local_values, storing, tables
from sync.replica.identity import Identity
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.salvage import FoundRevision, Salvaged
from sync.revisions.environment import Environment

#: Revisions stored in one transaction.
_BATCH = 500


class IdentityLost(ReplicaError):
    """Nothing that could be read says which computer this is; it has to be enrolled again."""


@dataclass(frozen=True, slots=True)
class Refilled:
    """Revisions that are in the new file, those of them that still wait for the district, and rows that were lost."""

    revisions: int
    waiting: int
    unreadable: int


def refill(path: Path, key: bytes | None, found: Sequence[Salvaged], environment: Environment) -> Refilled:
    """Make a new file at ``path`` of all that was found, the damaged file first and copies after it.

    Raises:
        IdentityLost: in none of them it can be read who this computer is. ReplicaError: the file cannot be made.
    """
    known = next((source.identity for source in found if source.identity is not None), None)
    if known is None:
        raise IdentityLost("the identity of this computer cannot be read")
    # Others must not mistake this file for the one whose rows their cursors count.
    identity = replace(known, replica=environment.new_id(), epoch=environment.new_id())
    revisions = _united(found)
    engine = open_sqlite(path, key, create=True)
    try:
        replica = Replica.create(engine, identity, environment)
        for confirmed in (storing.AT_DISTRICT, storing.CARRIED, storing.WAITS):
            group = [item for item in revisions.values() if item.confirmed == confirmed]
            for start in range(0, len(group), _BATCH):
                part = group[start : start + _BATCH]
                replica.write(lambda connection, part=part, state=confirmed: _store(connection, identity, part, state))  # type: ignore[misc]  # bound per turn on purpose
        replica.write(lambda connection: _finish(connection, replica, found, list(revisions.values())))
        return Refilled(len(revisions), replica.waiting_count(), found[0].unreadable)
    finally:
        engine.dispose()


def _united(found: Sequence[Salvaged]) -> Mapping[str, FoundRevision]:
    """Every revision once; of two opinions the one that knows the district's answer counts."""
    united: dict[str, FoundRevision] = {}
    for source in found:
        for item in source.revisions:
            known = united.get(item.item.revision.id)
            if known is None or item.confirmed == storing.AT_DISTRICT:
                united[item.item.revision.id] = item
    return united


def _store(connection: Connection, identity: Identity, group: Sequence[FoundRevision], confirmed: int) -> None:
    storing.store(connection, identity.district, [item.item for item in group], confirmed=confirmed, searchable=True)
    table = tables.revision
    for item in group:
        if item.refusal is not None:
            chosen = update(table).where(table.c.district == identity.district, table.c.id == item.item.revision.id)
            connection.execute(chosen.values(refusal=item.refusal))


def _finish(
    connection: Connection, replica: Replica, found: Sequence[Salvaged], revisions: Sequence[FoundRevision]
) -> None:
    """The rest of the file: the link, small values, the end of the chain, and that this computer needs a new name."""
    identity = replica.identity
    for source in reversed(found):
        for name, value in source.local:
            local_values.write_value(connection, identity.district, name, value)
        if source.url:
            key = {"server_key": source.server_key} if source.server_key else {}
            links.write_link(connection, identity.district, links.DISTRICT_PEER, url=source.url, **key)
    # An epoch that no server has: both sides then compare instead of trusting cursors.
    links.write_link(connection, identity.district, links.DISTRICT_PEER, epoch=replica.new_id())
    # This computer knows no hub any more: what that was to bring waits here, too.
    hub_links.take_over(connection, identity)
    own = [item.item.revision for item in revisions if item.item.revision.device == identity.device]
    if own:
        last = max(own, key=lambda revision: revision.number)
        chains.extend_chain(connection, identity.district, last.number, last.id)
    local_values.write_value(connection, identity.district, chains.NEXT_KEY_VALUE, None)
    local_values.write_value(connection, identity.district, chains.BEHIND_VALUE, "1")
