"""Bodies at the edge of the server: read with limits, unpacked with limits, decoded into messages, and back.

JSON serves people with curl, MessagePack programs; an answer takes the form of its request. Nothing here may hold more
of a request in memory than the limits in ``sync.exchange.compression`` allow.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import anyio
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sync.errors import BadInput
from sync.exchange.compression import MAX_PLAIN, MAX_SENT, WORTH_COMPRESSING, TooLarge, compress, decompress
from sync.exchange.train import TRAIN, Uncoupler, coupled, packed
from sync.exchange.transport import TOO_LARGE
from sync.server.problems import Problem

JSON = "application/json"
MSGPACK = "application/msgpack"

#: How much of a body that is too large is read and thrown away, so that its sender can hear why.
_DISCARDED = 16 * 1024 * 1024
_BODY_S = 120.0
#: How long the parts of a train are gathered before they are handled, how many bytes at most, and the longest that a
#: train takes.
_GATHERED_S, _GATHERED, _TRAIN_S = 1.0, 32 * 2**10, 600.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A request's body exactly as it was sent, and what its headers say about it."""

    body: bytes
    form: str
    packed: bool
    answer_packed: bool


async def read_body(request: Request) -> Sent:
    """Read a whole body.

    Raises:
        Problem: 415 for another form or encoding, 413 beyond the limit, 408 when it comes too slowly.
        ClientDisconnect: the sender went away.
    """
    form = form_of(request)
    if form not in (JSON, MSGPACK):
        raise Problem(415, "unsupported_type", f"Content-Type must be {JSON} or {MSGPACK}")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "zstd"):
        raise Problem(415, "unsupported_encoding", "Content-Encoding must be zstd or left out")
    body = await _read_limited(request)
    accepted = request.headers.get("accept-encoding", "").lower()
    return Sent(body, form, encoding == "zstd", "zstd" in accepted)


async def _read_limited(request: Request) -> bytes:
    too_large = Problem(413, TOO_LARGE, f"a body may have at most {MAX_SENT} bytes as sent")
    declared = request.headers.get("content-length", "")
    announced = int(declared) if declared.isdecimal() else 0
    if announced > MAX_SENT and (announced > _DISCARDED or "expect" in request.headers):
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        with anyio.fail_after(_BODY_S):
            async for part in request.stream():
                size += len(part)
                if size > _DISCARDED:
                    break
                if size <= MAX_SENT:
                    parts.append(part)
                else:
                    parts.clear()
    except TimeoutError as error:
        raise Problem(408, "too_slow", f"the body did not arrive within {_BODY_S:.0f} s") from error
    if size > MAX_SENT:
        raise too_large
    return b"".join(parts)


async def read_train(request: Request, busy: Callable[[], bool]) -> AsyncIterator[list[bytes]]:
    """The parts of a train: as many together as arrive within a second, or enough for a transaction of the database.

    While those given before are being handled (``busy``), the next are given as they arrive: of a connection that is
    lost while nobody reads, what arrived last is lost, too. There may be none at all.

    Raises:
        Problem: 413 beyond the limit, 408 when it comes too slowly, 400 when it ends within a part.
        ClientDisconnect: the sender went away; what had arrived was given before.
    """
    uncoupler, parts, size, gathered = Uncoupler(MAX_SENT), list[bytes](), 0, 0
    began = given = heard = time.monotonic()
    while True:
        message = None
        with anyio.move_on_after(_GATHERED_S):
            message = await request.receive()
        now, ended = time.monotonic(), False
        problem: Problem | ClientDisconnect | None = None
        if message is None:
            if now - heard > _BODY_S:
                problem = Problem(408, "too_slow", f"nothing arrived for {_BODY_S:.0f} s")
        elif message["type"] == "http.disconnect":
            problem = ClientDisconnect()
        else:
            heard, ended = now, not message.get("more_body", False)
            data = message.get("body", b"")
            size += len(data)
            request.state.up = size
            problem = _too_long(size, now - began) or _take(data, uncoupler, parts)
            if ended and not problem and not uncoupler.ended:
                problem = Problem(400, "malformed", "the train ends within a part")
        if problem or ended:
            yield parts
            if isinstance(problem, Problem) and problem.code == TOO_LARGE and not ended:
                await _discard(request, size)
            if problem:
                raise problem
            return
        if busy() or size - gathered >= _GATHERED or now - given >= _GATHERED_S:
            yield parts
            parts, gathered, given = [], size, now


def _too_long(size: int, seconds: float) -> Problem | None:
    if size > MAX_SENT:
        return Problem(413, TOO_LARGE, f"a train may have at most {MAX_SENT} bytes")
    if seconds > _TRAIN_S:
        return Problem(408, "too_slow", f"the train did not arrive within {_TRAIN_S:.0f} s")
    return None


def _take(data: bytes, uncoupler: Uncoupler, parts: list[bytes]) -> Problem | None:
    """Add what is whole with these bytes to ``parts``; what is wrong with them, if anything is."""
    try:
        parts += uncoupler.feed(data)
    except TooLarge as error:
        return Problem(413, TOO_LARGE, error.reason)
    return None


async def _discard(request: Request, size: int) -> None:
    """Read what is still to come after ``size`` bytes, so that its sender can hear why it was in vain."""
    with anyio.move_on_after(_BODY_S):
        async for part in request.stream():
            size += len(part)
            if size > _DISCARDED:
                return


def form_of(request: Request) -> str:
    """What a body says it is."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def decode_body(sent: Sent, message_type: type[T], limit: int = MAX_PLAIN) -> T:
    """The message in a body.

    Raises:
        Problem: 413 if it unpacks beyond ``limit`` bytes, 400 if it cannot be read, 422 if a value has a wrong type.
    """
    try:
        plain = decompress(sent.body, limit) if sent.packed else sent.body
    except TooLarge as error:
        raise Problem(413, TOO_LARGE, error.reason) from error
    except BadInput as error:
        raise Problem(400, "malformed", error.reason) from error
    return _decoded(plain, sent.form, message_type)


def decode_part(plain: bytes, message_type: type[T]) -> T:
    """The message in an unpacked part of a train; see :func:`decode_body`."""
    return _decoded(plain, MSGPACK, message_type)


def _decoded(plain: bytes, form: str, message_type: type[T]) -> T:
    try:
        if form == JSON:
            return msgspec.json.decode(plain, type=message_type)
        return msgspec.msgpack.decode(plain, type=message_type)
    except msgspec.ValidationError as error:
        raise Problem(422, "wrong_type", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "malformed", f"the body is not valid {form}") from error


def encode_answer(sent: Sent, answer: object, status: int = 200) -> Response:
    """An answer in the form of its request, packed if the client can unpack it."""
    plain = msgspec.json.encode(answer) if sent.form == JSON else msgspec.msgpack.encode(answer)
    headers = {"Cache-Control": "no-store"}
    if sent.answer_packed and len(plain) >= WORTH_COMPRESSING:
        plain = compress(plain)
        headers["Content-Encoding"] = "zstd"
    return Response(plain, status_code=status, media_type=sent.form, headers=headers)


def encode_train(answers: Iterable[object]) -> Response:
    """Several answers that are all here as one body."""
    plain = list(map(msgspec.msgpack.encode, answers))
    body = coupled(packed(plain, sum(map(len, plain))))
    return Response(b"".join(body), media_type=TRAIN, headers={"Cache-Control": "no-store"})


def train_parts(answers: Iterable[object]) -> Iterator[bytes]:
    """The body of a train of answers, part by part: each is asked for, and packed, when its part is."""
    return coupled(packed(map(msgspec.msgpack.encode, answers)))
