"""The HTTP face of a district's server: its routes, and behind them nothing but the replica.

Stateless: everything that lasts is in the database, so a second process adds throughput.
"""

from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import select
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sync.exchange.arrival import ARRIVED, ArrivedRequest
from sync.exchange.messages import (
    BUNDLE,
    COMPARE,
    ENROL,
    EXCHANGE,
    FETCH,
    GIVE_BACK,
    RENEW,
    BundleRequest,
    CompareRequest,
    EnrolRequest,
    ExchangeRequest,
    FetchRequest,
    GiveBackRequest,
    RenewRequest,
)
from sync.exchange.proof_messages import COMPUTERS, RECEIPT, ComputersRequest, ReceiptRequest
from sync.exchange.service import Service
from sync.replica import tables
from sync.replica.replica import Replica
from sync.server.access import Access
from sync.server.bundles import Bundles
from sync.server.edge import Edge
from sync.server.enrolment import Enrolment
from sync.server.guarding import no_such_route
from sync.server.proof import Proof
from sync.server.updates import update_route

#: Requests that work in the database at the same time, in each process.
_AT_ONCE = 10


def create_app(replica: Replica, updates: Path | None = None, pool: Executor | None = None) -> Starlette:
    """The ASGI application of one district server.

    ``updates``: a folder with packages that it hands on; ``pool``: see :class:`sync.server.edge.Edge`.
    """
    service = Service(replica)
    proof = Proof(replica)
    enrolment = Enrolment(replica)
    bundles = Bundles(replica)
    edge = Edge(replica.environment, Access(replica), pool or ThreadPoolExecutor(_AT_ONCE, "request"))
    signed = edge.signed

    async def health(_request: Request) -> Response:
        await edge.in_thread(lambda: _check_database(replica))
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[
            edge.unsigned(ENROL, EnrolRequest, enrolment.enrol),
            edge.unsigned(GIVE_BACK, GiveBackRequest, lambda message, _address: service.give_back(message)),
            edge.conversing(EXCHANGE, ExchangeRequest, service.converse),
            signed(ARRIVED, ArrivedRequest, service.arrived, in_line=True),
            signed(COMPARE, CompareRequest, service.compare),
            signed(FETCH, FetchRequest, service.fetch),
            signed(RENEW, RenewRequest, enrolment.renew),
            signed(COMPUTERS, ComputersRequest, proof.computers),
            signed(RECEIPT, ReceiptRequest, proof.receipt),
            signed(BUNDLE, BundleRequest, bundles.relay),
            edge.route("/v1/health", health, "GET"),
            *([] if updates is None else [update_route(updates)]),
        ],
        exception_handlers={HTTPException: no_such_route},
    )


def _check_database(replica: Replica) -> None:
    table = tables.identity
    query = select(table.c.replica).where(table.c.district == replica.identity.district)
    replica.read(lambda connection: connection.execute(query).one())
