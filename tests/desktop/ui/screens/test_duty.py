"""Who is on duty: taken over in the hospital's inbox, read with the telephone at the puskesmas."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.actions.referrals import write_referral
from desktop.ui.desk import Desk
from desktop.ui.screens.duty_bar import duty_words
from desktop.ui.screens.inbox import InboxScreen
from desktop.ui.screens.referrals import ReferralsScreen
from sync.records import Duty
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, letter_values, nurse_of
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def test_a_hand_over_is_noted_and_shown(hospital: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    screen = InboxScreen(new_desk(hospital))
    show(screen)
    assert screen.duty.words.text() == "Petugas jaga belum dicatat"
    screen.duty.take_button.click()
    QTest.keyClick(screen.duty.form.editor("phone").control, Qt.Key.Key_Escape)
    assert screen.duty.take_button.hasFocus()
    screen.duty.take_button.click()
    assert screen.duty.form.editor("name").value() == hospital.staff[0].name
    assert_legible(screen)
    QTest.keyClicks(screen.duty.form.editor("phone").control, "0800-0000-2222")
    screen.duty.save_button.click()
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    assert screen.duty.words.text().startswith(f"Petugas jaga: {hospital.staff[0].name} · telp 0800-0000-2222 · sampai")
    assert not screen.duty.form.isVisible()
    assert_legible(screen)


def test_a_shift_that_has_ended_already_is_refused_where_it_was_typed(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = InboxScreen(new_desk(hospital))
    show(screen)
    screen.duty.take_button.click()
    until = screen.duty.form.editor("until")
    until.set_value(hospital.replica.now() - timedelta(hours=2))
    screen.duty.save_button.click()
    settled(screen.desk)
    assert "akhir jaga" in until.problem.text()
    assert screen.duty.form.isVisible()
    assert_legible(screen)


def test_the_puskesmas_reads_whom_to_call(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    replica = puskesmas.replica
    hospital = add_facility(puskesmas, phone="0800-0000-0000", emergency_phone="0800-0000-0118")
    letter = write_referral(replica, nurse_of(puskesmas), letter_values(add_patient(puskesmas).id, hospital.id))
    now = replica.now()
    shift = {"since": now, "until": now + timedelta(hours=3)}
    duty = Duty(id=replica.new_id(), facility=hospital.id, name="dr. Naura", phone="0800-0000-2222", **shift)
    replica.save([Edit(duty)], puskesmas.staff[0].id)
    screen = ReferralsScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(letter.id)
    settled(screen.desk)
    words = screen.detail.duty.text()
    assert words.startswith("RSUD Kenanga telp 0800-0000-0118 · Petugas jaga: dr. Naura · telp 0800-0000-2222 · sampai")
    assert_legible(screen)
    assert duty_words(duty, now + timedelta(hours=4)) == "Petugas jaga belum dicatat"
