"""The HTTPS face of a hub, in a thread of the process that calls: few requests at a time, small transactions.

It answers only computers of its facility (``hub_access``). It must never be in the way of the window of its own PC.
"""

import socket
import tempfile
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from sync.exchange.arrival import ARRIVED, ArrivedRequest
from sync.exchange.hub_service import SOON_S, HubService
from sync.exchange.messages import (
    COMPARE,
    CONFIRMED,
    EXCHANGE,
    FETCH,
    PAIR,
    CompareRequest,
    ConfirmedRequest,
    ExchangeRequest,
    FetchRequest,
    PairAnswer,
    PairRequest,
)
from sync.replica.replica import Replica
from sync.server.edge import Edge
from sync.server.guarding import no_such_route
from sync.server.hub_access import HubAccess
from sync.server.hub_certificate import HubCertificate, hub_certificate
from sync.server.hub_pairing import Pairing
from sync.server.listening import listening, server_config
from sync.server.updates import update_route

#: Requests that work in the database at the same time.
_AT_ONCE = 2
#: Seconds that requests have for coming to their end when the hub ends.
_GRACE_S = 10.0
#: Where a hub listens if nobody else does.
DEFAULT_PORT = 47115
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the other PCs of the house shall reach it


def create_hub_app(
    replica: Replica,
    service: HubService,
    fingerprint: bytes,
    updates: Path | None = None,
    pool: Executor | None = None,
) -> Starlette:
    """The ASGI application of a hub.

    ``updates``: a folder with packages that it hands on; ``pool``: see :class:`sync.server.edge.Edge`.
    """
    edge = Edge(replica.environment, HubAccess(replica), pool or ThreadPoolExecutor(_AT_ONCE, "request"))
    pairing = Pairing(replica, fingerprint)

    def pair(request: PairRequest, address: str) -> PairAnswer:
        answer = pairing.pair(request, address)
        service.wake(SOON_S)
        return answer

    return Starlette(
        routes=[
            edge.unsigned(PAIR, PairRequest, pair),
            edge.conversing(EXCHANGE, ExchangeRequest, service.converse),
            edge.signed(ARRIVED, ArrivedRequest, service.arrived, in_line=True),
            edge.signed(COMPARE, CompareRequest, service.compare),
            edge.signed(FETCH, FetchRequest, service.fetch),
            edge.signed(CONFIRMED, ConfirmedRequest, service.confirmed),
            *([] if updates is None else [update_route(updates)]),
        ],
        exception_handlers={HTTPException: no_such_route},
    )


class HubFace:
    """A hub that is being served. ``port`` answers from the moment this object exists.

    Raises:
        OSError: nothing can be listened on.
    """

    def __init__(
        self,
        replica: Replica,
        service: HubService,
        *,
        host: str = EVERYWHERE,
        port: int = DEFAULT_PORT,
        updates: Path | None = None,
    ) -> None:
        certificate = hub_certificate(replica)
        self.fingerprint = certificate.fingerprint
        config = server_config(create_hub_app(replica, service, certificate.fingerprint, updates))
        _use(config, certificate)
        self._listener = _listening(host, port)
        self.port = int(self._listener.getsockname()[1])
        self._server = _HubServer(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), name="hub", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish the requests that have begun, and listen no more."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


class _HubServer(uvicorn.Server):
    """Ends at once: it finishes what it has begun, but waits for no farewell of a PC that may be switched off."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        with anyio.move_on_after(_GRACE_S):
            while self.server_state.tasks:
                await anyio.sleep(0.02)
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await super().shutdown(sockets)


def _listening(host: str, port: int) -> socket.socket:
    """On the usual port if it is free: PCs that were given the address by hand find the hub there again."""
    try:
        return listening(host, port, socket.AF_INET)
    except OSError:
        return listening(host, 0, socket.AF_INET)


def _use(config: uvicorn.Config, certificate: HubCertificate) -> None:
    """Give uvicorn the certificate, which it reads from a file only; that is gone again at once."""
    with tempfile.TemporaryDirectory(prefix="rujuk-") as folder:
        file = Path(folder) / "hub.pem"
        file.write_text(certificate.pem)
        config.ssl_certfile, config.ssl_keyfile_password = str(file), certificate.password
        config.load()
