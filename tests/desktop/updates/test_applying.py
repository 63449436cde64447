"""An update is applied, proven, refused or taken back; a version that works starts whatever happens."""

import shutil
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from desktop.installed import CURRENT, PREVIOUS, TRIAL, Pair, read_pair
from desktop.updates.apply import apply_package, roll_back
from desktop.updates.starting import MOST_TRIES, Start, is_on_trial
from desktop.updates.words import taken_back
from sync.update_package import read_package
from tests.desktop.updates.installs import KEYS, RUNTIME, Installed, package
from tests.desktop.updates.refusing import refused


def passes() -> bool:
    """A self-test that ends well."""
    return True


def test_what_waits_is_applied_at_the_next_start_and_proven_by_its_window(here: Installed, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    assert here.store.ready("1.0.0") == "1.1.0"
    assert here.start() is Start.AGAIN
    assert here.current() == "1.1.0"
    previous = read_pair(here.root / PREVIOUS)
    assert previous is not None
    assert previous.version == "1.0.0"
    assert not (here.root / TRIAL).exists()
    assert is_on_trial(here.installation, here.store)
    assert here.start() is Start.GO_ON
    here.starter().window_shown()
    assert not is_on_trial(here.installation, here.store)
    assert here.store.ready("1.1.0") == ""
    # Kept for the PCs of this hub.
    assert here.waits() == ["Rujuk-1.1.0.rujuk-update"]
    assert here.start() is Start.GO_ON
    assert here.waits() == ["Rujuk-1.1.0.rujuk-update"]


def test_modules_are_compiled_before_they_are_used(here: Installed, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    assert here.start() is Start.AGAIN
    app = here.root / "app-1.1.0"
    for module in (app / "main.py", app / "desktop" / "isi.py"):
        compiled = Path(cache_from_source(str(module)))
        # 1: by its content, and never compared with the source again.
        assert compiled.read_bytes()[4:8] == b"\x01\0\0\0"
        assert str(module).encode() in compiled.read_bytes()


def test_the_package_before_goes_when_the_next_is_there(here: Installed, tmp_path: Path) -> None:
    for version in ("1.1.0", "1.2.0"):
        here.take(package(tmp_path, version))
        assert here.start() is Start.AGAIN
        assert here.start() is Start.GO_ON
        here.starter().window_shown()
    assert here.waits() == ["Rujuk-1.2.0.rujuk-update"]
    assert sorted(path.name for path in here.root.glob("app-*")) == ["app-1.1.0", "app-1.2.0"]


def test_a_version_whose_self_test_fails_is_never_current(here: Installed, tmp_path: Path) -> None:
    path = package(tmp_path, "1.1.0", code=1)
    here.take(path)
    before = (here.root / CURRENT).stat().st_mtime_ns
    assert here.start() is Start.GO_ON
    assert here.current() == "1.0.0"
    assert (here.root / CURRENT).stat().st_mtime_ns == before
    assert here.waits() == []
    assert not (here.root / "app-1.1.0").exists()
    assert "1.1.0 dibatalkan karena pemeriksaan dirinya gagal" in taken_back(here.store.take_news())
    assert here.store.take_news() == ""
    found = read_package(path, KEYS)
    assert refused(lambda: apply_package(found, here.root, here.running, here.store, passes)) == "failed_before"
    assert here.store.newest_known("1.0.0") == "1.1.0"
    here.take(path)
    assert here.start() is Start.GO_ON
    assert here.waits() == []


def test_a_version_whose_window_never_comes_is_taken_back(here: Installed, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    assert here.start() is Start.AGAIN
    for _ in range(MOST_TRIES):
        assert here.start() is Start.GO_ON
    assert here.start() is Start.AGAIN
    assert here.current() == "1.0.0"
    assert "jendelanya tidak muncul" in taken_back(here.store.take_news())
    assert here.start() is Start.GO_ON
    assert here.current() == "1.0.0"


def test_a_version_that_cannot_be_taken_back_is_mended_by_what_waits(here: Installed, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    assert here.start() is Start.AGAIN
    shutil.rmtree(here.root / "app-1.0.0")
    here.store.count_start("1.1.0", MOST_TRIES)
    assert here.start() is Start.GO_ON
    assert here.current() == "1.1.0"
    here.take(package(tmp_path, "1.1.1"))
    assert here.start() is Start.AGAIN
    assert here.current() == "1.1.1"


def test_a_previous_version_in_pieces_is_nothing_to_go_back_to(here: Installed, tmp_path: Path) -> None:
    assert roll_back(here.root, here.store, "not_started") is None
    here.take(package(tmp_path, "1.1.0"))
    assert here.start() is Start.AGAIN
    (here.root / "app-1.0.0" / "main.py").write_text("", "ascii")
    assert roll_back(here.root, here.store, "not_started") is None
    assert here.current() == "1.1.0"


def test_a_runtime_in_use_is_never_replaced(here: Installed, tmp_path: Path) -> None:
    (here.root / RUNTIME / "python.dll").write_text("patched\n", "ascii")
    kept = (here.root / RUNTIME / "python.dll").stat()
    found = read_package(package(tmp_path, "1.1.0", full=True), KEYS)
    assert apply_package(found, here.root, here.running, here.store, passes) is not None
    assert (here.root / RUNTIME / "python.dll").stat() == kept


def test_a_full_update_brings_its_runtime_and_a_damaged_one_that_nobody_uses_is_made_anew(
    here: Installed, tmp_path: Path
) -> None:
    left = here.root / "runtime-beefbeef"
    left.mkdir()
    (left / "python.dll").write_text("half", "ascii")
    here.take(package(tmp_path, "1.1.0", full=True, runtime="runtime-beefbeef"))
    assert here.start() is Start.AGAIN
    assert here.current() == "1.1.0"
    assert here.running == Pair("runtime-beefbeef", "app-1.1.0")
    assert (here.root / RUNTIME).is_dir()


def test_there_must_be_room_for_the_data_too(here: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.updates.apply._ROOM", 1 << 60)
    found = here.take(package(tmp_path, "1.1.0"))
    assert refused(lambda: apply_package(found, here.root, here.running, here.store, passes)) == "no_room"
    assert here.start() is Start.GO_ON
    assert here.waits() == ["Rujuk-1.1.0.rujuk-update"]
    monkeypatch.undo()
    assert here.start() is Start.AGAIN


@pytest.mark.parametrize("version", ["0.9.9", "1.0.0", "1.0"])
def test_older_and_repeated_packages_are_refused(version: str, here: Installed, tmp_path: Path) -> None:
    found = here.take(package(tmp_path, version))
    assert refused(lambda: apply_package(found, here.root, here.running, here.store, passes)) == "not_newer"
    assert here.store.ready("1.0.0") == ""
    assert here.start() is Start.GO_ON
    assert here.current() == "1.0.0"


def test_code_alone_needs_its_runtime(here: Installed, tmp_path: Path) -> None:
    found = here.take(package(tmp_path, "1.1.0", runtime="runtime-beefbeef"))
    assert refused(lambda: apply_package(found, here.root, here.running, here.store, passes)) == "needs_full"
    assert here.start() is Start.GO_ON
    assert here.current() == "1.0.0"


def test_a_package_that_was_damaged_while_it_waited_is_fetched_again(here: Installed, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    place = here.store.folder / "Rujuk-1.1.0.rujuk-update"
    place.write_bytes(place.read_bytes()[:-4])
    assert here.start() is Start.GO_ON
    assert here.waits() == []
    assert here.store.newest_known("1.0.0") == "1.0.0"


def test_a_start_that_setup_has_overtaken_changes_nothing(here: Installed, tmp_path: Path) -> None:
    """The process runs a version that no pointer names any more."""
    here.take(package(tmp_path, "1.1.0"))
    starter = here.starter()
    stale = type(starter)(
        type(starter.installed)(here.root, Pair("", "app-1.0.0")),
        starter.store,
        starter.keys,
        starter.command,
        starter.test,
    )
    assert stale.judge() is Start.GO_ON
    assert stale.waiting() is None


def test_damaged_marks_count_as_none(here: Installed, tmp_path: Path) -> None:
    here.take(package(tmp_path, "1.1.0"))
    assert here.start() is Start.AGAIN
    (here.store.folder / "tried-1.1.0").write_bytes(b"\xff\x00")
    (here.store.folder / "district.key").write_bytes(b"\xff\x00")
    (here.store.folder / "bad-x").write_bytes(b"")
    (here.store.folder / "Rujuk-.rujuk-update").write_bytes(b"")
    assert here.start() is Start.GO_ON
    assert here.current() == "1.1.0"
    assert here.store.keys() == frozenset()
    assert here.store.newest_known("1.1.0") == "1.1.0"
