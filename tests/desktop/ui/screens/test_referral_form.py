"""Writing a letter with real keys: nothing lost, an emergency first, hospitals with the age of their beds."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.actions.patients import save_visit
from desktop.queries.polyclinics import polyclinic_name
from desktop.ui.desk import Desk
from desktop.ui.screens.referral_form import ReferralFormScreen
from sync.records import Facility, Patient, Referral
from sync.records.tacc import TACC_CODES
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_ward, nurse_of
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def opened(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> tuple[ReferralFormScreen, Patient]:
    patient = add_patient(puskesmas, allergies=("Amoksisilin",))
    hospital = add_facility(puskesmas, "RSUD Kenanga")
    add_ward(puskesmas, hospital.id, "Mawar", free=3, age=timedelta(hours=1))
    add_ward(puskesmas, hospital.id, "ICU", ward_class="ICU", free=1, age=timedelta(hours=8))
    add_facility(puskesmas, "RSU Anggrek")
    screen = ReferralFormScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(patient.id)
    settled(screen.desk)
    return screen, patient


def fill(qtbot: QtBot, screen: ReferralFormScreen, **texts: str) -> None:
    for name, text in texts.items():
        control = screen.form.editor(name).control
        assert isinstance(control, QLineEdit | QPlainTextEdit)
        control.setFocus()
        control.clear()
        QTest.keyClicks(control, text)


def choose(screen: ReferralFormScreen, **codes: str) -> None:
    """As a person picks in a combo box."""
    for name, code in codes.items():
        screen.form.editor(name).set_value(code)
        screen.form.editor(name).changed.emit()


def letters(home: Home) -> list[str]:
    return home.replica.read(lambda c: [row[0].hex() for row in c.exec_driver_sql("SELECT id FROM referral")])


def test_a_letter_is_written_numbered_and_waits_to_be_sent(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen, patient = opened(puskesmas, new_desk, show, settled)
    choose(screen, urgency="merah")
    fill(qtbot, screen, diagnosis_label="o14.1 Preeklamsia berat", anamnesis="Nyeri kepala hebat")
    fill(qtbot, screen, systolic="180", diastolic="115", reason="Perlu spesialis kebidanan")
    assert screen.hospitals.select(next(c.id for c in screen.hospitals.cards() if c.title == "RSUD Kenanga"))
    said: list[str] = []
    screen.desk.said.connect(lambda _level, text: said.append(text))
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        QTest.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(screen.desk)
    key, letter_id = went.args
    saved = puskesmas.replica.get(Referral, letter_id)
    assert key == "referrals"
    assert saved is not None
    letter = saved.record
    assert letter.number.startswith("A-0001/")
    assert (letter.patient, letter.kind, letter.urgency) == (patient.id, "gawat_darurat", "merah")
    assert (letter.diagnosis_code, letter.systolic, letter.allergies) == ("O14.1", 180, ("Amoksisilin",))
    assert (letter.diagnosis_label, letter.kd_tacc) == ("Preeklamsia berat", None)
    assert letter.doctor_name == puskesmas.staff[0].name
    assert said == [f"Rujukan {letter.number} tersimpan di komputer ini, menunggu dikirim."]
    assert not screen.has_unsaved()


def test_what_is_missing_is_said_where_it_is_and_nothing_typed_is_lost(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    fill(qtbot, screen, anamnesis="Nyeri kepala", systolic="tinggi", diagnosis_label="sakit")
    screen.save()
    settled(screen.desk)
    assert letters(puskesmas) == []
    assert screen.hospital_problem.text() == "Pilih rumah sakit tujuan."
    assert screen.form.editor("urgency").problem.text() == "Kegawatan belum diisi."
    assert screen.form.editor("systolic").problem.text()
    control = screen.form.editor("systolic").control
    assert isinstance(control, QLineEdit)
    assert control.text() == "tinggi"
    assert screen.form.editor("anamnesis").value() == "Nyeri kepala"
    assert screen.has_unsaved()
    assert_legible(screen)


def test_an_emergency_hides_what_can_wait_until_it_is_wanted(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    later = [screen.form.editor(name) for name in ("examination", "results", "differential", "consent", "purpose")]
    assert all(editor.isVisible() for editor in later)
    assert not screen.form.editor("danger_signs").isVisible()
    choose(screen, urgency="merah")
    assert not any(editor.isVisible() for editor in later)
    assert screen.form.editor("danger_signs").isVisible()
    assert screen.form.editor("kind").value() == "gawat_darurat"
    assert_legible(screen)
    screen.more_button.click()
    assert all(editor.isVisible() for editor in later)
    choose(screen, kind="rawat_inap")
    choose(screen, urgency="hijau")
    assert screen.form.editor("kind").value() == "rawat_inap"


def test_the_patient_stays_in_sight_with_the_allergies(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, patient = opened(puskesmas, new_desk, show, settled)
    assert screen.patient_header.name.text() == patient.name
    assert screen.patient_header.allergies.text() == "Alergi: Amoksisilin"
    assert screen.form.editor("allergies").value() == ("Amoksisilin",)


def test_beds_of_the_class_asked_for_are_shown_with_their_age(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    choose(screen, ward_class="ICU")
    settled(screen.desk)
    cards = {card.title: card for card in screen.hospitals.cards()}
    assert (cards["RSUD Kenanga"].more, cards["RSUD Kenanga"].right) == ("ICU: 1 kosong", "8 jam lalu")
    assert [mark.text for mark in cards["RSUD Kenanga"].marks] == ["data lama"]
    assert cards["RSU Anggrek"].more == "ICU: tidak diketahui"


def test_a_diagnosis_and_its_urgency_rank_the_hospitals_and_the_choice_stays(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    able = add_facility(puskesmas, "RS Zamrud", polyclinics=("OBG",), services=("PONEK", "Kamar operasi"))
    screen, _ = opened(puskesmas, new_desk, show, settled)
    chosen = next(card.id for card in screen.hospitals.cards() if card.title == "RSU Anggrek")
    screen.hospitals.select(chosen)
    choose(screen, urgency="kuning")
    fill(qtbot, screen, diagnosis_label="o14.1 Preeklamsia berat")
    settled(screen.desk)
    assert screen.hospitals.cards()[0].id == able.id
    assert screen.hospitals.current_id() == chosen
    assert screen.destination.needs.text() == (
        "Usulan untuk diagnosis ini: poli Kebidanan dan kandungan, PONEK 24 jam, Kamar operasi."
    )
    assert_legible(screen)


def test_beds_that_arrive_while_writing_change_the_cards_and_nothing_typed(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    fill(qtbot, screen, anamnesis="Nyeri kepala")
    chosen = screen.hospitals.cards()[0].id
    screen.hospitals.select(chosen)
    add_facility(puskesmas, "RS Baru")
    screen.refresh()
    settled(screen.desk)
    assert len(screen.hospitals.cards()) == 3
    assert screen.hospitals.current_id() == chosen
    assert screen.form.editor("anamnesis").value() == "Nyeri kepala"


def test_todays_visit_is_carried_over_and_named_in_the_letter(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient, hospital = add_patient(puskesmas), add_facility(puskesmas)
    today = datetime.now(UTC).astimezone().date()
    values = {"date": today, "complaint": "Pusing", "diagnosis_code": "O14.1", "diagnosis_label": "Preeklamsia berat"}
    visit = save_visit(puskesmas.replica, nurse_of(puskesmas), patient.id, values, None)
    screen = ReferralFormScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(patient.id)
    settled(screen.desk)
    assert screen.form.editor("anamnesis").value() == "Pusing"
    choose(screen, urgency="kuning")
    fill(qtbot, screen, reason="Rawat inap")
    screen.hospitals.select(hospital.id)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        screen.save()
    settled(screen.desk)
    saved = puskesmas.replica.get(Referral, went.args[1])
    assert saved is not None
    assert (saved.record.visit, saved.record.diagnosis_label) == (visit, "Preeklamsia berat")


def test_tab_goes_from_the_form_to_the_hospitals_and_on_to_saving(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    choose(screen, urgency="merah")
    screen.form.editor("urgency").control.setFocus()
    met = []
    for _ in range(60):
        QTest.keyClick(screen.focusWidget(), Qt.Key.Key_Tab)
        met.append(screen.focusWidget())
    places = [
        screen.form.editor("diagnosis_label").control,
        screen.form.editor("reason").control,
        screen.hospitals,
        screen.save_button,
    ]
    assert [met.index(place) for place in places] == sorted(met.index(place) for place in places)


def test_a_diagnosis_that_can_be_finished_here_asks_why_it_is_referred_and_never_blocks(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    choose(screen, urgency="hijau")
    fill(qtbot, screen, diagnosis_label="I10", anamnesis="Pusing", reason="Evaluasi")
    settled(screen.desk)
    assert screen.diagnosis.code == "I10"
    assert screen.finish_here.isVisible()
    assert "biasanya dapat diselesaikan di puskesmas" in screen.finish_here.text.text()
    assert screen.finish_here.rrns.text() == "RRNS bulan ini: belum ada rujukan bulan ini."
    assert_legible(screen)
    screen.finish_here.code.set_value("2")
    screen.finish_here.code.changed.emit()
    assert screen.finish_here.values()["tacc_reason"] is not None
    assert_legible(screen)
    assert screen.hospitals.select(screen.hospitals.cards()[0].id)
    # Windows of 1280 x 720, of 1366 x 768 at 125 %, and one with a banner and a question as well.
    for width, height in ((1084, 572), (897, 470), (1170, 400)):
        screen.resize(width, height)
        for code in TACC_CODES:
            screen.finish_here.code.set_value(code)
            screen.finish_here.code.changed.emit()
            QApplication.processEvents()
            assert_legible(screen)
            for box in (screen.finish_here.code.control, screen.finish_here.choice.control):
                assert not box.isVisible() or box.height() >= box.sizeHint().height(), "squeezed"
    screen.finish_here.code.set_value("2")
    screen.finish_here.code.changed.emit()
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        screen.save()
    settled(screen.desk)
    saved = puskesmas.replica.get(Referral, went.args[1])
    assert saved is not None
    assert (saved.record.diagnosis_code, saved.record.diagnosis_set) == ("I10", "icd10_who2019")
    assert saved.record.kd_tacc == "2"


def test_an_emergency_is_never_asked_whether_it_could_be_finished_here(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    choose(screen, urgency="merah")
    fill(qtbot, screen, diagnosis_label="I10", anamnesis="Pusing")
    settled(screen.desk)
    assert screen.diagnosis.code == "I10"
    assert not screen.finish_here.isVisible()
    assert screen.finish_here.values() == {"kd_tacc": None, "tacc_reason": None}


def test_enter_goes_from_input_to_input_and_a_taken_diagnosis_stays_first(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    screen.activateWindow()
    choose(screen, urgency="hijau")
    screen.form.editor("urgency").control.setFocus()
    met = []
    for _ in range(5):
        QTest.keyClick(screen.focusWidget(), Qt.Key.Key_Return)
        met.append(screen.focusWidget().objectName())
    assert met == ["kind", "planned_date", "purpose", "polyclinic_code", "anamnesis"]
    QTest.keyClick(screen.focusWidget(), Qt.Key.Key_Return)
    assert screen.focusWidget().objectName() == "anamnesis"


def test_the_poli_is_saved_with_code_and_name_and_the_differential_with_its_code(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    choose(screen, urgency="hijau", polyclinic_code="OBG", consent="pasien")
    assert screen.form.editor("consent_by").value() == "Siti Aminah"
    choose(screen, consent="keluarga")
    assert screen.form.editor("consent_by").value() is None
    fill(qtbot, screen, diagnosis_label="O14.1", differential="G43.9", anamnesis="Pusing", reason="Evaluasi")
    settled(screen.desk)
    assert screen.hospitals.select(screen.hospitals.cards()[0].id)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        screen.save()
    settled(screen.desk)
    saved = puskesmas.replica.get(Referral, went.args[1])
    assert saved is not None
    letter = saved.record
    assert (letter.polyclinic_code, letter.polyclinic) == ("OBG", polyclinic_name("OBG"))
    assert (letter.diagnosis_code, letter.diagnosis_label) == ("O14.1", "Preeklamsia berat")
    assert letter.differential_code == "G43.9"
    assert letter.differential is not None
    assert letter.differential.startswith("Migren")


def test_odd_values_and_what_should_follow_are_said_while_writing_and_nothing_is_forbidden(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    choose(screen, urgency="merah", consciousness="04")
    fill(qtbot, screen, gcs="15", weight="6", pulse="700")
    qtbot.waitUntil(lambda: bool(screen.form.editor("gcs").problem.text()))
    assert "tidak sesuai dengan kesadaran" in screen.form.editor("gcs").problem.text()
    assert "tidak lazim untuk umur" in screen.form.editor("weight").problem.text()
    assert screen.form.editor("pulse").problem.text().startswith("Nadi tidak lazim")
    assert screen.notice.text().startswith("Belum diisi, boleh menyusul: ")
    assert "Kriteria gawat darurat" in screen.notice.text()
    assert_legible(screen)


def test_the_telephone_of_the_place_is_there_already(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    own = puskesmas.replica.get(Facility, puskesmas.replica.identity.facility)
    assert own is not None
    phone = dataclasses.replace(own.record, phone="0800-0002-0001")
    puskesmas.replica.save([Edit(phone, own)], puskesmas.staff[0].id)
    screen, _ = opened(puskesmas, new_desk, show, settled)
    assert screen.form.editor("contact_phone").value() == "0800-0002-0001"


@pytest.mark.parametrize("urgency", ["merah", "kuning", "hijau"])
def test_every_choice_can_be_read(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, urgency: str
) -> None:
    screen, _ = opened(puskesmas, new_desk, show, settled)
    choose(screen, urgency=urgency)
    screen.more_button.click()
    fields = [name for name in Referral.type.fields if isinstance(_control(screen, name), QComboBox)]
    assert {"purpose", "consent", "ward_class", "polyclinic_code", "pain"} <= set(fields)
    for place in range(20):
        for name in fields:
            box = _control(screen, name)
            if isinstance(box, QComboBox) and name not in ("urgency", "kind"):
                box.setCurrentIndex(place % box.count())
        assert_legible(screen)


def _control(screen: ReferralFormScreen, name: str) -> QWidget | None:
    return screen.form.findChild(QWidget, name)
