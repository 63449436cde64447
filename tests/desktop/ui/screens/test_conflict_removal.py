"""A record that one computer takes out of the lists while another edits it: one question, two keys, asked once."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.actions.taking_out import decide, take_out
from desktop.queries.conflicts import conflict_count, open_differences
from desktop.queries.patient_file import patient_file
from desktop.queries.patients import search_patients
from desktop.queries.sync_state import sync_facts
from desktop.queries.taken_out import Removal, removals
from desktop.ui.desk import Desk
from desktop.ui.screens.conflicts import ConflictsScreen
from sync.errors import BadInput
from sync.records import Patient, Visit, Void
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import nurse_of, reading
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def taken_out_while_edited(two_pcs: TwoPcs) -> Patient:
    """PC A takes Siti out of the lists while PC B writes her telephone."""
    patient = two_pcs.patient(name="Siti Aminah")
    seen = two_pcs.a.replica.get(Patient, patient.id)
    assert seen is not None
    take_out(two_pcs.a.replica, nurse_of(two_pcs.a), seen, "terdaftar dua kali")
    two_pcs.edit_patient(two_pcs.b, patient, phone="0822")
    two_pcs.meet()
    return patient


def listed(home: Home) -> list[str]:
    with reading(home) as reader:
        return [hit.name for hit in search_patients(reader, "siti")]


def asked(home: Home) -> list[Removal]:
    with reading(home) as reader:
        found = removals(reader, home.replica.identity.facility)
        assert conflict_count(reader, home.replica.identity.facility, datetime.now(UTC)) == len(found)
        assert sum(item.count for item in open_differences(reader)) == len(found)
        assert sync_facts(reader).conflicts == len(found)
        assert removals(reader, "0" * 32) == []
    return found


def test_a_reason_is_needed(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient()
    seen = two_pcs.a.replica.get(Patient, patient.id)
    assert seen is not None
    with pytest.raises(BadInput):
        take_out(two_pcs.a.replica, nurse_of(two_pcs.a), seen, " ")
    assert listed(two_pcs.a) == ["Siti Aminah"]


@pytest.mark.parametrize(
    ("key", "after", "words"),
    [(Qt.Key.Key_1, ["Siti Aminah"], "Dikembalikan ke daftar."), (Qt.Key.Key_2, [], "Dibiarkan di luar daftar.")],
    ids=["returns", "stays out"],
)
def test_one_key_decides_at_either_pc_and_nobody_is_asked_again(
    two_pcs: TwoPcs,
    new_desk: NewDesk,
    show: Show,
    settled: Settled,
    key: Qt.Key,
    after: list[str],
    words: str,
) -> None:
    patient = taken_out_while_edited(two_pcs)
    assert listed(two_pcs.a) == listed(two_pcs.b) == []
    assert len(asked(two_pcs.a)) == len(asked(two_pcs.b)) == 1
    screen = ConflictsScreen(new_desk(two_pcs.b))
    said: list[str] = []
    screen.desk.said.connect(lambda _level, text: said.append(text))
    show(screen)
    screen.setFocus()
    (card,) = screen.list.cards()
    assert (card.title, card.subtitle) == ("Siti Aminah", "dikeluarkan dari daftar, tetapi diubah")
    QTest.keyClick(screen.list, Qt.Key.Key_Down)
    assert screen.question.text() == (
        "Data pasien dikeluarkan dari daftar oleh Ns. Dewi Lestari, S.Kep. (komputer A); "
        "sementara itu Ns. Dewi Lestari, S.Kep. (komputer B) mengubahnya. Kembalikan ke daftar?"
    )
    texts = [text.text() for text in screen.removal.findChildren(QLabel) if text.isVisible()]
    assert {"terdaftar dua kali", "Telepon", "0822"} <= set(texts)
    assert not screen.choices.isVisible()
    assert_legible(screen)
    QTest.keyClick(screen.list, key)
    settled(screen.desk)
    assert said[-1].startswith(words)
    assert screen.list.cards() == ()
    # Pressed once more it decides nothing.
    QTest.keyClick(screen.list, key)
    settled(screen.desk)
    two_pcs.meet()
    for home in (two_pcs.a, two_pcs.b):
        assert asked(home) == []
        assert listed(home) == after
        seen = home.replica.get(Patient, patient.id)
        assert seen is not None
        assert seen.record.phone == "0822"


def test_what_arrives_after_it_was_left_out_is_asked_about_anew(two_pcs: TwoPcs) -> None:
    patient = taken_out_while_edited(two_pcs)
    two_pcs.edit_patient(two_pcs.b, patient, village="Sukamaju")
    (found,) = asked(two_pcs.a)
    decide(two_pcs.a.replica, nurse_of(two_pcs.a), found.seen, found.voids, returns=False)
    assert asked(two_pcs.a) == []
    two_pcs.meet()
    (again,) = asked(two_pcs.a)
    assert [change.names for written in again.late for change in written.changes] == [("village",)]


def test_what_two_took_out_returns_with_one_decision(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient(name="Siti Aminah")
    for home in (two_pcs.a, two_pcs.b):
        seen = home.replica.get(Patient, patient.id)
        assert seen is not None
        take_out(home.replica, nurse_of(home), seen, "ganda")
    two_pcs.edit_patient(two_pcs.a, patient, phone="0822")
    two_pcs.meet()
    (found,) = asked(two_pcs.b)
    assert len(found.voids) == 2
    decide(two_pcs.b.replica, nurse_of(two_pcs.b), found.seen, found.voids, returns=True)
    two_pcs.meet()
    assert listed(two_pcs.a) == listed(two_pcs.b) == ["Siti Aminah"]


def test_a_visit_that_returns_is_in_the_file_again(two_pcs: TwoPcs, new_desk: NewDesk, show: Show) -> None:
    patient = two_pcs.patient(name="Siti Aminah")
    visit = two_pcs.visit(patient, complaint="Batuk")
    seen = two_pcs.a.replica.get(Visit, visit.id)
    assert seen is not None
    take_out(two_pcs.a.replica, nurse_of(two_pcs.a), seen, "salah pasien")
    two_pcs.edit_visit(two_pcs.b, visit, therapy="OBH 3x1")
    two_pcs.meet()
    screen = ConflictsScreen(new_desk(two_pcs.a))
    screen.open_item(visit.id)
    show(screen)
    assert screen.question.text().startswith("Kunjungan ")
    assert screen.patient_header.isVisible()
    assert_legible(screen)
    (found,) = asked(two_pcs.a)
    decide(two_pcs.a.replica, nurse_of(two_pcs.a), found.seen, found.voids, returns=True)
    with reading(two_pcs.a) as reader:
        file = patient_file(reader, patient.id)
    assert file is not None
    assert [line.id for line in file.visits] == [visit.id]


def test_a_void_of_an_older_program_asks_nothing(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient()
    void = Void(id=two_pcs.a.replica.new_id(), record=patient.id, record_type="patient", reason="ganda")
    two_pcs.a.replica.save([Edit(void)], nurse_of(two_pcs.a).id)
    two_pcs.edit_patient(two_pcs.b, patient, phone="0822")
    two_pcs.meet()
    assert asked(two_pcs.a) == []
    assert listed(two_pcs.a) == []
