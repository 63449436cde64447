"""The sender's list: states, the delivery chain, the answer, and taking a letter back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.referrals import accept, mark_seen, refuse, write_referral
from desktop.ui.desk import Desk
from desktop.ui.screens.referrals import ReferralsScreen
from sync.records import Referral
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, letter_values, nurse_of
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def write(home: Home, name: str = "Siti Aminah") -> Referral:
    values = letter_values(add_patient(home, name).id, add_facility(home).id, allergies=("Udang",))
    return write_referral(home.replica, nurse_of(home), values)


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled, letter: str) -> ReferralsScreen:
    screen = ReferralsScreen(new_desk(home))
    show(screen)
    screen.open_item(letter)
    settled(screen.desk)
    return screen


def test_without_letters_the_screen_says_how_to_write_one(puskesmas: Home, new_desk: NewDesk, show: Show) -> None:
    screen = ReferralsScreen(new_desk(puskesmas))
    show(screen)
    assert screen.nothing.title() == "Belum ada rujukan"
    assert_legible(screen)


def test_a_letter_that_waits_shows_that_it_waits(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = write(puskesmas)
    screen = opened(puskesmas, new_desk, show, settled, letter.id)
    (card,) = screen.list.cards()
    assert [mark.text for mark in card.marks] == ["Merah", "Menunggu dikirim"]
    assert [head for head, _ in screen.detail.chain.texts()] == [
        "✓ Ditulis",
        "○ Di server",
        "○ Dilihat RS",
        "○ Dijawab",
    ]
    assert not screen.detail.answer.isVisible()
    assert screen.detail.patient_header.allergies.text() == "Alergi: Udang"
    assert_legible(screen)


def test_the_ratio_of_non_specialist_referrals_stands_below_the_list(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = ReferralsScreen(new_desk(puskesmas))
    show(screen)
    assert screen.rrns.text() == "RRNS bulan ini: belum ada rujukan bulan ini."
    values = letter_values(add_patient(puskesmas).id, add_facility(puskesmas).id, kind="rawat_jalan", urgency="hijau")
    for code in ("I10", "O14.1", "O14.1"):
        write_referral(puskesmas.replica, nurse_of(puskesmas), {**values, "diagnosis_code": code})
    screen.refresh()
    settled(screen.desk)
    assert screen.rrns.text() == "RRNS bulan ini (perkiraan): 1 dari 3 rujukan = 33,3%."
    assert_legible(screen)


def test_an_answer_that_arrives_shows_itself_when_data_changed(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = write(puskesmas)
    screen = opened(puskesmas, new_desk, show, settled, letter.id)
    puskesmas.replica.confirm([item.id for item in puskesmas.replica.history(letter.id)], [])
    mark_seen(puskesmas.replica, nurse_of(puskesmas), letter.id)
    accept(puskesmas.replica, nurse_of(puskesmas), letter.id, ward=None, bed="3B", note="Bawa hasil laboratorium")
    screen.refresh()
    settled(screen.desk)
    assert [head[0] for head, _ in screen.detail.chain.texts()] == ["✓"] * 4
    assert screen.detail.answer.headline.text() == "Diterima: 3B"
    assert "Bawa hasil laboratorium" in screen.detail.answer.details.text()
    assert "Ditunggu sampai" in screen.detail.answer.details.text()
    assert puskesmas.staff[0].name in screen.detail.answer.details.text()
    assert_legible(screen)


def test_a_refusal_says_the_coded_reason_in_words(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = write(puskesmas)
    refuse(puskesmas.replica, nurse_of(puskesmas), letter.id, reason="icu_penuh", note="Coba RSU Anggrek")
    screen = opened(puskesmas, new_desk, show, settled, letter.id)
    assert screen.detail.answer.headline.text() == "Ditolak: ICU/HCU penuh"
    assert not screen.detail.cancel_button.isVisible()


def test_the_filter_shows_what_has_no_answer_yet(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    answered, waiting = write(puskesmas, "Budi"), write(puskesmas, "Siti")
    accept(puskesmas.replica, nurse_of(puskesmas), answered.id, ward=None, bed=None, note=None)
    screen = ReferralsScreen(new_desk(puskesmas))
    show(screen)
    assert screen.count.text() == "1 belum dijawab"
    screen.filter.setCurrentIndex(screen.filter.findData("waiting"))
    assert [card.id for card in screen.list.cards()] == [waiting.id]
    screen.filter.setCurrentIndex(screen.filter.findData("answered"))
    assert [card.id for card in screen.list.cards()] == [answered.id]


def test_a_letter_is_taken_back_only_with_a_reason(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    letter = write(puskesmas)
    screen = opened(puskesmas, new_desk, show, settled, letter.id)
    screen.detail.cancel_button.click()
    assert not screen.detail.confirm_button.isEnabled()
    assert_legible(screen)
    QTest.keyClick(screen.detail.reason, Qt.Key.Key_Escape)
    assert not screen.detail.reason.isVisible()
    assert screen.detail.cancel_button.hasFocus()
    screen.detail.cancel_button.click()
    QTest.keyClicks(screen.detail.reason, "Keluarga menolak")
    screen.detail.confirm_button.click()
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    assert [mark.text for mark in screen.list.cards()[0].marks] == ["Merah", "Dibatalkan"]
    assert not screen.detail.cancel_button.isVisible()
