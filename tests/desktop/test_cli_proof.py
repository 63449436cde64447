"""``rujuk day-end``, ``receipt`` and ``sync-test`` against a real server, and what the server tells of it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.actions.hub import new_hub_code, switch_hub
from desktop.commands import proving
from desktop.commands.answers import Answer
from desktop.commands.exchanging import sync_now
from desktop.commands.hub import pair
from desktop.day_progress import EXCHANGE, HUB, OTHERS, DayStep
from desktop.letters.receipt_sheet import receipt_document
from desktop.link_words import CODES
from sync.exchange.credential import Signer, public_key
from sync.exchange.http import HttpTransport
from sync.exchange.hub_service import HubService
from sync.exchange.proving import fetch_computers
from sync.records.moments import moment_text
from sync.replica import hub_peers, tables
from sync.replica.hub_peers import HubPeer
from sync.replica.receipts import read_receipt
from sync.replica.values import Edit
from sync.server.hub import HubFace
from tests.desktop.commands_run import rujuk
from tests.desktop.homes import Home, make_district_home
from tests.desktop.letters.foreign import needs_poppler, text_of
from tests.fakes.district import District, running_district
from tests.fakes.replicas import new_patient
from tests.fakes.server_process import run_admin


@pytest.fixture
def home(tmp_path: Path, district: District) -> Iterator[Home]:
    """An enrolled PC with one patient that waits."""
    made = make_district_home(tmp_path / "pc", district)
    made.replica.save([Edit(new_patient(made.replica))], made.replica.identity.device)
    yield made
    made.close()


def test_the_day_ends_with_a_receipt_that_anybody_can_check(home: Home, district: District, tmp_path: Path) -> None:
    folder = home.settings.home
    ended = rujuk(folder, "day-end", "--wait", "0", "--json")
    answer = ended.json()
    assert answer["lacking"] == []
    assert answer["sent"] >= 1
    (kept,) = rujuk(folder, "receipt", "list", "--json").json()["receipts"]
    assert (kept["file"], kept["valid"]) == (answer["receipt"], True)
    shown = rujuk(folder, "receipt", "show", "--json").json()["receipt"]
    assert shown["kinds"]["patient"]["records"] >= 1
    assert rujuk(folder, "receipt", "verify", kept["file"]).code == 0
    key = public_key(district.replica.identity.signing_key).hex()
    elsewhere = tmp_path / "empty"
    assert rujuk(elsewhere, "receipt", "verify", kept["file"], "--key", key).code == 0
    assert run_admin(district.home, "receipt", "verify", kept["file"])["valid"] is True
    altered = bytearray(Path(kept["file"]).read_bytes())
    altered[len(altered) // 2] ^= 1
    forged = tmp_path / "palsu.rujuk-receipt"
    forged.write_bytes(bytes(altered))
    assert rujuk(folder, "receipt", "verify", str(forged)).code == 2
    assert run_admin(district.home, "receipt", "verify", str(forged), expect=6)["error"] == "bad_input"


@contextmanager
def two_homes(folder: Path) -> Iterator[tuple[District, Home, Home]]:
    """Two computers of one facility, and their district alone."""
    with running_district(folder / "server") as running, ExitStack() as stack:
        one, other = (make_district_home(folder / name, running) for name in ("a", "b"))
        stack.callback(one.close)
        stack.callback(other.close)
        yield running, one, other


def speak_of_nothing(running: District, home: Home) -> None:
    """Ask for the list of computers, and for nothing else."""
    identity = home.replica.identity
    with HttpTransport(running.url, Signer(identity.device, identity.signing_key)) as transport:
        fetch_computers(transport)


def rows(ended: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ended.data["computers"]
    return found


def test_the_day_is_complete_only_once_every_pc_that_is_on_was_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other one wrote since it last spoke nobody can know: it is waited for, and named if it stays silent."""
    with two_homes(tmp_path) as (running, asking, other):
        assert rujuk(other.settings.home, "sync").code == 0
        monkeypatch.setattr(proving, "_CLOCKS", timedelta(0))
        silent = list[float]()
        monkeypatch.setattr(proving, "_rest", silent.append)
        ended = proving.day_end(asking.settings)
        assert sum(silent) == proving.WAIT_S
        assert (ended.exit_code, ended.data["done"]) == (1, False)
        assert "belum pasti: terakhir terlihat" in ended.words
        assert ended.data["receipt"]
        other.replica.save([Edit(new_patient(other.replica))], other.replica.identity.device)
        # The server notes once a minute who has spoken.
        moment = moment_text(other.replica.now() - timedelta(minutes=2))
        earlier = tables.device.update().where(tables.device.c.id == other.replica.identity.device)
        values = {"last_seen_at": moment, "told_at": moment}
        running.replica.write(lambda connection: connection.execute(earlier.values(values)))
        # A contact alone, as when the server takes nothing of what is sent, is no word about what waits.
        monkeypatch.setattr(proving, "_rest", lambda _seconds: speak_of_nothing(running, other))
        ended = proving.day_end(asking.settings)
        assert other.replica.waiting_count() > 0
        assert (ended.exit_code, ended.data["done"]) == (1, False)
        assert any(row["device"] == other.replica.identity.device and row["state"] == "quiet" for row in rows(ended))
        monkeypatch.setattr(proving, "_rest", lambda _seconds: rujuk(other.settings.home, "sync"))
        ended = proving.day_end(asking.settings)
        assert (ended.exit_code, ended.data["done"]) == (0, True)
        assert ended.words.startswith("Selesai pukul ")


def test_what_the_hub_gave_a_moment_before_the_district_has_it_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_homes(tmp_path) as (_, asking, hub), ExitStack() as stack:
        switch_hub(hub.replica, on=True)
        face = HubFace(hub.replica, HubService(hub.replica), host="127.0.0.1", port=0)
        stack.callback(face.close)
        pair(asking.settings, f"127.0.0.1:{face.port}", new_hub_code(hub.replica))
        hub.replica.save([Edit(new_patient(hub.replica))], hub.replica.identity.device)
        steps = list[DayStep]()
        monkeypatch.setattr(proving, "_CLOCKS", timedelta(0))
        monkeypatch.setattr(proving, "_rest", lambda _seconds: sync_now(hub.settings))
        ended = proving.day_end(asking.settings, say=steps.append)
        assert (ended.exit_code, ended.data["done"], ended.data["lacking"]) == (0, True, [])
        assert HUB in [step.step for step in steps]
        assert OTHERS in [step.step for step in steps]


def test_what_is_being_done_is_told_when_asked_for(home: Home) -> None:
    folder = home.settings.home
    *lines, answer = rujuk(folder, "day-end", "--wait", "0", "--progress", "--json").out.splitlines()
    steps = [DayStep.from_data(json.loads(line)["progress"]) for line in lines]
    assert steps[0].step == EXCHANGE
    assert steps[0].waiting or steps[0].coming or steps[0].received
    assert json.loads(answer)["lacking"] == []
    ended = rujuk(folder, "day-end", "--wait", "0", "--progress")
    assert "Membandingkan dengan server" in ended.err


@needs_poppler
@pytest.mark.usefixtures("qapp")
def test_the_receipt_on_paper_says_who_was_still_missing(home: Home, district: District, tmp_path: Path) -> None:
    assert rujuk(home.settings.home, "day-end", "--wait", "0").code in (0, 1)
    [kept] = rujuk(home.settings.home, "receipt", "list", "--json").json()["receipts"]
    path = Path(kept["file"])
    receipt = read_receipt(path.read_bytes(), public_key(district.replica.identity.signing_key))
    paper = text_of(receipt_document(receipt, path.name), tmp_path)
    for words in (receipt.facility_name, path.name, *(feed.root for feed in receipt.feeds)):
        assert "".join(words.split()) in paper
    others = [item for item in receipt.computers if item.letter != receipt.letter]
    late = msgspec.structs.replace(receipt.computers[0], letter="Z", waiting=4)
    behind = msgspec.structs.replace(receipt, computers=[*receipt.computers, late])
    missing = text_of(receipt_document(behind, path.name), tmp_path)
    unsure = [item for item in others if item.waiting is None]
    assert f"BELUMLENGKAP:{len(unsure) + 1}dari{len(others) + 1}masihmenunggu" in missing


def test_the_test_of_the_link_says_each_step_and_one_code(home: Home) -> None:
    answer = rujuk(home.settings.home, "sync-test", "--json").json()
    assert answer["code"] == "K-2100"
    assert [step["step"] for step in answer["steps"]][:3] == ["key", "database", "file"]


def test_a_hub_that_nobody_has_reached_has_a_code_and_one_that_was_reached_is_well(home: Home) -> None:
    switch_hub(home.replica, on=True)
    ended = rujuk(home.settings.home, "sync-test", "--json")
    assert (ended.code, ended.json()["code"]) == (1, "K-2114")
    last = ended.json()["steps"][-1]
    assert (last["step"], last["ok"], last["code"]) == ("hub", False, "K-2114")
    assert "firewall" in CODES["K-2114"]
    moment = moment_text(home.replica.now(), "seconds")
    peer = HubPeer("c" * 32, "PC Poli", "C", "00", moment, moment)
    district = home.replica.identity.district
    home.replica.write(lambda connection: hub_peers.write_peer(connection, district, peer))
    ended = rujuk(home.settings.home, "sync-test")
    assert ended.code == 0
    assert "OK     Komputer lain menjangkau hub ini" in ended.out
    # It came by and has said nothing of what waits there.
    assert "belum diketahui apa yang menunggu" in rujuk(home.settings.home, "hub", "status").out
    said = replace(peer, told_at=moment)
    home.replica.write(lambda connection: hub_peers.write_peer(connection, district, said))
    assert ", menunggu 0" in rujuk(home.settings.home, "hub", "status").out


def test_a_link_that_leads_nowhere_has_its_own_code(home: Home) -> None:
    from sync.replica import links

    district = home.replica.identity.district
    home.replica.write(lambda connection: links.write_link(connection, district, "district", url="http://127.0.0.1:9"))
    ended = rujuk(home.settings.home, "sync-test", "--json")
    assert (ended.code, ended.json()["code"]) == (1, "K-2105")


def test_the_server_says_what_each_computer_told_and_who_is_silent(home: Home, district: District) -> None:
    assert rujuk(home.settings.home, "sync").code == 0
    device = home.replica.identity.device
    (mine,) = [item for item in run_admin(district.home, "device", "list")["devices"] if item["id"] == device]
    assert (mine["waiting"], mine["refused"]) == (0, 0)
    assert run_admin(district.home, "status")["silent"] == []
    silent = run_admin(district.home, "status", "--days", "0", expect=1)["silent"]
    assert device in json.dumps(silent)
