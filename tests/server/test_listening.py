"""The socket a server listens on, with uvicorn around it: who never reads does not keep an answer for ever."""

import logging
import random
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import uvicorn

from sync.exchange.train import TRAIN
from sync.server import listening
from tests.server.test_trains import edge_app


class _Told(logging.Handler):
    """Keeps what is logged, and tells when something was."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.told = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.told.set()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_who_never_reads_an_answer_is_cut_off_and_no_more_pages_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_UNREAD_MS", 300)
    log, told, made = logging.getLogger("rujuk.server"), _Told(), list[int]()

    def pages() -> Iterator[bytes]:
        for number in range(10_000):
            made.append(number)
            yield random.Random(number).randbytes(10_000)

    with ThreadPoolExecutor(1) as pool, listening.listening("127.0.0.1", 0, socket.AF_INET) as listener:
        server = uvicorn.Server(listening.server_config(edge_app(pages(), pool)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        log.addHandler(told)
        monkeypatch.setattr(log, "level", logging.INFO)
        thread.start()
        try:
            with socket.create_connection(listener.getsockname()) as reader:
                reader.sendall(_request(msgspec.msgpack.encode(b"pages, please")))
                assert told.told.wait(30)
        finally:
            server.should_exit = True
            thread.join()
            log.removeHandler(told)
    [line] = told.lines
    assert "code=cut_off" in line
    assert len(made) < 10_000


def _request(body: bytes) -> bytes:
    head = (
        "POST /v1/pages HTTP/1.1",
        "Host: here",
        "Content-Type: application/msgpack",
        f"Accept: {TRAIN}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body
