"""``rujuk-server``: each command does what it says, and its exit code is the documented one."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from sync.enrolment_file import SUFFIX
from sync.server import admin
from sync.server.home import ServerHome
from tests.fakes.district import enrol_pc
from tests.fakes.server_process import init_server, run_admin, serving


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a server that is not there yet, for commands run in this process."""
    monkeypatch.setenv("RUJUK_SERVER_HOME", str(tmp_path))
    monkeypatch.delenv("RUJUK_DATABASE_URL", raising=False)
    return tmp_path


class Shell:
    """Runs commands in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str, expect: int = 0) -> Any:
        """One command with ``--json``; what it printed."""
        assert admin.main([*arguments, "--json"]) == expect
        return json.loads(self._capsys.readouterr().out)


@pytest.fixture
def shell(home: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Commands over an initialised SQLite server."""
    made = Shell(capsys)
    made("init", "--district", "3329", "--name", "Dinas Kesehatan Contoh")
    return made


ADD = ("facility", "add", "--code", "11320101", "--name", "Puskesmas Melati", "--kind", "puskesmas")


def test_a_second_init_leaves_everything_as_it_is(shell: Shell, home: Path) -> None:
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    assert shell("init", "--district", "3330", "--name", "Lain", expect=3)["error"] == "already_initialised"
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before


def test_an_interrupted_init_can_be_run_again(shell: Shell, home: Path) -> None:
    shell(*ADD)
    key = ServerHome(home).key_file.read_bytes()
    ServerHome(home).settings_file.unlink()
    shell("init", "--district", "3329", "--name", "Dinas Kesehatan Contoh")
    assert ServerHome(home).key_file.read_bytes() == key
    assert {item["code"] for item in shell("facility", "list")["facilities"]} == {"3329", "11320101"}


def test_an_added_facility_is_listed_with_all_it_was_given(shell: Shell) -> None:
    details = (
        "--latitude",
        "-6.87",
        "--longitude",
        "109.04",
        "--phone",
        "0283 000000",
        "--service",
        "IGD",
        "--service",
        "OK",
    )
    shell(*ADD, *details)
    (found,) = (item for item in shell("facility", "list")["facilities"] if item["code"] == "11320101")
    assert (found["latitude"], found["longitude"], found["phone"]) == (-6.87, 109.04, "0283 000000")
    assert (found["kind"], found["services"]) == ("puskesmas", ["IGD", "OK"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("code", "1" * 41),
        ("latitude", "60"),
        ("longitude", "nan"),
        ("phone", "0\x001"),
        ("phone", "0" * 31),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_name(shell: Shell, field: str, value: str) -> None:
    told = shell(*ADD, f"--{field}={value}", expect=6)
    assert told["error"] == "bad_input"
    assert told["reason"].startswith(f"{field}: ")
    assert len(shell("facility", "list")["facilities"]) == 1


def test_a_code_is_given_to_one_facility_only(shell: Shell) -> None:
    shell(*ADD)
    assert shell(*ADD, expect=6)["reason"].startswith("code: ")


def test_an_unknown_facility_or_computer_is_not_found(shell: Shell) -> None:
    assert shell("enrol-code", "--facility", "000", expect=5)["error"] == "not_found"
    assert shell("device", "revoke", "0" * 32, expect=5)["error"] == "not_found"
    assert shell("device", "revoke", "PC-1", expect=5)["error"] == "not_found"


@pytest.mark.parametrize("command", [("facility", "list"), ("device", "list"), ADD, ("enrol-code", "--facility", "1")])
@pytest.mark.usefixtures("home")
def test_every_command_before_init_says_what_to_do(
    capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert admin.main(command) == 3
    assert "rujuk-server init" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [(), ("init",), ("facility", "add", "--code", "1"), (*ADD[:-1], "warung")])
@pytest.mark.usefixtures("home")
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        admin.main(arguments)
    assert ended.value.code == 2


def test_a_lost_key_is_said_and_the_file_stays(shell: Shell, home: Path) -> None:
    ServerHome(home).key_file.unlink()
    before = ServerHome(home).database_file.read_bytes()
    assert shell("facility", "list", expect=4)["error"] == "database"
    ServerHome(home).settings_file.unlink()
    assert shell("init", "--district", "3329", "--name", "Dinas Kesehatan Contoh", expect=4)["error"] == "database"
    assert ServerHome(home).database_file.read_bytes() == before
    assert not ServerHome(home).key_file.exists()


def test_the_file_of_a_server_is_worth_nothing_without_its_key(shell: Shell, home: Path) -> None:
    shell(*ADD)
    content = b"".join(path.read_bytes() for path in home.glob("rujuk-server.db*"))
    assert not content.startswith(b"SQLite format")
    assert b"Melati" not in content


@pytest.mark.skipif(os.name == "nt", reason="there the folder decides who may read")
def test_what_holds_a_secret_is_readable_by_its_owner_only_and_has_the_name_that_is_looked_for(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    shell(*ADD)
    out = tmp_path / "stick"
    arguments = ("enrol-code", "--facility", "11320101", "--file", str(out), "--server", "http://127.0.0.1:1")
    path = Path(shell(*arguments)["file"])
    assert path == tmp_path / f"stick{SUFFIX}"
    for file in (path, ServerHome(home).database_file, ServerHome(home).key_file):
        assert file.stat().st_mode & 0o077 == 0, file.name
    assert "exists" in shell(*arguments, expect=6)["reason"]


def test_a_file_that_is_not_there_is_named(shell: Shell, tmp_path: Path) -> None:
    missing = tmp_path / "poli.csv"
    assert str(missing) in shell("catalogue", "import", str(missing), expect=7)["reason"]


def test_a_database_that_is_not_there_is_said(shell: Shell) -> None:
    url = "postgresql://rujuk@127.0.0.1:1/nothing"
    assert shell("facility", "list", "--database", url, expect=4)["error"] == "database"
    assert shell("facility", "list", "--database", "mysql://x", expect=6)["error"] == "bad_input"


def test_a_district_is_run_from_the_command_line_alone(tmp_path: Path, postgres_url: str) -> None:
    init_server(tmp_path, database_url=postgres_url)
    run_admin(tmp_path, *ADD)
    made = run_admin(tmp_path, "enrol-code", "--facility", "11320101")
    with serving(tmp_path) as server:
        pc = enrol_pc(server.url, made["code"], "PC-LOKET")
    (listed,) = run_admin(tmp_path, "device", "list")["devices"]
    assert (listed["id"], listed["facility_code"], listed["letter"]) == (pc.card.device, "11320101", "A")
    assert listed["revoked_at"] is None
    assert run_admin(tmp_path, "device", "revoke", pc.card.device)["revoked"] is True
    (listed,) = run_admin(tmp_path, "device", "list")["devices"]
    assert listed["revoked_at"] is not None


def test_people_read_words_without_json(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    shell(*ADD)
    assert admin.main(["enrol-code", "--facility", "11320101"]) == 0
    code, explained = capsys.readouterr().out.splitlines()
    assert len(code) == 11
    assert code[5] == "-"
    assert "Puskesmas Melati" in explained
