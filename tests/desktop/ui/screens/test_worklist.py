"""The screen of the worklists: what waits and what to do, on either side; a task goes away by a fact."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.referral_life import add_step
from desktop.actions.referrals import write_referral
from desktop.queries.referrals import referral_file
from desktop.queries.worklists import KINDS
from desktop.ui.desk import Desk
from desktop.ui.screens.worklist import WorklistScreen
from desktop.ui.screens.worklist_words import KIND_NAMES
from sync.records import Referral
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, letter_values, nurse_of, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def back_referred(home: Home, days: int) -> Referral:
    hospital = add_facility(home, phone="0800-0000-0000")
    patient = add_patient(home, phone="0800-0000-1111")
    letter = write_referral(home.replica, nurse_of(home), letter_values(patient.id, hospital.id))
    control = home.replica.now().astimezone().date() + timedelta(days=days)
    values = {"final_diagnosis": "Preeklamsia berat", "drug_plan": "Nifedipin 3x10 mg", "control_date": control}
    add_step(home.replica, nurse_of(home), letter.id, "dirujuk_balik", values)
    return letter


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled, task: str = "") -> WorklistScreen:
    screen = WorklistScreen(new_desk(home))
    show(screen)
    if task:
        assert screen.list.select(task)
        settled(screen.desk)
    return screen


def test_every_kind_of_task_has_a_name() -> None:
    assert set(KIND_NAMES) == set(KINDS)


def test_without_tasks_the_screen_says_that_nothing_waits(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = opened(puskesmas, new_desk, show, settled)
    assert screen.nothing.title() == "Tidak ada yang menunggu"
    assert screen.filter.itemText(0) == "Semua tugas (0)"
    assert_legible(screen)


def test_a_back_referral_says_what_to_do_and_goes_when_it_was_seen_to(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = back_referred(puskesmas, 2)
    screen = opened(puskesmas, new_desk, show, settled, f"follow_up:{letter.id}")
    (card,) = screen.list.cards()
    assert [mark.text for mark in card.marks] == ["Kontrol 2 hari lagi"]
    call = "RSUD Kenanga telp 0800-0000-0000 · Petugas jaga belum dicatat · Pasien: telp 0800-0000-1111"
    assert call in screen.task.details.text()
    assert "Nifedipin 3x10 mg" in screen.last_word.details.text()
    screen.steps.buttons["ditindaklanjuti"].click()
    assert_legible(screen)
    QTest.keyClicks(screen.steps.form().editor("note").control, "Sudah ditelepon")
    screen.steps.save_button.click()
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    assert screen.list.cards() == ()
    assert screen.right.currentWidget() is screen.nothing


def test_a_control_that_has_passed_or_is_today_is_said_so(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    back_referred(puskesmas, 0)
    screen = opened(puskesmas, new_desk, show, settled)
    assert [mark.text for card in screen.list.cards() for mark in card.marks] == ["Kontrol hari ini"]


def test_the_hospital_sees_who_waits_for_its_answer_and_goes_to_the_inbox(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    letter = add_received_letter(hospital, add_patient(hospital).id, age=timedelta(minutes=40))
    screen = opened(hospital, new_desk, show, settled, f"no_answer:{letter.id}")
    assert [mark.text for mark in screen.list.cards()[0].marks] == ["Belum dijawab · 40 menit"]
    assert "Puskesmas Melati telp 0800-0001-0001" in screen.task.details.text()
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as asked:
        screen.open_button.click()
    assert asked.args == ["inbox", letter.id]


def test_looking_at_a_task_does_not_count_as_seen(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = add_received_letter(hospital, add_patient(hospital).id, age=timedelta(minutes=40))
    screen = opened(hospital, new_desk, show, settled, f"no_answer:{letter.id}")
    assert screen.detail.isVisible()
    with reading(hospital) as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    assert file.events == ()


def test_the_filter_counts_each_kind_and_shows_one(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    add_received_letter(hospital, add_patient(hospital).id, age=timedelta(minutes=40))
    came = add_received_letter(hospital, add_patient(hospital, "Budi").id, age=timedelta(days=30))
    at = hospital.replica.now() - timedelta(days=20)
    add_step(hospital.replica, nurse_of(hospital), came.id, "tiba", {"at": at})
    screen = opened(hospital, new_desk, show, settled)
    assert [screen.filter.itemText(place) for place in (0, 1, 5)] == [
        "Semua tugas (2)",
        "Belum dijawab RS (1)",
        "Belum ada rujuk balik (1)",
    ]
    screen.filter.setCurrentIndex(screen.filter.findData("no_back_referral"))
    assert [card.title for card in screen.list.cards()] == ["Budi"]
