"""The queue of different values: both in sight, one key for each, a third one typed, and nothing decided by mistake."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.actions.patients import save_patient
from desktop.queries.conflicts import conflicts_of
from desktop.ui.desk import Desk
from desktop.ui.screens.conflict_words import telling_problems, waiting_mark
from desktop.ui.screens.conflicts import ConflictsScreen
from sync.records import Patient, Visit
from tests.desktop.homes import Home
from tests.desktop.scenes import reading
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def two_names(two_pcs: TwoPcs, was: str = "Siti", **details: object) -> Patient:
    patient = two_pcs.patient(name=was, **details)
    for home, name in ((two_pcs.a, f"{was} Aminah"), (two_pcs.b, f"{was} Aminatun")):
        two_pcs.edit_patient(home, patient, name=name)
    two_pcs.meet()
    return patient


def two_visits(two_pcs: TwoPcs, patient: Patient) -> Visit:
    visit = two_pcs.visit(patient, complaint="Demam tiga hari, muntah", therapy="Parasetamol 3x500 mg", outcome="rujuk")
    two_pcs.edit_visit(
        two_pcs.a, visit, diagnosis_code="A91", diagnosis_set="icd10_bpjs", diagnosis_label="Demam berdarah dengue"
    )
    two_pcs.edit_visit(two_pcs.b, visit, therapy="Parasetamol 3x500 mg, cairan infus RL 20 tetes per menit")
    two_pcs.meet()
    return visit


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled) -> ConflictsScreen:
    screen = ConflictsScreen(new_desk(home))
    show(screen)
    screen.setFocus()
    return screen


def press(screen: ConflictsScreen, key: Qt.Key, settled: Settled) -> None:
    QTest.keyClick(screen.list if screen.other is None else screen.other.form, key)
    settled(screen.desk)


def name_of(home: Home, patient: Patient) -> str:
    seen = home.replica.get(Patient, patient.id)
    assert seen is not None
    return seen.record.name


def texts_of(screen: ConflictsScreen) -> list[str]:
    return [text.text() for text in screen.choices.findChildren(QLabel) if text.isVisible()]


def test_without_questions_the_screen_says_so(two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    screen = opened(two_pcs.a, new_desk, show, settled)
    assert screen.nothing.title() == "Tidak ada yang perlu diputuskan"
    assert_legible(screen)


def test_down_and_a_digit_decide_and_the_next_question_waits_for_its_own_keys(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    siti, budi = two_names(two_pcs), two_names(two_pcs, "Budi")
    screen = opened(two_pcs.a, new_desk, show, settled)
    assert [(card.title, card.subtitle, card.right) for card in screen.list.cards()] == [
        ("Siti Aminatun", "Nama lengkap", "2 isian"),
        ("Budi Aminatun", "Nama lengkap", "2 isian"),
    ]
    # The same name is registered at both computers.
    assert screen.list.cards()[0].more == "oleh Ns. Dewi Lestari, S.Kep., komputer A & B"
    press(screen, Qt.Key.Key_Down, settled)
    assert screen.question.text() == "Data pasien: Nama lengkap. Mana yang benar?"
    texts = texts_of(screen)
    assert "Siti Aminah" in texts
    assert "Siti Aminatun" in texts
    assert any("Ns. Dewi Lestari, S.Kep. · komputer B · " in text for text in texts)
    assert "Puskesmas Melati, pemilik data ini" in screen.since.text()
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.said) as said:
        press(screen, Qt.Key.Key_1, settled)
    assert said.args is not None
    assert said.args[1].startswith("Diputuskan: Nama lengkap Siti Aminah.")
    assert name_of(two_pcs.a, siti) == "Siti Aminah"
    # The same key once more decides nothing: no question is chosen.
    press(screen, Qt.Key.Key_1, settled)
    assert screen.right.currentWidget() is screen.nothing
    assert [card.title for card in screen.list.cards()] == ["Budi Aminatun"]
    press(screen, Qt.Key.Key_Down, settled)
    press(screen, Qt.Key.Key_2, settled)
    assert name_of(two_pcs.a, budi) == "Budi Aminatun"
    assert screen.nothing.title() == "Tidak ada yang perlu diputuskan"


def test_a_card_says_who_wrote_the_values(two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    patient = two_pcs.patient(name="Siti")
    two_pcs.edit_patient(two_pcs.a, patient, name="Siti Aminah")
    doctor = two_pcs.b.staff[1]
    seen = two_pcs.b.replica.get(Patient, patient.id)
    save_patient(two_pcs.b.replica, doctor, {"name": "Siti Aminatun"}, seen)
    two_pcs.meet()
    screen = opened(two_pcs.a, new_desk, show, settled)
    assert screen.list.cards()[0].more == "oleh Ns. Dewi Lestari, S.Kep. & dr. Bagus Santoso"


def test_what_two_wrote_in_one_visit_can_be_taken_together(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    visit = two_visits(two_pcs, two_pcs.patient())
    screen = opened(two_pcs.a, new_desk, show, settled)
    press(screen, Qt.Key.Key_Down, settled)
    assert "Diagnosis, Terapi. Mana yang benar?" in screen.question.text()
    assert screen.same.text() == "Sama di semuanya: Keluhan: Demam tiga hari, muntah · Tindak lanjut: Dirujuk."
    assert "tidak pernah mundur" in screen.rails.text()
    assert "Gabungan: yang diubah masing-masing, bersama-sama." in texts_of(screen)
    assert_legible(screen)
    press(screen, Qt.Key.Key_3, settled)
    seen = two_pcs.a.replica.get(Visit, visit.id)
    assert seen is not None
    assert (seen.conflicts, seen.record.diagnosis_code) == ((), "A91")
    assert seen.record.therapy is not None
    assert "cairan infus" in seen.record.therapy


def test_a_third_value_is_typed_in_the_fields_own_editor_and_checked(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    patient = two_pcs.patient()
    for home, day in ((two_pcs.a, date(1991, 1, 1)), (two_pcs.b, date(1992, 1, 1))):
        two_pcs.edit_patient(home, patient, birth_date=day)
    two_pcs.meet()
    screen = opened(two_pcs.a, new_desk, show, settled)
    press(screen, Qt.Key.Key_Down, settled)
    press(screen, Qt.Key.Key_L, settled)
    assert screen.other is not None
    assert screen.has_unsaved()
    day_line = screen.other.form.editor("birth_date").control
    assert isinstance(day_line, QLineEdit)
    tomorrow = datetime.now(UTC).astimezone().date() + timedelta(days=1)
    day_line.setText(f"{tomorrow:%d-%m-%Y}")
    assert_legible(screen)
    QTest.keyClick(day_line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settled(screen.desk)
    assert screen.other is not None
    assert screen.other.form.editor("birth_date").problem.text() == "Tanggal lahir tidak boleh setelah hari ini."
    day_line.setCursorPosition(0)
    # Digits are those of the day now, and choose nothing.
    QTest.keyClicks(day_line, "03021993")
    QTest.keyClick(day_line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settled(screen.desk)
    seen = two_pcs.a.replica.get(Patient, patient.id)
    assert seen is not None
    assert (seen.record.birth_date, seen.conflicts, screen.has_unsaved()) == (date(1993, 2, 3), (), False)


def test_giving_up_typing_leaves_the_question_and_its_keys(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    patient = two_names(two_pcs)
    screen = opened(two_pcs.a, new_desk, show, settled)
    press(screen, Qt.Key.Key_Down, settled)
    press(screen, Qt.Key.Key_L, settled)
    press(screen, Qt.Key.Key_Escape, settled)
    assert screen.other is None
    press(screen, Qt.Key.Key_2, settled)
    assert name_of(two_pcs.a, patient) == "Siti Aminatun"


def test_what_is_typed_stays_when_data_arrives_and_a_decision_made_elsewhere_is_told(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = two_names(two_pcs)
    screen = opened(two_pcs.a, new_desk, show, settled)
    press(screen, Qt.Key.Key_Down, settled)
    press(screen, Qt.Key.Key_L, settled)
    assert screen.other is not None
    line = screen.other.form.editor("name").control
    assert isinstance(line, QLineEdit)
    line.setText("Siti Aminah Putri")
    two_pcs.edit_patient(two_pcs.b, patient, name="Siti Aminatun Zahra")
    two_pcs.meet()
    screen.refresh()
    settled(screen.desk)
    assert screen.other is not None
    assert line.text() == "Siti Aminah Putri"
    with qtbot.waitSignal(screen.desk.said) as said:
        QTest.keyClick(line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settled(screen.desk)
    assert said.args is not None
    assert "sudah diputuskan" in said.args[1]
    assert name_of(two_pcs.a, patient) == "Siti Aminatun Zahra"


def test_a_patient_who_does_not_want_to_go_is_asked_why(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    visit = two_pcs.visit(two_pcs.patient(), complaint="Kejang", diagnosis_code="O14.1", outcome="rawat_inap")
    for home, word in ((two_pcs.a, "rujuk"), (two_pcs.b, "berobat_jalan")):
        two_pcs.edit_visit(home, visit, outcome=word)
    two_pcs.meet()
    screen = opened(two_pcs.a, new_desk, show, settled)
    press(screen, Qt.Key.Key_Down, settled)
    press(screen, Qt.Key.Key_L, settled)
    assert screen.other is not None
    form = screen.other.form
    assert set(form.typed()) == {"outcome", "refusal_reason"}
    outcome = form.editor("outcome").control
    assert isinstance(outcome, QComboBox)
    assert not form.editor("refusal_reason").isVisible()
    outcome.setFocus()
    QTest.keyClicks(outcome, "menolak")
    outcome.activated.emit(outcome.currentIndex())
    assert_legible(screen)
    screen.other.save()
    assert "Tulis alasan" in form.editor("refusal_reason").problem.text()
    form.set_values({"refusal_reason": "Menunggu suami"})
    screen.other.save()
    settled(screen.desk)
    seen = two_pcs.a.replica.get(Visit, visit.id)
    assert seen is not None
    assert (seen.record.outcome, seen.record.refusal_reason) == ("menolak_rujuk", "Menunggu suami")
    assert (seen.record.diagnosis_code, seen.conflicts) == ("O14.1", ())


def test_two_reasons_of_a_refusal_are_asked_about_and_a_third_can_be_typed(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    visit = two_pcs.visit(
        two_pcs.patient(), complaint="Kejang", diagnosis_code="O14.1", outcome="menolak_rujuk", refusal_reason="?"
    )
    for home, reason in ((two_pcs.a, "Menunggu suami"), (two_pcs.b, "Tidak ada biaya")):
        two_pcs.edit_visit(home, visit, refusal_reason=reason)
    two_pcs.meet()
    screen = opened(two_pcs.a, new_desk, show, settled)
    press(screen, Qt.Key.Key_Down, settled)
    assert "Alasan menolak dirujuk. Mana yang benar?" in screen.question.text()
    press(screen, Qt.Key.Key_L, settled)
    assert screen.other is not None
    assert_legible(screen)
    assert screen.other.form.editor("refusal_reason").isVisible()
    screen.other.form.set_values({"refusal_reason": "Menunggu suami; biaya dibantu desa"})
    screen.other.save()
    settled(screen.desk)
    seen = two_pcs.a.replica.get(Visit, visit.id)
    assert seen is not None
    assert (seen.record.refusal_reason, seen.conflicts) == ("Menunggu suami; biaya dibantu desa", ())


def test_what_is_odd_with_one_value_only_stands_beside_it(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient(nik=None, jkn_number=None, identity_reason=None)
    for home, nik in ((two_pcs.a, "3329014302920001"), (two_pcs.b, "332901430292")):
        two_pcs.edit_patient(home, patient, nik=nik)
    two_pcs.meet()
    with reading(two_pcs.a) as reader:
        (conflict,) = conflicts_of(reader, two_pcs.district.puskesmas)
    odd = [telling_problems(conflict, choice.values, date(2026, 11, 26)) for choice in conflict.choices]
    assert [[problem.field for problem in problems] for problems in odd] == [[], ["nik"]]
    now = conflict.since + timedelta(days=3)
    assert waiting_mark(conflict, now).text == "menunggu 3 hari"


def test_the_item_may_be_a_patient_and_allergies_are_said_to_have_joined(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    two_names(two_pcs, "Budi")
    patient = two_names(two_pcs, allergies=("Amoksisilin", "Udang"))
    screen = ConflictsScreen(new_desk(two_pcs.a))
    screen.open_item(patient.id)
    show(screen)
    assert screen.patient_header.name.text() == "Siti Aminatun"
    assert screen.rails.text().endswith("tidak pernah ditanyakan: Amoksisilin, Udang.")
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        press(screen, Qt.Key.Key_R, settled)
    assert went.args == ["history", f"patient/{patient.id}"]


def test_long_texts_and_a_small_window_leave_everything_readable(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    """1366 x 768 at 125 % leaves 897 x 460 for a screen."""
    visit = two_pcs.visit(two_pcs.patient(name="Siti Nurhaliza Widyaningsih"))
    for home, word in ((two_pcs.a, "muntah"), (two_pcs.b, "mimisan")):
        two_pcs.edit_visit(
            home, visit, complaint=f"Demam tinggi, {word} sejak tiga hari yang lalu. " * 15, therapy=word
        )
    two_pcs.meet()
    screen = opened(two_pcs.a, new_desk, show, settled)
    screen.resize(897, 460)
    press(screen, Qt.Key.Key_Down, settled)
    assert screen.width() == 897
    assert_legible(screen)
    press(screen, Qt.Key.Key_L, settled)
    assert_legible(screen)


def test_keys_never_mean_other_values_than_those_that_were_read(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = two_pcs.patient(name="Siti")
    for home, name in ((two_pcs.a, "Siti Aminah"), (two_pcs.b, "Siti Aminatun")):
        two_pcs.edit_patient(home, patient, name=name)
    two_pcs.exchange(two_pcs.b)
    two_pcs.exchange(two_pcs.a)
    screen = opened(two_pcs.a, new_desk, show, settled)
    press(screen, Qt.Key.Key_Down, settled)
    two_pcs.edit_patient(two_pcs.a, patient, phone="0800-0000-1111")
    screen.refresh()
    settled(screen.desk)
    assert screen.right.currentWidget() is screen.detail
    two_pcs.edit_patient(two_pcs.b, patient, name="Siti Maryam")
    two_pcs.meet()
    with qtbot.waitSignal(screen.desk.said) as said:
        screen.refresh()
    assert said.args is not None
    assert said.args[1].startswith("Isian baru datang untuk pertanyaan ini.")
    assert screen.right.currentWidget() is screen.nothing
    press(screen, Qt.Key.Key_1, settled)
    assert name_of(two_pcs.a, patient) == "Siti Maryam"
    press(screen, Qt.Key.Key_Down, settled)
    press(screen, Qt.Key.Key_1, settled)
    assert name_of(two_pcs.a, patient) == "Siti Aminah"
    seen = two_pcs.a.replica.get(Patient, patient.id)
    assert seen is not None
    assert (seen.conflicts, seen.record.phone) == ((), "0800-0000-1111")
