"""The clock of an answer on both sides: what is left, whom to call afterwards, who has seen it, where it went."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtTest import QTest

from desktop.actions.referrals import mark_seen, refuse, write_referral
from desktop.queries.referrals import ReferralFile, referral_file
from desktop.ui.desk import Desk, Person
from desktop.ui.screens.inbox import InboxScreen
from desktop.ui.screens.referral_answer import history_blocks
from desktop.ui.screens.referral_watch import seen_words
from desktop.ui.screens.referrals import ReferralsScreen
from desktop.ui.tones import Tone
from sync.records import Duty, Facility, Referral, ReferralEvent
from sync.records.referral_state import last_request
from sync.replica.facts import facts_of
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import (
    add_facility,
    add_patient,
    add_received_letter,
    add_ward,
    letter_values,
    nurse_of,
    reading,
)
from tests.desktop.ui.screens.conftest import Show, assert_legible
from tests.fakes.sides import written_elsewhere

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def file_of(home: Home, letter: Referral) -> ReferralFile:
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    return file


def sent(home: Home, age: timedelta, *, on_server: bool = True) -> tuple[Referral, Facility]:
    """An emergency letter of this puskesmas, written ``age`` ago, whose hospital has two others beside it."""
    hospital = add_facility(home, phone="0800-0000-0001", emergency_phone="0800-0000-0118")
    for name, free in (("RSU Sedikit", 1), ("RSU Banyak", 4), ("RSU Penuh", 0)):
        other = add_facility(home, name, phone="0800-0000-0002", emergency_phone=f"0800-0000-02{free:02d}")
        add_ward(home, other.id, free=free, age=timedelta(hours=1))
    add_ward(home, hospital.id, free=9, age=timedelta(hours=1))
    add_facility(home, "Dinas Kesehatan Tirta", "dinkes", phone="0800-0000-0009")
    now = home.replica.now()
    duty = Duty(
        id=home.replica.new_id(),
        facility=hospital.id,
        name="dr. Naura",
        phone="0800-0000-2222",
        since=now,
        until=now + timedelta(hours=3),
    )
    home.replica.save([Edit(duty)], home.staff[0].id)
    values = {**letter_values(add_patient(home).id, hospital.id), "ward_class": "KL3"}
    own = {"id": home.replica.new_id(), "number": "A-0001/XI/2026", "written_at": now - age}
    letter = Referral(**{**values, **own, "from_facility": home.replica.identity.facility})
    home.replica.save([Edit(letter)], home.staff[0].id)
    if on_server:
        home.replica.confirm([item for item, _ in home.replica.waiting(100, 1_000_000)], [])
    return letter, hospital


def opened(home: Home, letter: Referral, new_desk: NewDesk, show: Show, settled: Settled) -> ReferralsScreen:
    screen = ReferralsScreen(new_desk(home))
    show(screen)
    screen.open_item(letter.id)
    settled(screen.desk)
    settled(screen.desk)
    return screen


def redirected(home: Home, letter: Referral, hospital: str) -> None:
    """The district office names another hospital."""
    before = last_request(facts_of(home.replica, letter.id))
    fact = ReferralEvent(
        id=home.replica.new_id(),
        referral=letter.id,
        kind="dialihkan",
        at=home.replica.now(),
        by="0d" * 16,
        by_name="Sari Wulandari",
        to_facility=hospital,
        spoke_with="dr. Gita",
        note="ICU penuh",
        answers=before.id if before else None,
    )
    written_elsewhere(home.replica, fact, "0c" * 16, "dinkes")


def test_the_sender_sees_how_long_the_answer_may_take(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter, _ = sent(puskesmas, timedelta(minutes=6, seconds=5))
    clock = opened(puskesmas, letter, new_desk, show, settled).detail.clock
    assert clock.headline.text().startswith("Jawaban diharapkan dalam 9 menit, sampai ")
    assert clock.calls() == []
    assert not clock.note_button.isVisible()
    clock.tell(puskesmas.replica.now() + timedelta(minutes=13))
    assert clock.headline.text().startswith("Belum dijawab, lewat 4 menit")
    assert clock.note_button.isVisible()


def test_after_a_quarter_of_an_hour_the_sender_sees_whom_to_call(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter, _ = sent(puskesmas, timedelta(minutes=19, seconds=5))
    screen = opened(puskesmas, letter, new_desk, show, settled)
    clock = screen.detail.clock
    assert clock.headline.text().startswith("Belum dijawab, lewat 4 menit")
    assert clock.calls() == [
        ("Petugas jaga dr. Naura", "0800-0000-2222"),
        ("IGD RSUD Kenanga", "0800-0000-0118"),
        ("Dinas Kesehatan Tirta", "0800-0000-0009"),
        (
            "RS berikutnya: RSU Banyak (jarak tidak diketahui · Kelas III: 4 kosong, dihitung 1 jam lalu)",
            "0800-0000-0204",
        ),
    ]
    assert_legible(screen)


def test_an_emergency_that_does_not_leave_the_pc_is_told_by_telephone_at_once(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter, _ = sent(puskesmas, timedelta(minutes=3), on_server=False)
    screen = opened(puskesmas, letter, new_desk, show, settled)
    words = "Surat belum terkirim, jadi rumah sakit belum tahu. Telepon sekarang:"
    assert screen.detail.clock.headline.text() == words
    assert len(screen.detail.clock.calls()) == 4
    assert not screen.detail.duty.isVisible(), "the duty officer stands in the box already"
    assert_legible(screen)


def test_a_call_is_noted_in_one_step_and_stands_in_the_history(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter, _ = sent(puskesmas, timedelta(minutes=19))
    screen = opened(puskesmas, letter, new_desk, show, settled)
    screen.detail.clock.note_button.click()
    form = screen.detail.steps.form()
    screen.detail.steps.save_button.click()
    settled(screen.desk)
    assert form.editor("spoke_with").problem.text()
    QTest.keyClicks(form.editor("spoke_with").control, "Ns. Ratna")
    QTest.keyClicks(form.editor("note").control, "Sedang ditanyakan ke dokter")
    assert_legible(screen)
    screen.detail.steps.save_button.click()
    settled(screen.desk)
    (fact,) = file_of(puskesmas, letter).events
    assert (fact.kind, fact.spoke_with, fact.note) == ("ditelepon", "Ns. Ratna", "Sedang ditanyakan ke dokter")


def test_an_answer_stops_the_clock(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    letter, hospital = sent(puskesmas, timedelta(minutes=40))
    fact = ReferralEvent(
        id=puskesmas.replica.new_id(),
        referral=letter.id,
        kind="ditolak",
        at=puskesmas.replica.now(),
        by="0b" * 16,
        by_name="dr. Ratna",
        reason="ruang_penuh",
    )
    written_elsewhere(puskesmas.replica, fact, hospital.id)
    assert not opened(puskesmas, letter, new_desk, show, settled).detail.clock.isVisible()


def test_everybody_who_opens_it_is_named_once_with_the_time(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = add_received_letter(hospital, add_patient(hospital).id)
    for member in (hospital.staff[0], hospital.staff[1], hospital.staff[0]):
        desk = new_desk(hospital)
        desk.choose_person(Person(member.id, member.name, member.profession))
        screen = InboxScreen(desk)
        show(screen)
        assert screen.list.select(letter.id)
        settled(desk)
        settled(desk)
    file = file_of(hospital, letter)
    assert [event.by_name for event in file.events] == [member.name for member in hospital.staff]
    words = seen_words(file.line, hospital.replica.now())
    times = [f"{event.at.astimezone():%H.%M}" for event in file.events]
    assert words == f"Dilihat Ns. Dewi Lestari, S.Kep. {times[0]}, dr. Bagus Santoso {times[1]}"
    screen.refresh()
    settled(desk)
    assert screen.seen.text() == words
    assert_legible(screen)


def test_a_late_emergency_says_so_on_its_card_and_in_its_detail(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = add_received_letter(hospital, add_patient(hospital).id, age=timedelta(minutes=19))
    screen = InboxScreen(new_desk(hospital))
    show(screen)
    mark = screen.list.cards()[0].marks[1]
    assert (mark.text, mark.tone) == ("Baru · lewat 4 menit", Tone.DANGER)
    assert screen.list.select(letter.id)
    settled(screen.desk)
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    assert screen.state.text() == "Lewat 4 menit"
    assert_legible(screen)


def test_the_old_hospital_sees_that_it_is_asked_no_more(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    letter = add_received_letter(hospital, add_patient(hospital).id, age=timedelta(minutes=30))
    other = add_facility(hospital, "RSU Lain")
    redirected(hospital, letter, other.id)
    screen = InboxScreen(new_desk(hospital))
    show(screen)
    assert [mark.text for mark in screen.list.cards()[0].marks] == ["Merah", "Dialihkan ke RS lain"]
    assert screen.count.text() == "Semua sudah dijawab"
    assert screen.list.select(letter.id)
    settled(screen.desk)
    settled(screen.desk)
    assert not screen.panel.isVisible()
    assert screen.answer.headline.text() == "Dialihkan ke RSU Lain"
    history = history_blocks(file_of(hospital, letter), hospital.replica.now())[0].text
    assert "Dialihkan · ke RSU Lain · Sari Wulandari · berbicara dengan dr. Gita · ICU penuh" in history
    assert "disepakati lewat telepon dengan dr. Gita" in screen.answer.details.text()
    assert screen.steps.buttons["tiba"].isVisible(), "who comes all the same is received"
    assert [event.kind for event in file_of(hospital, letter).events] == ["dialihkan"]
    assert_legible(screen)


def test_the_new_hospital_answers_and_the_sender_sees_which_one(
    hospital: Home, puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    first = add_facility(hospital, "RSU Lain")
    letter = add_received_letter(hospital, add_patient(hospital).id, to_facility=first.id)
    redirected(hospital, letter, hospital.replica.identity.facility)
    screen = InboxScreen(new_desk(hospital))
    show(screen)
    assert screen.list.select(letter.id)
    settled(screen.desk)
    settled(screen.desk)
    assert screen.panel.isVisible()
    assert screen.answer.headline.text() == "Dialihkan ke RSUD Kenanga"
    refuse(hospital.replica, nurse_of(hospital), letter.id, reason="icu_penuh", note=None)
    line = file_of(hospital, letter).line
    assert (line.state, line.to_name, line.redirected) == ("ditolak", "RSUD Kenanga", True)

    own, _ = sent(puskesmas, timedelta(minutes=40))
    mark_seen(puskesmas.replica, nurse_of(puskesmas), own.id)
    other = add_facility(puskesmas, "RSU Tujuan")
    redirected(puskesmas, own, other.id)
    sender = opened(puskesmas, own, new_desk, show, settled)
    assert sender.detail.heading.text() == "A-0001/XI/2026 ke RSU Tujuan"
    assert sender.detail.state.text() == "Dialihkan"
    assert sender.detail.answer.headline.text() == "Dialihkan ke RSU Tujuan"
    assert sender.detail.clock.headline.text().startswith("Jawaban diharapkan dalam 15 menit")
    assert not sender.detail.seen.isVisible(), "the new hospital has not seen it"
    assert_legible(sender)


def test_a_letter_written_now_has_the_whole_time(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    values = letter_values(add_patient(puskesmas).id, add_facility(puskesmas).id)
    letter = write_referral(puskesmas.replica, nurse_of(puskesmas), values)
    clock = opened(puskesmas, letter, new_desk, show, settled).detail.clock
    assert clock.headline.text().startswith("Jawaban diharapkan dalam 15 menit")
