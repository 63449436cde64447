"""The road between a PC and the server, with everything that can go wrong on it.

It carries encoded bytes, as HTTP does. A lost request never reaches the server, a lost answer is lost after the server
did the work; a copy of any message may arrive again much later.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.errors import Unreachable
from sync.exchange.messages import COMPARE, EXCHANGE, ExchangeRequest, decode_message, encode_message
from sync.exchange.service import Peer
from tests.simulation.machines import Crash, Pc

if TYPE_CHECKING:
    from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Faults:
    """How likely each fault is, each time it could happen."""

    request_lost: float = 0.06
    answer_lost: float = 0.08
    repeated_later: float = 0.10
    doubled_at_once: float = 0.04
    server_crash: float = 0.05
    pc_crash_in_exchange: float = 0.12
    pc_crash_in_save: float = 0.07
    clock_set: float = 0.02
    work_meanwhile: float = 0.12
    other_process_first: float = 0.15
    second_process: float = 0.03
    stopped: float = 0.02
    written_out_of_place: float = 0.01


#: After healing: nothing goes wrong any more.
CALM = Faults(**dict.fromkeys(Faults.__dataclass_fields__, 0.0))


@dataclass(frozen=True, slots=True)
class Late:
    """A message that will arrive once more."""

    peer: Peer
    path: str
    body: bytes


class Road:
    """The transport of one exchange of one PC."""

    def __init__(self, world: "World", pc: Pc) -> None:
        self._world = world
        self._pc = pc

    def send(self, path: str, body: bytes) -> bytes:
        """Carry a message to one of the server's processes and bring its answer back, or not."""
        world, pc, faults = self._world, self._pc, self._world.faults
        world.story.count("messages")
        if path == COMPARE:
            world.story.count("compares")
            world.note_compare(pc)
        pc.disk.step()
        world.clock.wait(world.chance.uniform(0.05, 3.0))
        world.meanwhile(pc, "while sending")
        if path == EXCHANGE:
            body = self._smaller(body)
            if world.happens(faults.repeated_later):
                world.late.append(Late(pc.peer, path, body))
        if world.happens(faults.request_lost):
            self._trouble("request lost")
            raise Unreachable("the request was lost")
        answer = self._answer(path, body)
        if world.happens(faults.doubled_at_once):
            self._trouble("request doubled")
            answer = self._answer(path, body)
        if world.happens(faults.answer_lost):
            self._trouble("answer lost")
            raise Unreachable("the answer was lost")
        world.meanwhile(pc, "while the answer travels")
        pc.disk.step()
        return answer

    def _answer(self, path: str, body: bytes) -> bytes:
        world = self._world
        process = world.chance.randrange(2)
        if world.happens(world.faults.server_crash):
            world.server.disk.fuse = world.chance.randint(1, 25)
        try:
            return world.server.answer(process, self._pc.peer, path, body)
        except Crash as crash:
            if crash.disk is not world.server.disk:
                raise
            self._trouble("server crash")
            world.server.restart(process)
            raise Unreachable("the server died") from crash

    def _smaller(self, body: bytes) -> bytes:
        """Ask for little at a time, so that a feed needs many pages."""
        world = self._world
        request = decode_message(body, ExchangeRequest)
        budget = world.chance.choice([1, 1500, 5000, request.budget, request.budget])
        return encode_message(
            ExchangeRequest(
                request.protocol,
                request.records,
                request.epoch,
                request.push,
                request.feeds,
                min(budget, request.budget),
            )
        )

    def _trouble(self, kind: str) -> None:
        self._world.story.count(f"fault: {kind}")
        self._world.story.tell(self._pc.name, kind)
