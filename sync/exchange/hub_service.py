"""The answering half of an exchange at a hub: a PC that serves what it holds to the other PCs of its facility.

It admits what the district would, and keeps it waiting for the district like what was written here. It must never
serve another facility, and never say of a revision that the district has it before the district has said so.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sync.errors import BadInput, NotAllowed
from sync.exchange.confirming import MOST_IDS
from sync.exchange.messages import AskedFeed, ConfirmedAnswer, ConfirmedRequest
from sync.exchange.service import Peer, Service
from sync.records import Lane
from sync.records.sending import lane_of
from sync.replica import hub_links, hub_peers
from sync.replica.hub_feed import HubFeed
from sync.replica.identity import HUB
from sync.replica.replica import Replica
from sync.replica.storing import split_ids
from sync.replica.values import Applied, Incoming, Page
from sync.revisions.revision import ID_BYTES

#: Revisions in one writing transaction: a save at the hub's own window then waits a few milliseconds at most.
BATCH = 50
#: Seconds until the hub brings to the district what has arrived: an emergency, and anything else.
AT_ONCE_S, SOON_S = 0.0, 5.0


class HubSource:
    """All that the replica of a hub holds, as one feed."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._feed = HubFeed(replica.identity.district)
        self._lock = threading.Lock()

    def audiences(self, _peer: Peer) -> frozenset[str]:
        """The one feed there is; only computers of the own facility come so far."""
        return frozenset({HUB})

    def page(self, _audience: str, after: int, budget: int, device: str) -> Page:
        """The next page."""
        with self._lock:
            return self._replica.read(lambda connection: self._feed.page(connection, after, budget, device))

    def head(self, _audience: str) -> tuple[int, bytes, dict[int, list[str]]]:
        """The feed's end, computed from what is really there."""
        with self._lock:
            return self._replica.read(self._feed.head)

    def in_buckets(self, _audience: str, buckets: Sequence[int]) -> tuple[int, bytes, list[str]]:
        """The feed's end and the ids in some of its buckets."""
        with self._lock:
            return self._replica.read(lambda connection: self._feed.in_buckets(connection, buckets))

    def bodies(self, _audience: str, ids: Sequence[str], budget: int) -> list[bytes]:
        """Revisions by id."""
        return self._replica.read(lambda connection: self._feed.bodies(connection, ids, budget))

    def strangers(self, facility: str, devices: Iterable[str]) -> frozenset[str]:
        """Computers that belong to others, as their public cards say."""
        return self._replica.read(
            lambda connection: hub_peers.devices_elsewhere(
                connection, self._replica.identity.district, facility, devices
            )
        )


class HubService(Service):
    """Answers the PCs of one facility.

    ``wake`` is called when there is reason to exchange with the district, and in how many seconds; ``pause`` between
    two transactions.
    """

    def __init__(
        self,
        replica: Replica,
        wake: Callable[[float], None] = lambda _seconds: None,
        pause: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(replica, HubSource(replica))
        self.wake = wake
        self._pause = pause
        self._told_at: datetime | None = None

    def store(self, peer: Peer, items: Sequence[Incoming], records_version: int) -> Applied:
        """As of a server, in small transactions; then the hub may wake to bring it to the district."""
        if peer.facility != self.replica.identity.facility:
            raise NotAllowed("this hub serves another facility")
        parts: list[Applied] = []
        for start in range(0, len(items), BATCH):
            if parts:
                self._pause()
            parts.append(super().store(peer, items[start : start + BATCH], records_version))
        whole = Applied(
            tuple(item for part in parts for item in part.stored),
            tuple(item for part in parts for item in part.known),
            tuple(item for part in parts for item in part.refused),
            tuple(sorted({device for part in parts for device in part.forked})),
        )
        if whole.stored:
            stored = set(whole.stored)
            urgent = any(
                lane_of(item.revision.type, item.revision.fields) is Lane.EMERGENCY
                for item in items
                if item.revision.id in stored
            )
            self.wake(AT_ONCE_S if urgent else SOON_S)
        return whole

    def confirmed(self, peer: Peer, message: ConfirmedRequest) -> ConfirmedAnswer:
        """What the district has of these revisions, and how far this hub has read it."""
        identity = self.replica.identity
        if peer.facility != identity.facility:
            raise NotAllowed("this hub serves another facility")
        if len(message.ids) % ID_BYTES or len(message.ids) > MOST_IDS * ID_BYTES:
            raise BadInput("too many or broken ids", field="ids")
        now = self.replica.now()
        ids = split_ids(message.ids)
        self.replica.write(
            lambda connection: hub_peers.note_asked(
                connection, identity.district, peer.device, now, ids, message.waiting
            )
        )
        told = self.replica.read(lambda connection: hub_links.news_of_district(connection, identity, ids))
        return ConfirmedAnswer(
            list(told.confirmed),
            dict(told.refused),
            epoch=told.epoch,
            number=told.number,
            feeds=[AskedFeed(audience, number) for audience, number in told.reached.items()],
            cut_off=message.reaches and self._is_cut_off(told.failed_at, now),
        )

    def _is_cut_off(self, failed_at: datetime | None, now: datetime) -> bool:
        """Whether a try to reach the district has failed since a PC first said that it does reach it."""
        if failed_at is None:
            self._told_at = None
            return False
        if self._told_at is None:
            # Perhaps the line is just back: the hub, which has everything, tries first.
            self._told_at = now.replace(microsecond=0)
            self.wake(AT_ONCE_S)
            return False
        return failed_at >= self._told_at
