"""The installer's whole life under wine: built, refused, installed, used, interrupted, updated, repaired, removed.

One test, because each step stands on the one before and building takes a minute. Where wine or NSIS is missing it
fails; it is never left out.
"""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from desktop.installed import CURRENT, PREVIOUS
from resources.installer import payload
from tests.fakes.district import District, running_district
from tests.installer.clinic import FIRST, SECOND, Clinic, build_first, latest_migration, make_second
from tests.installer.wine import Wine, same_files, wait_until

RUNNING, WRONG_WINDOWS, NEWER = 5, 6, 9
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
UNINSTALL_KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Rujuk"


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with running_district(tmp_path / "server") as running:
        yield running


@pytest.fixture
def wine(tmp_path: Path) -> Iterator[Wine]:
    made = Wine(tmp_path / "wine")
    yield made
    made.end()


def test_the_installer_from_the_first_installation_to_the_last(tmp_path: Path, wine: Wine, district: District) -> None:
    clinic, dist = Clinic(wine), tmp_path / "dist"
    first = build_first(dist)
    check_old_windows_is_refused(clinic, first)
    check_first_installation(clinic, first, dist)
    check_self_test(clinic)
    check_use(clinic, district)
    second = make_second(dist)
    check_running_is_refused(clinic, second)
    check_interrupted_update(clinic, second)
    check_update_keeps_data(clinic, second)
    check_older_is_refused(clinic, first)
    check_repair(clinic, second)
    check_removal(clinic, second)


def check_old_windows_is_refused(clinic: Clinic, setup: Path) -> None:
    clinic.wine.run("winecfg", "-v", "win81")
    assert clinic.install(setup) == WRONG_WINDOWS
    assert not clinic.place.exists()
    clinic.wine.run("winecfg", "-v", "win10")


def check_first_installation(clinic: Clinic, setup: Path, dist: Path) -> None:
    assert clinic.install(setup) == 0
    assert [name for name in same_files(dist / "payload", clinic.place) if name != "Uninstall.exe"] == []
    manifest = clinic.manifest()
    assert [manifest["runtime"], manifest["app"]] == clinic.names()
    unlisted = {CURRENT, "Uninstall.exe", f"app-{FIRST}/manifest.json"}
    assert {name: digest for name, digest in payload.sums(clinic.place).items() if name not in unlisted} == (
        manifest["files"]
    )
    entry = clinic.wine.registry(UNINSTALL_KEY)
    assert (entry["DisplayName"], entry["DisplayVersion"]) == ("Rujuk", FIRST)
    assert "Uninstall.exe" in entry["QuietUninstallString"]
    assert "desktop.agent" in clinic.wine.registry(RUN_KEY)["Rujuk"]
    menu = clinic.wine.user / "AppData" / "Roaming" / "Microsoft" / "Windows" / "Start Menu" / "Programs"
    assert (menu / "Rujuk.lnk").exists()
    assert (clinic.wine.user / "Desktop" / "Rujuk.lnk").exists()
    assert clinic.rujuk("status")["code"] == "NotEnrolled"


def check_self_test(clinic: Clinic) -> None:
    """The program's own test of itself passes where it was installed."""
    if importlib.util.find_spec("desktop.self_test") is None:
        return
    report = clinic.wine.drive / "report.txt"
    done = clinic.wine.run(clinic.place / "Rujuk.exe", "--self-test", "--report", clinic.wine.path_of(report))
    assert done.returncode == 0, report.read_text("utf-8") if report.exists() else done.stdout + done.stderr


def check_use(clinic: Clinic, district: District) -> None:
    """Enrol at a server, write patients, send them."""
    enrolled = clinic.rujuk("enrol", "--server", district.url, "--code", district.new_code(), "--name", "Loket")
    assert enrolled["ok"] is True, enrolled
    table = clinic.wine.drive / "pasien.csv"
    table.write_text("name,sex,identity_reason\nSiti Contoh,P,belum_rekam\nBudi Contoh,L,belum_rekam\n", "utf-8")
    assert clinic.rujuk("import", "C:\\pasien.csv", "--type", "patient")["ok"] is True
    assert clinic.rujuk("sync")["sent"] == 2
    assert clinic.starts()


def check_running_is_refused(clinic: Clinic, setup: Path) -> None:
    window = clinic.wine.start_unseen(clinic.place / "Rujuk.exe")
    wait_until((clinic.data / "window.lock").exists, "the window")
    assert clinic.install(setup) == RUNNING
    assert clinic.versions() == [f"app-{FIRST}"]
    end(clinic, window)


def check_interrupted_update(clinic: Clinic, setup: Path) -> None:
    """Killed while it unpacks, early, in the middle and late: the version before starts each time."""
    for files in (1, 300, 1200):
        run = clinic.wine.start(setup, "/S")
        wait_until(partial(has_unpacked, clinic, run, files), "unpacking")
        assert clinic.names()[1] == f"app-{FIRST}"
        end(clinic, run)
        assert clinic.starts()


def has_unpacked(clinic: Clinic, run: "subprocess.Popen[bytes]", files: int) -> bool:
    """Whether a setup has put that many new files in place."""
    assert run.poll() is None, "it ended before it was interrupted"
    return sum(path.is_file() for path in clinic.place.glob("*.new/**/*")) >= files


def check_update_keeps_data(clinic: Clinic, setup: Path) -> None:
    """The agent is ended and started again, what was switched off stays off, the database is copied, then migrated."""
    clinic.wine.run("reg", "delete", f"HKCU\\{RUN_KEY}", "/v", "Rujuk", "/f")
    agent = clinic.wine.start(clinic.place / "Rujuk.exe", "-m", "desktop.agent")
    wait_until(lambda: "listening" in clinic.agent_log(), "the agent")
    before = latest_migration(clinic.place / f"app-{FIRST}")
    assert clinic.install(setup) == 0
    agent.wait()
    assert "asked to end" in clinic.agent_log()
    assert clinic.versions() == [f"app-{SECOND}"]
    assert not list(clinic.place.glob("*.new")) + list(clinic.place.glob("*.old"))
    assert "Rujuk" not in clinic.wine.registry(RUN_KEY)
    assert "Siti Contoh" in json.dumps(clinic.rujuk("patients", "find", "siti"))
    assert (clinic.data / f"rujuk.db.before-{before}").exists()
    wait_until(lambda: clinic.agent_log().count("listening") == 2, "the agent of the new version")
    clinic.wine.run(clinic.place / "Rujuk.exe", "-m", "desktop.agent", "--stop")


def check_older_is_refused(clinic: Clinic, older: Path) -> None:
    assert clinic.install(older) == NEWER
    assert clinic.versions() == [f"app-{SECOND}"]
    # An update of the program itself changes current.txt alone.
    current = clinic.place / CURRENT
    kept = current.read_bytes()
    current.write_bytes(kept.replace(SECOND.encode(), b"7.0.0"))
    clinic.wine.run("reg", "delete", "HKCU\\Software\\Rujuk", "/v", "Version", "/f")
    assert clinic.install(older) == NEWER
    current.write_bytes(kept)


def check_repair(clinic: Clinic, setup: Path) -> None:
    """A version in pieces says so; the one that previous.txt names is taken; the same setup makes it whole."""
    runtime, app = clinic.names()
    (clinic.place / app).rename(clinic.place / f"{app}.old")
    assert clinic.wine.run(clinic.place / "rujuk-cli.exe", "status").returncode == 3
    (clinic.place / PREVIOUS).write_text(f"{runtime} {app}.old\r\n", encoding="ascii", newline="")
    assert clinic.starts()
    (clinic.place / runtime / "python312.dll").unlink()
    assert clinic.install(setup) == 0
    assert clinic.starts()
    assert clinic.versions() == [app]
    assert not (clinic.place / PREVIOUS).exists()
    # The same again, where everything is whole and has to be moved out of the way.
    assert clinic.install(setup) == 0
    assert clinic.starts()
    assert clinic.versions() == [app]


def check_removal(clinic: Clinic, setup: Path) -> None:
    shutil.copytree(clinic.data, clinic.data.with_name("copy"))
    clinic.wine.run(clinic.place / "Uninstall.exe", "/S")
    wait_until(lambda: not clinic.place.exists(), "removal")
    assert same_files(clinic.data, clinic.data.with_name("copy")) == []
    assert clinic.wine.registry(UNINSTALL_KEY) == {}
    assert "Rujuk" not in clinic.wine.registry(RUN_KEY)
    assert not (clinic.wine.user / "Desktop" / "Rujuk.lnk").exists()
    assert clinic.install(setup, "/NOAUTOSTART") == 0
    assert "Rujuk" not in clinic.wine.registry(RUN_KEY)
    assert clinic.starts()
    clinic.wine.run(clinic.place / "Uninstall.exe", "/S", "/DELETEDATA")
    wait_until(lambda: not clinic.place.exists() and not clinic.data.exists(), "removal with the data")


def end(clinic: Clinic, process: "subprocess.Popen[bytes]") -> None:
    """End everything at once, as a power cut does."""
    os.killpg(process.pid, signal.SIGKILL)
    clinic.wine.end()
    process.wait()
