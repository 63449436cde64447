"""The page on which two registrations become one person and are parted again, by keyboard on real widgets."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.patients import save_visit
from desktop.actions.same_person import merge
from desktop.queries.patient_file import visits_of
from desktop.queries.same_person import registrations
from desktop.ui.desk import Desk
from desktop.ui.screens.history import HistoryScreen
from desktop.ui.screens.patients import PatientsScreen
from desktop.ui.screens.same_person import SamePersonScreen
from desktop.ui.screens.visit_form import VisitFormScreen
from desktop.ui.widgets.cards import CardList
from sync.records import Patient
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible, press

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def two(home: Home) -> tuple[Patient, Patient]:
    details = {"sex": "L", "birth_date": date(1980, 3, 7), "village": "Karangsari"}
    first = add_patient(home, "Muhammad Yusuf", **details, nik="3329010703809001", allergies=("Amoksisilin",))
    second = add_patient(home, "Moh. Jusup", **{**details, "birth_date": date(1980, 7, 3)}, phone="0800-0000-0001")
    add_patient(home, "Budi Santoso", sex="L", birth_date=date(1955, 1, 1))
    return first, second


def opened(screen: SamePersonScreen, patient: Patient, show: Show, settled: Settled) -> None:
    screen.open_item(patient.id)
    show(screen)
    settled(screen.desk)


def answer(screen: SamePersonScreen, settled: Settled, words: str) -> None:
    QTest.keyClick(screen.question.buttons()[words], Qt.Key.Key_Return)
    settled(screen.desk)


def click(cards: CardList, card: str) -> None:
    """Click on a card with the mouse."""
    rows = [shown.id for shown in cards.cards()]
    place = cards.visualRect(cards.model().index(rows.index(card), 0)).center()
    QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_who_is_alike_is_proposed_compared_and_merged_with_a_reason(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    first, second = two(puskesmas)
    screen = SamePersonScreen(new_desk(puskesmas))
    opened(screen, first, show, settled)
    (card,) = screen.list.cards()
    assert card.title == "Moh. Jusup"
    assert card.subtitle.startswith("sangat mirip: bunyi nama sama, tanggal dan bulan lahir tertukar")
    screen.list.select(second.id)
    settled(screen.desk)
    assert screen.comparison.differing == ["Nama lengkap", "Tanggal lahir"]
    assert_legible(screen)
    QTest.keyClick(screen.do_button, Qt.Key.Key_Return)
    assert "alasan" in screen.problem.text().lower()
    QTest.keyClicks(screen.reason, "KK sama, ditanyakan")
    QTest.keyClick(screen.reason, Qt.Key.Key_Return)
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        answer(screen, settled, "Ya, satu orang")
    assert went.args == ["patients", first.id]
    with reading(puskesmas) as reader:
        assert registrations(reader, second.id) == (first.id, second.id)


def test_nothing_is_merged_without_a_yes(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    first, second = two(puskesmas)
    screen = SamePersonScreen(new_desk(puskesmas))
    opened(screen, first, show, settled)
    QTest.keyClicks(screen.search, "budi")
    settled(screen.desk)
    assert [card.title for card in screen.list.cards()] == ["Budi Santoso"]
    screen.list.select(screen.list.cards()[0].id)
    settled(screen.desk)
    QTest.keyClicks(screen.reason, "salah pilih")
    QTest.keyClick(screen.reason, Qt.Key.Key_Return)
    # Enter once more is no yes.
    press(screen, Qt.Key.Key_Return)
    assert screen.question.isHidden()
    QTest.keyClick(screen.reason, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(screen.desk.back_requested):
        press(screen, Qt.Key.Key_Escape)
    assert screen.question.isHidden()
    QTest.keyClick(screen.reason, Qt.Key.Key_Return)
    answer(screen, settled, "Tidak jadi")
    with reading(puskesmas) as reader:
        assert registrations(reader, first.id) == (first.id,)
        assert registrations(reader, second.id) == (second.id,)


def test_what_two_noted_is_parted_at_once_and_said(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    first, second = two(puskesmas)
    for pair in ((first, second), (second, first)):
        merge(puskesmas.replica, nurse_of(puskesmas), pair[0].id, pair[1].id, "Nama sama")
    screen = SamePersonScreen(new_desk(puskesmas))
    opened(screen, second, show, settled)
    assert [mark.text for card in screen.merged.cards() for mark in card.marks] == ["satu orang"] * 2
    assert screen.list.cards() == ()
    screen.merged.select(screen.merged.cards()[0].id)
    settled(screen.desk)
    assert_legible(screen)
    QTest.keyClicks(screen.reason, "Ternyata kakak beradik")
    QTest.keyClick(screen.reason, Qt.Key.Key_Return)
    said: list[str] = []
    screen.desk.said.connect(lambda _level, text: said.append(text))
    with qtbot.waitSignal(screen.desk.go_requested):
        answer(screen, settled, "Ya, pisahkan")
    assert said[0].startswith("Dipisahkan lagi.")
    screen.refresh()
    settled(screen.desk)
    assert [mark.text for card in screen.merged.cards() for mark in card.marks] == ["dipisahkan lagi"] * 2


def test_parting_a_pair_that_a_third_one_holds_together_says_so(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    first, second = two(puskesmas)
    third = add_patient(puskesmas, "M. Yusuf", sex="L")
    for pair in ((first, second), (second, third), (first, third)):
        merge(puskesmas.replica, nurse_of(puskesmas), pair[0].id, pair[1].id, "Nama sama")
    screen = SamePersonScreen(new_desk(puskesmas))
    opened(screen, first, show, settled)
    screen.merged.select(screen.merged.cards()[-1].id)
    settled(screen.desk)
    said: list[str] = []
    screen.desk.said.connect(lambda _level, text: said.append(text))
    QTest.keyClicks(screen.reason, "Bukan")
    QTest.keyClick(screen.reason, Qt.Key.Key_Return)
    answer(screen, settled, "Ya, pisahkan")
    assert "masih satu orang" in said[0]
    # No card is chosen, so the same one can be chosen again.
    assert screen.merged.current_id() == ""
    assert screen.right.currentWidget() is screen.nothing
    click(screen.merged, screen.merged.cards()[-1].id)
    settled(screen.desk)
    assert screen.heading.isVisible()


def test_the_patients_page_is_about_the_person(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    first, second = two(puskesmas)
    visit = save_visit(puskesmas.replica, nurse_of(puskesmas), second.id, {"date": date(2026, 1, 2)}, None)
    merge(puskesmas.replica, nurse_of(puskesmas), second.id, first.id, "Nama sama")
    screen = PatientsScreen(new_desk(puskesmas))
    show(screen)
    QTest.keyClicks(screen.search, "jusup")
    settled(screen.desk)
    (card,) = screen.list.cards()
    assert card.title == "Muhammad Yusuf · juga tercatat sebagai Moh. Jusup"
    screen.open_item(second.id)
    settled(screen.desk)
    assert screen.pane.name.text() == "Muhammad Yusuf"
    assert screen.pane.allergies.text() == "Alergi: Amoksisilin"
    assert [other.text() for other in screen.pane.others.buttons] == ["Moh. Jusup"]
    assert [card.subtitle for card in screen.pane.visits.cards()] == ["tercatat atas nama Moh. Jusup"]
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        screen.pane.visits.opened.emit(visit)
    assert went.args == ["visit_form", f"{second.id}/{visit}"]
    for pressed, target in (
        (screen.pane.visit_button, ["visit_form", first.id]),
        (screen.pane.same_button, ["same_person", first.id]),
        (screen.pane.others.buttons[0], ["patient_form", second.id]),
    ):
        with qtbot.waitSignal(screen.desk.go_requested) as went:
            QTest.keyClick(pressed, Qt.Key.Key_Return)
        assert went.args == target


def test_a_new_visit_goes_to_the_registration_that_stands_for_the_person_and_an_old_one_stays(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    first, second = two(puskesmas)
    old = save_visit(puskesmas.replica, nurse_of(puskesmas), second.id, {"date": date(2026, 1, 2)}, None)
    merge(puskesmas.replica, nurse_of(puskesmas), second.id, first.id, "Nama sama")
    screen = VisitFormScreen(new_desk(puskesmas))
    show(screen)
    for item in (second.id, f"{second.id}/{old}"):
        screen.open_item(item)
        settled(screen.desk)
        assert screen.drafting.item == item
        assert screen.patient_header.allergies.text() == "Alergi: Amoksisilin"
        screen.form.set_values({"complaint": f"Batuk {item == second.id}"})
        with qtbot.waitSignal(screen.desk.go_requested):
            screen.save()
    with reading(puskesmas) as reader:
        noted = {visit.complaint: visit.patient for visit in visits_of(reader, first.id)}
    assert noted == {"Batuk True": first.id, "Batuk False": second.id}


def test_the_history_of_a_patient_tells_of_merging_and_parting(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    first, second = two(puskesmas)
    merge(puskesmas.replica, nurse_of(puskesmas), second.id, first.id, "KK sama")
    screen = HistoryScreen(new_desk(puskesmas))
    screen.open_item(f"patient/{second.id}")
    show(screen)
    settled(screen.desk)
    told = screen.list.cards()[0]
    assert told.title == "Dinyatakan orang yang sama dengan Muhammad Yusuf"
    assert told.subtitle.startswith("KK sama · Ns. Dewi Lestari")
    screen.list.select(told.id)
    assert_legible(screen)
    assert screen.patient_header.allergies.text() == "Alergi: Amoksisilin"


def test_two_people_are_told_apart_without_a_question_and_their_history_says_so(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    first, second = two(puskesmas)
    desk = new_desk(puskesmas)
    screen = SamePersonScreen(desk)
    opened(screen, first, show, settled)
    screen.list.select(second.id)
    settled(desk)
    QTest.keyClicks(screen.reason, "ayah dan anak")
    QTest.keyClick(screen.apart_button, Qt.Key.Key_Space)
    settled(desk)
    assert screen.list.cards() == ()
    assert screen.count.text() == "Belum ada yang mirip; cari di atas"
    assert not screen.has_unsaved()
    # Whoever looks for the other one still finds it, and may find that they are one after all.
    QTest.keyClicks(screen.search, "jusup")
    settled(desk)
    assert [card.id for card in screen.list.cards()] == [second.id]
    merge(puskesmas.replica, nurse_of(puskesmas), second.id, first.id, "KK sama")
    with reading(puskesmas) as reader:
        assert registrations(reader, second.id) == (first.id, second.id)
    for patient, other in ((first, "Moh. Jusup"), (second, "Muhammad Yusuf")):
        history = HistoryScreen(desk)
        history.open_item(f"patient/{patient.id}")
        show(history)
        settled(desk)
        told = next(card for card in history.list.cards() if "bukan orang yang sama" in card.title)
        assert told.title == f"Dinyatakan bukan orang yang sama dengan {other}"
        assert told.subtitle.startswith("ayah dan anak · Ns. Dewi Lestari")
        history.list.select(told.id)
        assert_legible(history)
