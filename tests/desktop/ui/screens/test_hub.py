"""The page of the hub: the switch and the code at the hub, search and pairing at the other PCs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.actions.hub import new_hub_code, switch_hub
from desktop.ui.background import AgentState
from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.screens.hub import HubScreen
from desktop.ui.sync_status import SyncBar
from sync.exchange.hub_service import HubService
from sync.replica import hub_values
from sync.server.hub import HubFace
from tests.desktop.homes import Home, make_home


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


def test_the_sync_bar_tells_of_hub_and_server_apart(desk: Desk, qtbot: QtBot) -> None:
    bar = SyncBar(desk)
    qtbot.addWidget(bar)
    bar.set_agent(AgentState(connected=True, link="down", hub="PC TU", hub_link="up"))
    assert (bar.link.text(), bar.hub.text()) == ("Tidak terhubung", "Hub terhubung")
    bar.set_agent(AgentState(connected=True, link="up"))
    assert bar.hub.text() == ""
