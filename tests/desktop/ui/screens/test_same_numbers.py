"""The queue of numbers that two people have: made by two PCs offline, settled by merging or by correcting one."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.patients import save_patient
from desktop.actions.same_person import merge
from desktop.queries.same_numbers import same_number_count
from desktop.ui.desk import Desk
from desktop.ui.screens.same_numbers import SameNumbersScreen
from sync.records import Patient, Void
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of, reading
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible

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
    screen.list.select(first.id)
    with qtbot.waitSignal(screen.desk.go_requested) as went:
        QTest.keyClick(screen.list, Qt.Key.Key_Return)
    assert went.args == ["same_person", first.id]
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
