"""What a PC notes of its hub beside the link: beginning and leaving it, and what the hub says of the district.

*The hub has it* is not *the district has it*: only what the hub names as confirmed there counts as confirmed. All
functions work inside the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, union_all, update

from sync.replica import links, local_values, outgoing, tables
from sync.replica.hub_feed import HubFeed
from sync.replica.identity import Identity
from sync.replica.storing import AT_DISTRICT, CARRIED, WAITS

#: After this silence of its hub a PC brings to the district itself what it had from the hub: the hub may be gone.
TAKE_OVER_AFTER = timedelta(days=1)

#: An exchange that went well says this long that the district can be reached.
_FRESH = timedelta(minutes=10)
#: Local values: the device of this PC's hub, and how it is called.
_DEVICE_VALUE, NAME_VALUE = "hub.device", "hub.name"


@dataclass(frozen=True, slots=True)
class DistrictNews:
    """What a hub knows of the district.

    ``confirmed``, ``refused``: places of revisions asked about. ``reached``: how far the district's feeds were read, in
    its epoch ``epoch``, when the hub's own feed ended at ``number``; nothing while something waits at the hub: that may
    have arrived already. ``failed_at``: when the district could not be reached.
    """

    confirmed: tuple[int, ...]
    refused: Mapping[int, str]
    epoch: str
    reached: Mapping[str, int]
    number: int
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hub:
    """The hub of a PC: its device, how it is called, where it was last, and the certificate it must show (SHA-256)."""

    device: str
    name: str
    url: str
    fingerprint: bytes


def join_hub(connection: Connection, identity: Identity, hub: Hub, new_epoch: str) -> None:
    """Exchange with this hub from now on, instead of another.

    What is here of the own facility waits for it. If there is any, the first exchange compares (``new_epoch``, which
    is nobody's, brings that about) and only what the hub really lacks is sent.
    """
    leave_hub(connection, identity)
    district, table = identity.district, tables.revision
    own = update(table).where(table.c.district == district, table.c.facility == identity.facility)
    some = connection.execute(own.values(at_hub=WAITS)).rowcount > 0
    local_values.write_value(connection, district, _DEVICE_VALUE, hub.device)
    local_values.write_value(connection, district, NAME_VALUE, hub.name)
    links.write_link(
        connection,
        district,
        links.HUB_PEER,
        url=hub.url,
        server_key=hub.fingerprint,
        epoch=new_epoch if some else None,
    )


def read_hub(connection: Connection, district: str) -> Hub | None:
    """The hub of this PC, if it has one."""
    link = links.read_link(connection, district, links.HUB_PEER)
    device = local_values.read_value(connection, district, _DEVICE_VALUE)
    if link is None or not link.url or link.server_key is None or device is None:
        return None
    return Hub(device, local_values.read_value(connection, district, NAME_VALUE) or "", link.url, link.server_key)


def move_hub(connection: Connection, district: str, url: str) -> None:
    """The same hub at another address."""
    links.write_link(connection, district, links.HUB_PEER, url=url)


def note_refusal(connection: Connection, district: str, code: str) -> None:
    """Keep why this PC and its hub do not speak, in place of the mere class of the error; the next exchange clears it.

    ``code``: as in :class:`sync.errors.LinkError`.
    """
    links.write_link(connection, district, links.HUB_PEER, last_error=code)


def leave_hub(connection: Connection, identity: Identity) -> None:
    """Have no hub any more. What came from it is brought to the district from here as well."""
    of_hub = tables.revision.c.at_hub.is_not(None)
    take_over(connection, identity)
    connection.execute(
        update(tables.revision).where(tables.revision.c.district == identity.district, of_hub).values(at_hub=None)
    )
    for name in (_DEVICE_VALUE, NAME_VALUE):
        local_values.write_value(connection, identity.district, name, None)
    for table in (tables.link, tables.cursor):
        connection.execute(delete(table).where(table.c.district == identity.district, table.c.peer == links.HUB_PEER))


def is_silent(connection: Connection, district: str, now: datetime) -> bool:
    """Whether this PC and its hub have not been equal for so long that :func:`take_over` is due."""
    link = links.read_link(connection, district, links.HUB_PEER)
    if link is None or link.last_sync_at is None:
        return False
    return datetime.fromisoformat(link.last_sync_at) + TAKE_OVER_AFTER < now


def take_over(connection: Connection, identity: Identity) -> int:
    """Let what others wrote and the hub was to bring wait here, too; how much that is. Twice brought counts once."""
    table = tables.revision
    carried = (table.c.district == identity.district, table.c.confirmed == CARRIED)
    changed = update(table).where(*carried, table.c.facility == identity.facility).values(confirmed=WAITS)
    return connection.execute(changed).rowcount


def reaches_district(connection: Connection, district: str, now: datetime) -> bool:
    """Whether the last exchange with the district went well and was not long ago."""
    link = links.read_link(connection, district, links.DISTRICT_PEER)
    if link is None or link.last_try_at is None or link.last_error is not None:
        return False
    return abs(now - datetime.fromisoformat(link.last_try_at)) < _FRESH


def unconfirmed_at_hub(connection: Connection, identity: Identity) -> list[str]:
    """What the hub has and the district is not known to have."""
    table = tables.revision
    there = (table.c.district == identity.district, table.c.at_hub == 1, table.c.refusal.is_(None))
    # Apart, because each has an index of its own.
    own, carried = (select(table.c.id).where(*there, table.c.confirmed == value) for value in (WAITS, CARRIED))
    return sorted(connection.execute(union_all(own, carried)).scalars())


def news_of_district(connection: Connection, identity: Identity, ids: Sequence[str]) -> DistrictNews:
    """At a hub: what it knows of the district, and of these revisions there."""
    table = tables.revision
    query = select(table.c.id, table.c.confirmed, table.c.refusal).where(
        table.c.district == identity.district,
        table.c.id.in_(ids),
        or_(table.c.confirmed == AT_DISTRICT, table.c.refusal.is_not(None)),
    )
    rows = {row.id: row for row in connection.execute(query)}
    places = [(place, rows[item]) for place, item in enumerate(ids) if item in rows]
    link = links.read_link(connection, identity.district, links.DISTRICT_PEER)
    waits = outgoing.waiting(connection, identity, 1, 1)
    cursors = [] if waits else links.read_cursors(connection, identity, links.DISTRICT_PEER)
    return DistrictNews(
        confirmed=tuple(place for place, row in places if row.confirmed == AT_DISTRICT),
        refused={place: row.refusal for place, row in places if row.confirmed != AT_DISTRICT},
        epoch=(link.epoch if link else None) or "",
        reached={cursor.audience: cursor.number for cursor in cursors},
        number=HubFeed(identity.district).top(connection),
        failed_at=datetime.fromisoformat(link.last_try_at) if link and link.last_error and link.last_try_at else None,
    )


def skip_ahead(
    connection: Connection, identity: Identity, epoch: str, reached: Mapping[str, int], hub_number: int
) -> None:
    """Go on reading the district's feeds where the hub is: all that it has read is here, too.

    Only while the hub's feed has been read up to ``hub_number``, and only in the same life of the district's database.
    """
    [hub] = links.read_cursors(connection, identity, links.HUB_PEER)
    link = links.read_link(connection, identity.district, links.DISTRICT_PEER)
    if hub.number != hub_number or link is None or link.epoch != epoch:
        return
    for cursor in links.read_cursors(connection, identity, links.DISTRICT_PEER):
        number = reached.get(cursor.audience, 0)
        if number > cursor.number:
            links.move_cursor(connection, identity.district, links.DISTRICT_PEER, cursor.audience, number=number)
