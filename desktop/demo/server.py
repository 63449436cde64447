"""The demo's district server: the real ``rujuk-server serve`` as a process of its own on loopback, over SQLite.

What an administrator does beforehand (the district, its facilities, one-time codes) is done here with the server's own
functions. It must never listen beyond this computer.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.demo.district import DISTRICT, FacilityPlan
from desktop.demo.processes import Process, start_module, stop
from sync.errors import RujukError
from sync.records import Facility, Route
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from sync.server.district import add_facility, create_district, facilities, find_facility
from sync.server.enrolment import Enrolment
from sync.server.home import HOME_VARIABLE, URL_VARIABLE, ServerHome, ServerSettings
from sync.server.loopback import served_here

#: Seconds a server may take to start, also on a slow and busy computer.
_PATIENCE_S = 60.0


class ServerDidNotStart(RujukError):
    """The server's process ended or stayed silent before it answered."""


class DemoServer:
    """One district server that can be started and stopped again at the same address."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        """``port`` 0 takes a free one at the first start and keeps it from then on."""
        self.folder = folder
        self.port = port
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """The address, known from the first start on."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the server's process says."""
        return self.folder / "serve.log"

    def create(self) -> None:
        """Make the district and its facilities in an empty folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        home = ServerHome(self.folder)
        engine = home.open_database(None, create=True)
        try:
            replica = create_district(engine, system_environment(), DISTRICT.code, DISTRICT.office.name)
            for plan in (*DISTRICT.puskesmas, *DISTRICT.hospitals):
                add_facility(replica, _values(plan))
            office = DISTRICT.office.record(replica.identity.facility)
            told = [Edit(office, replica.get(Facility, office.id)), *(Edit(route) for route in _routes(replica))]
            replica.save(told, replica.identity.device)
            home.write_settings(ServerSettings(district=DISTRICT.code))
        finally:
            engine.dispose()

    @contextmanager
    def served_here(self) -> Iterator[str]:
        """Answer in this process until the block ends; its address.

        Raises:
            ServerDidNotStart: there is no district in its folder.
        """
        engine = ServerHome(self.folder).open_database(None)
        try:
            replica = Replica.load(engine, system_environment())
            if replica is None:
                raise ServerDidNotStart("the server's folder is empty")
            with served_here(replica) as url:
                self.port = int(url.rpartition(":")[2])
                yield url
        finally:
            engine.dispose()

    def new_code(self, facility_code: str) -> str:
        """A one-time code for one computer of a facility."""
        engine = ServerHome(self.folder).open_database(None)
        try:
            replica = Replica.load(engine, system_environment())
            facility = find_facility(replica, facility_code) if replica is not None else None
            if replica is None or facility is None:
                raise RujukError(f"no facility {facility_code}")
            return Enrolment(replica).new_code(facility.id).code
        finally:
            engine.dispose()

    def start(self) -> None:
        """Start the process and wait until it answers.

        Raises:
            ServerDidNotStart: it did not; ``log`` says why.
        """
        environment = {name: value for name, value in os.environ.items() if name != URL_VARIABLE}
        self._process = start_module(
            "sync.server.admin",
            *("serve", "--host", "127.0.0.1", "--port", str(self.port), "--json"),
            log=self.log,
            piped=True,
            environment=environment | {HOME_VARIABLE: str(self.folder)},
        )
        url = self._first_words(self._process)
        self.port = int(url.rpartition(":")[2])

    def stop(self) -> None:
        """Ask the process to end and wait for it; nothing if it does not run."""
        process, self._process = self._process, None
        if process is not None:
            stop(process)

    def _first_words(self, process: Process) -> str:
        # A server that hangs while starting is ended, which ends the reading of its first line, too.
        timer = threading.Timer(_PATIENCE_S, process.kill)
        timer.start()
        try:
            line = process.stdout.readline() if process.stdout is not None else b""
        finally:
            timer.cancel()
        try:
            return str(json.loads(line)["url"])
        except (ValueError, KeyError) as error:
            self.stop()
            raise ServerDidNotStart(f"see {self.log}") from error


def _routes(replica: Replica) -> list[Route]:
    ids = {facility.code: facility.id for facility in facilities(replica)}
    return [
        Route(
            id=replica.new_id(),
            from_facility=ids[plan.start],
            to_facility=ids[plan.end],
            distance_km=plan.km,
            minutes=plan.minutes,
        )
        for plan in DISTRICT.routes
    ]


def _values(plan: FacilityPlan) -> dict[str, object]:
    record = plan.record("0" * 32)
    return {name: getattr(record, name) for name in Facility.type.fields}
