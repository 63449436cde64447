"""The edge of whatever answers over HTTP: bodies in, credentials proved, answers out, one or several in one body.

Where a message is to be signed, nothing of it may be unpacked or reach the database before its sender is proved.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from functools import partial
from itertools import chain
from typing import Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync.errors import BadInput
from sync.exchange.credential import TRAIN_METHOD, header_of_part
from sync.exchange.messages import ExchangeAnswer
from sync.exchange.service import Peer
from sync.exchange.train import ACCEPT_POST, TRAIN
from sync.revisions.environment import Environment
from sync.server.bodies import (
    Sent,
    decode_body,
    encode_answer,
    encode_train,
    form_of,
    read_body,
    train_parts,
)
from sync.server.guarding import Handler, guarded, log_stopped
from sync.server.pool import result
from sync.server.streaming import Streamed
from sync.server.trains import Train

#: Bytes that a message may have, unpacked, whose sender nobody has proved.
_MOST_UNSIGNED = 2**20
#: Answers of unknown length that may be under way at once: each keeps about 7 MiB as long as its reader takes.
_MOST_OPEN = 20

T = TypeVar("T")


class Gate(Protocol):
    """Proves who sent a request, or raises a Problem."""

    def authenticate(self, header: str, method: str, path: str, body: bytes, program: str) -> Peer: ...


class Edge:
    """Makes routes. As many requests as ``pool`` has threads work in the database at once; the rest wait in line."""

    def __init__(self, environment: Environment, gate: Gate, pool: Executor) -> None:
        self._environment = environment
        self._gate = gate
        self._pool = pool
        self._open = threading.BoundedSemaphore(_MOST_OPEN)
        #: One line for each computer: what arrived of its train is asked about when that has been stored.
        self._lines: dict[str, threading.Lock] = {}

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run ``work`` beside the event loop."""
        return await result(self._pool.submit(work))

    def signed(
        self, path: str, message_type: type[T], answer: Callable[[Peer, T], object], *, in_line: bool = False
    ) -> Route:
        """A route for the computers that the gate knows; ``in_line``: what the asker's train brought comes first."""

        async def handle(request: Request) -> Response:
            sent = await read_body(request)

            def work() -> Response:
                peer = self._proved(request, request.headers.get("authorization", ""), request.method, sent.body)
                with self._line(peer) if in_line else nullcontext():
                    return _answered(sent, answer(peer, decode_body(sent, message_type)))

            return await self.in_thread(work)

        return self.route(path, handle, "POST")

    def conversing(
        self, path: str, message_type: type[T], answers: Callable[[Peer, Sequence[T]], Iterator[object]]
    ) -> Route:
        """As ``signed``, for messages that may also come, and be answered, several in one body."""

        async def handle(request: Request) -> Response:
            if form_of(request) == TRAIN:
                response = await self._train(request, message_type, answers)
            else:
                sent = await read_body(request)

                def work() -> Response:
                    peer = self._proved(request, request.headers.get("authorization", ""), request.method, sent.body)
                    given = answers(peer, [decode_body(sent, message_type)])
                    first = next(given)
                    takes_several = TRAIN in request.headers.get("accept", "")
                    several = self._several(request, [first], given) if takes_several else None
                    return several or _answered(sent, first)

                response = await self.in_thread(work)
            response.headers[ACCEPT_POST] = TRAIN
            return response

        return self.route(path, handle, "POST")

    async def _train(
        self, request: Request, message_type: type[T], answers: Callable[[Peer, Sequence[T]], Iterator[object]]
    ) -> Response:
        """Answer the messages of a train, up to the first that cannot be answered: sent again alone, it says why."""
        train = Train(message_type, partial(self._proved_part, request), self._line, answers)
        await train.handle(request, self._pool)
        if train.failure is not None:
            log_stopped(request, train.failure)
        if train.given:
            return await self.in_thread(
                lambda: self._several(request, train.given, train.further) or encode_train(train.given)
            )
        raise train.failure or BadInput("an empty train")

    def _several(self, request: Request, given: Sequence[object], further: Iterator[object]) -> Response | None:
        """These answers and those after them; ``None`` if there are none, or too many such are under way."""
        if not self._open.acquire(blocking=False):
            return None
        rest = _up_to_failure(request, further)
        first = next(rest, None)
        if first is None:
            self._open.release()
            return None
        response = Streamed(train_parts(chain(given, (first,), rest)), self._pool, TRAIN)
        response.when_ended(self._open.release)
        return response

    def _line(self, peer: Peer) -> threading.Lock:
        return self._lines.setdefault(peer.device, threading.Lock())

    def _proved_part(self, request: Request, signature: bytes, signed: bytes) -> Peer:
        header = header_of_part(request.headers.get("authorization", ""), signature)
        return self._proved(request, header, TRAIN_METHOD, signed)

    def _proved(self, request: Request, header: str, method: str, body: bytes) -> Peer:
        peer = self._gate.authenticate(header, method, request.url.path, body, request.headers.get("user-agent", ""))
        request.state.device = peer.device
        return peer

    def unsigned(self, path: str, message_type: type[T], answer: Callable[[T, str], object]) -> Route:
        """A route for whoever asks; ``answer`` gets the message and the asker's address."""

        async def handle(request: Request) -> Response:
            sent = await read_body(request)
            address = request.client.host if request.client else "unknown"

            def work() -> Response:
                given = answer(decode_body(sent, message_type, _MOST_UNSIGNED), address)
                request.state.device = getattr(given, "device", "-")
                return encode_answer(sent, given)

            return await self.in_thread(work)

        return self.route(path, handle, "POST")

    def route(self, path: str, handler: Handler, method: str) -> Route:
        """A route of which no error leaves as it is."""
        return Route(path, guarded(handler, self._environment), methods=[method])


def _up_to_failure(request: Request, answers: Iterator[T]) -> Iterator[T]:
    """The further answers, up to the first that cannot be given: asked for alone, it says why."""
    try:
        yield from answers
    except Exception as error:  # noqa: BLE001  # the edge: what was answered before is on its way
        log_stopped(request, error)


def _answered(sent: Sent, answer: object) -> Response:
    """422 with the whole answer when every pushed revision was refused: curl and logs then see a failure as one."""
    refused_all = isinstance(answer, ExchangeAnswer) and bool(answer.refused) and not answer.stored and not answer.known
    return encode_answer(sent, answer, 422 if refused_all else 200)
