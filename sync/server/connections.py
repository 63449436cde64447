"""A connection to a server or a hub, which must not be held for ever by somebody who asks for nothing.

uvicorn ends one that rests after an answer, but not one on which no request was ever complete. However many are
opened, there is room for another computer; a request that is being answered is never ended here.
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

#: Seconds after which a connection without a request, or with one that is not complete, is ended.
_SILENT_S = 75.0
#: Connections at once; fewer than a process may have files open.
_MOST_OPEN = 400


class Connection(H11Protocol):
    """uvicorn's, with an eye on silence and on how many there are."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Watch it from now on; with too many, end the one that has asked for nothing the longest."""
        super().connection_made(transport)
        self._opened = self.loop.time()
        self._looking = self.loop.call_later(_SILENT_S, self._look, self.cycle)
        if len(self.connections) > _MOST_OPEN:
            silent = [item for item in self.connections if isinstance(item, Connection) and item.asks_nothing]
            min(silent, key=lambda item: item._opened).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._looking.cancel()
        super().connection_lost(exc)

    @property
    def asks_nothing(self) -> bool:
        """Whether it is open, and no request is complete that has no answer yet."""
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn declares it without the None it begins with
        return not self.transport.is_closing() and (cycle is None or cycle.response_complete)

    def _look(self, before: object) -> None:
        if self.asks_nothing and self.cycle is before:
            self.transport.abort()
        else:
            self._looking = self.loop.call_later(_SILENT_S, self._look, self.cycle)
