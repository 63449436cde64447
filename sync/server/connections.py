"""A connection to a server or a hub, which must not be held for ever by somebody who asks for nothing.

uvicorn ends one that rests after an answer, but not one on which no request was ever complete. However many are
opened, there is room for another computer; a request that is complete is never ended here before its answer has left.
With TLS that is not seen to the end: what is encrypted counts as gone.
"""

import asyncio
import time

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

#: Seconds after which a connection without a request, or with half a head of one, is ended; bodies have limits of
#: their own.
_SILENT_S = 75.0
#: Connections at once; far fewer than ``listening`` lets a process have files open, as those in the midst of a TLS
#: handshake, which may take a minute, are not counted.
_MOST_OPEN = 400


class Connection(H11Protocol):
    """uvicorn's, with an eye on silence and on how many there are."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Watch it from now on; with too many, end the longest silent of those that wait for no answer."""
        super().connection_made(transport)
        # The loop's own clock cannot tell moments apart on Windows.
        self._heard = time.perf_counter()
        self._looking = self.loop.call_later(_SILENT_S, self._look, self.cycle)
        if len(self.connections) > _MOST_OPEN:
            endable = [item for item in self.connections if isinstance(item, Connection) and item.awaits_nothing]
            min(endable, key=lambda item: item._heard).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Note when, and go on."""
        self._heard = time.perf_counter()
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._looking.cancel()
        super().connection_lost(exc)

    @property
    def asks_nothing(self) -> bool:
        """Whether it is open, and every request of which the head is here has its answer, which has left."""
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn declares it without the None it begins with
        # To uvicorn an answer is complete when the transport has it, which may keep megabytes for a slow reader.
        return not self.transport.is_closing() and (
            cycle is None or (cycle.response_complete and not self.transport.get_write_buffer_size())
        )

    @property
    def awaits_nothing(self) -> bool:
        """As ``asks_nothing``, or the body of the request is not complete."""
        if self.asks_nothing:
            return True
        return not self.transport.is_closing() and self.cycle.more_body and not self.cycle.response_complete

    def _look(self, before: object) -> None:
        if self.asks_nothing and self.cycle is before:
            self.transport.abort()
        else:
            self._looking = self.loop.call_later(_SILENT_S, self._look, self.cycle)
