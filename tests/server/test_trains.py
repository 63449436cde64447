"""A train at the edge in threads of its own: what arrives while its beginning is being worked on is not left behind."""

import asyncio
import random
import threading
from collections.abc import Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from starlette.requests import ClientDisconnect, Request

from sync.exchange.credential import SIGNATURE_BYTES
from sync.exchange.service import Peer
from sync.exchange.train import coupled, packed
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
