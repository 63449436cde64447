"""What a client is told when its request is not answered: a code for programs and a reason for people, as JSON.

A reason says what was wrong with the request; it never carries a stack trace, SQL or anything about other facilities.
"""

import traceback
from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from starlette.responses import Response

#: Causes of an error that the log names.
_CAUSES = 5


class Problem(Exception):
    """A request that ends with an HTTP status of 400 or more."""

    def __init__(
        self, status: int, code: str, reason: str, *, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.reason = reason
        self.headers = headers


def problem_response(problem: Problem, **details: str) -> Response:
    """The JSON answer that tells a problem."""
    body = {"error": problem.code, "reason": problem.reason, **details}
    return Response(
        msgspec.json.encode(body),
        status_code=problem.status,
        media_type="application/json",
        headers={**problem.headers, "Cache-Control": "no-store"},
    )


def where(error: BaseException) -> str:
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
