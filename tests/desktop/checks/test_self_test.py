"""The self-test as support runs it, in a process of its own; and what it says of what is wrong."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.checks import database, machine, shipped
from desktop.checks.check import CheckFailed, checked
from desktop.installed import CURRENT, MANIFEST, Installation, Pair, installation
from desktop.settings import Settings
from sync.errors import FileDamaged


def self_test(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run it with a data folder that must stay as it is."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    return subprocess.run(
        [sys.executable, "-m", "desktop", "--self-test", "--home", str(home), *arguments],
        env=environment | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_all_is_well_here_and_the_report_says_it(tmp_path: Path) -> None:
    home, report = tmp_path / "data", tmp_path / "laporan" / "periksa.json"
    done = self_test(home, "--json", "--report", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "QProcess" not in done.stderr
    told = json.loads(report.read_text("utf-8"))
    assert told == json.loads(done.stdout)
    assert {row["key"]: row["found"] for row in told["checks"] if not row["ok"]} == {}
    keys = {row["key"] for row in told["checks"]}
    assert keys >= {"database", "files", "sync", "letter", "screens_puskesmas", "screens_rs", "screens_dinkes"}
    assert not home.exists()


def test_the_quick_one_opens_a_window_and_writes_for_people(tmp_path: Path) -> None:
    done = self_test(tmp_path, "--quick")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Semua pemeriksaan baik." in done.stdout
    assert "OK     Jendela: 1 layar" in done.stdout


@pytest.fixture
def version_folder(tmp_path: Path) -> Path:
    """An installed version of two files."""
    folder = tmp_path / "app-1.0.0"
    folder.mkdir()
    for name in ("main.pyc", "isi.txt"):
        (folder / name).write_bytes(name.encode())
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("main.pyc", "isi.txt")}
    (folder / MANIFEST).write_text(json.dumps(digests), "utf-8")
    (tmp_path / CURRENT).write_text("runtime-12345678 app-1.0.0\r\n", "ascii")
    return folder


def test_an_installation_is_known_by_its_folders(version_folder: Path) -> None:
    found = installation(version_folder)
    assert found == Installation(version_folder.parent, Pair("runtime-12345678", "app-1.0.0"))
    assert found.running.version == "1.0.0"
    assert installation() is None
    assert shipped.shipped_files(None) == shipped.FROM_SOURCE
    assert shipped.shipped_files(found, code_only=True) == "app-1.0.0: 2 berkas sama"


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"lain"), Path.unlink], ids=["altered", "missing"])
def test_a_file_that_is_not_as_shipped_is_named(harm: Callable[[Path], object], version_folder: Path) -> None:
    harm(version_folder / "isi.txt")
    with pytest.raises(CheckFailed, match=r"isi\.txt"):
        shipped.compare_files(version_folder)


def test_a_manifest_that_is_gone_is_said(version_folder: Path) -> None:
    (version_folder / MANIFEST).unlink()
    with pytest.raises(CheckFailed, match="manifes tidak terbaca"):
        shipped.compare_files(version_folder)


@pytest.mark.parametrize("year", [2025, 2045])
def test_a_clock_that_cannot_be_right_is_said(year: int) -> None:
    with pytest.raises(CheckFailed, match=str(year)):
        machine.clock(datetime(year, 5, 1, tzinfo=UTC))


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST_ROOM", 1 << 60)
    with pytest.raises(CheckFailed, match="MB kosong"):
        machine.room(tmp_path / "belum" / "ada")


def test_a_database_that_exists_under_another_key_fails_the_check(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "uji")
    database.encrypted_database(settings)
    settings.key_file.unlink()
    with pytest.raises(FileDamaged):
        database.encrypted_database(settings)


def test_a_failure_tells_what_to_do_and_quotes_no_values() -> None:
    def fails() -> str:
        raise ValueError("Siti Aminah 9901014302680001")

    check = checked("uji", "Uji", "Pasang ulang.", fails)
    assert not check.ok
    assert check.line.startswith("GAGAL  Uji: ValueError di test_self_test.py:")
    assert "Pasang ulang." in check.line
    assert "Siti" not in check.line
