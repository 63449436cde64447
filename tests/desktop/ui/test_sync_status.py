"""The sync bar: what it says comes from the database and the agent, and it never says more than is known."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.background import AgentState
from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.sync_status import SyncBar
from desktop.ui.tones import Tone
from sync.replica import links
from tests.desktop.homes import Home

CONNECTED = AgentState(connected=True)


@pytest.fixture
def bar(home: Home, desk: Desk, qtbot: QtBot) -> SyncBar:
    made = SyncBar(desk)
    qtbot.addWidget(made)
    made.resize(1366, 44)
    made.show()
    return made


def read_again(bar: SyncBar, qtbot: QtBot, desk: Desk) -> None:
    bar.refresh()
    qtbot.waitUntil(lambda: not desk.busy)


def note(home: Home, **values: object) -> None:
    district = home.replica.identity.district
    home.replica.write(lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, **values))


def test_nothing_is_claimed_before_it_was_read(desk: Desk, qtbot: QtBot) -> None:
    made = SyncBar(desk)
    qtbot.addWidget(made)
    assert (made.waiting.text(), made.last.text()) == ("", "")


def test_what_waits_is_counted_in_records(bar: SyncBar, home: Home, desk: Desk, qtbot: QtBot) -> None:
    read_again(bar, qtbot, desk)
    assert bar.waiting.text() == "3 catatan menunggu dikirim"
    assert bar.last.text() == "Belum pernah sinkron"


def test_all_is_sent_only_when_the_server_has_confirmed_it(bar: SyncBar, home: Home, desk: Desk, qtbot: QtBot) -> None:
    waiting = [revision_id for revision_id, _ in home.replica.waiting(100, 10**6)]
    home.replica.confirm(waiting, [])
    read_again(bar, qtbot, desk)
    assert bar.waiting.text() == "Semua catatan sudah terkirim"


def test_what_the_server_refused_is_said(bar: SyncBar, home: Home, desk: Desk, qtbot: QtBot) -> None:
    (first, _), *rest = home.replica.waiting(100, 10**6)
    home.replica.confirm([revision_id for revision_id, _ in rest], [(first, "scope")])
    read_again(bar, qtbot, desk)
    assert bar.refused.text() == "1 catatan ditolak server"
    assert bar.refused.tone() is Tone.DANGER
    assert bar.waiting.text() == "Selain itu sudah terkirim"
    assert bar.refused.x() < bar.waiting.x()
    assert legibility_problems(bar) == []


def test_the_last_sync_is_said_as_an_age_and_a_time(bar: SyncBar, home: Home, desk: Desk, qtbot: QtBot) -> None:
    note(home, last_sync_at="2020-01-02T03:04:05Z")
    read_again(bar, qtbot, desk)
    assert "hari lalu (2 Jan 2020" in bar.last.text()


@pytest.mark.parametrize(
    ("link", "words", "tone"),
    [
        ("up", "Terhubung", Tone.GOOD),
        ("down", "Tidak terhubung", Tone.ATTENTION),
        ("not_allowed", "Komputer ditolak server", Tone.DANGER),
        ("refused", "Kiriman ditolak", Tone.DANGER),
        ("unknown", "Sambungan belum diketahui", Tone.NEUTRAL),
    ],
)
def test_the_link_is_said_in_a_word(bar: SyncBar, link: str, words: str, tone: Tone) -> None:
    bar.set_agent(replace(CONNECTED, link=link))
    assert (bar.link.text(), bar.link.tone()) == (words, tone)


def test_without_an_agent_it_says_so_and_the_button_waits(bar: SyncBar) -> None:
    bar.set_agent(AgentState())
    assert bar.link.text() == "Pengirim belum berjalan"
    assert "Data aman. Tunggu sebentar" in bar.link.toolTip()
    assert not bar.button.isEnabled()


def test_while_it_runs_the_progress_is_shown(bar: SyncBar, qtbot: QtBot) -> None:
    bar.set_agent(replace(CONNECTED, running=True, link="up", sent=30, total=120))
    assert bar.progress.isVisible()
    qtbot.waitUntil(lambda: bar.progress.text() == "Mengirim 30 dari 120")
    assert not bar.last.isVisible()
    assert legibility_problems(bar) == []
    bar.set_agent(replace(CONNECTED, running=True, link="up", sent=120, total=120, received=50))
    qtbot.waitUntil(lambda: bar.progress.text() == "Menerima 50 perubahan")
    bar.set_agent(replace(CONNECTED, running=True, link="up", sent=120, total=120, received=50, coming=1_950))
    qtbot.waitUntil(lambda: bar.progress.text() == "Menerima 50 dari 2.000")
    assert bar.progress.value() * 40 == bar.progress.maximum()
    bar.set_agent(replace(CONNECTED, link="up"))
    assert not bar.progress.isVisible()
    assert bar.last.isVisible()
    assert bar.button.isEnabled()


def test_the_button_keeps_the_focus_while_an_exchange_runs(bar: SyncBar, qtbot: QtBot) -> None:
    bar.set_agent(replace(CONNECTED, link="up"))
    bar.button.setFocus()
    qtbot.waitUntil(bar.button.hasFocus)
    bar.set_agent(replace(CONNECTED, running=True, link="up"))
    assert bar.button.hasFocus()


def test_when_an_exchange_ends_the_figures_are_read_again(bar: SyncBar, home: Home, desk: Desk, qtbot: QtBot) -> None:
    read_again(bar, qtbot, desk)
    bar.set_agent(replace(CONNECTED, running=True, link="up"))
    home.replica.confirm([revision_id for revision_id, _ in home.replica.waiting(100, 10**6)], [])
    bar.set_agent(replace(CONNECTED, link="up"))
    qtbot.waitUntil(lambda: bar.waiting.text() == "Semua catatan sudah terkirim")


def test_the_button_asks_for_a_sync(bar: SyncBar, qtbot: QtBot) -> None:
    bar.set_agent(replace(CONNECTED, link="up"))
    with qtbot.waitSignal(bar.sync_requested):
        bar.button.click()


def all_at_once(bar: SyncBar, home: Home, qtbot: QtBot, desk: Desk) -> None:
    """Everything that the bar can say, and each as long as it gets."""
    home.replica.confirm([], [(home.replica.waiting(1, 10**6)[0][0], "scope")])
    mended = [{"at": datetime.now(UTC).isoformat(), "fetched": 12_000, "lost": 345}]
    home.replica.set_value("sync.repairs", json.dumps(mended))
    read_again(bar, qtbot, desk)
    agent = replace(CONNECTED, link="down", hub="PC Tata Usaha", hub_link="not_allowed", error="Unreachable")
    bar.set_agent(replace(agent, running=True, sent=12_345, total=23_456))


@pytest.mark.parametrize("larger", [1.0, 1.25])
def test_the_bar_never_asks_for_more_than_a_small_screen(
    larger: float, home: Home, new_desk: Callable[[Home], Desk], qapp: QApplication, qtbot: QtBot
) -> None:
    usual = qapp.font()
    font = qapp.font()
    font.setPointSizeF(usual.pointSizeF() * larger)
    qapp.setFont(font)
    try:
        desk = new_desk(home)
        bar = SyncBar(desk)
        qtbot.addWidget(bar)
        all_at_once(bar, home, qtbot, desk)
        running = bar.minimumSizeHint().width()
        bar.set_agent(replace(CONNECTED, link="down", hub="PC Tata Usaha", hub_link="not_allowed"))
        assert max(running, bar.minimumSizeHint().width()) <= 1000
        bar.resize(1000, 44)
        bar.show()
        QApplication.processEvents()
        assert bar.button.width() >= bar.button.sizeHint().width()
        assert bar.rect().contains(bar.button.geometry())
        all_at_once(bar, home, qtbot, desk)
        QApplication.processEvents()
        assert bar.progress.text() == "52%"
        assert bar.progress.toolTip() == "Mengirim 12.345 dari 23.456"
    finally:
        qapp.setFont(usual)


def test_what_was_mended_is_said_in_short_and_whole_in_the_tip(
    bar: SyncBar, home: Home, desk: Desk, qtbot: QtBot
) -> None:
    all_at_once(bar, home, qtbot, desk)
    qtbot.waitUntil(lambda: bar.progress.text() == "Mengirim 12.345 dari 23.456")
    assert bar.last.text() == "Data diperbaiki (12.345 catatan)"
    assert "345 catatan yang hilang di server dikirim ulang; 12.000 catatan" in bar.last.toolTip()
