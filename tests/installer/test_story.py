"""The installer's whole life under wine: built, refused, installed, used, interrupted, updated, repaired, removed.

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

from desktop.installed import CURRENT, PREVIOUS
from desktop.settings import Settings
from sync.server.home import ServerHome
from sync.server.updates import publish_update
from tests.fakes.district import District, running_district
from tests.installer.clinic import FIRST, SECOND, Clinic, build_first, latest_migration, make_second, make_update
from tests.installer.wine import Wine, same_files, wait_until

#: Updates: a good one, one whose self-test fails, one whose window never comes.
THIRD, UNSOUND, UNSEEN = "0.1.3", "0.1.4", "0.1.5"
RUNNING, WRONG_WINDOWS, NOT_PLACED, NOT_CHOSEN, NEWER = 5, 6, 7, 8, 9
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
UNINSTALL_KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Rujuk"


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with running_district(tmp_path / "server") as running:
        yield running


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """The setup program of the first version; beside it the payload."""
    return build_first(tmp_path / "dist", tmp_path / "cache")


@pytest.fixture
def wine(tmp_path: Path, built: Path) -> Iterator[Wine]:
    """The prefix that the build has made for itself: a second one would take long."""
    made = Wine(tmp_path / "cache" / "wine")
    yield made
    made.end()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows itself is no place for wine")
def test_the_installer_from_the_first_installation_to_the_last(
    tmp_path: Path, built: Path, wine: Wine, district: District
) -> None:
    clinic, dist = Clinic(wine), built.parent
    check_another_build_is_the_same(built, tmp_path)
    check_old_windows_is_refused(clinic, built)
    check_what_is_in_the_way(clinic, built)
    check_first_installation(clinic, built, dist)
    check_self_test(clinic)
    check_use(clinic, district)
    check_log_on(clinic)
    second = make_second(dist)
    check_running_is_refused(clinic, second)
    check_interrupted_update(clinic, second)
    check_update_keeps_data(clinic, second)
    check_older_is_refused(clinic, built)
    check_repair(clinic, second)
    check_update_without_setup(clinic, district, dist)
    check_bad_updates_are_taken_back(clinic, district, dist)
    check_removal(clinic, second)


def check_another_build_is_the_same(setup: Path, folder: Path) -> None:
    """Later, elsewhere, under another mask: the same bytes."""
    again = build_first(folder / "again", folder / "cache", umask=0o077)
    assert again.read_bytes() == setup.read_bytes()
    shutil.rmtree(again.parent)


def check_old_windows_is_refused(clinic: Clinic, setup: Path) -> None:
    clinic.wine.run("winecfg", "-v", "win81")
    assert clinic.install(setup) == WRONG_WINDOWS
    assert not clinic.place.exists()
    clinic.wine.run("winecfg", "-v", "win10")


def check_what_is_in_the_way(clinic: Clinic, setup: Path) -> None:
    """Files that cannot be unpacked, and a version that cannot be chosen, are told by exit codes."""
    clinic.place.mkdir(parents=True)
    (clinic.place / f"app-{FIRST}.new").touch()
    assert clinic.install(setup) == NOT_PLACED
    shutil.rmtree(clinic.place)
    (clinic.place / CURRENT).mkdir(parents=True)
    assert clinic.install(setup) == NOT_CHOSEN
    shutil.rmtree(clinic.place)


def check_first_installation(clinic: Clinic, setup: Path, dist: Path) -> None:
    assert clinic.install(setup) == 0
    assert [name for name in same_files(dist / "payload", clinic.place) if name != "Uninstall.exe"] == []
    entry = clinic.wine.registry(UNINSTALL_KEY)
    assert (entry["DisplayName"], entry["DisplayVersion"]) == ("Rujuk", FIRST)
    assert "Uninstall.exe" in entry["QuietUninstallString"]
    assert "desktop.agent" in clinic.wine.registry(RUN_KEY)["Rujuk"]
    menu = clinic.wine.user / "AppData" / "Roaming" / "Microsoft" / "Windows" / "Start Menu" / "Programs"
    assert (menu / "Rujuk.lnk").exists()
    assert (clinic.wine.user / "Desktop" / "Rujuk.lnk").exists()
    assert clinic.rujuk("status")["code"] == "NotEnrolled"


def check_self_test(clinic: Clinic) -> None:
    """The program's own test of itself passes where it was installed, and its report says so."""
    report = clinic.wine.drive / "report.txt"
    done = clinic.wine.run(clinic.place / "Rujuk.exe", "--self-test", "--report", clinic.wine.path_of(report))
    text = report.read_text("utf-8") if report.exists() else done.stdout + done.stderr
    print(text)
    assert done.returncode == 0, text
    assert "Semua pemeriksaan baik." in text
    # Every shipped file was compared, those of Python and Qt as well.
    assert all(f"{name}: " in text for name in clinic.names())


def check_use(clinic: Clinic, district: District) -> None:
    """Enrol at a server, write patients, send them."""
    enrolled = clinic.rujuk("enrol", "--server", district.url, "--code", district.new_code(), "--name", "Loket")
    assert enrolled["ok"] is True, enrolled
    table = clinic.wine.drive / "pasien.csv"
    table.write_text("name,sex,identity_reason\nSiti Contoh,P,belum_rekam\nBudi Contoh,L,belum_rekam\n", "utf-8")
    assert clinic.rujuk("import", "C:\\pasien.csv", "--type", "patient")["ok"] is True
    assert clinic.rujuk("sync")["sent"] == 2
    assert clinic.starts()


def check_log_on(clinic: Clinic) -> None:
    """The agent starts with Windows, and ends when it is asked to."""
    clinic.wine.log_on()
    wait_until(lambda: clinic.agents() == 1, "the agent")
    clinic.stop_agent()
    assert "asked to end" in clinic.log("agent")


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
    # Unlike glob, walk bears that a folder goes away meanwhile: what an earlier run left is removed first.
    return sum(len(names) for new in clinic.place.glob("*.new") for _, _, names in os.walk(new)) >= files


def check_update_keeps_data(clinic: Clinic, setup: Path) -> None:
    """The agent is ended and started again, what was switched off stays off, the database is copied, then migrated."""
    clinic.wine.run("reg", "delete", f"HKCU\\{RUN_KEY}", "/v", "Rujuk", "/f")
    agents, ended = clinic.agents(), clinic.log("agent").count("ended with 0")
    agent = clinic.wine.start(clinic.place / "Rujuk.exe", "-m", "desktop.agent")
    wait_until(lambda: clinic.agents() == agents + 1, "the agent")
    before = latest_migration(clinic.place / f"app-{FIRST}")
    assert clinic.install(setup) == 0
    agent.wait()
    assert clinic.log("agent").count("ended with 0") == ended + 1
    assert clinic.versions() == [f"app-{SECOND}"]
    assert not list(clinic.place.glob("*.new")) + list(clinic.place.glob("*.old"))
    assert "Rujuk" not in clinic.wine.registry(RUN_KEY)
    assert "Siti Contoh" in json.dumps(clinic.rujuk("patients", "find", "siti"))
    wait_until(lambda: clinic.agents() == agents + 2, "the agent of the new version")
    wait_until((clinic.data / f"rujuk.db.before-{before}").exists, "the migration")
    clinic.stop_agent()


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


def check_update_without_setup(clinic: Clinic, district: District, dist: Path) -> None:
    """Code alone, signed: the server hands it on, the agent fetches it, the next start takes it into use."""
    key, updates = district.replica.identity.signing_key, Settings(clinic.data).updates
    package = make_update(dist, key, THIRD)
    print(f"update of the code alone: {package.stat().st_size / 1e3:.0f} kB")
    publish_update(ServerHome(district.home).updates, package, key, sign=False)
    agent = clinic.wine.start(clinic.place / "Rujuk.exe", "-m", "desktop.agent")
    wait_until((updates / package.name).exists, "the package")
    assert clinic.names()[1] == f"app-{SECOND}"
    clinic.stop_agent()
    agent.wait()
    window = clinic.wine.start_unseen(clinic.place / "Rujuk.exe")
    wait_until(partial(has_shown, clinic, THIRD), "the window of the new version")
    assert clinic.versions() == [f"app-{SECOND}", f"app-{THIRD}"]
    end(clinic, window)
    assert clinic.starts()


def check_bad_updates_are_taken_back(clinic: Clinic, district: District, dist: Path) -> None:
    """One whose self-test fails is never used; one whose window does not come up is tried twice."""
    key, updates = district.replica.identity.signing_key, Settings(clinic.data).updates
    screens, app = (
        ("desktop/checks/screens.py", "_COLOURS, _STEP = 3, 4"),
        ("desktop/app.py", "    program.open()\n    p"),
    )
    take_update(clinic, make_update(dist, key, UNSOUND, *screens, "_COLOURS, _STEP = 1 << 30, 4"))
    see_taken_back(clinic, updates / f"bad-{UNSOUND}", "self_test")
    take_update(clinic, make_update(dist, key, UNSEEN, *app, "    return 3\n    p"))
    for starts in ("1", "2"):
        start = clinic.wine.start_unseen(clinic.place / "Rujuk.exe")
        wait_until(partial(has_started, clinic, updates / f"tried-{UNSEEN}", starts), "a start without a window")
        assert clinic.names()[1] == f"app-{UNSEEN}"
        end(clinic, start)
    see_taken_back(clinic, updates / f"bad-{UNSEEN}", "not_started")
    assert clinic.starts()


def has_shown(clinic: Clinic, version: str) -> bool:
    """Whether a version is the current one and has proven itself by its window."""
    mark = Settings(clinic.data).updates / f"tried-{version}"
    return clinic.names()[1] == f"app-{version}" and not mark.exists()


def has_started(clinic: Clinic, mark: Path, starts: str) -> bool:
    """Whether a version on trial was started so often and has ended again."""
    return mark.exists() and mark.read_text("ascii") == starts and not (clinic.data / "window.lock").exists()


def take_update(clinic: Clinic, package: Path) -> None:
    """Give a package to the program by hand, as from a stick."""
    taken = clinic.rujuk("update", clinic.wine.path_of(Path(shutil.copy(package, clinic.wine.drive))))
    assert taken["ok"] is True, taken


def see_taken_back(clinic: Clinic, mark: Path, why: str) -> None:
    """Start the program: the update is taken back, and the window of the version before tells of it."""
    window = clinic.wine.start_unseen(clinic.place / "Rujuk.exe")
    wait_until(lambda: mark.exists() and not mark.with_name("news.txt").exists(), "the window of the version before")
    assert mark.read_text("ascii") == why
    assert clinic.names()[1] == f"app-{THIRD}"
    end(clinic, window)


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
    process.wait()
    clinic.wine.serve()
