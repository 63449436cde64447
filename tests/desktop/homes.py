"""Data folders of invented facilities: real encrypted files with a facility, staff and perhaps a person at the PC."""

from dataclasses import dataclass
from pathlib import Path

from desktop.security.keys import create_key
from desktop.settings import Settings
from desktop.ui.desk import PERSON_VALUE
from sync.exchange.enrol import identity_of
from sync.records import Facility, Staff
from sync.replica import links
from sync.replica.identity import Identity
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.fakes.district import PUSKESMAS_CODE, District

NAMES = {"puskesmas": "Puskesmas Melati", "klinik": "Klinik Anggrek", "rs": "RSUD Kenanga", "dinkes": "Dinas Kesehatan"}


@dataclass(frozen=True)
class Home:
    """A data folder, and its replica open in the test's own thread."""

    settings: Settings
    replica: Replica
    staff: tuple[Staff, ...]

    def close(self) -> None:
        """Give back the database."""
        self.replica.close()


def make_district_home(folder: Path, district: District, facility_code: str = PUSKESMAS_CODE) -> Home:
    """A data folder enrolled at a running server, as enrolment over HTTP makes it."""
    settings = Settings(folder)
    key = create_key(settings).secret
    pc = district.enrol_pc(facility_code)
    environment = system_environment()
    identity = identity_of(
        pc.card,
        replica=environment.new_id(),
        epoch=environment.new_id(),
        pc_name="Loket",
        signing_key=pc.signing_key,
    )
    replica = Replica.create(open_sqlite(settings.database, key, create=True), identity, environment)
    _remember_server(replica, district.url)
    return Home(settings, replica, ())


def make_home(
    folder: Path,
    kind: str = "puskesmas",
    *,
    person: bool = False,
    url: str = "http://127.0.0.1:9",
    letter: str = "A",
    facility: str = "",
) -> Home:
    """An enrolled data folder. ``person``: whether the first member of staff has been chosen. ``url``: its server.

    ``letter`` and ``facility``: for a further PC of a facility.
    """
    settings = Settings(folder)
    key = create_key(settings).secret
    environment = system_environment()
    identity = Identity(
        district="9901",
        replica=environment.new_id(),
        epoch=environment.new_id(),
        device=environment.new_id(),
        letter=letter,
        facility=facility or environment.new_id(),
        facility_kind=kind,
        pc_name="Loket",
        signing_key=bytes(range(32)),
    )
    replica = Replica.create(open_sqlite(settings.database, key, create=True), identity, environment)
    own = Facility(id=identity.facility, code="11320101", name=NAMES[kind], kind=kind)
    staff = (
        Staff(id=replica.new_id(), name="Ns. Dewi Lestari, S.Kep.", profession="perawat"),
        Staff(id=replica.new_id(), name="dr. Bagus Santoso", profession="dokter"),
    )
    replica.save([Edit(record, None) for record in (own, *staff)], identity.device)
    _remember_server(replica, url)
    if person:
        replica.set_value(PERSON_VALUE, staff[0].id)
    return Home(settings, replica, staff)


def _remember_server(replica: Replica, url: str) -> None:
    district = replica.identity.district
    replica.write(lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, url=url))
