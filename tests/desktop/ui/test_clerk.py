"""A clerk with nothing but the keyboard writes a whole letter, from the search for a known patient to saving it.

Every key goes to whatever has the focus in the real main window; every key counts one, a chord too. Nothing is set
behind the widgets, and what arrives in the database must be what the fixture says.
"""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Program
from desktop.ui.main_window import MainWindow
from desktop.ui.screens.referral_form import ReferralFormScreen
from desktop.ui.widgets.cards import CardList
from sync.records import Facility, Kind, Patient, Referral
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_ward

#: More presses of Tab than this from the last field to the hospitals are not natural.
_MOST_TABS = 6

TAB, ENTER, DOWN = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Down

#: A planned referral, with every field that the procedures of puskesmas and hospitals ask for.
OUTPATIENT: dict[str, Any] = {
    "kind": "rawat_jalan",
    "urgency": "hijau",
    "purpose": "terapi",
    "polyclinic": "Penyakit dalam",
    "polyclinic_code": "INT",
    "anamnesis": "DM 6 tahun, kesemutan kedua kaki 2 minggu, sering haus, BB turun 4 kg.",
    "examination": "Luka 2 cm di telapak kaki kanan, tepi merah, nadi dorsalis pedis lemah.",
    "systolic": 150,
    "diastolic": 95,
    "pulse": 88,
    "respiration": 20,
    "temperature": 37.2,
    "saturation": 98,
    "consciousness": "01",
    "gcs": 15,
    "pain": "1",
    "weight": 68.0,
    "height": 155.0,
    "results": "GDS 386 mg/dL, HbA1c 10,2%",
    "diagnosis_label": "Diabetes melitus tipe 2 dengan komplikasi pembuluh darah tepi",
    "diagnosis_code": "E11.5",
    "diagnosis_set": "icd10_who2019",
    "differential": "Selulitis anggota gerak",
    "differential_code": "L03.1",
    "differential_set": "icd10_who2019",
    "therapy": "Metformin 3x500 mg, glimepirid 1x4 mg, rawat luka",
    "reason": "Gula tidak terkendali, luka perlu Sp.PD",
    "allergies": ("Amoksisilin",),
    "consent": "pasien",
    "consent_by": "Kartika Dwi Lestari",
    "escort": "Suami",
    "vehicle": "Sepeda motor",
    "doctor_name": "Ns. Dewi Lestari, S.Kep.",
    "contact_phone": "0800-0002-0001",
    "danger_signs": (),
}

#: An emergency, with what it needs.
EMERGENCY: dict[str, Any] = {
    "kind": "gawat_darurat",
    "urgency": "merah",
    "ward_class": "ICU",
    "danger_signs": ("000001", "000004"),
    "anamnesis": "G1P0A0 36 mg, nyeri kepala hebat, pandangan kabur 4 jam",
    "systolic": 180,
    "diastolic": 115,
    "pulse": 104,
    "respiration": 24,
    "temperature": 36.8,
    "saturation": 97,
    "consciousness": "01",
    "gcs": 15,
    "weight": 64.0,
    "diagnosis_label": "Preeklamsia berat",
    "diagnosis_code": "O14.1",
    "diagnosis_set": "icd10_who2019",
    "therapy": "MgSO4 4 g IV, nifedipin 10 mg",
    "reason": "Sp.OG dan ICU",
    "allergies": ("Amoksisilin",),
    "doctor_name": "Ns. Dewi Lestari, S.Kep.",
    "contact_phone": "0800-0002-0001",
}


class Clerk:
    """Types, and counts every key."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot
        self.count = 0

    def type(self, text: str) -> None:
        """Each letter to whatever has the focus."""
        for letter in text:
            QTest.keyClicks(self._focus(), letter)
            self.count += 1

    def press(self, *keys: Qt.Key, chord: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Single keys, or one with a modifier held."""
        for key in keys:
            QTest.keyClick(self._focus(), key, chord)
            self.count += 1

    def next(self, *texts: str) -> None:
        """A text and the key that goes on, for each."""
        for text in texts:
            self.type(text)
            self.press(TAB)

    def go_to(self, name: str) -> None:
        """Tab until the input that is read out as ``name`` has the focus."""
        for _ in range(_MOST_TABS):
            if self._focus().accessibleName() == name:
                return
            self.press(TAB)
        raise AssertionError(f"{name} is not reached by Tab")

    def choose_card(self, title: str) -> None:
        """Arrow down until the card called ``title`` is chosen, as a person reads down a list."""
        cards = self._focus()
        assert isinstance(cards, CardList)
        for _ in cards.cards():
            self.press(DOWN)
            if title in [card.title for card in cards.cards() if card.id == cards.current_id()]:
                return
        raise AssertionError(f"{title} is not in the list")

    def look(self) -> None:
        """Wait until the program has answered: what a person sees before the next key."""
        desk = self.window.desk
        self._qtbot.waitUntil(lambda: not desk.busy)
        QApplication.processEvents()

    def stands_at(self) -> str:
        """The name of the input that has the focus."""
        return self._focus().objectName()

    def _focus(self) -> QWidget:
        focus = QApplication.focusWidget()
        assert focus is not None
        assert self.window.isAncestorOf(focus)
        return focus


@pytest.fixture
def place(new_home: Callable[..., Home]) -> Home:
    """A puskesmas that knows its patient, its own telephone and two hospitals."""
    home = new_home("puskesmas", person=True)
    own = home.replica.get(Facility, home.replica.identity.facility)
    assert own is not None
    home.replica.save([Edit(dataclasses.replace(own.record, phone="0800-0002-0001"), own)], home.staff[0].id)
    add_patient(home, "Kartika Dwi Lestari", allergies=("Amoksisilin",), nik="3329015403949871")
    for name in ("Kartini", "Kartika Sari", "Dwi Lestari"):
        add_patient(home, name)
    kenanga = add_facility(home, "RSUD Kenanga", polyclinics=("INT", "OBG"))
    add_ward(home, kenanga.id, "ICU", ward_class="ICU", free=2, age=timedelta(hours=1))
    add_ward(home, kenanga.id, "Mawar", free=3, age=timedelta(hours=1))
    add_facility(home, "RSU Anggrek", polyclinics=("MAT",))
    return home


@pytest.fixture
def clerk(place: Home, qtbot: QtBot) -> Iterator[Clerk]:
    """The clerk at the search line of the main window."""
    program = Program(place.settings, start_agent=False)
    program.open()
    window = program.window
    assert isinstance(window, MainWindow)
    window.resize(1366, 768)
    program.show()
    window.activateWindow()
    clerk = Clerk(window, qtbot)
    clerk.look()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    yield clerk
    program.close()


def open_letter(clerk: Clerk) -> None:
    """Find the patient and begin a letter."""
    clerk.type("kartika d")
    clerk.look()
    clerk.press(ENTER, ENTER)
    clerk.look()
    clerk.press(ENTER)
    clerk.look()
    assert clerk.stands_at() == "urgency"


def saved_letter(home: Home) -> tuple[Referral, Patient]:
    """The one letter in the database, and its patient."""
    ids = home.replica.read(lambda c: [row[0].hex() for row in c.exec_driver_sql("SELECT id FROM referral")])
    assert len(ids) == 1
    letter = home.replica.get(Referral, ids[0])
    assert letter is not None
    patient = home.replica.get(Patient, letter.record.patient)
    assert patient is not None
    return letter.record, patient.record


def hospital_name(home: Home, letter: Referral) -> str:
    hospital = home.replica.get(Facility, letter.to_facility)
    assert hospital is not None
    return hospital.record.name


def differences(letter: Referral, wanted: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field -> (what was saved, what was to be saved), where these differ; what is not in the fixture must be empty."""
    told_elsewhere = {"number", "patient", "from_facility", "to_facility", "written_at"}
    empty = {name: () if field.kind is Kind.TEXTS else None for name, field in Referral.type.fields.items()}
    whole = {name: value for name, value in {**empty, **wanted}.items() if name not in told_elsewhere}
    return {name: (getattr(letter, name), value) for name, value in whole.items() if getattr(letter, name) != value}


def free_text(wanted: dict[str, Any]) -> int:
    return sum(len(wanted.get(name) or "") for name in ("anamnesis", "examination", "results", "therapy", "reason"))


def test_a_complete_letter_in_at_most_450_keys(place: Home, clerk: Clerk) -> None:
    open_letter(clerk)
    today = datetime.now(UTC).astimezone().date()
    wanted = {**OUTPATIENT, "planned_date": today + timedelta(days=1), "results_date": today}
    clerk.next("h", "", "b", "t", "pe")
    clerk.next(wanted["anamnesis"], wanted["examination"])
    clerk.type("150/95 88 20 37,2 98 ")
    clerk.next("c", "15", "r")
    clerk.type("68 155 ")
    clerk.next(wanted["results"], "h", "")
    clerk.type("kaki diab")
    clerk.look()
    clerk.press(ENTER, TAB)
    clerk.next("l03.1")
    clerk.look()
    clerk.next(wanted["therapy"], wanted["reason"])
    clerk.next("p", "", "su", "se", "")
    clerk.look()
    clerk.go_to("Rumah sakit tujuan")
    clerk.choose_card("RSUD Kenanga")
    clerk.press(Qt.Key.Key_S, chord=Qt.KeyboardModifier.ControlModifier)
    clerk.look()
    letter, patient = saved_letter(place)
    print(f"rawat jalan: {clerk.count} ketukan, {free_text(wanted)} huruf teks bebas")
    assert differences(letter, wanted) == {}
    assert (patient.name, hospital_name(place, letter)) == ("Kartika Dwi Lestari", "RSUD Kenanga")
    assert letter.number.startswith("A-0001/")
    assert free_text(wanted) >= 180
    assert clerk.count <= 450


def test_an_emergency_in_at_most_220_keys(place: Home, clerk: Clerk) -> None:
    open_letter(clerk)
    clerk.next("m", "", "icu", "14", EMERGENCY["anamnesis"])
    clerk.type("180/115 104 24 36,8 97 ")
    clerk.next("c")
    clerk.type("15 64 ")
    clerk.next("", "o14.1")
    clerk.look()
    clerk.next(EMERGENCY["therapy"], EMERGENCY["reason"])
    clerk.next("")
    clerk.go_to("Rumah sakit tujuan")
    clerk.choose_card("RSUD Kenanga")
    clerk.press(Qt.Key.Key_S, chord=Qt.KeyboardModifier.ControlModifier)
    clerk.look()
    letter, patient = saved_letter(place)
    print(f"gawat darurat: {clerk.count} ketukan, {free_text(EMERGENCY)} huruf teks bebas")
    assert differences(letter, EMERGENCY) == {}
    assert (patient.name, hospital_name(place, letter)) == ("Kartika Dwi Lestari", "RSUD Kenanga")
    assert clerk.count <= 220


def test_a_visit_in_a_few_keys_and_the_letter_that_grows_out_of_it(place: Home, clerk: Clerk) -> None:
    clerk.type("kartika d")
    clerk.look()
    clerk.press(ENTER, ENTER)
    clerk.look()
    clerk.press(TAB, ENTER)
    clerk.look()
    complaint, therapy = "Batuk dan sesak 3 hari, demam", "Parasetamol 3x500 mg"
    clerk.next(complaint, "j18.9")
    clerk.look()
    clerk.next(therapy, "di")
    clerk.press(Qt.Key.Key_R, chord=Qt.KeyboardModifier.ControlModifier)
    clerk.look()
    print(f"kunjungan: {clerk.count} ketukan")
    assert clerk.count <= 90
    assert clerk.stands_at() == "urgency"
    screen = clerk.window.screen_of("referral_form")
    assert isinstance(screen, ReferralFormScreen)
    carried = screen.form.typed()
    assert (carried["anamnesis"], carried["therapy"]) == (complaint, therapy)
    assert carried["diagnosis_label"] == ["Pneumonia", "J18.9", "icd10_who2019"]


def test_no_clinical_value_is_there_before_it_is_typed(place: Home, clerk: Clerk) -> None:
    open_letter(clerk)
    screen = clerk.window.screen_of("referral_form")
    assert isinstance(screen, ReferralFormScreen)
    there = {name for name, value in screen.typed().items() if value not in (None, "", [], ["", None, None])}
    assert there == {"allergies", "doctor_name", "contact_phone"}
