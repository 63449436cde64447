"""What every route has around it: errors turned into answers, and one log line for each request.

No stack trace and no SQL ever leaves the process, and the log carries ids, codes and sizes only.
"""

import logging
import time
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sync.errors import BadInput, BundleError, NotAllowed, ReplicaError
from sync.revisions.environment import Environment
from sync.server.problems import Problem, problem_response, where
from sync.server.streaming import Streamed

log = logging.getLogger("rujuk.server")

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}

Handler = Callable[[Request], Awaitable[Response]]


def guarded(handler: Handler, environment: Environment) -> Handler:
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
                log.error("request=%s failed: %s", number, where(error))  # noqa: TRY400  # see above

        def note(code: str, down: object) -> None:
            """Write the line, now that the answer is ready or has left."""
            log.info(
                "request=%s path=%s status=%d code=%s device=%s ms=%d up=%s down=%s",
                number,
                request.url.path,
                response.status_code,
                code,
                getattr(request.state, "device", "-"),
                (time.monotonic() - began) * 1000,
                getattr(request.state, "up", request.headers.get("content-length", "-")),
                down,
            )

        if isinstance(response, Streamed):
            answer = response
            answer.when_ended(lambda: note(code if answer.whole else "cut_off", answer.size))
        else:
            note(code, response.headers.get("content-length", "-"))
        return response

    return handle


async def no_such_route(_request: Request, error: Exception) -> Response:
    """The answer where there is nothing."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = (error.headers or {}) if isinstance(error, HTTPException) else {}
    reason = "this path knows other methods only" if status == 405 else "there is nothing at this path"
    return problem_response(Problem(status, _HTTP_CODES.get(status, "refused"), reason, headers=headers))


def log_stopped(request: Request, error: Exception) -> None:
    """Say that the answers to a train, or the pages of one answer, ended with this error."""
    level = logging.ERROR if _problem_of(error).status >= 500 else logging.INFO
    log.log(level, "device=%s train stopped: %s", getattr(request.state, "device", "-"), where(error))


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
