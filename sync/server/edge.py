"""The edge of whatever answers over HTTP: bodies in, credentials proved, errors turned into answers, one log line each.

No stack trace and no SQL ever leaves the process, and the log carries ids, codes and sizes only.
"""

import logging
import threading
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from functools import partial
from itertools import chain
from typing import Protocol, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import AsyncContentStream, Response, StreamingResponse
from starlette.routing import Route

from sync.errors import BadInput, BundleError, NotAllowed, ReplicaError
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
)
from sync.server.pool import result
from sync.server.problems import Problem, problem_response
from sync.server.trains import Train

log = logging.getLogger("rujuk.server")

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}

#: Causes of an error that the log names.
_CAUSES = 5

T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]


class Gate(Protocol):
    """Proves who sent a request, or raises a Problem."""

    def authenticate(self, header: str, method: str, path: str, body: bytes, program: str) -> Peer: ...


class Edge:
    """Makes routes. As many requests as ``pool`` has threads work in the database at once; the rest wait in line."""

    def __init__(self, environment: Environment, gate: Gate, pool: Executor) -> None:
        self._environment = environment
        self._gate = gate
        self._pool = pool
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
                    first, further = next(given), _up_to_failure(request, given)
                    second = next(further, None) if TRAIN in request.headers.get("accept", "") else None
                    if second is None:
                        return _answered(sent, first)
                    return self._streamed(encode_train(chain((first, second), further)))

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
            _log_stopped(request, train.failure)
        if train.given:
            return self._streamed(encode_train(train.given))
        raise train.failure or BadInput("an empty train")

    def _streamed(self, parts: Iterator[bytes]) -> Response:
        """An answer of which each part is made beside the event loop while the one before it travels."""

        async def sent() -> AsyncIterator[bytes]:
            coming = self._pool.submit(next, parts, b"")
            while part := await result(coming):
                coming = self._pool.submit(next, parts, b"")
                yield part

        return StreamingResponse(sent(), media_type=TRAIN, headers={"Cache-Control": "no-store"})

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
                given = answer(decode_body(sent, message_type), address)
                request.state.device = getattr(given, "device", "-")
                return encode_answer(sent, given)

            return await self.in_thread(work)

        return self.route(path, handle, "POST")

    def route(self, path: str, handler: Handler, method: str) -> Route:
        """A route of which no error leaves as it is."""
        return Route(path, _guarded(handler, self._environment), methods=[method])


async def no_such_route(_request: Request, error: Exception) -> Response:
    """The answer where there is nothing."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = (error.headers or {}) if isinstance(error, HTTPException) else {}
    reason = "this path knows other methods only" if status == 405 else "there is nothing at this path"
    return problem_response(Problem(status, _HTTP_CODES.get(status, "refused"), reason, headers=headers))


def _up_to_failure(request: Request, answers: Iterator[T]) -> Iterator[T]:
    """The further answers, up to the first that cannot be given: asked for alone, it says why."""
    try:
        yield from answers
    except Exception as error:  # noqa: BLE001  # the edge: what was answered before is on its way
        _log_stopped(request, error)


def _log_stopped(request: Request, error: Exception) -> None:
    log.info("device=%s train stopped: %s", getattr(request.state, "device", "-"), _where(error))


def _answered(sent: Sent, answer: object) -> Response:
    """422 with the whole answer when every pushed revision was refused: curl and logs then see a failure as one."""
    refused_all = isinstance(answer, ExchangeAnswer) and bool(answer.refused) and not answer.stored and not answer.known
    return encode_answer(sent, answer, 422 if refused_all else 200)


def _guarded(handler: Handler, environment: Environment) -> Handler:
    """Turn whatever a handler raises into an answer, and write one line about the request."""

    async def handle(request: Request) -> Response:
        number = environment.random_bytes(8).hex()
        began = time.monotonic()
        try:
            response = await handler(request)
            code = "ok"
        except ClientDisconnect:
            # Nobody is left to read the answer; what the server did not get whole, it did not do.
            response, code = Response(status_code=400), "cut_off"
        except Exception as error:  # noqa: BLE001  # the edge: a stack trace must not leave the server
            problem = _problem_of(error)
            code = problem.code
            details = {"request": number} if problem.status >= 500 else {}
            response = problem_response(problem, **details)
            if problem.status >= 500:
                # Not log.exception: the message of an error may quote what somebody typed.
                log.error("request=%s failed: %s", number, _where(error))  # noqa: TRY400  # see above
        log_line = partial(
            log.info,
            "request=%s path=%s status=%d code=%s device=%s ms=%d up=%s down=%s",
            number,
            request.url.path,
            response.status_code,
            code,
        )

        def note(down: object) -> None:
            """Write the line, now that the answer is ready or has left."""
            device, up = getattr(request.state, "device", "-"), request.headers.get("content-length", "-")
            log_line(device, (time.monotonic() - began) * 1000, getattr(request.state, "up", up), down)

        if isinstance(response, StreamingResponse):
            response.body_iterator = _counted(response.body_iterator, note)
        else:
            note(response.headers.get("content-length", "-"))
        return response

    return handle


async def _counted(parts: AsyncContentStream, note: Callable[[int], None]) -> AsyncContentStream:
    """The same parts; how many bytes they had is noted when they, or the connection, have ended."""
    size = 0
    try:
        async for part in parts:
            size += len(part)
            yield part
    finally:
        note(size)


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, NotAllowed):
        return Problem(403, "not_allowed", str(error))
    if isinstance(error, BadInput):
        return Problem(422, "bad_input", f"{error.field}: {error.reason}" if error.field else error.reason)
    if isinstance(error, BundleError):
        return Problem(422, error.code, str(error))
    if isinstance(error, ReplicaError):
        return Problem(
            503, "database_down", "the database of the server does not answer", headers={"Retry-After": "10"}
        )
    return Problem(500, "internal", "the server failed; send the same again later")


def _where(error: BaseException) -> str:
    """Classes and places of an error and its causes, without messages: those may quote a patient's data."""
    lines: list[str] = []
    current: BaseException | None = error
    # A chain may lead back into itself, so it is followed only so far.
    while current is not None and len(lines) < _CAUSES:
        frames = traceback.extract_tb(current.__traceback__)
        places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__} at {places}")
        current = current.__cause__ or current.__context__
    return " | caused by ".join(lines)
