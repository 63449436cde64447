"""The server's HTTP face and the client's, joined without a socket: requests go straight into the ASGI application.

Three things of the surroundings are taken away so that one seed is one history: the threads in which the server works,
the timers that watch a slow body, and the look-out for a reader who leaves during an answer. Everything else between
the two halves is the product's own.
"""

import io
import logging
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
import requests
import requests.adapters
import urllib3
from starlette.applications import Starlette

from sync.exchange.credential import Signer
from sync.exchange.http import HttpTransport
from sync.exchange.train import TRAIN

T = TypeVar("T")

URL = "http://district.example"

#: A process that dies in the middle of an answer is one of the faults here, and nothing to print.
logging.getLogger("rujuk.server").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it travels; ``broken``: the connection ends where the body does, before the request."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    broken: bool = False

    @property
    def train(self) -> bool:
        """Whether it is several messages."""
        return dict(self.headers).get("Content-Type") == TRAIN


@dataclass(frozen=True, slots=True)
class Came:
    """An answer as it travels."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def train(self) -> bool:
        """Whether it is several messages."""
        return dict(self.headers).get("content-type") == TRAIN


def ask(app: Starlette, sent: Sent) -> Came:
    """Let the application answer a request, in this thread and to its end."""
    scope = {
        "type": "http",
        # Who leaves is noticed when something is sent to him (2.4), not by waiting for his farewell.
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": sent.path,
        "raw_path": sent.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.headers],
        "client": ("192.0.2.1", 40000),
        "server": ("district.example", 80),
    }
    heard: list[MutableMapping[str, Any]] = []

    arriving: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": sent.body, "more_body": sent.broken}]

    async def receive() -> MutableMapping[str, Any]:
        return arriving.pop() if arriving else {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        heard.append(message)

    with _without_surroundings():
        going = app(scope, receive, send).__await__()
        try:
            next(going)
        except StopIteration:
            pass
        else:
            raise AssertionError("the server waits for something that is not there")
    start = heard[0]
    body = b"".join(message.get("body", b"") for message in heard[1:])
    headers = tuple((name.decode(), value.decode()) for name, value in start["headers"])
    return Came(start["status"], headers, body)


class Here(Executor):
    """Does what it is given at once, in this thread; that the process dies meanwhile ends the caller."""

    def submit(self, work: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        """Do it."""
        done: Future[T] = Future()
        try:
            done.set_result(work(*arguments, **named))
        except Exception as error:  # noqa: BLE001  # whoever asks for the result gets it
            done.set_exception(error)
        return done


HERE = Here()


class InProcess(requests.adapters.BaseAdapter):
    """What ``requests`` sends through instead of a socket."""

    def __init__(self, carry: Callable[[Sent], Came]) -> None:
        super().__init__()
        self._carry = carry

    def send(self, request: requests.PreparedRequest, *_options: Any, **_more: Any) -> requests.Response:
        """Carry a request there and its answer back; the carrier raises ``requests.ConnectionError`` for a cut."""
        body: Any = request.body
        # Of a body whose length is known one read gives a piece, as to a socket.
        content = b"".join(iter(body.read, b"") if hasattr(body, "read") else body)
        path = (request.url or "").removeprefix(URL)
        came = self._carry(Sent(path, tuple(request.headers.items()), content))
        response = requests.Response()
        response.status_code = came.status
        response.headers.update(dict(came.headers))
        response.raw = urllib3.HTTPResponse(
            io.BytesIO(came.body), headers=dict(came.headers), status=came.status, preload_content=False
        )
        response.request = request
        response.url = request.url or ""
        return response

    def close(self) -> None:
        """Nothing is open."""


def transport(signer: Signer | None, carry: Callable[[Sent], Came]) -> HttpTransport:
    """The product's HTTP transport over ``carry``."""
    made = HttpTransport(URL, signer)
    made._session.mount(URL, InProcess(carry))
    made._session.trust_env = False
    return made


@contextmanager
def _without_surroundings() -> Iterator[None]:
    def unwatched(_seconds: float) -> Any:
        return nullcontext()

    # Requests may overlap: what is put back is what this one found.
    watches: Mapping[str, Any] = {name: getattr(anyio, name) for name in ("fail_after", "move_on_after")}
    for name in watches:
        setattr(anyio, name, unwatched)
    try:
        yield
    finally:
        for name, watch in watches.items():
            setattr(anyio, name, watch)
