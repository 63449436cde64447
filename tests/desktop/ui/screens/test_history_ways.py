"""The ways to the history of what is edited without being asked about: bed counts, specimens, staff, facilities."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest

from desktop.actions.beds import BedCount, save_counts
from desktop.actions.outbreak import save_specimen
from desktop.queries.values import read_seen
from desktop.ui.desk import Desk
from desktop.ui.screens.beds import BedsScreen
from desktop.ui.screens.beds_overview import BedsOverviewScreen
from desktop.ui.screens.choose_person import ChoosePersonScreen
from desktop.ui.screens.history import HistoryScreen
from desktop.ui.screens.specimen_form import SpecimenFormScreen
from desktop.ui.screens.specimens_tab import SpecimensTab
from sync.records import Specimen, Ward
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import add_ward, nurse_of, reading
from tests.desktop.two_pcs import TwoPcs, make_two_pcs
from tests.desktop.ui.screens.conftest import Show, assert_legible
from tests.desktop.ui.screens.test_history import texts_of
from tests.fakes.replicas import SmallDistrict

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


@pytest.fixture
def wards(new_home: MakeHome) -> Iterator[TwoPcs]:
    """Two computers of the hospital."""
    district = SmallDistrict()
    yield make_two_pcs(new_home, district, "rs")
    district.close()


def went(spy: QSignalSpy) -> str:
    """What the history screen was asked to open with."""
    key, argument = spy.at(spy.count() - 1)
    assert key == "history"
    return str(argument)


def history(desk: Desk, show: Show, item: str) -> HistoryScreen:
    screen = HistoryScreen(desk)
    screen.open_item(item)
    show(screen)
    return screen


def restore_first(screen: HistoryScreen, settled: Settled, place: int) -> None:
    """Bring back the first value of the change at ``place`` in the list, by the keys of the page."""
    assert screen.list.select(screen.list.cards()[place].id)
    QTest.keyClick(screen.list, Qt.Key.Key_Return)
    QTest.keyClick(screen.restore_buttons[0], Qt.Key.Key_Return)
    assert_legible(screen)
    QTest.keyClick(screen.question.buttons()["Ya, kembalikan"], Qt.Key.Key_Return)
    settled(screen.desk)


def test_a_bed_count_that_another_pc_overwrote_comes_back_with_its_own_time(
    wards: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    ward = add_ward(wards.a, wards.district.hospital, "Anggrek")
    wards.meet()
    for home, free in ((wards.a, 5), (wards.b, 0)):
        save_counts(home.replica, nurse_of(home), [BedCount(ward.id, free)])
        wards.meet()
    counted = [revision.fields.get("counted_at") for revision in wards.a.replica.history(ward.id)]
    desk = new_desk(wards.a)
    beds = BedsScreen(desk)
    show(beds)
    assert_legible(beds)
    spy = QSignalSpy(desk.go_requested)
    beds.entries[0].history.click()
    screen = history(desk, show, went(spy))
    assert screen.title.text() == "Riwayat isian: ruang rawat Anggrek"
    assert [card.title for card in screen.list.cards()] == ["Kosong", "Kosong", "Dicatat pertama kali"]
    assert "komputer B" in screen.list.cards()[0].subtitle
    assert "komputer A" in screen.list.cards()[1].subtitle
    texts = texts_of(screen)
    assert any(text.startswith("dari: 5 tempat tidur, dihitung ") for text in texts)
    assert any(text.startswith("0 tempat tidur, dihitung ") for text in texts)
    assert_legible(screen)
    restore_first(screen, settled, 1)
    wards.meet()
    for home in (wards.a, wards.b):
        seen = home.replica.get(Ward, ward.id)
        assert seen is not None
        assert seen.record.free == 5
        assert seen.record.to_fields()["counted_at"] == counted[1]


def test_another_facility_looks_at_the_counts_and_changes_none(
    wards: TwoPcs, new_home: MakeHome, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    ward = add_ward(wards.a, wards.district.hospital, "Anggrek")
    for free in (4, 1):
        save_counts(wards.a.replica, nurse_of(wards.a), [BedCount(ward.id, free)])
    wards.exchange(wards.a)
    puskesmas = new_home("puskesmas", person=True, facility=wards.district.puskesmas)
    wards.exchange(puskesmas)
    desk = new_desk(puskesmas)
    overview = BedsOverviewScreen(desk)
    show(overview)
    assert not overview.history_button.isEnabled()
    heading = overview.tree.topLevelItem(0)
    assert heading is not None
    line = heading.child(0)
    assert line is not None
    spy = QSignalSpy(desk.go_requested)
    overview.tree.setCurrentItem(heading)
    overview.history_button.click()
    assert went(spy) == f"facility/{wards.district.hospital}"
    overview.tree.setCurrentItem(line)
    overview.refresh()
    settled(desk)
    overview.history_button.click()
    assert_legible(overview)
    screen = history(desk, show, went(spy))
    assert any(text.startswith("dari: 4 tempat tidur") for text in texts_of(screen))
    for card in screen.list.cards():
        assert screen.list.select(card.id)
        assert screen.restore_buttons == []


def test_an_overwritten_result_of_a_specimen_comes_back(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    a, b = two_pcs.a, two_pcs.b
    specimen = two_pcs.specimen()
    for home, result in ((a, "Positif campak IgM"), (b, "Negatif")):
        seen = home.replica.get(Specimen, specimen)
        save_specimen(home.replica, nurse_of(home), {"result": result}, seen)
        two_pcs.meet()
    desk = new_desk(a)
    form = SpecimenFormScreen(desk)
    show(form)
    form.open_item("new")
    settled(desk)
    assert not form.history_button.isVisible()
    form.open_item(specimen)
    settled(desk)
    assert_legible(form)
    spy = QSignalSpy(desk.go_requested)
    form.history_button.click()
    item = went(spy)
    tab = SpecimensTab(desk)
    tab.refresh()
    settled(desk)
    tab.open_item(specimen)
    tab.history_button.click()
    assert went(spy) == item
    screen = history(desk, show, item)
    assert screen.title.text() == "Riwayat isian: spesimen Darah / serum · Siti"
    assert texts_of(screen) == ["Hasil", "dari: Positif campak IgM", "menjadi:", "Negatif"]
    assert "komputer B" in screen.list.cards()[0].subtitle
    restore_first(screen, settled, 1)
    with reading(a) as reader:
        now = read_seen(reader, Specimen, specimen)
    assert now is not None
    assert now.record.result == "Positif campak IgM"


def test_who_is_written_as_staff_has_a_history(hospital: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    desk = new_desk(hospital)
    people = ChoosePersonScreen(desk)
    show(people)
    spy = QSignalSpy(desk.go_requested)
    people.history.click()
    assert_legible(people)
    screen = history(desk, show, went(spy))
    assert screen.title.text() == f"Riwayat isian: petugas {hospital.staff[0].name}"
    assert hospital.staff[0].name in texts_of(screen)
