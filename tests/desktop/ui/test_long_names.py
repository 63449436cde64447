"""Names that are long in life never make the window wider than a small screen, and are never cut where they matter."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.legibility import legibility_problems
from desktop.ui.main_window import MainWindow
from desktop.ui.screens.patients import PatientsScreen
from sync.records import Referral
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, letter_values
from tests.desktop.ui.conftest import Open

NAME = "Hj. Raden Ajeng Siti Nurhalimah Kusumaningtyas Wardhani Prawirodirdjo"
ALLERGIES = ("Amoksisilin", "Sulfonamida", "Kotrimoksazol", "Udang dan kerang", "Asam mefenamat")


def late_emergency(home: Home) -> Referral:
    """An emergency that nobody answered, with everything in it as long as it gets."""
    patient = add_patient(home, NAME, nik="3329014204889000", jkn_number="9926100000191", allergies=ALLERGIES)
    if home.replica.identity.facility_kind == "rs":
        return add_received_letter(home, patient.id, age=timedelta(minutes=50), allergies=ALLERGIES)
    hospital = add_facility(home, "Rumah Sakit Umum Daerah Kabupaten Tirta Kencana Utara Timur", phone="0800-0003-0001")
    letter = Referral(
        **letter_values(patient.id, hospital.id, allergies=ALLERGIES),
        id=home.replica.new_id(),
        number="A-0001/XI/2026",
        from_facility=home.replica.identity.facility,
        written_at=home.replica.now() - timedelta(minutes=50),
    )
    home.replica.save([Edit(letter)], home.replica.identity.device)
    return letter


def assert_fits(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.desk.busy)
    problems = legibility_problems(window)
    assert problems == []
    assert (window.width(), window.height()) == (1366, 768)


@pytest.mark.parametrize(("kind", "screen"), [("puskesmas", "referrals"), ("rs", "inbox"), ("dinkes", "district")])
def test_a_late_emergency_of_a_patient_with_a_long_name_fits(
    kind: str, screen: str, new_home: Callable[..., Home], opened: Open, qtbot: QtBot
) -> None:
    home = new_home(kind, person=True)
    letter = late_emergency(home)
    window = opened(home)
    window.show_screen(screen, letter.id)
    assert_fits(window, qtbot)
    shown = window.screen_of(screen)
    header = (shown if screen == "inbox" else shown.detail).patient_header  # type: ignore[attr-defined, union-attr]  # of each
    qtbot.waitUntil(lambda: header.name.text() == NAME)
    assert all(allergy in header.allergies.text() for allergy in ALLERGIES)
    assert_fits(window, qtbot)


def test_the_page_of_a_patient_with_many_allergies_fits_a_small_screen(
    new_home: Callable[..., Home], opened: Open, qtbot: QtBot
) -> None:
    home = new_home(person=True)
    patient = add_patient(home, NAME, nik="3329014204889000", jkn_number="9926100000191", allergies=ALLERGIES)
    window = opened(home)
    window.resize(1093, 700)
    window.show_screen("patients", patient.id)
    screen = window.screen_of("patients")
    assert isinstance(screen, PatientsScreen)
    qtbot.waitUntil(screen.pane.allergies.isVisible)
    assert all(allergy in screen.pane.allergies.text() for allergy in ALLERGIES)
    QApplication.processEvents()
    assert legibility_problems(screen) == []
    assert window.width() == 1093
    assert window.minimumSizeHint().width() <= 1093


@pytest.mark.parametrize("screen", ["visit_form", "referral_form"])
def test_a_form_for_a_patient_with_a_long_name_fits(
    screen: str, new_home: Callable[..., Home], opened: Open, qtbot: QtBot
) -> None:
    home = new_home(person=True)
    patient = add_patient(home, NAME, nik="3329014204889000", jkn_number="9926100000191", allergies=ALLERGIES)
    window = opened(home)
    window.show_screen(screen, patient.id)
    assert_fits(window, qtbot)
