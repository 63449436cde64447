"""The command line as scripts meet it: exit codes, JSON, and what is said about the data. Real processes and server."""

import logging
import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot
from sqlalchemy import ColumnElement, Table, delete, select

from desktop import cli
from desktop.commands.place import open_replica
from desktop.settings import HOME_VARIABLE, Settings
from sync.records import Patient
from sync.replica import tables
from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.desktop.commands_run import rujuk
from tests.desktop.homes import Home
from tests.fakes.district import HOSPITAL_CODE, District

NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.mark.parametrize("command", [["status"], ["sync"], ["patients", "find", "siti"], ["referrals", "list"]])
def test_a_pc_that_is_not_enrolled_says_so_and_makes_nothing(tmp_path: Path, command: list[str]) -> None:
    ended = rujuk(tmp_path / "new", *command, "--json")
    assert ended.code == 3
    assert ended.json()["ok"] is False
    assert ended.json()["code"] == "NotEnrolled"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "arguments", [["no-such"], ["patients"], ["patients", "find"], ["patients", "find", "x", "--limit", "0"]]
)
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    ended = rujuk(tmp_path, *arguments)
    assert ended.code == 2
    assert "usage: rujuk" in ended.err


def test_enrolling_without_a_server_or_a_file_says_what_is_lacking(tmp_path: Path) -> None:
    ended = rujuk(tmp_path, "enrol")
    assert (ended.code, "--server URL" in ended.err) == (2, True)


def test_help_documents_exit_codes_and_the_fields_of_an_import(tmp_path: Path) -> None:
    assert "7  server tidak menerima" in rujuk(tmp_path, "--help").out
    ended = rujuk(tmp_path, "import", "--help")
    assert ended.code == 0
    for word in ("Nama lengkap", "birth_date", "patient_nik", "NDJSON"):
        assert word in ended.out


def test_enrolling_makes_this_a_pc_of_the_facility_and_says_where_the_key_lies(
    tmp_path: Path, district: District
) -> None:
    home = tmp_path / "home"
    ended = rujuk(
        home, "enrol", "--server", district.url, "--code", district.new_code().lower(), "--name", "Loket", "--json"
    )
    assert ended.code == 0, ended.err
    said = ended.json()
    assert said["ok"] is True
    assert (said["facility_name"], said["facility_kind"], said["key_place"]) == (
        "Puskesmas Melati",
        "puskesmas",
        "file",
    )
    key_file = Settings(home).key_file
    if os.name == "posix":
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    status = rujuk(home, "status", "--json").json()
    assert status["device"] == said["device"]
    assert status["facility_name"] == "Puskesmas Melati"
    assert status["server"] == district.url
    assert status["last_sync_at"] is not None
    words = rujuk(home, "status").out
    assert str(key_file) in words
    assert "penyimpanan kunci" in words


def test_enrolling_twice_changes_nothing(tmp_path: Path, district: District) -> None:
    home = tmp_path / "home"
    arguments = ("enrol", "--server", district.url, "--name", "Loket", "--json")
    first = rujuk(home, *arguments, "--code", district.new_code())
    before = district.row_counts()["device"]
    second = rujuk(home, *arguments, "--code", district.new_code())
    assert (second.code, second.json()["code"]) == (1, "AlreadyEnrolled")
    assert rujuk(home, "status", "--json").json()["device"] == first.json()["device"]
    assert district.row_counts()["device"] == before


@pytest.mark.parametrize(
    ("server", "code", "ends", "error"),
    [
        (None, "00000-00000", 7, "NotAllowed"),
        (None, "too-short", 2, "BadInput"),
        ("ftp://district", "00000-00000", 2, "BadInput"),
        (NOBODY_LISTENS, "00000-00000", 4, "Unreachable"),
    ],
)
def test_enrolment_that_fails_leaves_the_pc_free_to_try_again(
    tmp_path: Path, district: District, server: str | None, code: str, ends: int, error: str
) -> None:
    home = tmp_path / "home"
    ended = rujuk(home, "enrol", "--server", server or district.url, "--code", code, "--name", "Loket", "--json")
    assert (ended.code, ended.json()["code"]) == (ends, error)
    assert ended.json()["message"]
    assert not Settings(home).database.exists()
    again = rujuk(home, "enrol", "--server", district.url, "--code", district.new_code(), "--name", "Loket")
    assert again.code == 0, again.err


def test_what_is_written_on_one_pc_is_found_on_another_after_both_synced(tmp_path: Path, district: District) -> None:
    homes = [tmp_path / "a", tmp_path / "b"]
    for home in homes:
        rujuk(home, "enrol", "--server", district.url, "--code", district.new_code(), "--name", "Loket")
    name = f"Suparmi {''.join(secrets.choice('bcdfg') for _ in range(8))}"
    file = tmp_path / "one.csv"
    file.write_text(f"name;sex;identity_reason\n{name};P;Belum merekam KTP\n", "utf-8")
    assert rujuk(homes[0], "import", str(file)).code == 0
    assert rujuk(homes[0], "status", "--json").json()["waiting"] == 1
    sent = rujuk(homes[0], "sync", "--json")
    assert (sent.code, sent.json()["sent"], sent.json()["waiting"], sent.json()["proven"]) == (0, 1, 0, True)
    assert rujuk(homes[1], "sync").code == 0
    (found,) = rujuk(homes[1], "patients", "find", *name.lower().split(), "--json").json()["patients"]
    assert (found["name"], found["match"]) == (name, "literal")


def test_without_a_link_sync_says_that_the_data_is_safe(home: Home) -> None:
    home.replica.save([Edit(Patient(id=home.replica.new_id(), name="Suparmi", sex="P"))], home.staff[0].id)
    ended = rujuk(home.settings.home, "sync")
    assert ended.code == 4
    assert "Data aman" in ended.err
    status = rujuk(home.settings.home, "status", "--json").json()
    assert status["last_error"] == "Unreachable"
    assert status["waiting"] > 0


def test_a_damaged_file_is_said_and_left_as_it_is(home: Home) -> None:
    home.replica.close()
    rubbish = secrets.token_bytes(8192)
    for part in home.settings.home.glob("rujuk.db-*"):
        part.unlink()
    home.settings.database.write_bytes(rubbish)
    for command in (["status"], ["sync"], ["patients", "find", "siti"]):
        ended = rujuk(home.settings.home, *command, "--json")
        assert (ended.code, ended.json()["code"]) == (5, "FileDamaged")
    assert home.settings.database.read_bytes() == rubbish


def test_a_lost_key_is_said_and_no_new_one_is_made(home: Home) -> None:
    home.settings.key_file.unlink()
    ended = rujuk(home.settings.home, "status", "--json")
    assert (ended.code, ended.json()["code"]) == (5, "KeyMissing")
    enrolling = rujuk(
        home.settings.home, "enrol", "--server", NOBODY_LISTENS, "--code", "00000-00000", "--name", "x", "--json"
    )
    assert (enrolling.code, enrolling.json()["code"]) == (5, "KeyMissing")
    assert not home.settings.key_file.exists()


def test_a_data_folder_that_cannot_be_one_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("something else")
    ended = rujuk(file, "enrol", "--server", NOBODY_LISTENS, "--code", "00000-00000", "--name", "x", "--json")
    assert ended.code == 5
    assert "Folder data" in ended.json()["message"]
    assert file.read_text() == "something else"


def test_a_bug_is_told_calmly_and_the_log_holds_no_values(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def planted(*_arguments: object) -> None:
        raise ValueError("Suparmi")

    monkeypatch.setattr("desktop.commands.looking.find_patients", planted)
    root = logging.getLogger()
    handlers = list(root.handlers)
    assert cli.main(["--home", str(home.settings.home), "patients", "find", "suparmi"]) == 1
    assert "tetap aman" in capsys.readouterr().err
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    logged = (home.settings.logs / "command.log").read_text("utf-8")
    assert "ValueError" in logged
    assert "Suparmi" not in logged


def test_referrals_are_listed_by_who_asks(tmp_path: Path, district: District, home: Home) -> None:
    assert rujuk(home.settings.home, "referrals", "list", "--json").json() == {
        "ok": True,
        "box": "sent",
        "referrals": [],
    }
    hospital = tmp_path / "hospital"
    rujuk(hospital, "enrol", "--server", district.url, "--code", district.new_code(HOSPITAL_CODE), "--name", "IGD")
    assert rujuk(hospital, "referrals", "list", "--json").json()["box"] == "inbox"


def test_without_a_command_the_window_opens(tmp_path: Path, qtbot: QtBot) -> None:
    settings = Settings(tmp_path / "home")
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop.cli"], env={**os.environ, HOME_VARIABLE: str(settings.home)}
    )
    try:
        socket = QLocalSocket()

        def answers() -> bool:
            assert process.poll() is None
            socket.connectToServer(settings.window_name)
            return socket.waitForConnected(500)

        qtbot.waitUntil(answers)
    finally:
        process.terminate()
        process.wait()


def forget(replica: Replica, table: Table, which: ColumnElement[bool]) -> None:
    replica.write(lambda connection: connection.execute(delete(table).where(which)))


def test_a_pc_that_a_restored_server_does_not_know_is_known_again_with_the_next_exchange(
    tmp_path: Path, district: District
) -> None:
    home = tmp_path / "pc"
    first = rujuk(home, "enrol", "--server", district.url, "--name", "Loket", "--code", district.new_code(), "--json")
    device = first.json()["device"]
    forget(district.replica, tables.device, tables.device.c.id == device)
    assert rujuk(home, "sync", "--json").json()["proven"]
    query = select(tables.device.c.name).where(tables.device.c.id == device)
    assert district.replica.read(lambda connection: connection.execute(query).scalar_one()) == "Loket"


def test_a_pc_that_a_restored_server_does_not_know_gets_a_new_card_and_keeps_its_data(
    tmp_path: Path, district: District
) -> None:
    home = tmp_path / "pc"
    named = ("--server", district.url, "--name", "Loket")
    first = rujuk(home, "enrol", *named, "--code", district.new_code(), "--json").json()
    patient = Patient(id="01" * 16, name="Siti Contoh", sex="P", identity_reason="belum_rekam")
    with open_replica(Settings(home)) as replica:
        replica.save([Edit(patient)], replica.identity.device)
    # The server was put back to a copy from before this PC was enrolled, which holds its card as of an older program.
    with open_replica(Settings(home)) as replica:
        forget(replica, tables.revision, tables.revision.c.record == first["device"])
    forget(district.replica, tables.device, tables.device.c.id == first["device"])
    assert rujuk(home, "sync", "--json").code == 7
    others = district.new_code(HOSPITAL_CODE)
    wrong = rujuk(home, "enrol", "--again", *named, "--code", others, "--json")
    assert (wrong.code, wrong.json()["field"]) == (2, "code")
    # It is still good for the computer it was meant for.
    assert rujuk(tmp_path / "rs", "enrol", *named, "--code", others, "--json").json()["facility_kind"] == "rs"
    again = rujuk(home, "enrol", "--again", *named, "--code", district.new_code(), "--json").json()
    assert again["device"] != first["device"]
    assert again["waiting"] == 1
    assert rujuk(home, "sync", "--json").json()["sent"] == 1
    assert district.replica.get(Patient, patient.id) is not None
