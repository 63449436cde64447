"""The patient form: nothing typed is lost, warnings never block, errors say what to do under the field."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.queries.drafts import read_drafts
from desktop.ui.desk import Desk
from desktop.ui.screens.patient_form import PatientFormScreen, new_patient, newborn_fields_shown, patient_problems
from sync.records import Patient
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

TODAY = date(2026, 11, 24)
Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def type_into(qtbot: QtBot, screen: PatientFormScreen, name: str, text: str) -> None:
    control = screen.form.editor(name).control
    assert isinstance(control, QLineEdit)
    control.setFocus()
    control.clear()
    control.setCursorPosition(0)
    QTest.keyClicks(control, text)


def opened(screen: PatientFormScreen, show: Show, settled: Settled, item: str) -> None:
    show(screen)
    screen.open_item(item)
    settled(screen.desk)


def test_the_mothers_nik_is_asked_for_a_newborn_only() -> None:
    assert newborn_fields_shown({"identity_reason": "bayi_baru_lahir"})
    assert newborn_fields_shown({"identity_reason": None, "birth_order": 0})
    assert not newborn_fields_shown({"identity_reason": "tidak_dibawa"})


def test_rules_speak_of_fields_of_the_form_in_words() -> None:
    problems = patient_problems({"name": "Siti", "sex": "P", "nik": "12345", "birth_date": None}, TODAY)
    severities = {problem.field: problem.severity for problem in problems}
    assert severities["nik"] == "error"
    assert all(problem.text and "{" not in problem.text for problem in problems)


def test_a_patient_is_registered_by_keyboard(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient("Siti Aminah"))
    screen.form.set_values({"sex": "P"})
    type_into(qtbot, screen, "birth_date", "03021992")
    type_into(qtbot, screen, "nik", "3329014302920001")
    said: list[str] = []
    screen.desk.said.connect(lambda _level, text: said.append(text))
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        QTest.keyClick(screen, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settled(screen.desk)
    assert said == ["Tersimpan di komputer ini, menunggu dikirim."]
    key, patient = went.args
    saved = puskesmas.replica.get(Patient, patient)
    assert key == "patients"
    assert saved is not None
    assert (saved.record.name, saved.record.birth_date, saved.record.nik) == (
        "Siti Aminah",
        date(1992, 2, 3),
        "3329014302920001",
    )
    assert not screen.has_unsaved()


def test_a_malformed_nik_and_day_are_told_under_the_field_and_nothing_typed_is_lost(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient("Siti Aminah"))
    screen.form.set_values({"sex": "P"})
    type_into(qtbot, screen, "birth_date", "31021992")
    type_into(qtbot, screen, "nik", "12345")
    screen.save()
    settled(screen.desk)
    assert screen.form.editor("birth_date").problem.text().startswith("Tanggal ini tidak ada")
    assert "16 angka" in screen.form.editor("nik").problem.text()
    texts = [screen.form.editor(name).control for name in ("name", "birth_date", "nik")]
    assert [control.text() for control in texts if isinstance(control, QLineEdit)] == [
        "Siti Aminah",
        "31-02-1992",
        "12345",
    ]
    assert puskesmas.replica.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM patient").scalar()) == 0
    assert_legible(screen)


def test_a_number_that_only_looks_odd_is_warned_of_and_saved(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient("Siti Aminah"))
    screen.form.set_values({"sex": "P"})
    type_into(qtbot, screen, "nik", "3329010302920001")
    qtbot.waitUntil(lambda: "Jenis kelamin" in screen.form.editor("nik").problem.text())
    assert screen.form.editor("nik").problem.property("problem") == "warning"
    with qtbot.waitSignal(screen.desk.go_requested):
        screen.save()


def test_a_number_that_somebody_else_has_is_warned_of(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    add_patient(puskesmas, "Siti Aminatun", nik="3329014302920001")
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient())
    type_into(qtbot, screen, "nik", "3329014302920001")
    qtbot.waitUntil(lambda: "Siti Aminatun" in screen.form.editor("nik").problem.text())


def test_a_newborn_is_saved_with_the_mothers_nik_and_birth_order(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient("By. Ny. Siti"))
    assert not screen.form.editor("mother_nik").isVisible()
    screen.form.set_values({"sex": "L", "birth_date": date.today(), "identity_reason": "bayi_baru_lahir"})  # noqa: DTZ011  # the PC's day
    screen.form.changed.emit()
    assert screen.form.editor("mother_nik").isVisible()
    type_into(qtbot, screen, "mother_nik", "3329014302920001")
    type_into(qtbot, screen, "birth_order", "2")
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        screen.save()
    settled(screen.desk)
    saved = puskesmas.replica.get(Patient, went.args[1])
    assert saved is not None
    assert (saved.record.nik, saved.record.mother_nik, saved.record.birth_order) == (None, "3329014302920001", 2)


def test_a_change_made_elsewhere_while_the_form_was_open_is_kept(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = add_patient(puskesmas)
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, patient.id)
    elsewhere = puskesmas.replica.get(Patient, patient.id)
    assert elsewhere is not None
    changed = Patient.from_fields(patient.id, {**patient.to_fields(), "address": "Jl. Melati 5"})
    puskesmas.replica.save([Edit(changed, elsewhere)], puskesmas.staff[1].id)
    type_into(qtbot, screen, "phone", "0812 0000")
    with qtbot.waitSignal(screen.desk.go_requested):
        screen.save()
    settled(screen.desk)
    now = puskesmas.replica.get(Patient, patient.id)
    assert now is not None
    assert (now.record.phone, now.record.address, now.conflicts) == ("0812 0000", "Jl. Melati 5", ())


def test_escape_asks_before_giving_up_what_was_typed(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient())
    type_into(qtbot, screen, "name", "Siti")
    went: list[str] = []
    screen.desk.back_requested.connect(lambda: went.append("back"))
    QTest.keyClick(screen.form.editor("name").control, Qt.Key.Key_Escape)
    assert screen.question.isVisible()
    assert_legible(screen)
    screen.question.buttons()["Lanjut mengisi"].click()
    assert (went, screen.form.editor("name").value()) == ([], "Siti")
    screen.leave()
    screen.question.buttons()["Buang isian"].click()
    assert went == ["back"]


def test_another_patient_does_not_push_away_what_was_typed_but_keeps_it_as_a_draft(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = add_patient(puskesmas)
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient())
    type_into(qtbot, screen, "name", "Budi")
    screen.open_item(patient.id)
    settled(screen.desk)
    assert screen.form.editor("name").value() == "Siti Aminah"
    screen.open_item(new_patient())
    settled(screen.desk)
    next(iter(screen.question.buttons().values())).click()
    assert screen.form.editor("name").value() == "Budi"


def test_nobody_at_the_desk_loses_nothing(
    home: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = PatientFormScreen(new_desk(home))
    opened(screen, show, settled, new_patient("Siti"))
    screen.form.set_values({"sex": "P"})
    screen.mark_edited()
    with qtbot.waitSignal(screen.desk.said) as said:
        screen.save()
    assert said.args[0] == "error"
    assert screen.has_unsaved()
    assert not screen.saving
    assert screen.form.editor("name").value() == "Siti"


def test_what_the_replica_cannot_store_is_told_at_its_field(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient("Siti Aminah"))
    screen.form.set_values({"sex": "P", "allergies": ("Amoksisilin " * 20,)})
    screen.mark_edited()
    with qtbot.waitSignal(screen.desk.said) as said:
        screen.save()
    assert said.args[0] == "error"
    assert screen.form.editor("allergies").problem.text() == "Alergi belum benar. Periksa lagi."
    assert screen.focusWidget() is screen.form.editor("allergies").control
    assert screen.has_unsaved()


def test_who_may_be_registered_already_is_named_quietly_and_one_key_away(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    known = add_patient(puskesmas, "Muhammad Yusuf", sex="L", birth_date=date(1980, 3, 7))
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient())
    type_into(qtbot, screen, "name", "Moh. Jusup")
    screen.form.set_values({"sex": "L", "village": "Karangsari"})
    type_into(qtbot, screen, "birth_date", "07031980")
    qtbot.waitUntil(screen.duplicates.isVisible)
    settled(screen.desk)
    assert screen.duplicates.lines[0].text().startswith("Muhammad Yusuf · L · ")
    assert screen.duplicates.lines[0].text().endswith("(sangat mirip: bunyi nama sama, tanggal lahir sama, desa sama)")
    assert screen.form.editor("birth_date").control.hasFocus()
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        QTest.keyClick(screen.focusWidget(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert went.args == ["patients", known.id]
    settled(screen.desk)
    with reading(puskesmas) as reader:
        (draft,) = read_drafts(reader)
    assert draft.typed["name"] == "Moh. Jusup"
    # Going on is as possible as before.
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        QTest.keyClick(screen.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert went.args[0] == "patients"
    assert went.args[1] != known.id


def test_the_warning_goes_when_the_person_is_another_and_never_comes_while_correcting(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    known = add_patient(puskesmas, "Muhammad Yusuf", sex="L", birth_date=date(1980, 3, 7))
    twin = add_patient(puskesmas, "Moh. Yusuf", sex="L", birth_date=date(1980, 3, 7))
    screen = PatientFormScreen(new_desk(puskesmas))
    opened(screen, show, settled, new_patient())
    type_into(qtbot, screen, "name", "Muhammad Yusuf")
    type_into(qtbot, screen, "birth_date", "07031980")
    qtbot.waitUntil(screen.duplicates.isVisible)
    assert [line.isVisible() for line in screen.duplicates.lines] == [True, True, False]
    type_into(qtbot, screen, "birth_date", "07031945")
    qtbot.waitUntil(lambda: not screen.duplicates.isVisible())
    screen.drafting.forget()
    screen.mark_clean()
    screen.open_item(known.id)
    qtbot.waitUntil(lambda: screen.drafting.item == known.id)
    type_into(qtbot, screen, "village", "Karanganyar")
    qtbot.wait(0)
    settled(screen.desk)
    assert not screen.duplicates.isVisible()
    assert twin.id != known.id
