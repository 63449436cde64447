"""Proposed and reported signals on the screen, at the puskesmas and at the district office."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.actions.outbreak import add_signal_step
from desktop.queries.signals import signal_line, signals
from desktop.queries.visit_cases import present_alarms
from desktop.ui.desk import Desk
from desktop.ui.screens.signal_steps import BUTTONS, HEADS
from desktop.ui.screens.signal_words import clock_mark, turn_words
from desktop.ui.screens.surveillance import SurveillanceScreen
from desktop.ui.screens.visit_form import VisitFormScreen
from desktop.ui.tones import Tone
from sync.records.outbreak import SIGNAL_EVENT_KINDS
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_signal, add_visit, add_visits, today_of
from tests.desktop.scenes import add_facility, add_patient, nurse_of, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]

DECREE: Mapping[str, Any] = {
    "official": "Kepala Dinas Kesehatan Kabupaten",
    "decree_number": "440/123/2026",
}


@pytest.fixture
def office(new_home: MakeHome) -> Home:
    return new_home("dinkes", person=True)


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled, item: str = "") -> SurveillanceScreen:
    screen = SurveillanceScreen(new_desk(home))
    show(screen)
    if item:
        assert screen.signals.list.select(item)
        settled(screen.desk)
    return screen


def again(screen: SurveillanceScreen, settled: Settled) -> None:
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    settled(screen.desk)


def test_every_step_has_a_button_and_a_question() -> None:
    assert set(BUTTONS) == set(SIGNAL_EVENT_KINDS)
    assert set(HEADS) == set(SIGNAL_EVENT_KINDS) - {"diterima"}


def test_without_signals_the_screen_says_that_it_watches(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = opened(puskesmas, new_desk, show, settled)
    assert screen.signals.nothing.title() == "Tidak ada sinyal"
    assert "juga tanpa jaringan" in screen.signals.nothing.sentence()
    assert screen.signals.count.text() == "0 usulan · 0 sinyal"
    assert_legible(screen)


def test_a_proposal_shows_why_and_who_and_leads_to_the_report(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    patient = add_patient(puskesmas, "Siti Aminah", village="Karangsari")
    add_visit(puskesmas, patient, today_of(puskesmas), "B05.9", "Campak")
    with reading(puskesmas) as reader:
        (alarm,) = present_alarms(reader, puskesmas.replica.now())
    screen = opened(puskesmas, new_desk, show, settled, f"alarm:{alarm.id}")
    (card,) = screen.signals.list.cards()
    assert (card.title, card.subtitle) == ("Suspek Campak (K) · 1 kasus", "Karangsari 1")
    assert [mark.text for mark in card.marks] == ["Usulan sinyal"]
    text = words_of(screen)
    assert "demam dan ruam makulopapular" in text
    assert "1 kasus dalam seminggu sudah cukup [SKDR-1: SKDR 2025, dari sumber kedua]" in text
    assert "Siti Aminah · P" in text
    assert "tidak dihitung program" in text
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as asked:
        screen.signals.alarm_panel.report_button.click()
    assert asked.args == ["signal_form", f"alarm:{alarm.id}"]


def test_a_proposal_is_dismissed_with_a_reason_and_stays_away(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    add_visits(puskesmas, today_of(puskesmas), "A91", 2)
    with reading(puskesmas) as reader:
        (alarm,) = present_alarms(reader, puskesmas.replica.now())
    screen = opened(puskesmas, new_desk, show, settled, f"alarm:{alarm.id}")
    panel = screen.signals.alarm_panel
    panel.dismiss_button.click()
    panel.save_button.click()
    assert panel.form.editor("reason").problem.text() == "Alasan belum diisi."
    panel.form.set_values({"reason": "lainnya"})
    panel.save_button.click()
    settled(screen.desk)
    assert panel.form.editor("note").problem.text() == "Catatan belum diisi."
    assert screen.has_unsaved()
    assert_legible(screen)
    QTest.keyClicks(panel.form.editor("note").control, "kasus dari kabupaten lain")
    panel.save_button.click()
    again(screen, settled)
    (card,) = screen.signals.list.cards()
    assert (card.id.partition(":")[0], card.marks[0].text) == ("dismissal", "Bukan sinyal")
    screen.signals.list.select(card.id)
    settled(screen.desk)
    assert "kasus dari kabupaten lain" in screen.signals.turn.details.text()
    assert "Daftar kasus (2)" in words_of(screen)
    assert_legible(screen)
    add_visits(puskesmas, today_of(puskesmas), "A91", 2)
    again(screen, settled)
    assert [card.marks[0].text for card in screen.signals.list.cards()] == ["Usulan sinyal", "Bukan sinyal"]


def test_a_signal_that_waits_for_the_network_says_so_with_its_clock(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    visit = add_visit(puskesmas, add_patient(puskesmas, "Siti Aminah"), today_of(puskesmas), "B05.9", "Campak")
    signal = add_signal(puskesmas, deaths=1, visits=(visit.id,), rule="SKDR-1", signs="demam dan ruam")
    screen = opened(puskesmas, new_desk, show, settled, f"signal:{signal.id}")
    (card,) = screen.signals.list.cards()
    assert card.title == "Suspek Campak (K) · 3 sakit, 1 meninggal"
    assert (card.marks[0].text, card.right) == ("Menunggu dikirim", "W1: sisa 18 jam")
    steps = screen.signals.chain.texts()
    assert [name for name, _ in steps] == ["✓ Ditulis", "○ Di server", "○ Diterima Dinkes", "○ Diverifikasi"]
    assert "terkirim sendiri" in screen.signals.turn.details.text()
    assert "Siti Aminah" in words_of(screen)
    shown = {kind for kind, button in screen.signals.steps.buttons.items() if button.isVisible()}
    assert shown == {"pe_dimulai", "pembaruan", "hasil_lab", "catatan"}
    assert screen.signals.specimen_button.isVisible()
    assert_legible(screen)


def test_new_numbers_are_told_and_a_wrong_one_is_refused_at_its_field(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    signal = add_signal(puskesmas)
    screen = opened(puskesmas, new_desk, show, settled, f"signal:{signal.id}")
    steps = screen.signals.steps
    steps.buttons["pembaruan"].click()
    steps.form().set_values({"cases": 5, "deaths": 6})
    steps.save_button.click()
    settled(screen.desk)
    assert "lebih banyak daripada yang sakit" in steps.form().editor("deaths").problem.text()
    assert_legible(screen)
    steps.form().set_values({"deaths": 0})
    steps.save_button.click()
    again(screen, settled)
    assert screen.signals.list.cards()[0].title == "Suspek Campak (K) · 5 sakit"
    assert "Jumlah diperbarui · 5 sakit" in words_of(screen)


def test_the_office_receives_in_one_press_and_verifies(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    sender = add_facility(office, "Puskesmas Melati", "puskesmas", phone="0800-0001-0001")
    signal = add_signal(office, facility=sender.id)
    screen = opened(office, new_desk, show, settled, f"signal:{signal.id}")
    assert not screen.signals.new_button.isVisible()
    assert "Puskesmas Melati, telp 0800-0001-0001" in screen.signals.turn.details.text()
    assert screen.signals.list.cards()[0].subtitle == "Puskesmas Melati · Karangsari"
    assert_legible(screen)
    screen.signals.steps.buttons["diterima"].click()
    again(screen, settled)
    assert screen.signals.badge.text() == "Diterima Dinkes"
    assert screen.signals.turn.headline.text() == "Verifikasi: sisa 23 jam"
    assert not screen.signals.steps.buttons["diterima"].isVisible()
    assert_legible(screen)
    screen.signals.steps.buttons["terverifikasi"].click()
    QTest.keyClicks(screen.signals.steps.form().editor("note").control, "Tiga murid, sesuai definisi")
    screen.signals.steps.save_button.click()
    again(screen, settled)
    assert screen.signals.badge.text() == "Terverifikasi"
    assert "Tiga murid, sesuai definisi" in words_of(screen)


def test_the_office_notes_each_level_and_the_decision_of_an_official(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    signal, me, today = add_signal(office), nurse_of(office), today_of(office)
    add_signal_step(office.replica, me, signal.id, "terverifikasi", {"note": "sesuai"})
    add_signal_step(
        office.replica, me, signal.id, "ke_provinsi", {"at": office.replica.now(), "received_by": "dr. Sari"}
    )
    screen = opened(office, new_desk, show, settled, f"signal:{signal.id}")
    assert screen.signals.badge.text() == "Di provinsi"
    assert "Diteruskan ke Dinkes provinsi · dr. Sari" in words_of(screen)
    steps = screen.signals.steps
    assert steps.buttons["ke_kemenkes"].isVisible()
    steps.buttons["klb_ditetapkan"].click()
    assert "Program ini tidak menetapkan apa pun" in steps.head.text()
    steps.form().set_values(DECREE)
    steps.save_button.click()
    settled(screen.desk)
    assert steps.form().editor("decree_date").problem.text() == "Tanggal surat keputusan belum diisi."
    assert_legible(screen)
    steps.form().set_values({"decree_date": today})
    steps.save_button.click()
    again(screen, settled)
    assert screen.signals.badge.text() == "Keputusan KLB"
    assert screen.signals.turn.headline.text() == "KLB ditetapkan oleh Kepala Dinas Kesehatan Kabupaten"
    assert "440/123/2026" in screen.signals.turn.details.text()
    assert_legible(screen)


def test_the_word_klb_is_never_said_without_the_decision_of_an_official(office: Home) -> None:
    signal, me = add_signal(office), nurse_of(office)
    for kind in ("diterima", "terverifikasi"):
        add_signal_step(office.replica, me, signal.id, kind, {})
        with reading(office) as reader:
            (line,) = signals(reader, office.replica.now())
        assert "KLB" not in " ".join(turn_words(line, office.replica.now(), at_office=True)[:2])


def test_the_clock_runs_to_the_receipt_then_to_the_verdict_and_stops(office: Home) -> None:
    signal, now = add_signal(office, age=timedelta(hours=30)), office.replica.now()
    with reading(office) as reader:
        line = signal_line(reader, signal.id)
    assert line is not None
    mark = clock_mark(line, now)
    assert mark is not None
    assert (mark.text, mark.tone) == ("W1: lewat 6 jam", Tone.DANGER)
    add_signal_step(office.replica, nurse_of(office), signal.id, "diterima", {})
    add_signal_step(office.replica, nurse_of(office), signal.id, "tidak_terbukti", {"note": "alergi"})
    with reading(office) as reader:
        line = signal_line(reader, signal.id)
    assert line is not None
    assert clock_mark(line, now) is None


def test_the_report_can_be_copied_as_a_text_that_names_no_patient(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    visit = add_visit(puskesmas, add_patient(puskesmas, "Siti Aminah"), today_of(puskesmas), "B05.9")
    signal = add_signal(puskesmas, visits=(visit.id,), signs="Demam dan ruam.", deaths=1)
    screen = opened(puskesmas, new_desk, show, settled, f"signal:{signal.id}")
    screen.signals.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert text.startswith(
        "SINYAL W1 Puskesmas Melati. Suspek Campak (K) · 3 sakit, 1 meninggal · Karangsari. Demam dan ruam."
    )
    assert "0800-0000-3333" in text
    assert "Siti" not in text


def test_tab_comes_to_everything_that_is_shown(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    add_visits(puskesmas, today_of(puskesmas), "B05.9", 1)
    screen = opened(puskesmas, new_desk, show, settled)
    screen.signals.list.select(screen.signals.list.cards()[0].id)
    settled(screen.desk)
    screen.setFocus()
    seen: set[QWidget | None] = set()
    for _ in range(20):
        focused = screen.focusWidget()
        seen.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    panel = screen.signals.alarm_panel
    assert {screen.signals.list, screen.signals.new_button, screen.bar} <= seen
    assert {panel.report_button, panel.dismiss_button} <= seen


def test_saving_a_visit_raises_the_alarm_with_no_network(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    patient = add_patient(puskesmas)
    form = VisitFormScreen(new_desk(puskesmas))
    show(form)
    said: list[tuple[str, str]] = []
    form.desk.said.connect(lambda level, text: said.append((level, text)))
    for code, level in (("O14.1", "info"), ("B05.9", "warning")):
        form.open_item(patient.id)
        settled(form.desk)
        form.diagnosis.set_diagnosis(code, "icd10_who2019", "Diagnosis")
        form.save()
        settled(form.desk)
        settled(form.desk)
        assert said[-1][0] == level
    assert "Usulan sinyal: Suspek Campak (K) 1 kasus" in said[-1][1]


def words_of(screen: SurveillanceScreen) -> str:
    """All that stands in the detail."""
    layout = screen.signals.letter.layout()
    assert layout is not None
    items = (layout.itemAt(place) for place in range(layout.count()))
    widgets = [item.widget() for item in items if item is not None]
    return "\n".join(widget.text() for widget in widgets if widget is not None)  # type: ignore[attr-defined]  # labels
