"""An answer in parts, each made beside the event loop while the one before it travels.

However it ends, that is noted once. A slow reader must hold no thread of the pool, and an answer that was not made to
its end must never look as if it were whole.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sync.server.pool import result
from sync.server.problems import where

log = logging.getLogger("rujuk.server")


class NotWhole(Exception):
    """An answer of which the beginning has left could not be made to its end; its connection is cut."""


class Streamed(StreamingResponse):
    """Sends ``parts``. ``size``: bytes handed over so far; ``whole``: whether that was all of it."""

    def __init__(self, parts: Iterator[bytes], pool: Executor, media_type: str) -> None:
        self.size = 0
        self.whole = False
        self._parts = parts
        self._pool = pool
        self._ended: list[Callable[[], None]] = []
        super().__init__(self._made(), media_type=media_type, headers={"Cache-Control": "no-store"})

    def when_ended(self, call: Callable[[], None]) -> None:
        """Call this, in the event loop, when the answer or its connection has ended."""
        self._ended.append(call)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the parts; nothing is said of a reader who leaves."""
        try:
            await super().__call__(scope, receive, send)
        except ClientDisconnect:
            pass
        finally:
            for call in self._ended:
                call()

    async def _made(self) -> AsyncIterator[bytes]:
        coming = self._pool.submit(next, self._parts, b"")
        try:
            while part := await result(coming):
                coming = self._pool.submit(next, self._parts, b"")
                self.size += len(part)
                yield part
            self.whole = True
        except Exception as error:  # noqa: BLE001  # the edge: its message may quote what somebody typed
            log.error("an answer ended early: %s", where(error))  # noqa: TRY400  # nor does the log
            raise NotWhole from None
        finally:
            coming.cancel()
