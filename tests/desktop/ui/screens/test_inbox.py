"""The hospital's inbox: the content comes before the decision, and the fact "dilihat" is written once."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.referrals import accept, cancel
from desktop.queries.referrals import ReferralFile, referral_file
from desktop.ui.desk import Desk
from desktop.ui.screens.decision_panel import refusal_problem
from desktop.ui.screens.inbox import InboxScreen
from desktop.ui.widgets.letter_view import letter_blocks
from sync.records import Referral
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, add_received_letter, add_ward, nurse_of, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def receive(home: Home) -> Referral:
    patient = add_patient(home, allergies=("Amoksisilin",))
    return add_received_letter(
        home,
        patient.id,
        systolic=180,
        diastolic=115,
        temperature=38.5,
        therapy="MgSO4 4 g IV",
        age=timedelta(minutes=12),
    )


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled, letter: Referral) -> InboxScreen:
    screen = InboxScreen(new_desk(home))
    show(screen)
    assert screen.list.select(letter.id)
    settled(screen.desk)
    settled(screen.desk)
    return screen


def file_of(home: Home, letter: Referral) -> ReferralFile:
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    return file


def test_a_ward_to_choose_says_which_of_its_beds_are_kept(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    ward = add_ward(hospital, hospital.replica.identity.facility, "Mawar", free=3, age=timedelta(hours=1))
    for _ in range(2):
        accept(hospital.replica, nurse_of(hospital), receive(hospital).id, ward=ward.id, bed=None, note=None)
    screen = opened(hospital, new_desk, show, settled, receive(hospital))
    assert screen.panel.ward.itemText(1) == "Kelas III · Mawar: 3 kosong, 2 disimpan (1 jam lalu)"
    screen.panel.accept_button.click()
    screen.panel.ward.setCurrentIndex(1)
    assert_legible(screen)


def test_a_refusal_needs_a_reason_and_other_needs_words() -> None:
    assert refusal_problem(None, "penuh")
    assert refusal_problem("lainnya", "  ")
    assert refusal_problem("lainnya", "Dokter cuti") == ""
    assert refusal_problem("ruang_penuh", "") == ""


def test_nothing_counts_as_seen_before_a_person_opens_it(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = receive(hospital)
    screen = InboxScreen(new_desk(hospital))
    show(screen)
    screen.refresh()
    settled(screen.desk)
    (card,) = screen.list.cards()
    assert [mark.text for mark in card.marks] == ["Merah", "Baru · sisa 3 menit"]
    assert file_of(hospital, letter).events == ()


def test_coming_to_the_list_by_keyboard_opens_nothing(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = receive(hospital)
    screen = InboxScreen(new_desk(hospital))
    show(screen)
    for reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.OtherFocusReason):
        screen.setFocus(reason)
        assert screen.focusWidget() is screen.list
        settled(screen.desk)
        screen.list.clearFocus()
    assert screen.list.current_id() == ""
    assert file_of(hospital, letter).events == ()
    screen.list.setFocus()
    QTest.keyClick(screen.list, Qt.Key.Key_Down)
    settled(screen.desk)
    settled(screen.desk)
    assert [event.kind for event in file_of(hospital, letter).events] == ["dilihat"]


def test_opening_shows_everything_and_is_recorded_once(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = receive(hospital)
    screen = opened(hospital, new_desk, show, settled, letter)
    texts = {block.caption: block.text for block in letter_blocks(letter)}
    assert texts["Diagnosis kerja"] == "O14.1 Preeklamsia berat"
    assert texts["Tanda vital"] == "TD 180/115 mmHg · Suhu 38,5 °C"
    assert texts["Terapi/tindakan yang telah diberikan"] == "MgSO4 4 g IV"
    assert screen.patient_header.allergies.text() == "Alergi: Amoksisilin"
    assert screen.panel.isVisible()
    for _ in range(3):
        screen.refresh()
        settled(screen.desk)
    (event,) = file_of(hospital, letter).events
    assert (event.kind, event.by_name) == ("dilihat", hospital.staff[0].name)
    assert_legible(screen)


def test_a_second_pc_of_the_hospital_does_not_write_seen_again(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = receive(hospital)
    opened(hospital, new_desk, show, settled, letter)
    opened(hospital, new_desk, show, settled, letter)
    assert [event.kind for event in file_of(hospital, letter).events] == ["dilihat"]


def test_accepting_says_ward_bed_and_note(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    letter = receive(hospital)
    ward = add_ward(hospital, hospital.replica.identity.facility, "Dahlia", free=2, age=timedelta(hours=1))
    screen = opened(hospital, new_desk, show, settled, letter)
    screen.panel.accept_button.click()
    assert_legible(screen)
    assert "2 kosong (1 jam lalu)" in screen.panel.ward.itemText(1)
    screen.panel.ward.setCurrentIndex(screen.panel.ward.findData(ward.id))
    QTest.keyClicks(screen.panel.bed, "3B")
    QTest.keyClicks(screen.panel.accept_note, "Bawa hasil laboratorium")
    screen.panel.accept_confirm.click()
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    answer = file_of(hospital, letter).line.answer
    assert answer is not None
    assert (answer.kind, answer.ward, answer.bed, answer.note) == (
        "diterima",
        ward.id,
        "3B",
        "Bawa hasil laboratorium",
    )
    assert screen.answer.headline.text() == "Diterima: Dahlia, 3B"
    assert not screen.panel.isVisible()


def test_refusing_without_a_reason_asks_for_it_and_keeps_the_note(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    letter = receive(hospital)
    screen = opened(hospital, new_desk, show, settled, letter)
    screen.panel.refuse_button.click()
    QTest.keyClicks(screen.panel.refuse_note, "Coba RSU Anggrek")
    screen.panel.refuse_confirm.click()
    assert screen.panel.problem.text() == "Pilih alasan penolakan."
    assert screen.panel.refuse_note.text() == "Coba RSU Anggrek"
    assert_legible(screen)
    screen.panel.reason.setCurrentIndex(screen.panel.reason.findData("icu_penuh"))
    screen.panel.refuse_confirm.click()
    settled(screen.desk)
    answer = file_of(hospital, letter).line.answer
    assert answer is not None
    assert (answer.kind, answer.reason, answer.note) == ("ditolak", "icu_penuh", "Coba RSU Anggrek")


def test_what_was_begun_for_one_patient_is_not_left_for_the_next(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    first = receive(hospital)
    second = add_received_letter(hospital, add_patient(hospital, "Budi").id, urgency="hijau")
    screen = opened(hospital, new_desk, show, settled, first)
    screen.panel.accept_button.click()
    QTest.keyClicks(screen.panel.bed, "3B")
    screen.refresh()
    settled(screen.desk)
    assert screen.panel.bed.text() == "3B"
    screen.list.select(second.id)
    settled(screen.desk)
    assert screen.panel.bed.text() == ""
    assert not screen.panel.accept_confirm.isVisible()


def test_a_referral_that_was_taken_back_cannot_be_answered(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = receive(hospital)
    cancel(hospital.replica, nurse_of(hospital), letter.id, note="Keluarga menolak")
    screen = opened(hospital, new_desk, show, settled, letter)
    assert screen.state.text() == "Dibatalkan"
    assert not screen.panel.isVisible()
    assert [event.kind for event in file_of(hospital, letter).events] == ["dibatalkan"]


def test_a_letter_whose_patient_has_not_arrived_is_shown_all_the_same(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = add_received_letter(hospital, hospital.replica.new_id())
    screen = opened(hospital, new_desk, show, settled, letter)
    assert screen.patient_header.name.text() == "Data pasien belum diterima"
    assert screen.panel.isVisible()
    assert_legible(screen)
