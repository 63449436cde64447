"""A small running district for tests: a real server process, a puskesmas PC and a hospital PC enrolled over HTTP.

The replica is also open in the test's own process, to count what is stored. Names are invented.
"""

import http.client
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from sync.exchange.credential import Signer
from sync.exchange.enrol import enrol
from sync.exchange.http import HttpTransport
from sync.exchange.messages import DeviceCard
from sync.replica import tables
from sync.replica.replica import Replica
from sync.revisions.environment import system_environment
from sync.server.district import add_facility, create_district, find_facility
from sync.server.enrolment import Enrolment
from sync.server.home import ServerHome, ServerSettings
from tests.fakes.server_process import ServerProcess, serving

DISTRICT_CODE = "3329"
PUSKESMAS_CODE, HOSPITAL_CODE = "11320101", "11320201"


@dataclass(frozen=True)
class EnrolledPc:
    """A computer with a card, and the key it signs with."""

    card: DeviceCard
    signing_key: bytes

    @property
    def signer(self) -> Signer:
        """Signs this computer's requests."""
        return Signer(self.card.device, self.signing_key)


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class District:
    """A running server with one puskesmas and one hospital."""

    home: Path
    server: ServerProcess
    replica: Replica
    puskesmas: EnrolledPc
    hospital: EnrolledPc

    @property
    def url(self) -> str:
        """The server's address."""
        return self.server.url

    def new_code(self, facility_code: str = PUSKESMAS_CODE) -> str:
        """A fresh one-time code."""
        return new_code(self.replica, facility_code)

    def enrol_pc(self, facility_code: str = PUSKESMAS_CODE, name: str = "PC-UJI") -> EnrolledPc:
        """Enrol one more computer over HTTP."""
        return enrol_pc(self.url, self.new_code(facility_code), name)

    def transport(self, pc: EnrolledPc) -> HttpTransport:
        """The road of an enrolled computer to this server."""
        return HttpTransport(self.url, pc.signer)

    def row_counts(self) -> dict[str, int]:
        """How many rows each base table holds."""
        return self.replica.read(
            lambda connection: {
                table.name: connection.execute(
                    select(func.count()).select_from(table).where(table.c.district == self.replica.identity.district)
                ).scalar_one()
                for table in tables.metadata.sorted_tables
            }
        )

    def request(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One raw HTTP request on a connection of its own. A ``body`` that is an iterator is sent in chunks."""
        return raw_request(self.url, method, path, body, headers)


def raw_request(url: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """One HTTP request without any of our client's code."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def enrol_pc(url: str, code: str, name: str) -> EnrolledPc:
    """Enrol a computer with a fresh key."""
    key = secrets.token_bytes(32)
    with HttpTransport(url) as transport:
        return EnrolledPc(enrol(transport, code=code, pc_name=name, signing_key=key), key)


def new_code(replica: Replica, facility_code: str) -> str:
    """A fresh one-time code for a computer of this facility."""
    facility = find_facility(replica, facility_code)
    assert facility is not None
    return Enrolment(replica).new_code(facility.id).code


@contextmanager
def created_district(home: Path, database_url: str | None = None) -> Iterator[Replica]:
    """The server's replica of a new district with one puskesmas and one hospital, ready to be served from ``home``."""
    place = ServerHome(home)
    engine = place.open_database(database_url, create=True)
    try:
        replica = create_district(engine, system_environment(), DISTRICT_CODE, "Dinas Kesehatan Contoh")
        place.write_settings(ServerSettings(district=DISTRICT_CODE, database=database_url))
        add_facility(replica, {"code": PUSKESMAS_CODE, "kind": "puskesmas", "name": "Puskesmas Melati"})
        add_facility(replica, {"code": HOSPITAL_CODE, "kind": "rs", "name": "RSUD Kenanga"})
        yield replica
    finally:
        engine.dispose()


@contextmanager
def running_district(home: Path, database_url: str | None = None) -> Iterator[District]:
    """A district on SQLite, or on PostgreSQL if a URL is given."""
    with created_district(home, database_url) as replica, serving(home) as server:
        puskesmas = enrol_pc(server.url, new_code(replica, PUSKESMAS_CODE), "PC-LOKET")
        hospital = enrol_pc(server.url, new_code(replica, HOSPITAL_CODE), "PC-IGD")
        yield District(home, server, replica, puskesmas, hospital)
