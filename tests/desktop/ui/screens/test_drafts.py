"""What is typed is kept field by field and offered again, on a second desk too, as after a power cut."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.queries.drafts import Draft, read_drafts
from desktop.ui.desk import Desk
from desktop.ui.screens.form_page import FormPage
from desktop.ui.screens.patient_form import PatientFormScreen, new_patient
from desktop.ui.screens.patients import PatientsScreen
from desktop.ui.screens.referral_form import ReferralFormScreen
from desktop.ui.screens.visit_form import VisitFormScreen
from sync.records import Referral
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]
Open = Callable[[type[FormPage], str], FormPage]


@pytest.fixture
def open_form(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> Open:
    """Opens a form on a desk of its own; the one before stays open, as if its PC had lost its power."""

    def open_(cls: type[FormPage], item: str) -> FormPage:
        screen = cls(new_desk(puskesmas))  # type: ignore[call-arg]  # every page of ours takes just the desk
        show(screen)
        screen.activateWindow()
        screen.open_item(item)
        settled(screen.desk)
        return screen

    return open_


def type_at(screen: FormPage, name: str, text: str) -> None:
    control = screen.findChild(QWidget, name)
    assert isinstance(control, QLineEdit | QPlainTextEdit)
    control.setFocus()
    QTest.keyClicks(control, text)


def text_at(screen: FormPage, name: str) -> str:
    control = screen.findChild(QWidget, name)
    assert isinstance(control, QLineEdit | QPlainTextEdit)
    return control.text() if isinstance(control, QLineEdit) else control.toPlainText()


def drafts(home: Home) -> list[Draft]:
    with reading(home) as reader:
        return read_drafts(reader)


def answer(screen: FormPage, words: str) -> None:
    """Press the button whose words begin so."""
    next(button for text, button in screen.question.buttons().items() if text.startswith(words)).click()


def test_leaving_a_field_keeps_it_and_nothing_waits_to_be_sent(
    puskesmas: Home, open_form: Open, settled: Settled
) -> None:
    patient = add_patient(puskesmas)
    waiting = puskesmas.replica.waiting_count()
    screen = open_form(ReferralFormScreen, patient.id)
    heard: list[str] = []
    screen.desk.saved.connect(lambda: heard.append("saved"))
    type_at(screen, "anamnesis", "Nyeri kepala")
    assert drafts(puskesmas) == []
    QTest.keyClick(screen.focusWidget(), Qt.Key.Key_Tab)
    settled(screen.desk)
    (draft,) = drafts(puskesmas)
    assert (draft.form, draft.item, draft.about) == ("referral_form", patient.id, "Siti Aminah")
    assert draft.typed == {"anamnesis": "Nyeri kepala"}
    assert (puskesmas.replica.waiting_count(), heard) == (waiting, [])


def test_a_field_that_is_not_left_is_kept_two_seconds_after_it_was_typed(
    puskesmas: Home, open_form: Open, qtbot: QtBot
) -> None:
    screen = open_form(VisitFormScreen, add_patient(puskesmas).id)
    type_at(screen, "complaint", "Batuk")
    assert drafts(puskesmas) == []
    qtbot.waitUntil(lambda: drafts(puskesmas) != [])
    assert [draft.typed for draft in drafts(puskesmas)] == [{"complaint": "Batuk"}]


def test_after_a_power_cut_the_letter_goes_on_as_it_was_typed_and_saving_ends_the_draft(
    puskesmas: Home, open_form: Open, settled: Settled, qtbot: QtBot
) -> None:
    patient, hospital = add_patient(puskesmas), add_facility(puskesmas)
    before = open_form(ReferralFormScreen, patient.id)
    assert isinstance(before, ReferralFormScreen)
    QTest.keyClicks(before.form.editor("urgency").control, "m")
    signs = before.form.editor("danger_signs").control.focusProxy()
    assert signs is not None
    QTest.keyClicks(signs, "25")
    type_at(before, "anamnesis", "Sesak sejak pagi")
    type_at(before, "systolic", "seratus")
    type_at(before, "diagnosis_label", "J18.9")
    settled(before.desk)
    type_at(before, "reason", "Rawat inap")
    before.hospitals.select(hospital.id)
    before.drafting.keep()
    settled(before.desk)

    after = open_form(ReferralFormScreen, patient.id)
    assert isinstance(after, ReferralFormScreen)
    (offered, anew) = after.question.buttons()
    assert offered.startswith("Lanjutkan isian ")
    assert anew == "Mulai dari awal"
    assert not after.form.isEnabled()
    assert_legible(after)
    after.save()
    QTest.keyClick(after.focusWidget(), Qt.Key.Key_Return)
    settled(after.desk)
    assert (text_at(after, "anamnesis"), text_at(after, "systolic")) == ("Sesak sejak pagi", "seratus")
    assert after.form.editor("danger_signs").value() == ("000002", "000005")
    assert after.form.editor("danger_signs").isVisible()
    assert after.diagnosis.entered()["diagnosis_code"] == "J18.9"
    assert after.hospitals.current_id() == hospital.id
    assert after.has_unsaved()

    systolic = after.form.editor("systolic").control
    assert isinstance(systolic, QLineEdit)
    systolic.clear()
    type_at(after, "systolic", "110")
    with qtbot.waitSignal(after.desk.go_requested) as went:
        after.save()
    settled(after.desk)
    letter = puskesmas.replica.get(Referral, went.args[1])
    assert letter is not None
    assert (letter.record.systolic, letter.record.diagnosis_label) == (110, "Pneumonia")
    assert drafts(puskesmas) == []


def test_tacc_answers_of_a_draft_come_back(puskesmas: Home, open_form: Open, settled: Settled) -> None:
    patient = add_patient(puskesmas)
    before = open_form(ReferralFormScreen, patient.id)
    assert isinstance(before, ReferralFormScreen)
    QTest.keyClicks(before.form.editor("urgency").control, "h")
    type_at(before, "diagnosis_label", "I10")
    settled(before.desk)
    before.form.editor("reason").control.setFocus()
    QTest.keyClicks(before.finish_here.code.control, "c")
    QTest.keyClicks(before.finish_here.code.control, "o")
    QTest.keyClicks(before.finish_here.line.control, "I50.0 - Gagal jantung")
    before.drafting.keep()
    settled(before.desk)
    wanted = before.finish_here.values()
    assert wanted["tacc_reason"] == "I50.0 - Gagal jantung"
    after = open_form(ReferralFormScreen, patient.id)
    assert isinstance(after, ReferralFormScreen)
    answer(after, "Lanjutkan")
    settled(after.desk)
    assert after.finish_here.values() == wanted


def test_starting_anew_and_giving_up_both_end_the_draft_and_later_keeps_it(
    puskesmas: Home, open_form: Open, settled: Settled
) -> None:
    patient = add_patient(puskesmas)
    screen = open_form(VisitFormScreen, patient.id)
    type_at(screen, "complaint", "Batuk")
    screen.leave()
    assert_legible(screen)
    answer(screen, "Lanjutkan nanti")
    settled(screen.desk)
    assert len(drafts(puskesmas)) == 1
    screen.open_item(patient.id)
    settled(screen.desk)
    answer(screen, "Mulai dari awal")
    settled(screen.desk)
    assert (text_at(screen, "complaint"), drafts(puskesmas)) == ("", [])
    type_at(screen, "complaint", "Pilek")
    screen.leave()
    answer(screen, "Buang isian")
    settled(screen.desk)
    assert drafts(puskesmas) == []


def test_a_draft_of_a_correction_holds_what_was_corrected_and_nothing_else(
    puskesmas: Home, open_form: Open, settled: Settled
) -> None:
    patient = add_patient(puskesmas)
    screen = open_form(PatientFormScreen, patient.id)
    type_at(screen, "phone", "0800-0000-1111")
    screen.drafting.keep()
    settled(screen.desk)
    assert [draft.typed for draft in drafts(puskesmas)] == [{"phone": "0800-0000-1111"}]
    again = open_form(PatientFormScreen, patient.id)
    answer(again, "Lanjutkan")
    assert (text_at(again, "name"), text_at(again, "phone")) == ("Siti Aminah", "0800-0000-1111")


def test_going_back_to_the_form_that_is_being_typed_asks_nothing(
    puskesmas: Home, open_form: Open, settled: Settled
) -> None:
    patient = add_patient(puskesmas)
    screen = open_form(VisitFormScreen, patient.id)
    type_at(screen, "complaint", "Batuk")
    screen.open_item(patient.id)
    settled(screen.desk)
    assert (text_at(screen, "complaint"), screen.question.isVisible()) == ("Batuk", False)


def test_the_list_of_patients_says_what_was_begun_and_leads_back_to_it(
    puskesmas: Home, open_form: Open, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = add_patient(puskesmas)
    add_patient(puskesmas, "Budi")
    form = open_form(ReferralFormScreen, patient.id)
    type_at(form, "anamnesis", "Nyeri kepala")
    form.drafting.keep()
    new = open_form(PatientFormScreen, new_patient())
    type_at(new, "name", "Kartika Dwi Lestari Wulandari Ningsih")
    new.drafting.keep()
    settled(form.desk)
    settled(new.desk)
    screen = PatientsScreen(new_desk(puskesmas))
    show(screen)
    assert_legible(screen)
    marks = {card.title: [mark.text for mark in card.marks] for card in screen.list.cards()}
    assert marks == {"Siti Aminah": ["belum selesai"], "Budi": []}
    first, second = screen.drafts.buttons()
    assert first.text().startswith("Data pasien · Kartika Dwi Lestari Wul… · ")
    assert second.text().startswith("Surat rujukan · Siti Aminah · ")
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        second.click()
    assert went.args == ["referral_form", patient.id]


def test_who_types_at_once_is_not_offered_what_she_is_typing(
    puskesmas: Home, open_form: Open, settled: Settled, qtbot: QtBot
) -> None:
    screen = open_form(PatientFormScreen, new_patient())
    screen.open_item(new_patient("Siti Aminah"))
    type_at(screen, "nik", "33290154")
    type_at(screen, "address", "Dusun Krajan")
    settled(screen.desk)
    qtbot.waitUntil(lambda: bool(drafts(puskesmas)))
    settled(screen.desk)
    assert screen.question.isHidden()
    assert text_at(screen, "nik") == "33290154"
    assert drafts(puskesmas)[0].typed["address"] == "Dusun Krajan"


def test_a_draft_that_is_found_while_she_types_is_not_overwritten(
    puskesmas: Home, open_form: Open, settled: Settled
) -> None:
    first = open_form(PatientFormScreen, new_patient("Siti Aminah"))
    type_at(first, "address", "Dusun Melati")
    first.drafting.keep()
    settled(first.desk)
    second = open_form(PatientFormScreen, new_patient())
    second.open_item(new_patient("Siti Aminah"))
    type_at(second, "address", "Dusun Krajan")
    type_at(second, "nik", "33290154")
    settled(second.desk)
    assert drafts(puskesmas)[0].typed["address"] == "Dusun Melati"
    answer(second, "Lanjutkan isian")
    assert text_at(second, "address") == "Dusun Melati"
