"""Where to send, on the screen: ranked cards, the reasons of the chosen one, and a choice that stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.queries.bed_likelihood import Likelihood
from desktop.queries.destination_order import Competence, Destination, Room, Travel
from desktop.queries.destinations import Wish
from desktop.queries.needs import Needs, needs_table
from desktop.ui.desk import Desk
from desktop.ui.screens.destination_panel import DestinationPanel
from desktop.ui.screens.destination_words import destination_card, needs_words, reasons, travel_words
from desktop.ui.tones import Tone
from sync.records import Route
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_ward
from tests.desktop.ui.screens.conftest import assert_legible

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
Settled = Callable[[Desk], None]
EMERGENCY = Wish(kind="gawat_darurat", urgency="merah", diagnosis_code="I21.9", ward_class="ICU")
OUTPATIENT = Wish(kind="rawat_jalan", urgency="hijau", diagnosis_code="I25.1")


def room(free: int | None = 1, *, probability: float | None = None, hours: float = 2, **details: Any) -> Room:
    found = None if probability is None else Likelihood(probability, 20)
    counted = None if free is None else NOW - timedelta(hours=hours)
    return Room(**{"wards": 1, "listed": True, "free": free, "oldest": counted, "likelihood": found, **details})


def lines(destination: Destination, wish: Wish = EMERGENCY) -> list[str]:
    return [reason.line for reason in reasons(destination, wish, NOW)]


def test_a_card_says_the_way_the_poli_and_the_beds_with_their_age() -> None:
    found = Destination(
        "1",
        "RSUD Kenanga",
        travel=Travel(14.2, 22),
        competence=Competence(("JAN", "INT"), 1),
        room=room(3, probability=0.9, held=1),
        expected=1,
        full_today=2,
        outside=True,
    )
    card = destination_card(found, EMERGENCY, NOW)
    assert card.subtitle == "22 menit · 14 km · ada poli Penyakit dalam"
    assert card.more == "ICU: 3 kosong, 1 disimpan · 1 belum tiba · 2x menolak: penuh · di luar kabupaten"
    assert card.right == "2 jam lalu"
    assert [(mark.text, mark.tone) for mark in card.marks] == [("sangat mungkin ada", Tone.GOOD)]
    assert card.stripe is Tone.GOOD


@pytest.mark.parametrize(
    ("known", "mark"),
    [
        (room(3), "3 kosong"),
        (room(3, held=1), "2 kosong"),
        (room(3, held=3), "penuh"),
        (room(0), "penuh"),
        (room(3, hours=7), "data lama"),
        (room(3, hours=7, probability=0.7), "mungkin ada"),
        (room(3, probability=0.4), "tidak pasti"),
        (room(3, probability=0.1), "kecil kemungkinan"),
        (room(None), "tidak diketahui"),
        (room(None, wards=0), "tanpa kelas ini"),
        (room(None, wards=0, listed=False), "tidak diketahui"),
    ],
)
def test_the_mark_says_what_can_be_relied_on(known: Room, mark: str) -> None:
    card = destination_card(Destination("1", "RSUD", room=known), EMERGENCY, NOW)
    assert [item.text for item in card.marks] == [mark]


@pytest.mark.parametrize(("at", "mark"), [(0, "ada poli"), (1, "poli lain"), (None, "poli ?"), (-1, "tanpa poli")])
def test_without_a_bed_the_mark_is_about_the_poli(at: int | None, mark: str) -> None:
    found = Destination("1", "RSUD", competence=Competence(("JAN", "INT"), at))
    assert [item.text for item in destination_card(found, OUTPATIENT, NOW).marks] == [mark]
    assert destination_card(Destination("1", "RSUD"), Wish(), NOW).marks == ()


@pytest.mark.parametrize(
    ("travel", "words"),
    [
        (Travel(), "jarak tidak diketahui"),
        (Travel(4.25, 9), "9 menit · 4,2 km"),
        (Travel(4.0), "4 km"),
        (Travel(None, 9), "9 menit"),
        (Travel(12.6, None, straight=True), "13 km garis lurus"),
    ],
)
def test_a_way_is_said_as_far_as_it_is_known(travel: Travel, words: str) -> None:
    assert travel_words(travel) == words


def test_of_a_hospital_of_which_nothing_is_known_every_line_says_so_and_none_says_zero() -> None:
    found = Destination("1", "RSUD", competence=Competence(("JAN",), None, (("ICU", None),)), room=room(None))
    assert lines(found) == [
        "?  Poli belum diketahui",
        "?  Tidak diketahui apakah ada ICU",
        "?  ICU: tidak diketahui, belum pernah dihitung; kemungkinannya belum dapat dikatakan",
        "?  Belum ada jawaban yang diketahui di sini",
        "·  Di dalam kabupaten · telp tidak diketahui",
    ]


def test_every_reason_has_a_sign_and_says_whose_knowledge_it_is() -> None:
    found = Destination(
        "1",
        "RSUD",
        competence=Competence(("JAN", "INT"), 1, (("ICU", True), ("CT scan", False))),
        room=room(2, probability=0.7, held=1, hours=7),
        expected=2,
        usual_answer=timedelta(minutes=12),
        answers=9,
        full_today=1,
        outside=True,
        strata="utama",
        phone="0800-1",
    )
    assert lines(found) == [
        "+  Ada poli Penyakit dalam, bukan Jantung dan pembuluh darah",
        "+  Ada ICU",
        "\N{MINUS SIGN}  Tidak tercantum: CT scan",
        "+  ICU: 2 kosong, 1 disimpan, dihitung 7 jam lalu (data lama); menurut riwayat ruang ini mungkin ada",
        "·  2 pasien diterima, belum tiba (yang diketahui di sini)",
        "\N{MINUS SIGN}  1 kali menolak karena penuh hari ini (yang diketahui di sini)",
        "+  Biasanya menjawab dalam 12 menit (dari 9 jawaban)",
        "·  Di luar kabupaten · strata Utama · telp 0800-1",
    ]


def test_what_a_diagnosis_needs_is_a_proposal() -> None:
    needs = needs_table().of("I21.9", 60)
    assert needs is not None
    assert needs_words(needs) == (
        "Usulan untuk diagnosis ini: poli Jantung dan pembuluh darah atau Penyakit dalam, ICCU atau ICU."
    )
    assert needs_words(Needs()) == ""


@pytest.fixture
def panel(puskesmas: Home, new_desk: Callable[[Home], Desk], qtbot: QtBot, settled: Settled) -> DestinationPanel:
    """Three hospitals, one of them near."""
    near = add_facility(puskesmas, "RSUD Kenanga", polyclinics=("JAN", "INT"), services=("ICU",), strata="madya")
    add_ward(puskesmas, near.id, "ICU", ward_class="ICU", free=2, age=timedelta(hours=1))
    add_facility(puskesmas, "RSU Anggrek", polyclinics=("BED",))
    add_facility(puskesmas, "RS Melati")
    way = Route(
        id=puskesmas.replica.new_id(),
        from_facility=puskesmas.replica.identity.facility,
        to_facility=near.id,
        minutes=9,
    )
    puskesmas.replica.save([Edit(way)], puskesmas.replica.identity.device)
    made = DestinationPanel(new_desk(puskesmas))
    qtbot.addWidget(made)
    made.resize(400, 440)
    with qtbot.waitExposed(made):
        made.show()
    made.look_for(EMERGENCY)
    settled(made.desk)
    return made


def titles(panel: DestinationPanel) -> list[str]:
    return [card.title for card in panel.list.cards()]


def test_hospitals_stand_in_the_order_of_the_wish_and_none_is_chosen_for_the_writer(
    panel: DestinationPanel, settled: Settled
) -> None:
    assert titles(panel) == ["RSUD Kenanga", "RS Melati", "RSU Anggrek"]
    assert panel.list.current_id() == ""
    assert not panel.details.isVisible()
    panel.look_for(Wish(kind="rawat_jalan", urgency="hijau", polyclinic="Bedah"))
    settled(panel.desk)
    assert titles(panel) == ["RSU Anggrek", "RS Melati", "RSUD Kenanga"]


def test_arrows_choose_and_the_reasons_follow(panel: DestinationPanel, qtbot: QtBot) -> None:
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    first = panel.details.text()
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert chosen == [card.id for card in panel.list.cards()[:2]]
    assert first.startswith("+  Ada poli Jantung dan pembuluh darah")
    assert panel.details.text().startswith("?  Poli belum diketahui")
    assert panel.details.isVisible()
    assert_legible(panel)


def test_the_choice_survives_another_order_and_what_arrives(
    panel: DestinationPanel, puskesmas: Home, settled: Settled
) -> None:
    kept = panel.list.cards()[0].id
    panel.list.select(kept)
    said: list[str] = []
    panel.chosen.connect(said.append)
    add_facility(puskesmas, "RS Baru", polyclinics=("BED",))
    panel.look_for(Wish(kind="rawat_jalan", urgency="hijau", polyclinic="BED"))
    settled(panel.desk)
    assert len(panel.list.cards()) == 4
    assert panel.list.cards()[0].id != kept
    assert panel.list.current_id() == kept
    assert said == []


def test_a_hospital_can_be_chosen_before_it_is_there_and_a_choice_can_be_taken_back(
    panel: DestinationPanel, puskesmas: Home, settled: Settled
) -> None:
    new = add_facility(puskesmas, "RS Baru")
    panel.select(new.id)
    assert panel.list.current_id() == ""
    panel.refresh()
    settled(panel.desk)
    assert panel.list.current_id() == new.id
    panel.select("")
    assert panel.list.current_id() == ""
    assert not panel.details.isVisible()


def test_the_same_wish_again_reads_nothing(panel: DestinationPanel) -> None:
    panel.look_for(EMERGENCY)
    assert not panel.desk.busy


def test_in_a_low_place_a_card_stays_in_sight_and_the_details_scroll(panel: DestinationPanel, qtbot: QtBot) -> None:
    panel.list.select(panel.list.cards()[0].id)
    panel.resize(400, 250)
    qtbot.waitUntil(lambda: panel.height() == 250)
    assert panel.list.viewport().height() >= 70
    assert_legible(panel)


def test_before_the_catalogue_has_arrived_the_panel_says_so(
    puskesmas: Home, new_desk: Callable[[Home], Desk], qtbot: QtBot, settled: Settled
) -> None:
    made = DestinationPanel(new_desk(puskesmas))
    qtbot.addWidget(made)
    made.show()
    made.refresh()
    settled(made.desk)
    assert made.problem.text() == "Daftar rumah sakit belum diterima dari server kabupaten."
    add_facility(puskesmas)
    made.refresh()
    settled(made.desk)
    assert made.problem.text() == ""
