"""The life of a referral on both sides' screens: the steps that make sense are offered, and each says what it noted."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, cancel, write_referral
from desktop.queries.referrals import ReferralFile, referral_file
from desktop.ui.desk import Desk
from desktop.ui.screens.inbox import InboxScreen
from desktop.ui.screens.referral_answer import history_blocks
from desktop.ui.screens.referrals import ReferralsScreen
from desktop.ui.screens.step_panel import StepPanel
from sync.records import Referral
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, letter_values, nurse_of, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def offered(panel: StepPanel) -> set[str]:
    return {kind for kind, shown in panel.buttons.items() if shown.isVisible()}


def in_inbox(home: Home, new_desk: NewDesk, show: Show, settled: Settled) -> tuple[InboxScreen, Referral]:
    letter = add_received_letter(home, add_patient(home).id)
    screen = InboxScreen(new_desk(home))
    show(screen)
    assert screen.list.select(letter.id)
    reread(screen, settled)
    return screen, letter


def sent(home: Home, new_desk: NewDesk, show: Show, settled: Settled) -> tuple[ReferralsScreen, Referral]:
    values = letter_values(add_patient(home).id, add_facility(home).id)
    letter = write_referral(home.replica, nurse_of(home), values)
    screen = ReferralsScreen(new_desk(home))
    show(screen)
    screen.open_item(letter.id)
    reread(screen, settled)
    return screen, letter


def reread(screen: InboxScreen | ReferralsScreen, settled: Settled) -> None:
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    settled(screen.desk)


def file_of(home: Home, letter: Referral) -> ReferralFile:
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    return file


def back_refer(home: Home, letter: Referral) -> None:
    nurse = nurse_of(home)
    accept(home.replica, nurse, letter.id, ward=None, bed=None, note=None)
    add_step(home.replica, nurse, letter.id, "tiba", {"at": home.replica.now()})
    control = home.replica.now().astimezone().date() + timedelta(days=14)
    plan = {"final_diagnosis": "Preeklamsia berat", "drug_plan": "Nifedipin 3x10 mg", "advice": "Ukur tensi tiap hari"}
    add_step(home.replica, nurse, letter.id, "dirujuk_balik", {**plan, "control_date": control})


def test_the_hospital_notes_arrival_and_back_referral_step_by_step(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = in_inbox(hospital, new_desk, show, settled)
    assert offered(screen.steps) == {"tiba", "ditelepon", "pertanyaan"}
    accept(hospital.replica, nurse_of(hospital), letter.id, ward=None, bed=None, note=None)
    reread(screen, settled)
    assert offered(screen.steps) == {"tiba", "tidak_datang", "ditelepon", "pertanyaan"}
    assert not screen.panel.isVisible()
    screen.steps.buttons["tiba"].click()
    assert_legible(screen)
    QTest.keyClicks(screen.steps.form().editor("handed_to").control, "Ns. Putu")
    screen.steps.save_button.click()
    reread(screen, settled)
    assert screen.state.text() == "Tiba di RS"
    assert "Ns. Putu" in dict(screen.life.texts())["✓ Tiba di RS"]
    assert offered(screen.steps) == {"selesai", "dirujuk_balik", "ditelepon", "pertanyaan"}
    screen.steps.buttons["dirujuk_balik"].click()
    assert_legible(screen)
    QTest.keyClicks(screen.steps.form().editor("final_diagnosis").control, "Preeklamsia berat")
    QTest.keyClicks(screen.steps.form().editor("drug_plan").control, "Nifedipin 3x10 mg")
    screen.steps.save_button.click()
    reread(screen, settled)
    assert screen.answer.headline.text() == "Dirujuk balik: Preeklamsia berat"
    assert offered(screen.steps) == {"ditelepon", "pertanyaan"}
    assert_legible(screen)


def test_a_back_referral_without_diagnosis_says_so_and_keeps_what_was_typed(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = in_inbox(hospital, new_desk, show, settled)
    add_step(hospital.replica, nurse_of(hospital), letter.id, "tiba", {"at": hospital.replica.now()})
    reread(screen, settled)
    screen.steps.buttons["dirujuk_balik"].click()
    form = screen.steps.form()
    QTest.keyClicks(form.editor("advice").control, "Kurangi garam")
    screen.steps.save_button.click()
    reread(screen, settled)
    assert form.editor("final_diagnosis").problem.text() == "Diagnosis akhir belum diisi."
    assert form.editor("advice").value() == "Kurangi garam"
    assert form.isVisible()
    assert_legible(screen)
    assert file_of(hospital, letter).line.state == "tiba"


def test_who_left_before_an_answer_can_still_be_accepted(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = in_inbox(hospital, new_desk, show, settled)
    add_step(hospital.replica, nurse_of(hospital), letter.id, "berangkat", {"at": hospital.replica.now()})
    reread(screen, settled)
    assert screen.state.text() == "Sisa 10 menit"
    assert screen.list.cards()[0].marks[1].text == "Berangkat · sisa 10 menit"
    assert screen.panel.isVisible()
    assert screen.count.text() == "1 menunggu jawaban"


def test_a_patient_who_comes_although_cancelled_is_received(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = in_inbox(hospital, new_desk, show, settled)
    cancel(hospital.replica, nurse_of(hospital), letter.id, note="Keluarga menolak")
    reread(screen, settled)
    assert offered(screen.steps) == {"tiba", "ditelepon", "pertanyaan"}
    screen.steps.buttons["tiba"].click()
    screen.steps.save_button.click()
    reread(screen, settled)
    assert screen.state.text() == "Tiba di RS"


def test_the_puskesmas_notes_departure_with_escort_and_vehicle(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = sent(puskesmas, new_desk, show, settled)
    screen.detail.steps.buttons["berangkat"].click()
    assert_legible(screen)
    form = screen.detail.steps.form()
    QTest.keyClicks(form.editor("escort").control, "Bidan Rina")
    QTest.keyClicks(form.editor("vehicle").control, "Ambulans")
    screen.detail.steps.save_button.click()
    reread(screen, settled)
    left = file_of(puskesmas, letter).latest("berangkat")
    assert left is not None
    assert (left.escort, left.vehicle) == ("Bidan Rina", "Ambulans")
    assert dict(screen.detail.life.texts())["✓ Berangkat"].endswith("Ambulans, Bidan Rina")
    assert not screen.detail.cancel_button.isVisible()


def test_the_keyboard_goes_from_the_last_detail_to_saving(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, _ = sent(puskesmas, new_desk, show, settled)
    steps = screen.detail.steps
    for kind in ("pertanyaan", "berangkat", "pertanyaan"):
        steps.reset()
        steps.buttons[kind].click()
        last = steps.form().editor("note" if kind == "pertanyaan" else "vehicle").control
        last.setFocus()
        QTest.keyClick(last, Qt.Key.Key_Tab)
        assert screen.focusWidget() is steps.save_button


def test_a_long_drug_plan_leaves_room_and_is_whole_in_the_history(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = sent(puskesmas, new_desk, show, settled)
    plan = "Nifedipin 3x10 mg. " * 100
    values = {"final_diagnosis": "Preeklamsia berat", "drug_plan": plan, "advice": plan}
    add_step(puskesmas.replica, nurse_of(puskesmas), letter.id, "dirujuk_balik", values)
    reread(screen, settled)
    assert "lengkapnya di Riwayat" in screen.detail.answer.details.text()
    (block,) = history_blocks(file_of(puskesmas, letter), puskesmas.replica.now())
    assert plan in block.text
    assert_legible(screen)


def test_a_departure_in_the_future_is_refused_where_it_was_typed(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = sent(puskesmas, new_desk, show, settled)
    screen.detail.steps.buttons["berangkat"].click()
    editor = screen.detail.steps.form().editor("at")
    editor.set_value(puskesmas.replica.now() + timedelta(days=1))
    screen.detail.steps.save_button.click()
    reread(screen, settled)
    assert "belum terjadi" in editor.problem.text()
    assert file_of(puskesmas, letter).events == ()


def test_the_back_referral_is_read_and_seen_to_at_the_puskesmas(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = sent(puskesmas, new_desk, show, settled)
    back_refer(puskesmas, letter)
    reread(screen, settled)
    detail = screen.detail
    assert detail.answer.headline.text() == "Dirujuk balik: Preeklamsia berat"
    assert "Nifedipin 3x10 mg" in detail.answer.details.text()
    assert [head for head, _ in detail.life.texts()] == ["✓ Tiba di RS", "✓ Dirujuk balik"]
    assert detail.life.texts()[1][1].endswith("tindak lanjut belum")
    assert offered(detail.steps) == {"ditindaklanjuti", "ditelepon", "pertanyaan"}
    assert_legible(screen)
    detail.steps.buttons["ditindaklanjuti"].click()
    QTest.keyClicks(detail.steps.form().editor("note").control, "Obat sudah diberikan")
    detail.steps.save_button.click()
    reread(screen, settled)
    assert detail.life.texts()[1][1].endswith(puskesmas.staff[0].name)
    assert offered(detail.steps) == {"ditelepon", "pertanyaan"}
    assert_legible(screen)


def test_a_whole_life_fits_a_small_window(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    """Not much more than 1366 x 768 at 125 % leaves beside menu, header and sync bar."""
    screen, letter = sent(puskesmas, new_desk, show, settled)
    at = puskesmas.replica.now()
    add_step(puskesmas.replica, nurse_of(puskesmas), letter.id, "berangkat", {"at": at, "vehicle": "Ambulans"})
    back_refer(puskesmas, letter)
    reread(screen, settled)
    screen.detail.steps.buttons["ditindaklanjuti"].click()
    screen.resize(950, 510)
    assert_legible(screen)
    assert (screen.width(), screen.height()) == (950, 510)


def test_a_question_of_the_other_side_stands_out_until_it_is_answered(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, letter = in_inbox(hospital, new_desk, show, settled)
    screen.steps.buttons["pertanyaan"].click()
    QTest.keyClicks(screen.steps.form().editor("note").control, "Hb terakhir berapa?")
    screen.steps.save_button.click()
    reread(screen, settled)
    assert not screen.question.isVisible()
    assert file_of(hospital, letter).line.state == "dilihat"
    asked = file_of(hospital, letter).latest("pertanyaan")
    panel = screen.steps
    panel.offer((), asked)
    assert offered(panel) == {"ditelepon", "jawaban"}
    panel.buttons["jawaban"].click()
    QTest.keyClicks(panel.form().editor("note").control, "9,2 g/dL")
    panel.save_button.click()
    reread(screen, settled)
    assert asked is not None
    assert file_of(hospital, letter).question_to(letter.from_facility) is None


def test_what_was_begun_for_one_patient_is_not_left_for_the_next(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen, _ = in_inbox(hospital, new_desk, show, settled)
    other = add_received_letter(hospital, add_patient(hospital, "Budi").id)
    reread(screen, settled)
    screen.steps.buttons["tiba"].click()
    QTest.keyClicks(screen.steps.form().editor("handed_to").control, "Ns. Putu")
    reread(screen, settled)
    assert screen.steps.form().editor("handed_to").value() == "Ns. Putu"
    screen.list.select(other.id)
    reread(screen, settled)
    screen.steps.buttons["tiba"].click()
    assert screen.steps.form().editor("handed_to").value() is None
