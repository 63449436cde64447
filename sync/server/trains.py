"""A train at the edge: its messages are proved, unpacked and answered while those behind them are still arriving.

What has arrived counts, whatever becomes of the rest; nothing of a message is unpacked before its sender is proved.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from itertools import islice
from typing import Generic, TypeVar

from starlette.requests import ClientDisconnect, Request

from sync.errors import BadInput
from sync.exchange.compression import MAX_PLAIN
from sync.exchange.credential import SIGNATURE_BYTES
from sync.exchange.messages import ExchangeRequest
from sync.exchange.service import Peer
from sync.exchange.train import Unpacker
from sync.server.bodies import decode_part, read_train
from sync.server.pool import result
from sync.server.problems import Problem

T = TypeVar("T")


class Train(Generic[T]):
    """The messages of one train. ``prove`` tells who signed a part; ``in_line``: the line of the sender's work."""

    def __init__(
        self,
        message_type: type[T],
        prove: Callable[[bytes, bytes], Peer],
        in_line: Callable[[Peer], AbstractContextManager[object]],
        answers: Callable[[Peer, Sequence[T]], Iterator[object]],
    ) -> None:
        self._message_type = message_type
        self._prove = prove
        self._in_line = in_line
        self._answers = answers
        self._unpacker = Unpacker(MAX_PLAIN)
        self._before = b""
        self._ended = False
        self._waiting: deque[bytes] = deque()
        #: The answers so far, one for each message.
        self.given: list[object] = []
        #: What the last of them is followed by, not made yet.
        self.further: Iterator[object] = iter(())
        #: What is wrong with the message that ended them.
        self.failure: Exception | None = None

    async def handle(self, request: Request, pool: Executor) -> None:
        """Read the train to its end, and answer its messages up to the first that cannot be answered.

        Raises:
            Problem, ClientDisconnect: of :func:`sync.server.bodies.read_train`; what had arrived was answered.
        """
        working: Future[None] | None = None
        ended: Problem | ClientDisconnect | None = None

        def busy() -> bool:
            return working is not None and not working.done()

        try:
            async for parts in read_train(request, busy):
                # After a failure the rest is read all the same, so that the sender hears the answer.
                self._waiting.extend(parts)
                if self.failure is None and not busy():
                    if working is not None:
                        await result(working)
                    working = pool.submit(self._work)
        except (Problem, ClientDisconnect) as error:
            ended = error
        if working is not None:
            await result(working)
        await result(pool.submit(self._work))
        if ended is not None:
            raise ended

    def _work(self) -> None:
        """Answer what waits, and what comes meanwhile; the sender's line is not left before nothing waits."""
        peer, messages = self._read()
        if peer is not None:
            with self._in_line(peer):
                while messages:
                    try:
                        self.further = self._answers(peer, messages)
                        self.given.extend(islice(self.further, len(messages)))
                    except Exception as error:  # noqa: BLE001  # the edge: told with the answers before it
                        self.failure = error
                    _, messages = self._read()

    def _read(self) -> tuple[Peer | None, list[T]]:
        """Who sent what waits, and its messages: not all at once if they are large, and none from a wrong one on."""
        peer: Peer | None = None
        messages: list[T] = []
        size = 0
        while self._waiting and self.failure is None and size < MAX_PLAIN:
            try:
                peer, plain = self._unpacked(self._waiting.popleft())
                messages.append(decode_part(plain, self._message_type))
            except Exception as error:  # noqa: BLE001  # the edge: told when those before it were answered
                self.failure = error
            else:
                size += len(plain)
                self._ended = _ends(messages[-1])
        return peer, messages

    def _unpacked(self, part: bytes) -> tuple[Peer, bytes]:
        """Who signed a part, and the message in it."""
        signature, packed = part[:SIGNATURE_BYTES], part[SIGNATURE_BYTES:]
        peer = self._prove(signature, self._before + packed)
        if self._ended:
            raise BadInput("a message follows one that asks for feeds")
        self._before = signature
        return peer, self._unpacker.unpack(packed)


def _ends(message: object) -> bool:
    """Whether a train ends with this message: its pages are kept until all that was sent has been answered."""
    return isinstance(message, ExchangeRequest) and bool(message.feeds)
