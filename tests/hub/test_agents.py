"""Two agents in processes of their own: one serves as the hub, the other joins it and works without the district."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.actions.hub import leave_hub, new_hub_code, switch_hub
from desktop.commands import hub as commands
from desktop.queries.hub import hub_state
from desktop.security.keys import load_key
from desktop.ui.background import Background
from sync.records import Patient
from sync.replica.reader import Reader
from sync.replica.values import Edit
from tests.desktop.homes import Home, make_district_home
from tests.fakes.district import District, running_district


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with running_district(tmp_path / "server") as running:
        yield running


@pytest.fixture
def lines(qtbot: QtBot) -> Iterator[list[Background]]:
    """Lines to agents, which end with the test."""
    made: list[Background] = []
    yield made
    for line in made:
        line.end_agent()
        qtbot.waitUntil(lambda line=line: not line.state.connected)  # type: ignore[misc]  # bound per turn on purpose
        line.close()


def connect(home: Home, lines: list[Background], qtbot: QtBot) -> Background:
    line = Background(home.settings)
    lines.append(line)
    line.connect_agent()
    qtbot.waitUntil(lambda: line.state.connected and line.state.link != "unknown" and not line.state.running)
    return line


def register(home: Home) -> str:
    patient = Patient(id=home.replica.new_id(), name="Siti Rahayu", sex="P", identity_reason="belum_rekam")
    home.replica.save([Edit(patient)], home.replica.identity.device)
    return patient.id


def test_a_pc_joins_the_hub_and_its_work_arrives_while_the_district_is_away(
    tmp_path: Path, district: District, lines: list[Background], qtbot: QtBot
) -> None:
    hub, pc = (make_district_home(tmp_path / name, district) for name in ("hub", "pc"))
    switch_hub(hub.replica, on=True)
    hub_line = connect(hub, lines, qtbot)
    reader = Reader(hub.settings.database, load_key(hub.settings).secret)
    qtbot.waitUntil(lambda: bool(hub_state(reader).addresses))
    port = hub_state(reader).addresses[0].rpartition(":")[2]
    answer = commands.pair(pc.settings, f"127.0.0.1:{port}", new_hub_code(hub.replica))
    assert answer.data["name"] == "Loket"
    district.server.stop()
    patient = register(pc)
    line = connect(pc, lines, qtbot)
    qtbot.waitUntil(lambda: bool(hub.replica.history(patient)))
    qtbot.waitUntil(lambda: (line.state.hub, line.state.hub_link, line.state.link) == ("Loket", "up", "down"))
    assert line.state.waiting == 1
    [shown] = hub_state(reader).pcs
    assert (shown.device, shown.waiting) == (pc.replica.identity.device, 1)
    # The other way, without anybody pressing anything at the PC but the button.
    back = register(hub)
    line.sync()
    qtbot.waitUntil(lambda: bool(pc.replica.history(back)))
    switch_hub(hub.replica, on=False)
    hub_line.sync()
    qtbot.waitUntil(lambda: not hub_line.state.running)
    line.sync()
    qtbot.waitUntil(lambda: line.state.hub_link == "down")
    leave_hub(pc.replica)
    line.sync()
    qtbot.waitUntil(lambda: line.state.hub == "")
    reader.close()
    hub.close()
    pc.close()
