"""An update is applied, proven, refused or taken back; wherever it is cut off, a version that works starts."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, NoReturn

import pytest

from desktop.commands.updating import take_update
from desktop.installed import PREVIOUS, Installation, differing_files, read_pair
from desktop.settings import Settings
from desktop.update_fetching import UpdateFetching
from desktop.updates.__main__ import main as build_command
from desktop.updates.apply import apply_package, roll_back
from desktop.updates.package import Package, UpdateRefused, read_package, unpack, verify_files, version_key
from desktop.updates.starting import MOST_TRIES, Start
from desktop.updates.words import REFUSALS, taken_back
from desktop.whole_files import write_whole
from sync.server.home import ServerHome
from sync.server.loopback import served_here
from sync.server.updates import publish_update
from tests.desktop.updates.installs import KEY, KEYS, Installed, install, package
from tests.fakes.district import created_district


@pytest.fixture
def here(tmp_path: Path) -> Installed:
    return install(tmp_path)


def refused(work: Callable[[], object]) -> str:
    """Why something was refused; each reason has its sentence."""
    with pytest.raises(UpdateRefused) as caught:
        work()
    assert caught.value.code in REFUSALS
    return caught.value.code


def test_what_waits_is_applied_at_the_next_start_and_proven_by_its_window(here: Installed, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    assert here.starter().begin() is Start.AGAIN
    assert here.current() == "1.1.0"
    previous = read_pair(here.root / PREVIOUS)
    assert previous is not None
    assert previous.version == "1.0.0"
    new = here.starter()
    assert new.begin() is Start.GO_ON
    new.window_shown()
    assert here.store.starts_on_trial("1.1.0") is None
    assert list(here.store.folder.glob("*.rujuk-update")) == []
    assert here.starter().begin() is Start.GO_ON


def test_a_version_whose_self_test_fails_is_never_current_for_a_user(here: Installed, tmp_path: Path) -> None:
    path = package(tmp_path, "1.1.0", code=1)
    here.take(path)
    assert here.starter().begin() is Start.GO_ON
    assert here.current() == "1.0.0"
    assert "1.1.0 dibatalkan karena pemeriksaan dirinya gagal" in taken_back(here.store.take_news())
    assert here.store.take_news() == ""
    assert refused(lambda: apply_package(read_package(path, KEYS), here.root, here.running, here.store)) == (
        "failed_before"
    )
    here.take(path)
    assert here.starter().begin() is Start.GO_ON
    assert here.current() == "1.0.0"


def test_a_version_whose_window_never_comes_is_taken_back(here: Installed, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    assert here.starter().begin() is Start.AGAIN
    for _ in range(MOST_TRIES):
        assert here.starter().begin() is Start.GO_ON
    assert here.starter().begin() is Start.AGAIN
    assert here.current() == "1.0.0"
    assert "jendelanya tidak muncul" in taken_back(here.store.take_news())
    assert here.starter().begin() is Start.GO_ON


def test_a_power_cut_between_switch_and_self_test_lets_the_new_version_test_itself(
    here: Installed, tmp_path: Path
) -> None:
    bad = read_package(package(tmp_path, "1.1.0", code=1), KEYS)
    apply_package(bad, here.root, here.running, here.store)
    assert here.current() == "1.1.0"
    assert here.starter().begin() is Start.AGAIN
    assert here.current() == "1.0.0"


STEPS = ("mkdir", "unpack", "fsync", "rename", "begin_trial", "previous", "current")


class Cut(BaseException):
    """The power fails."""


def _cut(*_arguments: object, **_named: object) -> NoReturn:
    raise Cut


def _cut_after_half(package: Package, part: str, folder: Path, write: Callable[[Path, IO[bytes]], str]) -> NoReturn:
    unpack(package, part, folder, write)
    if part.startswith("app"):
        next(folder.rglob("*.py")).unlink()
    raise Cut


def _cut_at(step: str, patch: pytest.MonkeyPatch) -> None:
    """Let the power fail at a step of applying."""

    def write_but_one(path: Path, data: bytes) -> None:
        if path.name == f"{step}.txt":
            raise Cut
        write_whole(path, data)

    places = {
        "mkdir": "desktop.updates.apply.unpack",
        "fsync": "os.fsync",
        "rename": "pathlib.Path.rename",
        "begin_trial": "desktop.updates.store.Store.begin_trial",
    }
    if step in places:
        patch.setattr(places[step], _cut)
    elif step == "unpack":
        # What is half there stays: nobody clears up after a power cut.
        patch.setattr("desktop.updates.apply.unpack", _cut_after_half)
        patch.setattr(shutil, "rmtree", lambda *_arguments, **_named: None)
    else:
        patch.setattr("desktop.updates.apply.write_whole", write_but_one)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("full", [False, True])
def test_cut_off_anywhere_a_version_that_works_starts_and_the_update_is_done_later(
    step: str, here: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, full: bool
) -> None:
    runtime = "runtime-beefbeef" if full else "runtime-0123abcd"
    found = here.take(package(tmp_path, "1.1.0", full=full, runtime=runtime))

    with monkeypatch.context() as patch:
        _cut_at(step, patch)
        with pytest.raises(Cut):
            apply_package(found, here.root, here.running, here.store)
    assert here.current() == "1.0.0"
    assert here.starter().begin() is Start.AGAIN
    assert here.current() == "1.1.0"
    assert differing_files(here.root / "app-1.1.0") == []
    assert (here.root / runtime / "python.dll").is_file()
    assert list(here.root.glob("*.new")) == []


def test_a_disk_that_fills_up_leaves_the_old_version_working(
    here: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.take(package(tmp_path, "1.1.0"))

    def full(*_arguments: object) -> str:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.updates.apply._write", full)
        assert here.starter().begin() is Start.GO_ON
    assert here.current() == "1.0.0"
    assert list(here.root.glob("app-1.1.0*")) == []
    # There is room again.
    assert here.starter().begin() is Start.AGAIN
    monkeypatch.setattr("desktop.updates.apply._ROOM", 1 << 60)
    too_big = read_package(package(tmp_path, "1.2.0"), KEYS)
    assert refused(lambda: apply_package(too_big, here.root, here.running, here.store)) == "no_room"


def test_older_and_repeated_packages_are_refused(here: Installed, tmp_path: Path) -> None:
    for version in ("0.9.9", "1.0.0", "1.0"):
        found = read_package(package(tmp_path, version), KEYS)
        assert refused(lambda found=found: apply_package(found, here.root, here.running, here.store)) == "not_newer"  # type: ignore[misc]  # a default holds this turn's value
        here.take(found.path)
    assert here.starter().begin() is Start.GO_ON
    assert list(here.store.folder.glob("*.rujuk-update")) == []
    assert version_key("1.10") > version_key("1.9.9")


def test_code_alone_needs_its_runtime(here: Installed, tmp_path: Path) -> None:
    found = read_package(package(tmp_path, "1.1.0", runtime="runtime-beefbeef"), KEYS)
    assert refused(lambda: apply_package(found, here.root, here.running, here.store)) == "needs_full"


def test_a_package_of_nobody_or_altered_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path, "1.1.0", key=b"\1" * 32)
    assert refused(lambda: read_package(path, KEYS)) == "unsigned"
    assert refused(lambda: read_package(tmp_path / "tidak ada", KEYS)) == "unreadable"
    path.write_bytes(path.read_bytes()[:200])
    assert refused(lambda: read_package(path, KEYS)) == "damaged"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda files: files.update({"update.json": files["update.json"].replace(b"1.1.0", b"9.1.0")}), "unsigned"),
        (lambda files: files.update({"app-1.1.0/lain.py": b"x"}), "damaged"),
        (lambda files: files.update({"../luar.py": b"x"}), "damaged"),
        (lambda files: files.pop("app-1.1.0/main.py"), "damaged"),
        (lambda files: files.update({"app-1.1.0/main.py": files["app-1.1.0/main.py"].swapcase()}), "damaged"),
    ],
    ids=["list", "added", "outside", "removed", "content"],
)
def test_every_change_of_a_package_is_seen(
    change: Callable[[dict[str, bytes]], object], code: str, here: Installed, tmp_path: Path
) -> None:
    path = package(tmp_path, "1.1.0")
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    altered = tmp_path / "diubah.rujuk-update"
    with zipfile.ZipFile(altered, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    assert refused(lambda: verify_files(read_package(altered, KEYS))) == code
    assert refused(lambda: apply_package(read_package(altered, KEYS), here.root, here.running, here.store)) == code
    assert here.current() == "1.0.0"
    assert list(here.root.glob("app-1.1.0*")) == []


def test_there_is_nothing_to_go_back_to_where_there_was_one_version(here: Installed) -> None:
    assert roll_back(here.root, here.store, "self_test") is None
    assert here.current() == "1.0.0"


def test_the_command_keeps_a_package_and_says_why_not(here: Installed, tmp_path: Path) -> None:
    settings, path = Settings(tmp_path / "data"), package(tmp_path, "1.1.0")
    installed = Installation(here.root, here.running)
    assert take_update(settings, path, None, KEYS).data["code"] == "from_source"
    assert take_update(settings, path, installed).data["code"] == "unsigned"
    assert take_update(settings, path, installed, KEYS).exit_code == 0
    assert here.starter().begin() is Start.AGAIN
    assert here.current() == "1.1.0"


def test_the_builder_makes_equal_packages_and_keys_that_fit(
    here: Installed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "kunci"
    assert build_command(["key", str(key)]) == 0
    public = bytes.fromhex(capsys.readouterr().out)
    made = []
    for name in ("satu", "dua"):
        out = tmp_path / name
        out.mkdir()
        folders = ["--app", str(here.root / "app-1.0.0"), "--runtime", str(here.root / "runtime-0123abcd")]
        assert build_command(["build", *folders, "--full", "--out", str(out), "--key", str(key)]) == 0
        made.append((out / "Rujuk-1.0.0.rujuk-update").read_bytes())
    assert made[0] == made[1]
    assert read_package(tmp_path / "satu" / "Rujuk-1.0.0.rujuk-update", [public]).full
    assert build_command(["build", *folders, "--key", str(tmp_path / "tidak ada")]) == 1
    assert KEY.hex() not in capsys.readouterr().out


def test_the_agent_fetches_beside_its_exchanges_what_the_next_start_applies(
    here: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.update_fetching.REST_S", 0.0)
    installed, settings = Installation(here.root, here.running), Settings(tmp_path / "data")
    folder = tmp_path / "server"
    with created_district(folder) as replica:
        publish_update(ServerHome(folder).updates, package(tmp_path, "1.1.0"))
        with served_here(replica, ServerHome(folder).updates) as url:
            UpdateFetching(settings).look(url)
            for keys in (frozenset[bytes](), KEYS):
                assert list(here.store.folder.glob("*.rujuk-update")) == []
                fetching = UpdateFetching(settings, installed, keys)
                fetching.look(url)
                assert fetching._thread is not None
                fetching._thread.join()
    assert here.starter().begin() is Start.AGAIN
    assert here.current() == "1.1.0"
