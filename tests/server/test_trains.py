"""Trains at the edge, in threads: what arrives late is not left behind, and what is made late holds up nothing."""

import asyncio
import logging
import random
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request

from sync.exchange.credential import SIGNATURE_BYTES
from sync.exchange.service import Peer
from sync.exchange.train import TRAIN, Uncoupler, Unpacker, coupled, packed
from sync.revisions.environment import system_environment
from sync.server.edge import Edge
from sync.server.streaming import NotWhole
from sync.server.trains import Train

PEER = Peer("0190" + "a" * 28, "0190" + "b" * 28, "puskesmas")


@pytest.mark.parametrize("lost", [True, False])
def test_what_arrives_during_the_work_is_answered_before_the_senders_line_is_left(*, lost: bool) -> None:
    # Large enough that work begins with the first message.
    messages = [random.Random(number).randbytes(40_000) for number in range(3)]
    parts = (bytes(SIGNATURE_BYTES) + part for part in packed(map(msgspec.msgpack.encode, messages)))
    pieces = list(coupled(parts))
    working, arrived, entered = threading.Event(), threading.Event(), list[Peer]()

    async def receive() -> MutableMapping[str, Any]:
        if len(pieces) < len(messages):
            await asyncio.to_thread(working.wait)
        if not pieces:
            arrived.set()
            return {"type": "http.disconnect"} if lost else {"type": "http.request", "body": b""}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": True}

    @contextmanager
    def in_line(peer: Peer) -> Iterator[None]:
        entered.append(peer)
        yield

    def answers(_peer: Peer, asked: Sequence[bytes]) -> Iterator[object]:
        working.set()
        assert arrived.wait(30)
        yield from asked

    train = Train(bytes, lambda _signature, _signed: PEER, in_line, answers)

    async def handle() -> bool:
        with ThreadPoolExecutor(1) as pool:
            try:
                await train.handle(Request({"type": "http", "headers": []}, receive), pool)
            except ClientDisconnect:
                return True
            return False

    assert asyncio.run(handle()) is lost
    assert train.given == messages
    assert train.failure is None
    assert entered == [PEER]


def test_no_more_is_unpacked_at_once_than_two_messages_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zeros pack so well that a train may bring thousands of times its own size."""
    monkeypatch.setattr("sync.server.trains.MAX_PLAIN", 50_000)
    plain = [msgspec.msgpack.encode(bytes(40_000))] * 20
    body = b"".join(coupled(bytes(SIGNATURE_BYTES) + part for part in packed(plain)))
    at_once = list[int]()

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body}

    def answers(_peer: Peer, asked: Sequence[bytes]) -> Iterator[object]:
        at_once.append(sum(map(len, asked)))
        yield from map(len, asked)

    train = Train(bytes, lambda _signature, _signed: PEER, lambda _peer: nullcontext(), answers)
    with ThreadPoolExecutor(1) as pool:
        asyncio.run(train.handle(Request({"type": "http", "headers": []}, receive), pool))
    assert (train.given, train.failure) == ([40_000] * 20, None)
    assert max(at_once) <= 100_000


class EverybodyIsKnown:
    """A gate that asks nobody."""

    def authenticate(self, *_credential: object, **_more: object) -> Peer:
        return PEER


class Sender:
    """An ASGI client that sends one message which takes a train for an answer; ``heard`` is set by its first part."""

    def __init__(self, *, leaves: bool = False) -> None:
        self.heard = threading.Event()
        self.body = b""
        self.headers: dict[bytes, bytes] = {}
        #: Whether the answer came to its end.
        self.complete = False
        #: Awaited when the first part has come.
        self.pause: Callable[[], Awaitable[None]] | None = None
        self._leaves = leaves
        self._asked = False

    async def ask(self, app: Starlette) -> None:
        headers = [(b"content-type", b"application/msgpack"), (b"accept", TRAIN.encode())]
        scope = {"type": "http", "asgi": {"version": "3.0"}, "method": "POST", "path": "/v1/pages", "headers": headers}
        await app({**scope, "query_string": b"", "client": None}, self._receive, self._send)

    async def _receive(self) -> MutableMapping[str, Any]:
        if self._asked:
            await asyncio.to_thread(self.heard.wait)
            if not self._leaves:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}
        self._asked = True
        return {"type": "http.request", "body": msgspec.msgpack.encode(b"pages, please")}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.headers.update(message.get("headers", ()))
        self.body += message.get("body", b"")
        self.complete = message["type"] == "http.response.body" and not message.get("more_body", False)
        if self.body:
            self.heard.set()
            pause, self.pause = self.pause, None
            if pause is not None:
                await pause()


def edge_app(pages: Iterator[object], pool: ThreadPoolExecutor) -> Starlette:
    edge = Edge(system_environment(), EverybodyIsKnown(), pool)
    return Starlette(routes=[edge.conversing("/v1/pages", bytes, lambda _peer, _asked: pages)])


def unpacked(body: bytes) -> list[bytes]:
    unpacker = Unpacker(2**20)
    return [msgspec.msgpack.decode(unpacker.unpack(part), type=bytes) for part in Uncoupler(2**20).feed(body)]


@pytest.mark.parametrize("fails", [True, False])
def test_the_first_page_leaves_before_the_third_is_made_and_a_failure_ends_the_train_whole(
    caplog: pytest.LogCaptureFixture, *, fails: bool
) -> None:
    sender = Sender()

    def pages() -> Iterator[bytes]:
        yield b"first"
        yield b"second"
        assert sender.heard.wait(30)
        yield b"third"
        if fails:
            raise RuntimeError("Siti Aminah")

    with ThreadPoolExecutor(1) as pool, caplog.at_level(logging.INFO, "rujuk.server"):
        asyncio.run(sender.ask(edge_app(pages(), pool)))
    assert unpacked(sender.body) == [b"first", b"second", b"third"]
    assert b"content-length" not in sender.headers
    assert sender.complete
    lines = lines_of(caplog)
    assert " code=ok " in lines[-1]
    assert lines[-1].endswith(f"down={len(sender.body)}")
    assert [line.split(" at ")[0] for line in lines[:-1]] == (
        [f"device={PEER.device} train stopped: builtins.RuntimeError"] if fails else []
    )


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_who_leaves_in_the_middle_of_an_answer_is_noted_and_no_more_pages_are_made(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sender, made = Sender(leaves=True), list[int]()

    def pages() -> Iterator[bytes]:
        for number in range(10_000):
            made.append(number)
            yield random.Random(number).randbytes(100)

    with ThreadPoolExecutor(1) as pool, caplog.at_level(logging.INFO, "rujuk.server"):
        asyncio.run(sender.ask(edge_app(pages(), pool)))
    assert len(made) < 10_000
    [line] = lines_of(caplog)
    assert "code=cut_off" in line
    assert line.endswith(f"down={len(sender.body)}")


def test_an_answer_that_cannot_be_packed_to_its_end_is_cut_and_its_words_are_in_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Unsayable:
        def __repr__(self) -> str:
            return "Siti Aminah"

    def pages() -> Iterator[object]:
        yield from (b"first", b"second", Unsayable())

    sender = Sender()
    with (
        ThreadPoolExecutor(1) as pool,
        caplog.at_level(logging.INFO, "rujuk.server"),
        pytest.raises(NotWhole) as raised,
    ):
        asyncio.run(sender.ask(edge_app(pages(), pool)))
    assert sender.complete is False
    assert unpacked(sender.body) == [b"first", b"second"]
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    failure, line = lines_of(caplog)
    assert failure.startswith("an answer ended early: builtins.TypeError at ")
    assert "Unsayable" not in failure
    assert "code=cut_off" in line


def test_with_too_many_answers_under_way_one_page_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.server.edge._MOST_OPEN", 1)
    slow, quick, later = Sender(), Sender(), Sender()

    def pages() -> Iterator[bytes]:
        yield from (b"first", b"second", b"third")

    async def ask_all(app: Starlette) -> None:
        started, finish = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            started.set()
            await finish.wait()

        slow.pause = hold
        asking = asyncio.create_task(slow.ask(app))
        await started.wait()
        await quick.ask(app)
        finish.set()
        await asking
        await later.ask(app)

    with ThreadPoolExecutor(1) as pool:
        edge = Edge(system_environment(), EverybodyIsKnown(), pool)
        asyncio.run(ask_all(Starlette(routes=[edge.conversing("/v1/pages", bytes, lambda _peer, _asked: pages())])))
    assert unpacked(slow.body) == unpacked(later.body) == [b"first", b"second", b"third"]
    assert msgspec.msgpack.decode(quick.body, type=bytes) == b"first"
