"""``rujuk sync-test``: each cause has a code of its own, and one of a PC's two roads is enough."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from desktop.actions.hub import new_hub_code, switch_hub
from desktop.commands import roads
from desktop.commands.answers import Answer
from desktop.commands.hub import pair
from desktop.commands.roads import sync_test
from desktop.link_words import CODES, STEPS, verdict_words
from desktop.security.keys import create_key
from desktop.settings import Settings
from sync.exchange.hub_service import HubService
from sync.exchange.messages import ExchangeAnswer
from sync.replica import hub_peers, links
from sync.replica.values import Edit
from sync.server.hub import HubFace
from tests.desktop.homes import Home, make_district_home, make_home
from tests.fakes.district import District
from tests.fakes.replicas import new_patient


@pytest.fixture
def enrolled(tmp_path: Path, district: District) -> Iterator[Home]:
    """A PC that its server knows."""
    made = make_district_home(tmp_path / "enrolled", district)
    yield made
    made.close()


@pytest.fixture
def pc(tmp_path: Path) -> Iterator[Home]:
    """A PC whose district is out of reach."""
    made = make_home(tmp_path / "pc")
    yield made
    made.close()


class _Hub:
    """A hub that may be switched off and on."""

    def __init__(self, folder: Path, pc: Home, service: type[HubService] = HubService) -> None:
        self.home = make_home(folder, letter="B", facility=pc.replica.identity.facility)
        switch_hub(self.home.replica, on=True)
        self.face = HubFace(self.home.replica, service(self.home.replica), host="127.0.0.1", port=0)
        pair(pc.settings, f"127.0.0.1:{self.face.port}", new_hub_code(self.home.replica))

    def close(self) -> None:
        self.face.close()
        self.home.close()


@pytest.fixture
def hub(tmp_path: Path, pc: Home) -> Iterator[_Hub]:
    made = _Hub(tmp_path / "hub", pc)
    yield made
    made.close()


def code_of(answer: Answer) -> str:
    """The one code; it is in the words, with what to do."""
    code = str(answer.data["code"])
    assert f"Kode untuk petugas TI: {code}" in answer.words
    assert answer.exit_code == (0 if code == "K-2100" else 1)
    return code


def found_at(home: Home) -> str:
    return code_of(sync_test(home.settings))


def step(answer: Answer, name: str) -> dict[str, Any]:
    [found] = [item for item in answer.data["steps"] if item["step"] == name]
    assert isinstance(found, dict)
    return found


def register(home: Home) -> str:
    """One revision that waits; its id."""
    [written] = home.replica.save([Edit(new_patient(home.replica))], home.replica.identity.device)
    return written.id


def damage(path: Path, page: int) -> None:
    """Overwrite a page of a closed database; -1 is the last."""
    content = bytearray(path.read_bytes())
    start = (page % (len(content) // 4096)) * 4096
    content[start + 100 : start + 200] = bytes(100)
    path.write_bytes(bytes(content))


@contextmanager
def answering(status: int) -> Iterator[str]:
    """The address of a machine that answers everything so, and is no server of ours."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def lead_to(home: Home, url: str) -> None:
    """Let a PC believe that its server is at this address."""
    district = home.replica.identity.district
    home.replica.write(lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, url=url))


def test_all_well_is_k_2100(enrolled: Home) -> None:
    register(enrolled)
    answer = sync_test(enrolled.settings)
    assert code_of(answer) == "K-2100"
    assert all(item["ok"] for item in answer.data["steps"])
    assert answer.words.endswith(CODES["K-2100"])


def test_data_that_cannot_be_read_is_k_2101(tmp_path: Path) -> None:
    home = make_home(tmp_path / "pc")
    home.close()
    damage(home.settings.database, 0)
    assert found_at(home) == "K-2101"


def test_a_missing_key_is_k_2102(tmp_path: Path) -> None:
    home = make_home(tmp_path / "pc")
    home.close()
    home.settings.key_file.unlink()
    assert found_at(home) == "K-2102"


def test_a_file_of_which_a_page_is_damaged_is_k_2103(tmp_path: Path) -> None:
    home = make_home(tmp_path / "pc")
    home.close()
    damage(home.settings.database, -1)
    assert found_at(home) == "K-2103"


def test_a_server_out_of_reach_is_k_2105(pc: Home) -> None:
    answer = sync_test(pc.settings)
    assert code_of(answer) == "K-2105"
    assert "Lewat hub" not in answer.words


def test_a_machine_that_does_not_answer_as_a_server_is_k_2106(pc: Home) -> None:
    with answering(500) as url:
        lead_to(pc, url)
        assert found_at(pc) == "K-2106"


def test_a_server_that_does_not_know_this_computer_is_k_2107(pc: Home, district: District) -> None:
    lead_to(pc, district.url)
    assert found_at(pc) == "K-2107"


def test_a_clock_that_is_wrong_is_k_2108(enrolled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    right = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: right() + 600 * 10**9)
    assert found_at(enrolled) == "K-2108"


def test_what_is_not_proven_equal_is_k_2110(enrolled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roads, "_LONGEST_S", -1.0)
    assert found_at(enrolled) == "K-2110"


def test_what_the_server_refused_is_k_2111(enrolled: Home) -> None:
    enrolled.replica.confirm([], [(register(enrolled), "not a record type")])
    assert found_at(enrolled) == "K-2111"


def test_what_still_waits_is_k_2112(enrolled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    register(enrolled)
    monkeypatch.setattr(roads, "_LONGEST_S", -1.0)
    assert found_at(enrolled) == "K-2112"


def test_a_folder_that_is_not_enrolled_is_k_2113(tmp_path: Path) -> None:
    assert code_of(sync_test(Settings(tmp_path / "new"))) == "K-2113"
    settings = Settings(tmp_path / "with-a-key")
    create_key(settings)
    assert code_of(sync_test(settings)) == "K-2113"


def test_by_the_hub_alone_all_is_well_and_the_answer_says_so(pc: Home, hub: _Hub) -> None:
    register(pc)
    answer = sync_test(pc.settings)
    assert code_of(answer) == "K-2100"
    assert "Lewat hub: baik; langsung ke kabupaten: tidak bisa." in answer.words
    assert step(answer, "hub_equal")["note"].startswith("terakhir sama ")
    assert step(answer, "hub_found")["note"] == "Loket"
    network = step(answer, "network")
    assert (network["ok"], network["code"], network["needed"]) == (False, "K-2105", False)
    assert step(answer, "sent")["ok"]
    # As the agent leaves it: the hub has all of it.
    assert pc.replica.waiting_count("hub") == 0
    assert hub.home.replica.waiting_count() > 0


def test_a_hub_that_is_off_is_k_2115_and_the_other_road_is_tried_as_well(pc: Home, hub: _Hub) -> None:
    sync_test(pc.settings)
    hub.face.close()
    answer = sync_test(pc.settings)
    assert code_of(answer) == "K-2115"
    assert step(answer, "hub_found")["note"].startswith("terakhir sama ")
    assert step(answer, "network")["needed"]
    assert "Lewat hub: tidak bisa; langsung ke kabupaten: tidak bisa." in answer.words


def test_another_computer_at_the_hubs_address_is_k_2116(tmp_path: Path, pc: Home, hub: _Hub) -> None:
    hub.face.close()
    stranger = make_home(tmp_path / "stranger", letter="C", facility=pc.replica.identity.facility)
    other = HubFace(stranger.replica, HubService(stranger.replica), host="127.0.0.1", port=hub.face.port)
    assert other.port == hub.face.port
    assert found_at(pc) == "K-2116"
    other.close()
    stranger.close()


class _Failing(HubService):
    """A hub that has a fault."""

    def converse(self, *_asked: object, **_more: object) -> Iterator[ExchangeAnswer]:
        raise RuntimeError("planted")


def test_a_hub_that_fails_is_k_2117(tmp_path: Path, pc: Home) -> None:
    failing = _Hub(tmp_path / "failing", pc, _Failing)
    answer = sync_test(pc.settings)
    assert code_of(answer) == "K-2117"
    assert step(answer, "hub_certificate")["ok"]
    failing.close()


def test_a_hub_that_does_not_know_this_pc_is_k_2118_and_its_page_knows_why(pc: Home, hub: _Hub) -> None:
    identity = pc.replica.identity
    hub.home.replica.write(lambda found: hub_peers.forget_peer(found, identity.district, identity.device))
    assert found_at(pc) == "K-2118"
    link = pc.replica.link(links.HUB_PEER)
    assert link is not None
    assert link.last_error == "unknown_device"


@pytest.mark.usefixtures("hub")
def test_a_hub_that_does_not_hold_the_same_yet_is_k_2119(pc: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roads, "_LONGEST_S", -1.0)
    answer = sync_test(pc.settings)
    assert code_of(answer) == "K-2119"
    assert step(answer, "hub_equal")["note"] == "belum pernah sama"


def test_every_code_has_its_sentence_and_every_step_its_name() -> None:
    assert all(words.endswith(".") for words in CODES.values())
    steps = [{"step": name, "ok": True} for name in STEPS]
    assert verdict_words("K-2100", steps) == f"{CODES['K-2100']} Lewat hub: baik; langsung ke kabupaten: baik."
