"""The queue of numbers that two people have: made by two PCs offline, settled by merging or by correcting one."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.patients import save_patient
from desktop.actions.same_person import merge, tell_apart
from desktop.queries.same_numbers import same_number_count
from desktop.ui.desk import Desk
from desktop.ui.main_window import MainWindow
from desktop.ui.screens.same_numbers import SameNumbersScreen
from desktop.ui.screens.same_person import SamePersonScreen, pair_item
from sync.records import Patient, Void
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of, reading
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible
from tests.desktop.ui.screens.test_proof_pages import kept

NIK = "3329010703809001"


def count(home: Home) -> int:
    with reading(home) as reader:
        return same_number_count(reader, home.replica.identity.facility, home.replica.now())


def test_the_same_person_registered_at_two_pcs_offline_is_named_at_both_until_somebody_merges(
    two_pcs: TwoPcs, new_desk: Callable[[Home], Desk], show: Show, qtbot: QtBot
) -> None:
    born = {"sex": "L", "birth_date": date(1980, 3, 7), "nik": NIK}
    first = add_patient(two_pcs.a, "Muhammad Yusuf", **born)
    second = add_patient(two_pcs.b, "Moh. Jusup", **born)
    assert (count(two_pcs.a), count(two_pcs.b)) == (0, 0)
    two_pcs.meet()
    assert (count(two_pcs.a), count(two_pcs.b)) == (1, 1)
    screen = SameNumbersScreen(new_desk(two_pcs.b))
    show(screen)
    (card,) = screen.list.cards()
    assert card.title == "Muhammad Yusuf (7 Mar 1980) · Moh. Jusup (7 Mar 1980)"
    assert (card.subtitle, card.right) == (f"NIK {NIK}", "2 pasien")
    assert_legible(screen)
    screen.list.select(card.id)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        QTest.keyClick(screen.list, Qt.Key.Key_Return)
    assert went.args == ["same_person", pair_item(first.id, second.id)]
    merge(two_pcs.b.replica, nurse_of(two_pcs.b), second.id, first.id, "KTP sama")
    two_pcs.meet()
    assert (count(two_pcs.a), count(two_pcs.b)) == (0, 0)


def test_a_corrected_number_and_a_patient_taken_out_of_the_lists_need_nobody(home: Home) -> None:
    people = [add_patient(home, name, jkn_number="9900100000001") for name in ("Siti", "Sri", "Sari")]
    assert count(home) == 1
    void = Void(id=home.replica.new_id(), record=people[0].id, record_type="patient", reason="dobel")
    home.replica.save([Edit(void)], home.staff[0].id)
    assert count(home) == 1
    seen = home.replica.get(Patient, people[1].id)
    assert seen is not None
    save_patient(home.replica, nurse_of(home), {"jkn_number": "9900100000002"}, seen)
    assert count(home) == 0


def scene(home: Home) -> tuple[Patient, Patient]:
    """Two registrations that are alike, two that share a number, and others."""
    born = {"sex": "L", "birth_date": date(1980, 3, 7), "village": "Karangsari", "mother_name": "Siti Rohmah"}
    one = add_patient(home, "Muhammad Yusuf bin Haji Abdul Karim Al Banjari", **born)
    other = add_patient(home, "Moh. Jusup Abd. Karim Al-Banjari", **{**born, "birth_date": date(1980, 7, 3)})
    add_patient(home, "Sri Wahyuni", birth_date=date(1975, 5, 5), jkn_number="9900100000001")
    add_patient(home, "Tri Wahyono", birth_date=date(1950, 1, 9), jkn_number="9900100000001")
    add_patient(home, "Budi Santoso", sex="L", birth_date=date(1955, 1, 1))
    return one, other


def test_the_register_is_looked_through_and_a_pair_is_told_apart_for_good(
    puskesmas: Home, new_desk: Callable[[Home], Desk], show: Show, settled: Callable[[Desk], None], qtbot: QtBot
) -> None:
    one, other = scene(puskesmas)
    desk = new_desk(puskesmas)
    screen = SameNumbersScreen(desk)
    show(screen)
    qtbot.waitUntil(lambda: "5 pasien dibandingkan: 1 nomor sama, 1 pasangan mirip." in screen.progress.text())
    number, alike = screen.list.cards()
    assert [card.marks[0].text for card in (number, alike)] == ["nomor sama", "sangat mirip"]
    assert alike.subtitle == "tanggal dan bulan lahir tertukar, ibu sama, desa sama, nama mirip"
    assert alike.id == pair_item(one.id, other.id)
    assert_legible(screen)
    kept(screen, "maybe_twice")
    page = SamePersonScreen(desk)
    page.open_item(alike.id)
    show(page)
    qtbot.waitUntil(page.comparison.isVisible)
    assert page.right.currentWidget() is not page.nothing
    assert_legible(page)
    kept(page, "maybe_twice_compared")
    with qtbot.waitSignal(desk.back_requested):
        QTest.keyClick(page.apart_button, Qt.Key.Key_Space)
    page.refresh()
    settled(desk)
    assert page.list.cards() == ()
    screen.refresh()
    settled(desk)
    (left,) = screen.list.cards()
    assert left == number
    screen.again.click()
    qtbot.waitUntil(lambda: screen.again.isEnabled() and not desk.busy)
    assert screen.list.cards() == (number,)
    assert "0 pasangan mirip" in screen.progress.text()


def test_after_a_decision_the_window_shows_the_queue_again_without_that_pair(
    puskesmas: Home, opened: Callable[[Home], MainWindow], qtbot: QtBot
) -> None:
    scene(puskesmas)
    window = opened(puskesmas)
    window.show_screen("same_numbers")
    screen = window.screen_of("same_numbers")
    assert isinstance(screen, SameNumbersScreen)
    qtbot.waitUntil(lambda: len(screen.list.cards()) == 2 and not window.desk.busy)
    items = [window.menu.item(place) for place in range(window.menu.count())]
    (item,) = [item for item in items if item.text().startswith("Mungkin ganda")]
    qtbot.waitUntil(lambda: item.text() == "Mungkin ganda (2)")
    screen.list.select(screen.list.cards()[1].id)
    QTest.keyClick(screen.list, Qt.Key.Key_Return)
    page = window.screen_of("same_person")
    assert isinstance(page, SamePersonScreen)
    qtbot.waitUntil(lambda: page.comparison.isVisible() and not window.desk.busy)
    assert_legible(window)
    page.apart_button.click()
    qtbot.waitUntil(lambda: screen.isVisible() and len(screen.list.cards()) == 1)
    qtbot.waitUntil(lambda: item.text() == "Mungkin ganda (1)")
    assert_legible(window)


def test_an_equal_number_of_two_people_is_to_be_corrected_and_not_asked_about(
    puskesmas: Home, new_desk: Callable[[Home], Desk], show: Show
) -> None:
    one, other = (add_patient(puskesmas, name, nik=NIK, birth_date=None) for name in ("Siti", "Wulan"))
    tell_apart(puskesmas.replica, nurse_of(puskesmas), other.id, one.id)
    screen = SameNumbersScreen(new_desk(puskesmas))
    show(screen)
    (card,) = screen.list.cards()
    assert card.subtitle == f"NIK {NIK}: sudah dinyatakan bukan orang yang sama, betulkan nomornya"
    assert_legible(screen)


def test_with_nobody_alike_the_page_says_so(
    puskesmas: Home, new_desk: Callable[[Home], Desk], show: Show, qtbot: QtBot
) -> None:
    add_patient(puskesmas, "Budi Santoso", sex="L", birth_date=date(1955, 1, 1))
    screen = SameNumbersScreen(new_desk(puskesmas))
    show(screen)
    qtbot.waitUntil(lambda: "1 pasien dibandingkan: 0 nomor sama, 0 pasangan mirip." in screen.progress.text())
    assert screen.pages.currentWidget() is screen.nothing
    assert_legible(screen)
    kept(screen, "maybe_twice_nobody")
