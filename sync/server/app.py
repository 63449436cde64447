"""The HTTP face of a replica: routes, limits and credentials at the edge, and behind it nothing but the replica.

Stateless: everything that lasts is in the database, so a second process adds throughput. No stack trace and no SQL
ever leaves the server, and the log carries ids, codes and sizes only.
"""

import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.errors import BadInput, NotAllowed, ReplicaError
from sync.exchange.messages import (
    COMPARE,
    ENROL,
    EXCHANGE,
    FETCH,
    RENEW,
    CompareRequest,
    EnrolRequest,
    ExchangeAnswer,
    ExchangeRequest,
    FetchRequest,
    RenewRequest,
)
from sync.exchange.service import Peer, Service
from sync.replica import tables
from sync.replica.replica import Replica
from sync.revisions.environment import Environment
from sync.server.access import Access
from sync.server.bodies import Sent, decode_body, encode_answer, read_body
from sync.server.enrolment import Enrolment
from sync.server.problems import Problem, problem_response
from sync.server.updates import update_route

log = logging.getLogger("rujuk.server")

#: Requests that work in the database at the same time, in each process; the rest wait in line.
_AT_ONCE = 10

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}

#: Causes of an error that the log names.
_CAUSES = 5

T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]


def create_app(replica: Replica, updates: Path | None = None) -> Starlette:
    """The ASGI application of one district server; ``updates``: a folder with packages that it hands on."""
    service = Service(replica)
    access = Access(replica)
    enrolment = Enrolment(replica)
    limiter = anyio.CapacityLimiter(_AT_ONCE)

    async def in_thread(work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(work, limiter=limiter)

    def signed(path: str, message_type: type[T], answer: Callable[[Peer, T], object]) -> Route:
        async def handle(request: Request) -> Response:
            sent = await read_body(request)

            def work() -> Response:
                peer = access.authenticate(
                    request.headers.get("authorization", ""),
                    request.method,
                    request.url.path,
                    sent.body,
                    request.headers.get("user-agent", ""),
                )
                request.state.device = peer.device
                return _answered(sent, answer(peer, decode_body(sent, message_type)))

            return await in_thread(work)

        return Route(path, _guarded(handle, replica.environment), methods=["POST"])

    async def enrol(request: Request) -> Response:
        sent = await read_body(request)
        address = request.client.host if request.client else "unknown"

        def work() -> Response:
            card = enrolment.enrol(decode_body(sent, EnrolRequest), address)
            request.state.device = card.device
            return encode_answer(sent, card)

        return await in_thread(work)

    async def health(_request: Request) -> Response:
        await in_thread(lambda: _check_database(replica))
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[
            Route(ENROL, _guarded(enrol, replica.environment), methods=["POST"]),
            signed(EXCHANGE, ExchangeRequest, service.exchange),
            signed(COMPARE, CompareRequest, service.compare),
            signed(FETCH, FetchRequest, service.fetch),
            signed(RENEW, RenewRequest, enrolment.renew),
            Route("/v1/health", _guarded(health, replica.environment), methods=["GET"]),
            *([] if updates is None else [update_route(updates)]),
        ],
        exception_handlers={HTTPException: _no_such_route},
    )


def _answered(sent: Sent, answer: object) -> Response:
    """422 with the whole answer when every pushed revision was refused: curl and logs then see a failure as one."""
    refused_all = isinstance(answer, ExchangeAnswer) and bool(answer.refused) and not answer.stored and not answer.known
    return encode_answer(sent, answer, 422 if refused_all else 200)


def _check_database(replica: Replica) -> None:
    table = tables.identity
    query = select(table.c.replica).where(table.c.district == replica.identity.district)
    replica.read(lambda connection: connection.execute(query).one())


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
        log.info(
            "request=%s path=%s status=%d code=%s device=%s ms=%d up=%s down=%s",
            number,
            request.url.path,
            response.status_code,
            code,
            getattr(request.state, "device", "-"),
            (time.monotonic() - began) * 1000,
            request.headers.get("content-length", "-"),
            response.headers.get("content-length", "-"),
        )
        return response

    return handle


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, NotAllowed):
        return Problem(403, "not_allowed", str(error))
    if isinstance(error, BadInput):
        return Problem(422, "bad_input", f"{error.field}: {error.reason}" if error.field else error.reason)
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


async def _no_such_route(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = (error.headers or {}) if isinstance(error, HTTPException) else {}
    reason = "this path knows other methods only" if status == 405 else "there is nothing at this path"
    return problem_response(Problem(status, _HTTP_CODES.get(status, "refused"), reason, headers=headers))
