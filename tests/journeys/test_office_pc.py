"""A PC of the district office: enrolled like any other with a code of the office, it sees all and redirects."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.actions.coordination import redirect
from desktop.app import Program
from desktop.queries.district import overview
from desktop.ui.main_window import MainWindow
from sync.exchange.credential import Signer
from sync.exchange.engine import exchange
from sync.exchange.http import HttpTransport
from sync.records import Referral, Staff
from sync.replica.values import Edit
from sync.server.district import add_facility, find_facility
from tests.desktop.homes import Home, make_district_home
from tests.desktop.scenes import Nurse, reading
from tests.fakes.district import DISTRICT_CODE, HOSPITAL_CODE, PUSKESMAS_CODE, District, running_district
from tests.fakes.replicas import new_patient, new_referral


def sync(district: District, home: Home) -> None:
    identity = home.replica.identity
    with HttpTransport(district.url, Signer(identity.device, identity.signing_key)) as transport:
        outcome = exchange(home.replica, transport)
    assert outcome.proven
    assert outcome.refused == 0


def test_a_pc_of_the_office_is_enrolled_sees_the_referrals_and_redirects_one(tmp_path: Path, qtbot: QtBot) -> None:
    with running_district(tmp_path / "server") as district:
        other = add_facility(district.replica, {"code": "11320202", "kind": "rs", "name": "RSU Bhakti"})
        hospital = find_facility(district.replica, HOSPITAL_CODE)
        assert hospital is not None
        clinic = make_district_home(tmp_path / "clinic", district, PUSKESMAS_CODE)
        office = make_district_home(tmp_path / "office", district, DISTRICT_CODE)
        bhakti = make_district_home(tmp_path / "bhakti", district, "11320202")
        assert office.replica.identity.facility_kind == "dinkes"
        patient = new_patient(clinic.replica)
        letter = new_referral(clinic.replica, patient.id, hospital.id, "merah")
        staff = Staff(id=office.replica.new_id(), name="Sari Wulandari", profession="penyelia")
        clinic.replica.save([Edit(patient), Edit(letter)], clinic.replica.identity.device)
        office.replica.save([Edit(staff)], staff.id)
        sync(district, clinic)
        sync(district, office)
        with reading(office) as reader:
            found = overview(reader, office.replica.now())
        assert [(line.patient_name, line.to_name) for line in found.lines] == [(patient.name, "RSUD Kenanga")]
        assert {site.name for site in found.sites} == {"Puskesmas Melati", "RSUD Kenanga", "RSU Bhakti"}
        agreed = {"to_facility": other.id, "spoke_with": "dr. Gita", "note": "ICU penuh"}
        redirect(office.replica, Nurse(staff.id, staff.name), letter.id, agreed)
        for home in (office, bhakti):
            sync(district, home)
        assert bhakti.replica.get(Referral, letter.id) is not None

        program = Program(office.settings, start_agent=False)
        program.open()
        window = program.window
        assert isinstance(window, MainWindow)
        qtbot.waitUntil(lambda: not window.desk.busy)
        menu = [window.menu.item(place).text() for place in range(window.menu.count())]
        known = ["Rujukan kabupaten", "Tempat tidur RS", "Daftar kerja", "Surveilans", "Evaluasi"]
        assert menu == [*known, "Stik", "Kesehatan sinkron", "Salinan data"]
        program.close()
        for home in (clinic, office, bhakti):
            home.close()
