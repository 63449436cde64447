"""The installer's whole life under wine: built, installed, used, updated, interrupted, refused, removed.

One test, because each step stands on the one before and building takes a minute. Where wine or NSIS is missing it
fails; it is never left out.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from resources.installer import programs
from tests.fakes.district import District, running_district
from tests.house.tree import ROOT
from tests.installer.wine import Wine, same_files, wait_until

FIRST, SECOND, THIRD = "0.1.1", "0.1.2", "0.1.3"
RUNNING, NEWER = 5, 9


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with running_district(tmp_path / "server") as running:
        yield running


@pytest.fixture
def wine(tmp_path: Path) -> Iterator[Wine]:
    made = Wine(tmp_path / "wine")
    yield made
    made.end()


def build(folder: Path) -> Path:
    """The payload and the setup program of the first version, quickly packed."""
    command = [sys.executable, str(ROOT / "build_installer.py"), "--inside", "--fast", "--arch", "amd64"]
    done = subprocess.run(
        [*command, "--version", FIRST, "--out", str(folder), "--cache", str(ROOT / "dist" / "cache")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "signatures valid" in done.stdout
    return folder / f"Rujuk-Setup-{FIRST}.exe"


def next_version(folder: Path, version: str) -> Path:
    """The setup program of a later version: the same files under the later number."""
    payload = folder / f"payload-{version}"
    shutil.copytree(folder / "payload", payload)
    (payload / f"app-{FIRST}").rename(payload / f"app-{version}")
    [runtime] = [path.name for path in payload.glob("runtime-*")]
    defines = {
        "VERSION": version,
        "VERSION_NUMBERS": programs.version_numbers(version),
        "RUNTIME": runtime,
        "APP": f"app-{version}",
    }
    setup = folder / f"Rujuk-Setup-{version}.exe"
    programs.make_setup(payload, setup, defines, fast=True, arch="amd64")
    return setup


class Clinic:
    """A PC with wine as its Windows, and what a person there can look at."""

    def __init__(self, wine: Wine) -> None:
        self.wine = wine
        self.place = wine.local / "Programs" / "Rujuk"
        self.data = wine.local / "Rujuk"

    def install(self, setup: Path) -> int:
        return self.wine.run(setup, "/S").returncode

    def rujuk(self, *arguments: str) -> dict[str, object]:
        done = self.wine.run(self.place / "rujuk-cli.exe", *arguments, "--json")
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        assert lines, f"{arguments}: {done.returncode} {done.stdout} {done.stderr}"
        found = json.loads(lines[-1])
        assert isinstance(found, dict)
        return found

    def versions(self) -> list[str]:
        return sorted(path.name for path in self.place.iterdir() if path.is_dir() and path.name.startswith("app-"))

    def starts(self) -> bool:
        return self.rujuk("status").get("ok") is True


def test_the_installer_from_the_first_installation_to_the_last(tmp_path: Path, wine: Wine, district: District) -> None:
    clinic, dist = Clinic(wine), tmp_path / "dist"
    first = build(dist)
    check_first_installation(clinic, first, dist)
    check_use(clinic, district)
    second = next_version(dist, SECOND)
    check_running_is_refused(clinic, second)
    check_update_keeps_data(clinic, second)
    assert clinic.install(first) == NEWER
    assert clinic.versions() == [f"app-{SECOND}"]
    check_repair(clinic, second)
    check_interrupted_update(clinic, next_version(dist, THIRD))
    check_removal(clinic, second)


def check_first_installation(clinic: Clinic, setup: Path, dist: Path) -> None:
    assert clinic.install(setup) == 0
    payload = dist / "payload"
    names = ("Rujuk.exe", "rujuk-cli.exe", "current.txt", "LICENCES.txt")
    assert [name for name in names if (clinic.place / name).read_bytes() != (payload / name).read_bytes()] == []
    folders = [path.name for path in payload.iterdir() if path.is_dir()]
    assert [same_files(payload / name, clinic.place / name) for name in folders] == [[], []]
    entry = clinic.wine.registry(r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Rujuk")
    assert (entry["DisplayName"], entry["DisplayVersion"]) == ("Rujuk", FIRST)
    assert "Uninstall.exe" in entry["QuietUninstallString"]
    assert "desktop.agent" in clinic.wine.registry(r"Software\Microsoft\Windows\CurrentVersion\Run")["Rujuk"]
    menu = clinic.wine.user / "AppData" / "Roaming" / "Microsoft" / "Windows" / "Start Menu" / "Programs"
    assert (menu / "Rujuk.lnk").exists()
    assert (clinic.wine.user / "Desktop" / "Rujuk.lnk").exists()
    assert clinic.rujuk("status")["code"] == "NotEnrolled"


def check_use(clinic: Clinic, district: District) -> None:
    """Enrol at a server, write patients, send them; the window draws itself."""
    enrolled = clinic.rujuk("enrol", "--server", district.url, "--code", district.new_code(), "--name", "Loket")
    assert enrolled["ok"] is True, enrolled
    table = clinic.wine.drive / "pasien.csv"
    table.write_text("name,sex,identity_reason\nSiti Contoh,P,belum_rekam\nBudi Contoh,L,belum_rekam\n", "utf-8")
    assert clinic.rujuk("import", "C:\\pasien.csv", "--type", "patient")["ok"] is True
    assert clinic.rujuk("sync")["sent"] == 2
    assert clinic.starts()


def check_running_is_refused(clinic: Clinic, setup: Path) -> None:
    window = clinic.wine.start(clinic.place / "Rujuk.exe", "--offscreen")
    wait_until((clinic.data / "window.lock").exists, "the window")
    assert clinic.install(setup) == RUNNING
    assert clinic.versions() == [f"app-{FIRST}"]
    os.killpg(window.pid, signal.SIGKILL)
    clinic.wine.end()
    window.wait()


def check_update_keeps_data(clinic: Clinic, setup: Path) -> None:
    before = (clinic.data / "rujuk.db").read_bytes()
    assert clinic.install(setup) == 0
    assert clinic.versions() == [f"app-{SECOND}"]
    assert (clinic.data / "rujuk.db").read_bytes() == before
    found = clinic.rujuk("patients", "find", "siti")
    assert "Siti Contoh" in json.dumps(found)


def check_repair(clinic: Clinic, setup: Path) -> None:
    [runtime] = clinic.place.glob("runtime-*")
    (runtime / "python312.dll").unlink()
    assert clinic.wine.run(clinic.place / "rujuk-cli.exe", "status").returncode == 3
    assert clinic.install(setup) == 0
    assert clinic.starts()


def check_interrupted_update(clinic: Clinic, setup: Path) -> None:
    """Killed while it unpacks, whenever: the version before starts, and a second run completes."""
    for files in (1, 300, 1200):
        run = clinic.wine.start(setup, "/S")

        wait_until(partial(has_unpacked, clinic, run, files), "unpacking")
        os.killpg(run.pid, signal.SIGKILL)
        clinic.wine.end()
        run.wait()
        assert clinic.starts()
    assert clinic.install(setup) == 0
    assert clinic.versions() == [f"app-{THIRD}"]
    assert not list(clinic.place.glob("*.new")) + list(clinic.place.glob("*.old"))
    assert clinic.starts()


def has_unpacked(clinic: Clinic, run: "subprocess.Popen[bytes]", files: int) -> bool:
    """Whether a setup has put that many new files in place, or is already further."""
    new = [path for path in clinic.place.glob("*.new/**/*") if path.is_file()]
    return len(new) >= files or run.poll() is not None or (clinic.place / f"app-{THIRD}").exists()


def check_removal(clinic: Clinic, older: Path) -> None:
    clinic.wine.run(clinic.place / "Uninstall.exe", "/S")
    wait_until(lambda: not clinic.place.exists(), "removal")
    assert (clinic.data / "rujuk.db").exists()
    assert clinic.wine.registry(r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Rujuk") == {}
    assert "Rujuk" not in clinic.wine.registry(r"Software\Microsoft\Windows\CurrentVersion\Run")
    assert not (clinic.wine.user / "Desktop" / "Rujuk.lnk").exists()
    # Once it is gone an older one may come, and it finds the data.
    assert clinic.install(older) == 0
    assert clinic.starts()
    clinic.wine.run(clinic.place / "Uninstall.exe", "/S", "/DELETEDATA")
    wait_until(lambda: not clinic.place.exists() and not clinic.data.exists(), "removal with the data")
