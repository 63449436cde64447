"""The page of the hub: the switch and the code at the hub, search and pairing at the other PCs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

from desktop.actions.hub import new_hub_code, switch_hub
from desktop.commands.hub import status
from desktop.queries.hub import HubPc
from desktop.queries.sync_state import sync_facts
from desktop.ui.background import AgentState
from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.screens.hub import HubScreen
from desktop.ui.screens.hub_serving import pc_card
from desktop.ui.screens.hub_words import hub_trouble
from desktop.ui.screens.sync_facts import fact_lines
from desktop.ui.sync_status import SyncBar
from desktop.ui.tones import Tone
from sync.errors import LinkError, Unreachable
from sync.exchange.hub_service import HubService
from sync.records.moments import moment_text
from sync.replica import hub_links, hub_peers, hub_values, links
from sync.replica.hub_peers import HubPeer
from sync.server.hub import HubFace
from tests.desktop.homes import Home, make_home
from tests.desktop.scenes import reading
from tests.desktop.ui.screens.conftest import press
from tests.desktop.ui.screens.test_proof_pages import kept


@pytest.fixture
def screen(desk: Desk, qtbot: QtBot) -> HubScreen:
    made = HubScreen(desk)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: bool(made.joining.own.text()))
    return made


@pytest.fixture
def hub(tmp_path: Path, home: Home) -> Iterator[tuple[Home, HubFace]]:
    """The hub of the PC's facility, served on loopback."""
    made = make_home(tmp_path / "hub", letter="B", facility=home.replica.identity.facility)
    switch_hub(made.replica, on=True)
    face = HubFace(made.replica, HubService(made.replica), host="127.0.0.1", port=0)
    yield made, face
    face.close()
    made.close()


def pair(screen: HubScreen, address: str, code: str, qtbot: QtBot) -> str:
    """Type address and code; what the page says."""
    screen.joining.result.say("")
    screen.joining.address.setText(address)
    screen.joining.code.setText(code)
    screen.joining.pair.click()
    qtbot.waitUntil(lambda: bool(screen.joining.result.text()))
    return screen.joining.result.text()


def test_the_switch_gives_a_code_and_is_asked_about_before_it_goes_off(
    screen: HubScreen, home: Home, qtbot: QtBot
) -> None:
    assert not screen.serving.code_button.isVisible()
    screen.serving.switch.click()
    qtbot.waitUntil(screen.serving.code_button.isVisible)
    screen.serving.code_button.click()
    qtbot.waitUntil(lambda: len(screen.serving.code.text().replace(" ", "")) == 8)
    district = home.replica.identity.district
    face = {"addresses": ["192.168.1.5"], "port": 47115}
    home.replica.write(lambda connection: hub_values.write_face(connection, district, face))
    screen.refresh()
    qtbot.waitUntil(lambda: "192.168.1.5:47115" in screen.serving.place.text())
    assert legibility_problems(screen) == []
    screen.resize(1100, 420)
    area = screen.findChild(QScrollArea)
    assert area is not None
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    screen.serving.switch.click()
    QApplication.processEvents()
    assert screen.rect().contains(screen.question.geometry())
    assert screen.question.visibleRegion().boundingRect() == screen.question.rect()
    press(screen, Qt.Key.Key_Escape)
    assert screen.question.isHidden()
    assert screen.serving.switch.hasFocus()
    screen.serving.switch.click()
    screen.question.buttons()["Tetap hub"].click()
    assert home.replica.read(lambda connection: hub_values.is_on(connection, district))
    screen.serving.switch.click()
    screen.question.buttons()["Matikan hub"].click()
    qtbot.waitUntil(lambda: not screen.serving.code_button.isVisible())


def test_a_pc_is_paired_and_may_leave_again(
    screen: HubScreen, hub: tuple[Home, HubFace], home: Home, qtbot: QtBot
) -> None:
    at_hub, face = hub
    address = f"127.0.0.1:{face.port}"
    assert "Minta kode baru" in pair(screen, address, "1234 5678", qtbot)
    code = new_hub_code(at_hub.replica)
    assert "tidak cocok" in pair(screen, address, f"{(int(code) + 1) % 10**8:08}", qtbot)
    assert "delapan angka" in pair(screen, address, "12", qtbot)
    assert "Tidak ada hub" in pair(screen, "127.0.0.1:9", code, qtbot)
    assert "Terhubung ke hub" in pair(screen, address, code, qtbot)
    qtbot.waitUntil(lambda: "Loket" in screen.joining.own.text())
    assert legibility_problems(screen) == []
    screen.joining.leave.click()
    screen.question.buttons()["Lepaskan hub"].click()
    qtbot.waitUntil(lambda: not screen.joining.leave.isVisible())


def test_of_a_pc_that_was_not_heard_of_lately_nothing_good_is_claimed() -> None:
    now = datetime(2026, 11, 26, 10, 5, tzinfo=UTC)
    pc = HubPc("c" * 32, "PC Poli", "B", now - timedelta(minutes=3), 0, now - timedelta(minutes=3))

    def told(seen: datetime | None, waiting: int = 0, before: timedelta = timedelta()) -> tuple[str, str, Tone]:
        word = None if seen is None else seen - before
        card = pc_card(replace(pc, last_seen=seen, told_at=word, waiting=waiting), now)
        return card.subtitle, card.marks[0].text, card.marks[0].tone

    assert told(None) == ("Komputer B, belum pernah menghubungi hub", "belum diketahui", Tone.NEUTRAL)
    assert told(pc.last_seen)[1:] == ("semua di server", Tone.GOOD)
    silent = "Komputer B, terakhir terdengar 9 hari lalu"
    assert told(now - timedelta(days=9)) == (silent, "tidak ada yang menunggu 9 hari lalu", Tone.NEUTRAL)
    assert told(now - timedelta(days=9), 1234) == (silent, "1.234 menunggu dikirim", Tone.ATTENTION)
    # Whoever only came by since has not said what waits there now; within one exchange that is no difference.
    assert told(now, before=timedelta(days=21)) == (
        "Komputer B, terakhir terdengar baru saja",
        "belum diketahui",
        Tone.NEUTRAL,
    )
    assert told(now, before=timedelta(minutes=1))[1:] == ("semua di server", Tone.GOOD)
    assert told(now, 7, before=timedelta(days=21))[1:] == ("7 menunggu dikirim", Tone.ATTENTION)
    late = told(now - timedelta(hours=23, minutes=55), before=timedelta(minutes=10))
    assert late[1:] == ("tidak ada yang menunggu 24 jam lalu", Tone.NEUTRAL)


def joined(home: Home, error: str | None) -> None:
    """As the agent leaves it: a PC that has a hub, and what its last exchange with it ended with."""
    partner = hub_links.Hub("b" * 32, "PC TU", "https://192.168.1.5:47115", bytes(32))

    def work(connection: Connection) -> None:
        hub_links.join_hub(connection, home.replica.identity, partner, home.replica.new_id())
        links.write_link(connection, home.replica.identity.district, links.HUB_PEER, last_error=error)

    home.replica.write(work)


@pytest.mark.parametrize(
    ("error", "happened", "do"),
    [
        ("changed_certificate", "sekarang komputer lain", "jangan hubungkan"),
        ("revoked_hub", "mencabut komputer hub ini", "Lepaskan hub ini"),
        ("revoked_device", "mencabut komputer ini", "hubungi admin TI Dinas"),
        ("unknown_device", "tidak mengenal komputer ini lagi", "Minta kode baru"),
        ("bad_signature", "kunci lain", "Minta kode baru"),
        ("other_facility", "melayani fasilitas lain", "Lepaskan hub ini"),
        ("NotAllowed", "Hub menolak komputer ini", "Minta kode baru"),
        ("a_code_of_tomorrow", "Hub menolak komputer ini", "Minta kode baru"),
        ("Unreachable", "tidak terjangkau", "Nyalakan hub"),
        ("ServerFault", "bermasalah", "nyalakan ulang"),
        ("Refused", "tidak memahami", "Perbarui Rujuk"),
        ("Unequal", "belum sama persis", "sendiri"),
        ("Interrupted", "didahulukan", "sendiri"),
    ],
)
def test_each_trouble_with_the_hub_says_what_happened_that_the_data_is_safe_and_what_to_do(
    screen: HubScreen, home: Home, qtbot: QtBot, error: str, happened: str, do: str
) -> None:
    joined(home, error)
    screen.refresh()
    qtbot.waitUntil(screen.joining.trouble.isVisible)
    words = screen.joining.trouble.text()
    assert happened in words
    assert do in words
    assert any(word in words for word in ("aman", "Tidak ada yang hilang"))
    assert legibility_problems(screen) == []
    kept(screen, f"hub_{error}")
    joined(home, None)
    screen.refresh()
    qtbot.waitUntil(lambda: not screen.joining.trouble.isVisible())


def test_every_class_of_error_of_a_link_has_its_sentence() -> None:
    assert hub_trouble(None)[0] == ""
    errors: list[type[LinkError]] = [LinkError, *LinkError.__subclasses__(), *Unreachable.__subclasses__()]
    for cls in errors:
        assert "aman" in hub_trouble(cls.__name__)[0], cls


def test_the_hub_says_what_windows_asks_until_somebody_has_reached_it(
    screen: HubScreen, home: Home, qtbot: QtBot
) -> None:
    district = home.replica.identity.district
    switch_hub(home.replica, on=True)
    face = {"addresses": ["192.168.1.5"], "port": 47116}
    home.replica.write(lambda connection: hub_values.write_face(connection, district, face))
    screen.refresh()
    qtbot.waitUntil(screen.serving.reach.isVisible)
    words = screen.serving.reach.text()
    assert "Jaringan privat" in words
    assert "TCP 47116" in words
    assert "https://192.168.1.5:47116" in words
    assert legibility_problems(screen) == []
    kept(screen, "hub_never_reached")
    assert "Belum dihubungi komputer lain" in status(home.settings).words
    with reading(home) as reader:
        lines = fact_lines(sync_facts(reader), home.replica.now())
    assert [words[:31] for caption, words, *_ in lines if caption == "Hub di komputer ini"] == [
        "Belum ada komputer lain yang me"
    ]
    moment = moment_text(home.replica.now(), "seconds")
    peer = HubPeer("c" * 32, "PC Poli", "C", "00", moment, moment)
    home.replica.write(lambda connection: hub_peers.write_peer(connection, district, peer))
    screen.refresh()
    qtbot.waitUntil(lambda: "tidak menghalangi" in screen.serving.reach.text())
    assert legibility_problems(screen) == []
    kept(screen, "hub_reached")
    assert "Sudah dihubungi komputer lain" in status(home.settings).words
    old = moment_text(home.replica.now() - timedelta(days=3), "seconds")
    home.replica.write(lambda connection: hub_peers.write_peer(connection, district, replace(peer, last_seen=old)))
    screen.refresh()
    qtbot.waitUntil(lambda: "3 hari lalu. Waktu itu" in screen.serving.reach.text())
    assert legibility_problems(screen) == []


def test_a_hub_that_the_district_refuses_says_so(screen: HubScreen, home: Home, qtbot: QtBot) -> None:
    district = home.replica.identity.district
    switch_hub(home.replica, on=True)
    home.replica.write(
        lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, last_error="NotAllowed")
    )
    screen.refresh()
    qtbot.waitUntil(screen.serving.trouble.isVisible)
    assert "menolak komputer hub ini" in screen.serving.trouble.text()
    assert "Data aman" in screen.serving.trouble.text()
    assert legibility_problems(screen) == []
    kept(screen, "hub_cut_off")


def test_the_sync_bar_tells_of_hub_and_server_apart(desk: Desk, qtbot: QtBot) -> None:
    bar = SyncBar(desk)
    qtbot.addWidget(bar)
    bar.set_agent(AgentState(connected=True, link="down", hub="PC TU", hub_link="up"))
    assert (bar.link.text(), bar.hub.text()) == ("Tidak terhubung", "Hub terhubung")
    for link, words in (("changed_certificate", "Hub tidak dikenali"), ("revoked_hub", "Hub dicabut Dinas")):
        bar.set_agent(AgentState(connected=True, link="down", hub="PC TU", hub_link=link))
        assert bar.hub.text() == words
    bar.set_agent(AgentState(connected=True, link="up"))
    assert bar.hub.text() == ""
