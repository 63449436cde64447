"""The socket a server listens on, with uvicorn around it: who never reads does not keep an answer for ever."""

import logging
import random
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import msgspec
import pytest
import uvicorn

from sync.exchange.train import TRAIN
from sync.server import connections, listening
from tests.server.test_trains import edge_app

ASKED = msgspec.msgpack.encode(b"pages, please")


class _Told(logging.Handler):
    """Keeps what is logged, and tells when something was."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.told = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.told.set()


@contextmanager
def served(pages: Iterator[object], pool: ThreadPoolExecutor) -> Iterator[tuple[str, int]]:
    """The address of a server in a thread."""
    with listening.listening("127.0.0.1", 0, socket.AF_INET) as listener:
        server = uvicorn.Server(listening.server_config(edge_app(pages, pool)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def ended(connection: socket.socket) -> bool:
    """Wait for the other side to end a connection."""
    connection.settimeout(30)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_who_never_completes_a_request_is_cut_off_and_who_waits_for_an_answer_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "_SILENT_S", 0.2)
    go_on = threading.Event()

    def pages() -> Iterator[bytes]:
        assert go_on.wait(30)
        yield b"at last"

    with ThreadPoolExecutor(1) as pool, served(pages(), pool) as address, socket.create_connection(address) as asking:
        asking.sendall(_request(ASKED))
        for said in (b"", b"POST /v1/pages HTTP/1.1\r\nHost: he"):
            with socket.create_connection(address) as silent:
                silent.sendall(said)
                assert ended(silent)
        go_on.set()
        asking.settimeout(30)
        assert asking.recv(12) == b"HTTP/1.1 200"


def test_with_too_many_connections_the_one_that_asked_for_nothing_the_longest_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "_MOST_OPEN", 3)
    with ThreadPoolExecutor(1) as pool, served(iter([b"here"]), pool) as address, ExitStack() as opened:
        silent = [opened.enter_context(socket.create_connection(address)) for _ in range(5)]
        assert ended(silent[0])
        assert ended(silent[1])
        silent[4].sendall(_request(ASKED))
        silent[4].settimeout(30)
        assert silent[4].recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize(("allowed", "then"), [(256, 4096), (5000, 5000)])
def test_who_listens_may_have_many_files_open(allowed: int, then: int) -> None:
    resource = pytest.importorskip("resource")
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < then:
        pytest.skip("this system allows no more")
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    try:
        listening.listening("127.0.0.1", 0, socket.AF_INET).close()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (then, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_who_never_reads_an_answer_is_cut_off_and_no_more_pages_are_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listening, "_UNREAD_MS", 300)
    log, told, made = logging.getLogger("rujuk.server"), _Told(), list[int]()

    def pages() -> Iterator[bytes]:
        for number in range(10_000):
            made.append(number)
            yield random.Random(number).randbytes(10_000)

    caplog.set_level(logging.INFO, log.name)
    monkeypatch.setattr(log, "handlers", [*log.handlers, told])
    with (
        ThreadPoolExecutor(1) as pool,
        served(pages(), pool) as address,
        socket.create_connection(address) as reader,
    ):
        reader.sendall(_request(ASKED, f"Accept: {TRAIN}"))
        assert told.told.wait(30)
    [line] = told.lines
    assert "code=cut_off" in line
    assert len(made) < 10_000


def test_an_answer_that_takes_long_to_travel_comes_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_SILENT_S", 0.2)
    # More than the system keeps of it for both sides.
    page = random.Random(1).randbytes(32_000_000)
    with (
        ThreadPoolExecutor(1) as pool,
        served(iter([page]), pool) as address,
        socket.create_connection(address) as reader,
    ):
        reader.sendall(_request(ASKED))
        reader.settimeout(30)
        answer = bytearray(reader.recv(1))
        for _ in range(3):
            with socket.create_connection(address) as silent:
                assert ended(silent)
        while not answer.endswith(page[-1000:]) and (more := reader.recv(2**20)):
            answer += more
    assert answer.endswith(page[-1000:])


@contextmanager
def begun(address: tuple[str, int]) -> Iterator[socket.socket]:
    """A connection with a request of which the server has read the head and waits for the body."""
    with socket.create_connection(address) as connection:
        connection.settimeout(30)
        connection.sendall(_request(ASKED, "Expect: 100-continue").removesuffix(ASKED))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        yield connection


def test_with_too_many_connections_requests_that_never_end_make_room_and_the_longest_silent_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "_MOST_OPEN", 3)
    with ThreadPoolExecutor(1) as pool, served(iter([b"here"] * 3), pool) as address, ExitStack() as opened:
        oldest, *others = [opened.enter_context(begun(address)) for _ in range(3)]
        oldest.sendall(ASKED)
        assert oldest.recv(12) == b"HTTP/1.1 200"
        for other in others:
            newcomer = opened.enter_context(begun(address))
            assert ended(other)
            newcomer.sendall(ASKED)
            assert newcomer.recv(12) == b"HTTP/1.1 200"


def test_however_many_come_a_complete_request_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_MOST_OPEN", 1)
    asked, go_on = threading.Event(), threading.Event()

    def pages() -> Iterator[bytes]:
        asked.set()
        assert go_on.wait(30)
        yield b"here"

    with ThreadPoolExecutor(1) as pool, served(pages(), pool) as address, socket.create_connection(address) as asking:
        asking.sendall(_request(ASKED))
        assert asked.wait(30)
        with socket.create_connection(address) as newcomer:
            assert ended(newcomer)
        go_on.set()
        asking.settimeout(30)
        assert asking.recv(12) == b"HTTP/1.1 200"


def _request(body: bytes, *fields: str) -> bytes:
    head = (
        "POST /v1/pages HTTP/1.1",
        "Host: here",
        "Content-Type: application/msgpack",
        f"Content-Length: {len(body)}",
        *fields,
    )
    return "\r\n".join((*head, "", "")).encode() + body
