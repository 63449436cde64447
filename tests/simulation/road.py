"""The road between a PC and what answers it, with everything that can go wrong on it.

It carries signed HTTP requests. A lost request never reaches the other side, a lost answer is lost after that did the
work; a copy of any request may arrive again much later.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import requests

from sync.exchange.credential import Signer
from sync.exchange.messages import BUNDLE, COMPARE, EXCHANGE, ExchangeRequest, decode_message, encode_message
from tests.simulation.disks import Crash
from tests.simulation.edge import Came, Sent, transport
from tests.simulation.machines import Pc

if TYPE_CHECKING:
    from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Faults:
    """How likely each fault is, each time it could happen; and how many histories have a hub, sticks, and trains."""

    hub: float = 0.5
    sticks: float = 0.4
    trains: float = 0.5
    request_lost: float = 0.04
    answer_lost: float = 0.06
    repeated_later: float = 0.05
    doubled_at_once: float = 0.03
    server_crash: float = 0.04
    pc_crash_in_exchange: float = 0.10
    pc_crash_in_save: float = 0.12
    disk_full: float = 0.10
    clock_set: float = 0.02
    work_meanwhile: float = 0.04
    other_process_first: float = 0.04
    grant_meanwhile: float = 0.1
    second_process: float = 0.01
    stopped: float = 0.02
    written_out_of_place: float = 0.01
    hub_cable_out: float = 0.15
    district_cable_out: float = 0.6
    stick_lost: float = 0.1
    stick_copied: float = 0.3
    stick_mixed_up: float = 0.1
    stick_damaged: float = 0.05

    def without(self, names: frozenset[str]) -> "Faults":
        """These faults, but not those of these names."""
        return replace(self, **dict.fromkeys(names & set(self.__dataclass_fields__), 0.0))


#: After healing: nothing goes wrong any more.
CALM = Faults().without(frozenset(Faults.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Late:
    """A request that will arrive once more, and how; ``device`` sent it."""

    facility: str
    device: str
    arrive: Callable[[], Came | None]


class Road:
    """The transport of one exchange of one PC."""

    def __init__(self, world: "World", pc: Pc) -> None:
        self._world = world
        self._pc = pc
        identity = pc.identity
        signer = Signer(identity.device, identity.signing_key, lambda: world.clock.now_ms // 1000)
        self._http = transport(signer, self._carry)

    def send(self, path: str, body: bytes) -> bytes:
        """Carry a message to the server and bring its answer back, or not."""
        world = self._world
        world.story.count("messages")
        if path == COMPARE:
            world.story.count("compares")
            world.note_compare(self._pc)
        self._pc.disk.step()
        return self._http.send(path, self._smaller(body) if path == EXCHANGE else body)

    @property
    def conversing(self) -> bool:
        """Whether the server takes several messages at once."""
        return self._world.trains

    def converse(self, path: str, messages: Iterable[bytes]) -> Iterator[bytes]:
        """Carry messages to the server in one request."""
        bodies = list(messages)
        self._world.story.count("messages", len(bodies))
        self._world.story.count("trains", len(bodies) > 1)
        self._pc.disk.step()
        yield from self._http.converse(path, [*bodies[:-1], self._smaller(bodies[-1])])

    def _carry(self, sent: Sent) -> Came:
        world, pc, faults = self._world, self._pc, self._world.faults
        world.clock.wait(world.chance.uniform(0.05, 3.0))
        world.meanwhile(pc, "while sending")
        if sent.path in (EXCHANGE, BUNDLE) and world.happens(faults.repeated_later):
            facility = pc.identity.facility
            world.late.append(Late(facility, pc.identity.device, lambda: self._again(facility, sent)))
        if world.happens(faults.request_lost):
            self._trouble("request lost")
            if sent.train:
                world.story.count("fault: train broken off")
                there = world.chance.randrange(len(sent.body))
                self._answer(replace(sent, body=sent.body[:there], broken=True))
            raise requests.ConnectionError("the request was lost")
        came = self._answer(sent)
        if world.happens(faults.doubled_at_once):
            self._trouble("request doubled")
            came = self._answer(sent)
        if world.happens(faults.answer_lost):
            self._trouble("answer lost")
            if not came.train:
                raise requests.ConnectionError("the answer was lost")
            world.story.count("fault: answers broken off")
            # The length that its head tells shows that something is lacking.
            came = replace(came, body=came.body[: world.chance.randrange(len(came.body))])
        world.meanwhile(pc, "while the answer travels")
        pc.disk.step()
        return came

    def _again(self, facility: str, sent: Sent) -> Came | None:
        return self._world.server.answer(self._world.chance.randrange(2), facility, sent)

    def _answer(self, sent: Sent) -> Came:
        world = self._world
        process = world.chance.randrange(2)
        if world.happens(world.faults.server_crash):
            world.server.disk.fuse = world.chance.randint(1, 25)
        try:
            return world.server.answer(process, self._pc.identity.facility, sent)
        except Crash as crash:
            if crash.disk is not world.server.disk:
                raise
            self._trouble("server crash")
            world.server.restart(process)
            raise requests.ConnectionError("the server died") from crash

    def _smaller(self, body: bytes) -> bytes:
        """Ask for little at a time, so that a feed needs many pages."""
        request = decode_message(body, ExchangeRequest)
        budget = self._world.chance.choice([1, 1500, 5000, *[request.budget] * 9])
        return encode_message(msgspec.structs.replace(request, budget=min(budget, request.budget)))

    def _trouble(self, kind: str) -> None:
        self._world.story.count(f"fault: {kind}")
        self._world.story.tell(self._pc.name, kind)
