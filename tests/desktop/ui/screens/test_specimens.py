"""Specimens on the screen, from the taking to the result, and the district's table of weekly reports."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.actions.outbreak import save_specimen
from desktop.queries.specimens import specimens
from desktop.ui.desk import Desk
from desktop.ui.screens.conflicts import ConflictsScreen
from desktop.ui.screens.specimen_form import SpecimenFormScreen
from desktop.ui.screens.surveillance import SurveillanceScreen
from sync.records import Specimen
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_report, add_signal, add_visit, last_week, today_of
from tests.desktop.scenes import add_facility, add_patient, nurse_of, reading
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def test_a_specimen_because_of_a_signal_knows_patient_and_disease(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    siti = add_patient(puskesmas, "Siti Aminah")
    visit = add_visit(puskesmas, siti, today_of(puskesmas), "B05.9")
    signal = add_signal(puskesmas, visits=(visit.id,))
    form = SpecimenFormScreen(new_desk(puskesmas))
    show(form)
    form.open_item(f"signal:{signal.id}")
    settled(form.desk)
    assert form.form.editor("subject").value() == "Siti Aminah"
    form.save()
    assert form.form.editor("kind").problem.text() == "Jenis spesimen belum diisi."
    assert_legible(form)
    form.form.set_values({"kind": "darah", "laboratory": "Labkesmas Kabupaten"})
    form.save()
    settled(form.desk)
    with reading(puskesmas) as reader:
        (line,) = specimens(reader)
    assert (line.specimen.signal, line.specimen.patient) == (signal.id, siti.id)
    assert (line.specimen.suspected, line.patient_name) == ("Suspek Campak", "Siti Aminah")


def test_two_results_of_one_specimen_are_decided_by_a_person(
    two_pcs: TwoPcs, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    a, b = two_pcs.a, two_pcs.b
    specimen = two_pcs.specimen()
    for home, result in ((a, "Positif campak IgM"), (b, "Negatif")):
        save_specimen(home.replica, nurse_of(home), {"result": result}, home.replica.get(Specimen, specimen))
    two_pcs.meet()
    desk = new_desk(a)
    form = SpecimenFormScreen(desk)
    show(form)
    form.open_item(specimen)
    settled(desk)
    assert_legible(form)
    with qtbot.waitSignal(desk.go_requested) as went:
        form.decide_button.click()
    assert went.args == ["conflicts", specimen]
    queue = ConflictsScreen(desk)
    queue.open_item(specimen)
    show(queue)
    assert queue.question.text() == "Spesimen Darah / serum · Siti: Hasil. Mana yang benar?"
    assert_legible(queue)
    QTest.keyClick(queue.list, Qt.Key.Key_1)
    settled(desk)
    two_pcs.meet()
    for home in (a, b):
        seen = home.replica.get(Specimen, specimen)
        assert seen is not None
        assert (seen.record.result, seen.conflicts) == ("Positif campak IgM", ())
    form.open_item(specimen)
    settled(desk)
    assert not form.decide_button.isVisible()


def test_the_way_of_a_specimen_is_shown_and_goes_on(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    desk = new_desk(puskesmas)
    form = SpecimenFormScreen(desk)
    show(form)
    form.open_item("new")
    settled(desk)
    QTest.keyClicks(form.form.editor("subject").control, "Air sumur RT 3")
    taken = puskesmas.replica.now() - timedelta(days=1)
    form.form.set_values({"kind": "air", "laboratory": "BTKL", "taken_at": taken})
    form.save()
    settled(desk)
    with reading(puskesmas) as reader:
        (line,) = specimens(reader)
    screen = SurveillanceScreen(desk)
    show(screen)
    screen.open_item(f"specimen:{line.specimen.id}")
    settled(desk)
    assert screen.specimens is not None
    assert [card.marks[0].text for card in screen.specimens.list.cards()] == ["Belum dikirim"]
    assert screen.specimens.count.text() == "1 spesimen · 1 belum ada hasil"
    assert_legible(screen)
    form.open_item(line.specimen.id)
    settled(desk)
    form.form.set_values({"sent_at": taken - timedelta(hours=3)})
    form.save()
    settled(desk)
    assert "lebih awal daripada langkah sebelumnya" in form.form.editor("sent_at").problem.text()
    form.form.set_values({"sent_at": taken + timedelta(hours=3), "result": "E. coli positif"})
    form.save()
    settled(desk)
    screen.refresh()
    settled(desk)
    assert [card.marks[0].text for card in screen.specimens.list.cards()] == ["Ada hasil"]
    assert [name for name, _ in screen.specimens.chain.texts()] == [
        "✓ Diambil",
        "✓ Dikirim",
        "○ Diterima lab",
        "✓ Hasil",
    ]
    assert_legible(screen)


def test_the_office_names_the_silent_ones_with_their_telephone(
    new_home: MakeHome, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    office = new_home("dinkes", person=True)
    melati = add_facility(office, "Puskesmas Melati", "puskesmas", code="1199U001", phone="0800-0001-0001")
    add_facility(office, "Puskesmas Kenanga", "puskesmas", code="1199U002", phone="0800-0001-0002")
    week = last_week(office)
    for back in range(8):
        add_report(office, week.before(back), facility=melati.id, counts=("A2", "C1"), total_visits=90)
    screen = SurveillanceScreen(new_desk(office))
    show(screen)
    screen.bar.setCurrentIndex(1)
    settled(screen.desk)
    part = screen.completeness
    assert part is not None
    assert "Puskesmas Kenanga: " in part.silent.text()
    assert "belum pernah melapor, telp 0800-0001-0002" in part.silent.text()
    assert part.tree.topLevelItemCount() == 2
    row = part.tree.topLevelItem(1)
    assert row is not None
    assert [row.text(place) for place in (0, 1, 9, 10)] == ["Puskesmas Melati", "tepat", "100%", "100%"]
    part.tree.setCurrentItem(row)
    assert f"SKDR {week.number}#{week.year}#A2,C1,X90" in part.reports.text()
    assert_legible(screen)
    screen.refresh()
    settled(screen.desk)
    assert part.tree.topLevelItemCount() == 2


def test_without_facilities_the_table_says_why_it_is_empty(
    new_home: MakeHome, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = SurveillanceScreen(new_desk(new_home("dinkes", person=True)))
    show(screen)
    screen.bar.setCurrentIndex(1)
    settled(screen.desk)
    assert screen.completeness is not None
    first = screen.completeness.tree.topLevelItem(0)
    assert first is not None
    assert first.text(0) == "Daftar fasilitas belum diterima dari server kabupaten."
    assert_legible(screen)
