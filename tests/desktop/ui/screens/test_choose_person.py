"""Who works here: chosen with the keyboard, or added by the person herself."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.screens.choose_person import ChoosePersonScreen
from sync.records import Staff
from sync.replica.values import Edit
from tests.desktop.homes import Home


@pytest.fixture
def screen(desk: Desk, qtbot: QtBot) -> ChoosePersonScreen:
    made = ChoosePersonScreen(desk)
    qtbot.addWidget(made)
    made.resize(1170, 660)
    made.show()
    read_again(made, qtbot)
    return made


def read_again(screen: ChoosePersonScreen, qtbot: QtBot) -> None:
    screen.refresh()
    qtbot.waitUntil(lambda: not screen.desk.busy)


def line(screen: ChoosePersonScreen, name: str) -> QLineEdit:
    control = screen.form.editor(name).control
    assert isinstance(control, QLineEdit)
    return control


def test_the_staff_of_the_facility_are_listed_by_name(screen: ChoosePersonScreen) -> None:
    assert [(card.title, card.subtitle) for card in screen.list.cards()] == [
        ("dr. Bagus Santoso", "Dokter"),
        ("Ns. Dewi Lestari, S.Kep.", "Perawat"),
    ]
    assert legibility_problems(screen) == []


def test_arrow_and_enter_choose(screen: ChoosePersonScreen, desk: Desk, qtbot: QtBot) -> None:
    QTest.keyClick(screen.list, Qt.Key.Key_Down)
    with qtbot.waitSignals([desk.person_changed, desk.back_requested]):
        QTest.keyClick(screen.list, Qt.Key.Key_Return)
    assert desk.person is not None
    assert (desk.person.name, desk.person.profession) == ("Ns. Dewi Lestari, S.Kep.", "perawat")


def test_a_name_that_is_missing_is_added_and_its_person_begins(
    screen: ChoosePersonScreen, desk: Desk, home: Home, qtbot: QtBot
) -> None:
    screen.missing.click()
    QTest.keyClicks(line(screen, "name"), "Bidan Ayu Wulandari")
    profession = screen.form.editor("profession").control
    assert isinstance(profession, QComboBox)
    QTest.keyClicks(profession, "Bid")
    with qtbot.waitSignal(desk.person_changed):
        screen.save.click()
    person = desk.person
    assert person is not None
    seen = home.replica.get(Staff, person.id)
    assert seen is not None
    assert (seen.record.name, seen.record.profession) == ("Bidan Ayu Wulandari", "bidan")
    assert [revision.author for revision in home.replica.history(person.id)] == [person.id]


def test_an_incomplete_name_is_said_under_the_field_and_nothing_is_saved(
    screen: ChoosePersonScreen, desk: Desk, home: Home, qtbot: QtBot
) -> None:
    before = home.replica.waiting_count()
    screen.missing.click()
    QTest.keyClicks(line(screen, "phone"), "0812")
    screen.save.click()
    assert screen.form.editor("name").problem.text() == "Nama belum diisi."
    assert line(screen, "phone").text() == "0812"
    assert screen.has_unsaved()
    assert legibility_problems(screen) == []
    qtbot.waitUntil(lambda: not desk.busy)
    assert home.replica.waiting_count() == before


def test_a_long_list_is_narrowed_by_typing(screen: ChoosePersonScreen, home: Home, qtbot: QtBot) -> None:
    more = [Staff(id=home.replica.new_id(), name=f"Petugas {number:02}", profession="petugas") for number in range(20)]
    home.replica.save([Edit(staff, None) for staff in more], home.replica.identity.device)
    read_again(screen, qtbot)
    QTest.keyClicks(screen.filter, "petugas 07")
    assert [card.title for card in screen.list.cards()] == ["Petugas 07"]


def test_who_has_left_and_who_works_elsewhere_is_not_listed(
    screen: ChoosePersonScreen, home: Home, qtbot: QtBot
) -> None:
    seen = home.replica.get(Staff, home.staff[0].id)
    assert seen is not None
    gone = Staff(id=seen.record.id, name=seen.record.name, profession="perawat", active=False)
    home.replica.save([Edit(gone, seen)], home.replica.identity.device)
    read_again(screen, qtbot)
    assert [card.title for card in screen.list.cards()] == ["dr. Bagus Santoso"]


def test_where_nobody_is_recorded_it_says_what_to_do(
    new_home: Callable[..., Home], new_desk: Callable[[Home], Desk], qtbot: QtBot
) -> None:
    home = new_home("klinik")
    for staff in home.staff:
        seen = home.replica.get(Staff, staff.id)
        assert seen is not None
        gone = Staff(id=staff.id, name=staff.name, profession=staff.profession, active=False)
        home.replica.save([Edit(gone, seen)], home.replica.identity.device)
    screen = ChoosePersonScreen(new_desk(home))
    qtbot.addWidget(screen)
    screen.show()
    read_again(screen, qtbot)
    assert screen.nobody.isVisible()
    assert not screen.choose.isEnabled()
