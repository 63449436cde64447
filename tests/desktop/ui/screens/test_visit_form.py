"""Noting a visit with real keys."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.actions.patients import save_visit
from desktop.ui.desk import Desk
from desktop.ui.screens.visit_form import VisitFormScreen, visit_problems
from sync.records import Visit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def visits(home: Home) -> list[str]:
    return home.replica.read(lambda c: [row[0].hex() for row in c.exec_driver_sql("SELECT id FROM visit")])


def test_a_visit_of_tomorrow_is_not_possible() -> None:
    today = date(2026, 11, 24)
    assert [p.field for p in visit_problems({"date": today + timedelta(days=1)}, today)] == ["date"]
    assert visit_problems({"date": today}, today) == []


def test_a_visit_is_noted_with_todays_date_already_there(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = add_patient(puskesmas)
    screen = VisitFormScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(patient.id)
    settled(screen.desk)
    complaint = screen.form.editor("complaint").control
    assert isinstance(complaint, QPlainTextEdit)
    QTest.keyClicks(complaint, "Batuk tiga hari")
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        screen.save()
    settled(screen.desk)
    assert went.args == ["patients", patient.id]
    (visit,) = visits(puskesmas)
    saved = puskesmas.replica.get(Visit, visit)
    assert saved is not None
    assert (saved.record.complaint, saved.record.date) == ("Batuk tiga hari", datetime.now(UTC).astimezone().date())


def test_an_impossible_day_is_told_and_nothing_typed_is_lost(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = VisitFormScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(add_patient(puskesmas).id)
    settled(screen.desk)
    day, complaint = screen.form.editor("date").control, screen.form.editor("complaint").control
    assert isinstance(day, QLineEdit)
    assert isinstance(complaint, QPlainTextEdit)
    QTest.keyClicks(complaint, "Batuk")
    day.clear()
    day.setCursorPosition(0)
    QTest.keyClicks(day, "31022026")
    screen.save()
    settled(screen.desk)
    assert visits(puskesmas) == []
    assert screen.form.editor("date").problem.text().startswith("Tanggal ini tidak ada")
    assert (day.text(), complaint.toPlainText()) == ("31-02-2026", "Batuk")


def test_a_visit_is_corrected(puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot) -> None:
    patient = add_patient(puskesmas)
    visit = save_visit(
        puskesmas.replica, nurse_of(puskesmas), patient.id, {"date": date(2026, 1, 2), "complaint": "Batuk"}, None
    )
    screen = VisitFormScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(f"{patient.id}/{visit}")
    settled(screen.desk)
    code = screen.form.editor("diagnosis_label").control
    assert isinstance(code, QLineEdit)
    QTest.keyClicks(code, "j06.9")
    with qtbot.waitSignal(screen.desk.go_requested):
        screen.save()
    settled(screen.desk)
    assert visits(puskesmas) == [visit]
    saved = puskesmas.replica.get(Visit, visit)
    assert saved is not None
    assert (saved.record.complaint, saved.record.diagnosis_code) == ("Batuk", "J06.9")


def choose_outcome(screen: VisitFormScreen, first_letters: str) -> None:
    control = screen.form.editor("outcome").control
    control.setFocus()
    QTest.keyClicks(control, first_letters)


def test_a_visit_is_noted_in_a_few_keys_and_a_letter_grows_out_of_it(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = add_patient(puskesmas)
    screen = VisitFormScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(patient.id)
    settled(screen.desk)
    complaint = screen.form.editor("complaint").control
    assert complaint.hasFocus()
    QTest.keyClicks(complaint, "Pusing")
    assert not screen.refer_button.isVisible()
    choose_outcome(screen, "di")
    assert screen.refer_button.isVisible()
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        QTest.keyClick(screen, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    settled(screen.desk)
    assert went.args == ["referral_form", patient.id]
    (visit,) = visits(puskesmas)
    saved = puskesmas.replica.get(Visit, visit)
    assert saved is not None
    assert (saved.record.complaint, saved.record.outcome) == ("Pusing", "rujuk")


def test_ctrl_r_does_nothing_while_nobody_is_referred(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = VisitFormScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(add_patient(puskesmas).id)
    settled(screen.desk)
    screen.save_and_refer()
    settled(screen.desk)
    assert visits(puskesmas) == []


def test_a_patient_who_does_not_want_to_go_is_asked_why(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = VisitFormScreen(new_desk(puskesmas))
    show(screen)
    screen.open_item(add_patient(puskesmas).id)
    settled(screen.desk)
    reason = screen.form.editor("refusal_reason")
    assert not reason.isVisible()
    choose_outcome(screen, "m")
    assert reason.isVisible()
    screen.save()
    settled(screen.desk)
    assert visits(puskesmas) == []
    assert reason.problem.text().startswith("Tulis alasan pasien menolak")
    assert reason.control.hasFocus()
    assert_legible(screen)
    QTest.keyClicks(reason.control, "Tidak ada yang menjaga anak")
    with qtbot.waitSignal(screen.desk.go_requested):
        screen.save()
    settled(screen.desk)
    (visit,) = visits(puskesmas)
    saved = puskesmas.replica.get(Visit, visit)
    assert saved is not None
    assert (saved.record.outcome, saved.record.refusal_reason) == ("menolak_rujuk", "Tidak ada yang menjaga anak")


def test_a_visit_noted_before_leads_to_its_history_and_to_what_has_to_be_decided(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = two_pcs.patient()
    visit = two_pcs.visit(patient, therapy="Oralit", outcome="rujuk")
    for home, therapy in ((two_pcs.a, "Oralit, zink"), (two_pcs.b, "Oralit, probiotik")):
        two_pcs.edit_visit(home, visit, therapy=therapy)
    two_pcs.meet()
    screen = VisitFormScreen(new_desk(two_pcs.a))
    show(screen)
    screen.open_item(f"{patient.id}/{visit.id}")
    settled(screen.desk)
    assert_legible(screen)
    for button, target in (
        (screen.decide_button, ["conflicts", visit.id]),
        (screen.history_button, ["history", f"visit/{visit.id}"]),
    ):
        with qtbot.waitSignal(screen.desk.go_requested) as went:
            QTest.keyClick(button, Qt.Key.Key_Return)
        assert went.args == target
    screen.open_item(patient.id)
    settled(screen.desk)
    assert not screen.history_button.isVisible()
    assert not screen.decide_button.isVisible()
