"""The hub of a puskesmas: one of its PCs answers the others with the product's own application, in this process.

The cable to the hub and that to the district can be out, each by itself. What must hold is in ``oracle``.
"""

from typing import TYPE_CHECKING

import requests

from sync.exchange.hub_service import HubService
from sync.exchange.pairing import pair
from sync.replica import hub_codes, hub_links
from sync.replica.replica import Replica
from sync.server.hub import create_hub_app
from tests.simulation.disks import Crash
from tests.simulation.edge import HERE, Came, Sent, ask, transport
from tests.simulation.machines import Answering, Pc, ServingReplica
from tests.simulation.road import Road
from tests.simulation.story import Violation

if TYPE_CHECKING:
    from tests.simulation.world import World

#: The puskesmas that has a hub, if a history has one, and which of its PCs that is.
PLACE, HUB = "melati", "melati-A"
_URL, _FINGERPRINT = "https://hub.example", bytes(32)


class Hub(Answering):
    """The agent of a PC that serves its colleagues."""

    def __init__(self, pc: Pc) -> None:
        super().__init__(pc.disk)
        self.pc = pc
        #: The hub has reason to exchange with the district.
        self.woken = False
        self._begin()
        pc.begins = self._begin

    def answer(self, facility: str, sent: Sent) -> Came:
        """As :meth:`ask`. Whoever works at this PC meanwhile must not start it again by himself."""
        self.pc.exchanging += 1
        try:
            return self.ask(self._app, facility, sent)
        finally:
            self.pc.exchanging -= 1
            if not self.pc.exchanging:
                self.pc.disk.fuse = None

    def _begin(self) -> None:
        replica = ServingReplica.load(self.pc.disk.engine, self.pc.environment)
        if not isinstance(replica, ServingReplica):
            raise Violation(f"{self.pc.name} does not find itself after a restart")
        replica.pause = self.let_others_first
        self._app = create_hub_app(replica, HubService(replica, self._wake), _FINGERPRINT, pool=HERE)

    def _wake(self, _seconds: float) -> None:
        self.woken = True


class HubRoad(Road):
    """The wire between a PC and its hub; ``out``: it is pulled all the time."""

    def __init__(self, world: "World", pc: Pc, hub: Hub, *, out: bool) -> None:
        super().__init__(world, pc)
        self._hub = hub
        self._out = out

    def _carry(self, sent: Sent) -> Came:
        if self._out:
            raise requests.ConnectionError("the cable is out")
        return super()._carry(sent)

    def _again(self, facility: str, sent: Sent) -> Came | None:
        return self._ask_hub(facility, sent)

    def _answer(self, sent: Sent) -> Came:
        world, hub = self._world, self._hub
        if not hub.pc.exchanging and world.happens(world.faults.server_crash):
            hub.pc.disk.fuse = world.chance.randint(1, 25)
        came = self._ask_hub(self._pc.identity.facility, sent)
        if came is None:
            raise requests.ConnectionError("the hub died")
        return came

    def _ask_hub(self, facility: str, sent: Sent) -> Came | None:
        """Its answer, ``None`` if it died over it and is up again."""
        hub = self._hub
        try:
            return hub.answer(facility, sent)
        except Crash as crash:
            if crash.disk is not hub.pc.disk or hub.pc.exchanging:
                raise
            self._trouble("hub crash")
            hub.pc.restart()
            return None


def join(hub: Replica, pc: Replica) -> None:
    """Pair a PC with the hub by the product's own pairing."""
    district, now, chance = hub.identity.district, hub.now(), hub.environment.random_bytes(16)
    code = hub.write(lambda connection: hub_codes.new_code(connection, district, now, chance))
    app = create_hub_app(hub, HubService(hub), _FINGERPRINT, pool=HERE)
    with transport(None, lambda sent: ask(app, sent)) as road:
        pair(pc, road, url=_URL, fingerprint=_FINGERPRINT, code=code.digits)


def hub_of(world: "World", pc: Pc) -> Hub | None:
    """The hub that a PC is paired with, as its own database says."""
    hub = world.hubs.get(pc.identity.facility)
    if hub is None or hub.pc is pc:
        return None
    district = pc.identity.district
    joined = pc.replica.read(lambda connection: hub_links.read_hub(connection, district))
    return None if joined is None else hub


def exchange_somehow(world: "World", pc: Pc) -> None:
    """A PC's turn, as its agent takes it: by its hub and with the district, where the cables are in."""
    hub = hub_of(world, pc)
    if hub is not None:
        out = world.happens(world.faults.hub_cable_out)
        if out:
            world.story.count("fault: cable to the hub out")
        world.exchange(pc, hub, out=out)
        if hub.woken and not hub.pc.exchanging:
            hub.woken = False
            exchange_somehow(world, hub.pc)
    if (hub is not None or pc.identity.facility in world.hubs) and world.happens(world.faults.district_cable_out):
        world.story.count("fault: cable to the district out")
        return
    take_over_if_silent(pc)
    world.exchange(pc)


def take_over_if_silent(pc: Pc) -> None:
    """What the agent does before it exchanges with the district."""
    identity, now = pc.replica.refresh(), pc.replica.now()
    if pc.replica.read(lambda connection: hub_links.is_silent(connection, identity.district, now)):
        pc.replica.write(lambda connection: hub_links.take_over(connection, identity))
