"""The server as a process: it starts when it says so, stops cleanly, and survives what befalls it and its database."""

import os
import secrets
import socket
import time
from pathlib import Path

import pytest

from sync.errors import NotAllowed, ServerFault
from sync.exchange.enrol import enrol
from sync.exchange.http import HttpTransport
from sync.exchange.messages import (
    EXCHANGE,
    PROTOCOL,
    AskedFeed,
    ExchangeAnswer,
    ExchangeRequest,
    decode_message,
    encode_message,
)
from sync.records import RECORDS_VERSION
from sync.replica import tables
from tests.fakes.district import created_district, enrol_pc, new_code, raw_request, running_district
from tests.fakes.postgres import running_cluster
from tests.fakes.server_process import ServerProcess, run_admin, serving

NOTHING = encode_message(ExchangeRequest(protocol=PROTOCOL, records=RECORDS_VERSION))


def test_it_stops_cleanly_when_asked_to(tmp_path: Path) -> None:
    with created_district(tmp_path):
        pass
    server = ServerProcess(tmp_path)
    assert raw_request(server.url, "GET", "/v1/health").json() == {"status": "ok"}
    assert server.stop() == 0
    assert "stopped" in server.log.read_text()
    with pytest.raises(ConnectionRefusedError):
        raw_request(server.url, "GET", "/v1/health")


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    with created_district(tmp_path) as replica:
        code = new_code(replica, "11320101")
    key = secrets.token_bytes(32)
    first = ServerProcess(tmp_path)
    with HttpTransport(first.url) as transport:
        card = enrol(transport, code=code, pc_name="PC", signing_key=key)
    first.kill()
    with serving(tmp_path, port=first.port) as second, HttpTransport(second.url) as transport:
        assert second.url == first.url
        assert enrol(transport, code=code, pc_name="PC", signing_key=key) == card


def test_an_address_in_use_is_said_to_be(tmp_path: Path) -> None:
    with created_district(tmp_path), socket.create_server(("127.0.0.1", 0)) as taken:
        told = run_admin(tmp_path, "serve", "--port", str(taken.getsockname()[1]), expect=7)
    assert told["error"] == "system"


def test_serving_before_init_is_said_to_be_too_early(tmp_path: Path) -> None:
    assert run_admin(tmp_path, "serve", expect=3)["error"] == "not_initialised"


def test_the_log_names_requests_and_devices_but_nothing_typed(tmp_path: Path) -> None:
    with running_district(tmp_path) as district:
        with HttpTransport(district.url) as transport, pytest.raises(NotAllowed):
            enrol(transport, code="ZZZZZ-ZZZZZ", pc_name="PC-RAHASIA", signing_key=bytes(32))
        log = district.server.log.read_text()
        assert "code=unknown_code" in log
        assert district.puskesmas.card.device in log
        assert "RAHASIA" not in log
        assert "ZZZZZ" not in log


def test_a_database_that_is_away_is_a_fault_for_a_while_and_loses_nothing(tmp_path: Path) -> None:
    # A cluster that does not wait for its own log may forget what it confirmed.
    with running_cluster(durable=True) as cluster:
        url = cluster.url_of(cluster.create_database())
        with running_district(tmp_path, url) as district, district.transport(district.puskesmas) as transport:
            cluster.stop("immediate")
            health = district.request("GET", "/v1/health")
            assert (health.status, health.json()["error"]) == (503, "database_down")
            with pytest.raises(ServerFault) as told:
                transport.send(EXCHANGE, NOTHING)
            assert told.value.code == "database_down"
            assert told.value.retry_after_s == 10
            cluster.start()
            assert district.request("GET", "/v1/health").status == 200
            answer = decode_message(transport.send(EXCHANGE, NOTHING), ExchangeAnswer)
            assert answer.replica == district.replica.identity.replica
            district.replica.engine.dispose()


def test_a_small_answer_is_not_held_back(tmp_path: Path) -> None:
    with running_district(tmp_path) as district, district.transport(district.puskesmas) as transport:
        durations = []
        for _ in range(50):
            began = time.perf_counter()
            transport.send(EXCHANGE, NOTHING)
            durations.append(time.perf_counter() - began)
    # With Nagle's algorithm every answer waits for a delayed acknowledgement, 40 ms on Linux and 200 on Windows.
    assert min(durations) < 0.035


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_failure_inside_is_told_with_a_number_and_nothing_else(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else None
    with running_district(tmp_path, url) as district:
        district.replica.write(tables.feed.drop)
        body = encode_message(
            ExchangeRequest(protocol=PROTOCOL, records=RECORDS_VERSION, feeds=[AskedFeed("public", 0)], budget=1)
        )
        for _ in range(2):
            authorization = district.puskesmas.signer.authorization("POST", EXCHANGE, body)
            headers = {"Content-Type": "application/msgpack", "Authorization": authorization}
            answer = district.request("POST", EXCHANGE, body, headers)
            assert answer.status == 500
            told = answer.json()
            assert told["error"] == "internal"
            assert set(told) == {"error", "reason", "request"}
            log = district.server.log.read_text()
            assert f"request={told['request']} failed: " in log
            assert "feeds.py:" in log
            assert not [word for word in ("SELECT", "Traceback", "no such table", "does not exist") if word in log]
        assert district.request("GET", "/v1/health").status == 200


def test_two_processes_serve_one_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with created_district(tmp_path, postgres_url) as replica, serving(tmp_path) as one, serving(tmp_path) as other:
        pc = enrol_pc(one.url, new_code(replica, "11320101"), "PC")
        with HttpTransport(other.url, pc.signer) as transport:
            answer = decode_message(transport.send(EXCHANGE, NOTHING), ExchangeAnswer)
        assert answer.epoch == pc.card.epoch


@pytest.mark.skipif(os.name != "posix", reason="Windows guards the user's folder by its access list instead")
def test_only_the_owner_reads_the_key_and_the_settings(tmp_path: Path) -> None:
    home = tmp_path / "server"
    with created_district(home):
        pass
    assert {path.name: path.stat().st_mode & 0o777 for path in home.glob("[rs]*.[kj]*")} == {
        "rujuk-server.key": 0o600,
        "settings.json": 0o600,
    }
    assert home.stat().st_mode & 0o777 == 0o700
