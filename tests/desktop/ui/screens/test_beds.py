"""Counting beds by keyboard, and reading them at the puskesmas with their age."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.referrals import accept
from desktop.queries.bed_likelihood import Likelihood
from desktop.queries.bed_outlook import Outlook
from desktop.queries.beds import HospitalBeds, WardLine, wards_of
from desktop.ui.desk import Desk
from desktop.ui.screens.bed_entry import last_words, read_typed
from desktop.ui.screens.beds import BedsScreen
from desktop.ui.screens.beds_overview import BedsOverviewScreen, hospital_sum, hospital_words, ward_row, ward_tone
from desktop.ui.tones import QUIET, Tone
from tests.desktop.homes import Home
from tests.desktop.scenes import (
    add_facility,
    add_patient,
    add_received_letter,
    add_ward,
    count_ward,
    nurse_of,
    reading,
)
from tests.desktop.ui.screens.conftest import Show, assert_legible

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def ward(free: int | None, hours: float | None = 1) -> WardLine:
    counted = None if hours is None else NOW - timedelta(hours=hours)
    return WardLine("1" * 32, "Mawar", "KL3", "P", 10, free, counted)


def counts(home: Home) -> dict[str, int | None]:
    with reading(home) as reader:
        return {line.name: line.free for line in wards_of(reader, home.replica.identity.facility)}


@pytest.fixture
def screen(hospital: Home, new_desk: NewDesk, show: Show) -> BedsScreen:
    """Three wards; the second was never counted."""
    here = hospital.replica.identity.facility
    add_ward(hospital, here, "Anggrek", free=4, age=timedelta(hours=9))
    add_ward(hospital, here, "Bougenvil")
    add_ward(hospital, here, "Cempaka", free=0, age=timedelta(hours=1))
    made = BedsScreen(new_desk(hospital))
    show(made)
    return made


def test_nothing_typed_is_not_zero_and_unknown_is_a_value() -> None:
    assert read_typed(ward(4), "", unknown=False).count is None
    unknown = read_typed(ward(4), "", unknown=True).count
    assert unknown is not None
    assert unknown.free is None
    zero = read_typed(ward(4), "0", unknown=False).count
    assert zero is not None
    assert zero.free == 0


@pytest.mark.parametrize("text", ["x", "-1", "3,5", "99999", "²"])
def test_what_is_no_number_is_not_saved(text: str) -> None:
    typed = read_typed(ward(4), text, unknown=False)
    assert typed.count is None
    assert typed.problem


def test_more_than_the_capacity_is_warned_of_and_saved() -> None:
    typed = read_typed(ward(4), "12", unknown=False)
    assert typed.count is not None
    assert typed.warning


def test_the_last_count_is_shown_with_its_age() -> None:
    assert last_words(ward(0), NOW) == "0 · 1 jam lalu"
    assert last_words(ward(None, 9), NOW) == "tidak diketahui · 9 jam lalu · data lama"
    assert last_words(ward(None, None), NOW) == "belum pernah dihitung"


def test_all_wards_are_counted_by_keyboard_and_saved_once(
    screen: BedsScreen, hospital: Home, settled: Settled, qtbot: QtBot
) -> None:
    first, second, third = (entry.input for entry in screen.entries)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert first.text() == "4"
    assert screen.focusWidget() is second
    QTest.keyClicks(second, "?")
    QTest.keyClick(second, Qt.Key.Key_Return)
    QTest.keyClicks(third, "2")
    QTest.keyClick(third, Qt.Key.Key_Return)
    assert screen.focusWidget() is screen.save_button
    assert screen.has_unsaved()
    assert_legible(screen)
    QTest.keyClick(screen, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settled(screen.desk)
    assert counts(hospital) == {"Anggrek": 4, "Bougenvil": None, "Cempaka": 2}
    assert not screen.has_unsaved()
    screen.refresh()
    settled(screen.desk)
    assert [entry.last.text() for entry in screen.entries] == [
        "4 · baru saja",
        "tidak diketahui · baru saja",
        "2 · baru saja",
    ]


def test_after_saving_with_the_button_enter_presses_nothing_else(
    screen: BedsScreen, settled: Settled, qtbot: QtBot
) -> None:
    QTest.keyClicks(screen.entries[0].input, "3")
    screen.save_button.setFocus()
    QTest.keyClick(screen.save_button, Qt.Key.Key_Return)
    assert not screen.save_button.hasFocus()
    settled(screen.desk)
    assert screen.focusWidget() is screen.save_button


def test_the_keyboard_starts_at_the_first_ward(
    hospital: Home, new_desk: NewDesk, qtbot: QtBot, settled: Settled
) -> None:
    add_ward(hospital, hospital.replica.identity.facility, "Anggrek")
    screen = BedsScreen(new_desk(hospital))
    qtbot.addWidget(screen)
    with qtbot.waitExposed(screen):
        screen.show()
    # As the main window shows a screen: the focus is given before anything was read.
    screen.refresh()
    screen.add_button.setFocus()
    settled(screen.desk)
    assert screen.focusWidget() is screen.entries[0].input
    screen.entries[0].unknown.setFocus()
    screen.refresh()
    settled(screen.desk)
    assert screen.focusWidget() is screen.entries[0].unknown


def test_a_row_nobody_touched_keeps_its_old_age(screen: BedsScreen, settled: Settled, qtbot: QtBot) -> None:
    QTest.keyClicks(screen.entries[2].input, "1")
    screen.save()
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    assert screen.entries[0].last.text() == "4 · 9 jam lalu · data lama"


def test_one_row_that_cannot_be_read_stops_the_save_and_keeps_all_that_was_typed(
    screen: BedsScreen, hospital: Home, settled: Settled, qtbot: QtBot
) -> None:
    QTest.keyClicks(screen.entries[0].input, "3")
    QTest.keyClicks(screen.entries[2].input, "dua")
    screen.save()
    settled(screen.desk)
    assert counts(hospital)["Anggrek"] == 4
    assert screen.focusWidget() is screen.entries[2].input
    assert [entry.input.text() for entry in screen.entries] == ["3", "", "dua"]
    assert_legible(screen)


def test_what_arrives_while_counting_leaves_what_was_typed(
    screen: BedsScreen, hospital: Home, settled: Settled, qtbot: QtBot
) -> None:
    QTest.keyClicks(screen.entries[2].input, "7")
    add_ward(hospital, hospital.replica.identity.facility, "Baru")
    screen.refresh()
    settled(screen.desk)
    assert {entry.ward.name: entry.input.text() for entry in screen.entries} == {
        "Anggrek": "",
        "Baru": "",
        "Bougenvil": "",
        "Cempaka": "7",
    }


def test_a_ward_is_added(screen: BedsScreen, hospital: Home, settled: Settled) -> None:
    screen.add_button.click()
    screen.ward_save.click()
    assert screen.ward_form.editor("name").problem.text()
    assert_legible(screen)
    screen.ward_form.set_values({"name": "ICU", "ward_class": "ICU", "capacity": 8})
    screen.ward_save.click()
    settled(screen.desk)
    assert "ICU" in counts(hospital)
    assert not screen.ward_box.isVisible()


def test_a_hospital_without_wards_is_asked_for_the_first(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    empty = BedsScreen(new_desk(hospital))
    show(empty)
    assert empty.nothing.title() == "Belum ada ruang"
    assert not empty.save_button.isVisible(), "there is nothing to count"
    assert_legible(empty)
    empty.nothing.action_chosen.emit()
    assert empty.ward_form.editor("name").control.hasFocus()
    assert_legible(empty)
    empty.ward_form.set_values({"name": "Mawar", "ward_class": "KL3", "sex": "campur", "capacity": 12})
    empty.ward_save.click()
    settled(empty.desk)
    empty.refresh()
    settled(empty.desk)
    assert not empty.nothing.isVisible()
    assert [entry.ward.name for entry in empty.entries] == ["Mawar"]
    assert_legible(empty)


def test_old_numbers_are_grey_and_say_so() -> None:
    assert ward_tone(ward(3), NOW) is Tone.GOOD
    assert ward_tone(ward(0), NOW) is Tone.DANGER
    assert ward_tone(ward(3, 7), NOW) is None
    assert ward_tone(ward(None), NOW) is None
    assert ward_row(ward(3, 7), Outlook(), NOW)[2:] == ("3 kosong", "—", "10", "dihitung 7 jam lalu (data lama)")
    assert ward_row(ward(None), Outlook(), NOW)[2] == "tidak diketahui"


def test_kept_beds_and_the_likelihood_stand_beside_the_number() -> None:
    row = ward_row(ward(3), Outlook(2, Likelihood(0.7, 12)), NOW)
    assert row[2:4] == ("3 kosong, 2 disimpan", "mungkin ada")


def test_the_overview_tells_how_likely_a_bed_still_is(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    now = puskesmas.replica.now()
    counted = add_ward(puskesmas, add_facility(puskesmas, "RSUD Kenanga").id)
    count_ward(puskesmas, counted, [(now - timedelta(hours=12 * back + 1), 4) for back in range(40, -1, -1)])
    add_ward(puskesmas, add_facility(puskesmas, "RSU Anggrek").id, free=2, age=timedelta(hours=1))
    screen = BedsOverviewScreen(new_desk(puskesmas))
    show(screen)
    settled(screen.desk)
    assert [(row[0], row[3]) for row in cells(screen)] == [
        ("RSU Anggrek", ""),
        ("Kelas III · Mawar", "—"),
        ("RSUD Kenanga", ""),
        ("Kelas III · Mawar", "sangat mungkin ada"),
    ]
    assert_legible(screen)


def test_the_bed_count_says_which_beds_are_kept_and_for_whom_none_is_named_yet(
    hospital: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    ward_id = add_ward(hospital, hospital.replica.identity.facility, "Anggrek", free=4).id
    for ward_of_answer in (ward_id, ward_id, None):
        letter = add_received_letter(hospital, add_patient(hospital).id)
        accept(hospital.replica, nurse_of(hospital), letter.id, ward=ward_of_answer, bed=None, note=None)
    screen = BedsScreen(new_desk(hospital))
    show(screen)
    (entry,) = screen.entries
    assert entry.note.text() == "2 disimpan untuk pasien yang sudah diterima"
    assert screen.kept.text() == "1 pasien sudah diterima dan belum punya ruang."
    QTest.keyClicks(entry.input, "3")
    assert entry.note.text() == "akan disimpan · 2 disimpan untuk pasien yang sudah diterima"
    assert_legible(screen)


def test_an_old_number_is_in_no_sum() -> None:
    assert hospital_sum([ward(3), ward(2)], NOW) == "5 kosong"
    assert hospital_sum([ward(3), ward(2, 7), ward(None)], NOW) == "3 kosong (+2 ruang belum pasti)"
    assert hospital_sum([ward(3, 7), ward(None)], NOW) == "tidak diketahui"
    assert hospital_sum([], NOW) == "belum ada data"


def test_a_hospital_is_named_with_the_number_of_its_emergency_room() -> None:
    assert hospital_words(HospitalBeds("1", "RSUD", "0800-1", "0800-2", ())) == "RSUD   ·   IGD 0800-2"
    assert hospital_words(HospitalBeds("1", "RSUD", "0800-1", None, ())) == "RSUD   ·   telp 0800-1"
    assert hospital_words(HospitalBeds("1", "RSUD", None, None, ())) == "RSUD"


def cells(screen: BedsOverviewScreen) -> list[list[str]]:
    """The texts of all rows from top to bottom, the wards below their hospital."""
    found = []
    item = screen.tree.topLevelItem(0)
    while item is not None:
        found.append([item.text(number) for number in range(6)])
        item = screen.tree.itemBelow(item)
    return found


def test_the_puskesmas_reads_all_hospitals_and_filters_by_class(puskesmas: Home, new_desk: NewDesk, show: Show) -> None:
    kenanga, anggrek = add_facility(puskesmas, "RSUD Kenanga"), add_facility(puskesmas, "RSU Anggrek")
    add_ward(puskesmas, kenanga.id, "Mawar", free=3, age=timedelta(hours=1))
    add_ward(puskesmas, kenanga.id, "ICU", ward_class="ICU", free=1, age=timedelta(hours=9))
    add_ward(puskesmas, anggrek.id, "Melati", free=None, age=timedelta(hours=1))
    screen = BedsOverviewScreen(new_desk(puskesmas))
    show(screen)
    assert_legible(screen)

    assert [row[0] for row in cells(screen)] == [
        "RSU Anggrek",
        "Kelas III · Melati",
        "RSUD Kenanga",
        "Kelas III · Mawar",
        "ICU",
    ]
    assert cells(screen)[4][5].endswith("(data lama)")
    (old,) = screen.tree.findItems("ICU", Qt.MatchFlag.MatchRecursive)
    assert old.foreground(2).color().name() == QUIET
    screen.filter.setCurrentIndex(screen.filter.findData("ICU"))
    assert [row[0] for row in cells(screen)] == ["RSUD Kenanga", "ICU"]
