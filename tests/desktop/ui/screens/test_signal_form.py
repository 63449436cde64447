"""The W1 form: what visits know is filled in, the rest typed, and saved with no network."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.queries.signals import CaseLine, signals
from desktop.queries.visit_cases import present_alarms
from desktop.ui.desk import Desk
from desktop.ui.screens.alarm_words import age_groups_words
from desktop.ui.screens.signal_form import SignalFormScreen
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_visit, today_of
from tests.desktop.scenes import add_patient, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled, item: str) -> SignalFormScreen:
    screen = SignalFormScreen(new_desk(home))
    show(screen)
    screen.open_item(item)
    settled(screen.desk)
    return screen


def test_what_the_visits_know_is_filled_in_and_one_key_saves(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled, qtbot: QtBot
) -> None:
    day = today_of(puskesmas)
    where = {"village": "Karangsari", "subdistrict": "Karanganyar"}
    child = add_patient(puskesmas, "Budi", birth_date=day - timedelta(days=3 * 366), **where)
    visit = add_visit(puskesmas, child, day, "B05.9", "Campak")
    with reading(puskesmas) as reader:
        (alarm,) = present_alarms(reader, puskesmas.replica.now())
    screen = opened(puskesmas, new_desk, show, settled, f"alarm:{alarm.id}")
    values = screen.form.values()
    assert (values["disease_code"], values["disease_label"]) == ("K", "Suspek Campak")
    assert (values["cases"], values["deaths"], values["first_onset"]) == (1, None, None)
    assert (values["village"], values["subdistrict"]) == ("Karangsari", "Karanganyar")
    assert values["age_groups"] == "1-4 th: 1"
    assert (values["source"], values["reporter_name"]) == ("kunjungan", puskesmas.staff[0].name)
    assert "paling lambat sampai di Dinkes" in screen.title.text()
    assert "Budi" in screen.why.text()
    assert not screen.has_unsaved()
    assert_legible(screen)
    with qtbot.waitSignal(screen.desk.go_requested) as asked:
        screen.save()
        settled(screen.desk)
    with reading(puskesmas) as reader:
        (line,) = signals(reader, puskesmas.replica.now())
        assert present_alarms(reader, puskesmas.replica.now()) == []
    assert asked.args == ["surveillance", f"signal:{line.id}"]
    assert (line.signal.visits, line.signal.rule) == ((visit.id,), "SKDR-1")
    assert not line.delivery.confirmed


def test_a_rumour_needs_no_code_and_nothing_is_filled_in_that_nobody_knows(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = opened(puskesmas, new_desk, show, settled, "new")
    assert screen.form.editor("cases").is_empty()
    screen.save()
    assert screen.form.editor("disease_label").problem.text() == "Penyakit / kejadian belum diisi."
    assert screen.form.editor("source").problem.text() == "Sumber belum diisi."
    assert_legible(screen)
    QTest.keyClicks(screen.form.editor("disease_label").control, "Keracunan makanan hajatan")
    screen.form.set_values({"source": "warga", "deaths": 2, "cases": 1})
    screen.save()
    settled(screen.desk)
    assert "lebih banyak daripada yang sakit" in screen.form.editor("deaths").problem.text()
    screen.form.set_values({"deaths": None, "cases": None})
    screen.save()
    settled(screen.desk)
    with reading(puskesmas) as reader:
        (line,) = signals(reader, puskesmas.replica.now())
    assert (line.signal.disease_code, line.signal.disease_label) == (None, "Keracunan makanan hajatan")
    assert line.numbers == (None, None)


def test_a_proposal_that_was_judged_meanwhile_is_said_so(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = opened(puskesmas, new_desk, show, settled, "alarm:K:2026-11-22")
    assert screen.why.text().startswith("Usulan ini sudah dinilai.")
    assert screen.form.editor("cases").is_empty()
    assert_legible(screen)


def test_choosing_a_disease_names_it_and_leaves_what_was_typed(
    puskesmas: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    screen = opened(puskesmas, new_desk, show, settled, "new")
    code, named = screen.form.editor("disease_code"), screen.form.editor("disease_label")
    for letter, name in (("K", "Suspek Campak"), ("C", "Suspek Dengue")):
        code.set_value(letter)
        code.changed.emit()
        assert named.value() == name
    named.set_value("DBD di Dukuh Lor")
    named.changed.emit()
    code.set_value("K")
    code.changed.emit()
    assert named.value() == "DBD di Dukuh Lor"
    assert screen.has_unsaved()


def test_age_groups_say_what_is_not_known() -> None:
    today = date(2026, 11, 25)
    born = (date(2026, 1, 1), date(2024, 1, 1), date(2023, 1, 1), date(1950, 1, 1), None)
    cases = [CaseLine("", "", today, None, None, day, None, None) for day in born]
    assert age_groups_words(cases, today) == "<1 th: 1, 1-4 th: 2, 60+ th: 1, umur tidak diketahui: 1"
    assert age_groups_words([], today) is None
