"""A link that can be cut: an HTTP/1.1 proxy on loopback that spoils requests exactly as it is told.

Faults are chosen per request, also on a connection that is kept open, and counted. It speaks only what our client and
server speak: requests and answers with a Content-Length or in chunks.
"""

import contextlib
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from urllib.parse import urlsplit

_RESET = struct.pack("ii", 1, 0)
_PATIENCE_S = 60.0


class Fault(StrEnum):
    """What happens to one request."""

    NONE = "none"
    CUT_BEFORE = "cut before"
    """The server never sees the request."""
    CUT_UPLOAD = "cut upload"
    """Half of the request reaches the server."""
    DROP_ANSWER = "drop answer"
    """The server does the work; no byte of its answer comes back."""
    CUT_ANSWER = "cut answer"
    """The server does the work; half of its answer comes back."""
    DELAY = "delay"
    """The answer comes late."""


#: Everything that is no good.
SPOILING = tuple(fault for fault in Fault if fault is not Fault.NONE)
#: Resets before the server did the work, and after it.
CUTS_BEFORE, CUTS_AFTER = (Fault.CUT_BEFORE, Fault.CUT_UPLOAD), (Fault.DROP_ANSWER, Fault.CUT_ANSWER)

#: Chooses the fault of a request: its number (from 0) and its path are given.
Plan = Callable[[int, str], Fault]


def no_faults(_number: int, _path: str) -> Fault:
    """The plan of a good link."""
    return Fault.NONE


def seeded_faults(seed: int, rate: float, *, spared: int = 0, kinds: Sequence[Fault] = SPOILING) -> Plan:
    """A plan that spoils ``rate`` of the requests, the same ones for the same seed; the first ``spared`` pass."""

    def plan(number: int, _path: str) -> Fault:
        chance = random.Random(f"{seed} {number}")
        if number < spared or chance.random() >= rate:
            return Fault.NONE
        return chance.choice(kinds)

    return plan


class CuttingProxy:
    """Stands between a client and the server at ``target`` (an ``http://host:port`` URL)."""

    def __init__(self, target: str, plan: Plan = no_faults, *, delay_s: float = 0.05) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._delay_s = delay_s
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        #: The plan may be changed at any time; it counts from the next request on.
        self.plan = plan
        #: While ``False`` every connection is cut at once, as when the link is away.
        self.is_up = True
        #: Faults that really happened, by kind; ``Fault.NONE`` counts the unspoiled requests.
        self.injected: Counter[Fault] = Counter()
        #: By kind of cut: of each message that was cut in the middle, how many bytes its body had.
        self.cut_bodies: dict[Fault, list[int]] = {Fault.CUT_UPLOAD: [], Fault.CUT_ANSWER: []}
        #: Bytes of heads and bodies that passed, in each direction.
        self.bytes_up = 0
        self.bytes_down = 0
        self._requests = 0
        self._start(self._accept)

    @property
    def url(self) -> str:
        """Where clients find the proxy."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def requests(self) -> int:
        """How many requests clients have begun."""
        return self._requests

    def close(self) -> None:
        """Cut every connection and end every thread."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            # Wakes the accepting thread; closing alone does not on every system.
            socket.create_connection(self._listener.getsockname()).close()
        with self._lock:
            for connection in self._open:
                _cut(connection)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments, name="cutting-proxy")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self._stopping.is_set() or not self.is_up:
                _cut(client)
                client.close()
                if self._stopping.is_set():
                    return
                continue
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        # A side that goes away in mid-message is what this proxy is for: both connections then end.
        with contextlib.suppress(OSError), self._tracked(client):
            head, rest = _read_head(client, b"")
            with self._tracked(socket.create_connection(self._target, timeout=_PATIENCE_S)) as server:
                while head and self._pass_on(client, server, head, rest):
                    head, rest = _read_head(client, b"")

    def _pass_on(self, client: socket.socket, server: socket.socket, head: bytes, rest: bytes) -> bool:
        """Carry one request and its answer; whether the connection goes on."""
        with self._lock:
            number = self._requests
            self._requests += 1
        fault = self.plan(number, head.split(b" ", 2)[1].decode()) if self.is_up else Fault.CUT_BEFORE
        with self._lock:
            self.injected[fault] += 1
        if fault is Fault.CUT_BEFORE:
            return False
        body = _read_body(client, head, rest)
        if fault is Fault.CUT_UPLOAD:
            self.cut_bodies[fault].append(len(body))
            whole = head + body
            server.sendall(whole[: len(head) + len(body) // 2] if body else whole[: len(whole) // 2])
            return False
        server.sendall(head + body)
        answer_head, rest = _read_head(server, b"")
        answer = answer_head + _read_body(server, answer_head, rest)
        with self._lock:
            self.bytes_up += len(head) + len(body)
            self.bytes_down += len(answer)
        if fault is Fault.DROP_ANSWER:
            return False
        if fault is Fault.CUT_ANSWER:
            self.cut_bodies[fault].append(len(answer) - len(answer_head))
            client.sendall(answer[: (len(answer_head) + len(answer)) // 2])
            # An orderly end, so that the client surely gets the first half before it.
            client.shutdown(socket.SHUT_WR)
            return False
        if fault is Fault.DELAY:
            self._stopping.wait(self._delay_s)
        client.sendall(answer)
        return bool(answer)

    @contextlib.contextmanager
    def _tracked(self, connection: socket.socket) -> Iterator[socket.socket]:
        with self._lock:
            self._open.add(connection)
        try:
            if self._stopping.is_set():
                raise ConnectionAbortedError
            yield connection
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()


def _cut(connection: socket.socket) -> None:
    """End a connection as a broken link does: a reset, no farewell."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        connection.shutdown(socket.SHUT_RDWR)


def _read_head(source: socket.socket, start: bytes) -> tuple[bytes, bytes]:
    """The head of a message with its blank line, and what was read beyond it; empty at the end of the connection."""
    data = start
    while b"\r\n\r\n" not in data:
        more = source.recv(65536)
        if not more:
            return b"", b""
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def _read_body(source: socket.socket, head: bytes, start: bytes) -> bytes:
    """The body as it travels, of the length that the head tells or in chunks."""
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if headers.get(b"transfer-encoding") != b"chunked":
        return _read_up_to(source, start, int(headers.get(b"content-length", b"0")))
    body, place, size = start, 0, -1
    while size:
        while b"\r\n" not in body[place:]:
            body = _read_up_to(source, body, len(body) + 1)
        line = body.index(b"\r\n", place)
        size = int(body[place:line], 16)
        place = line + size + 4
        body = _read_up_to(source, body, place)
    return body


def _read_up_to(source: socket.socket, start: bytes, length: int) -> bytes:
    """What was read before, and more of it until it has this length."""
    data = start
    while len(data) < length:
        more = source.recv(65536)
        if not more:
            raise ConnectionAbortedError
        data += more
    return data


@contextlib.contextmanager
def cutting_proxy(target: str, plan: Plan = no_faults, *, delay_s: float = 0.05) -> Iterator[CuttingProxy]:
    """A proxy that is closed afterwards."""
    proxy = CuttingProxy(target, plan, delay_s=delay_s)
    try:
        yield proxy
    finally:
        proxy.close()
