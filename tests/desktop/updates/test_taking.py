"""Updates of a district: published with its own key, fetched beside the exchanges or brought by stick, and applied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.commands.updating import find_update, take_update
from desktop.exchanging import Exchanging
from desktop.settings import Settings
from desktop.update_fetching import UpdateFetching
from desktop.updates.starting import Start
from desktop.updates.store import Store
from sync.exchange.credential import public_key
from sync.server.home import ServerHome
from tests.desktop.homes import make_district_home
from tests.desktop.updates.installs import Installed, install, package
from tests.fakes.district import District
from tests.fakes.server_process import run_admin


@pytest.fixture
def settings(tmp_path: Path, district: District, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The data folder of an enrolled PC."""
    monkeypatch.setattr("desktop.update_fetching.REST_S", 0.0)
    home = make_district_home(tmp_path / "home", district)
    home.close()
    return home.settings


@pytest.fixture
def pc(tmp_path: Path, settings: Settings) -> Installed:
    """An installation whose packages lie in that data folder."""
    return Installed(install(tmp_path / "pc").root, Store(settings.updates))


@pytest.fixture
def exchanging(settings: Settings) -> Iterator[Exchanging]:
    """Exchanges of that PC, after the first, in which the server's key is pinned."""
    made = Exchanging(settings, lambda _progress: None)
    made.exchange()
    yield made
    made.close()


def start(pc: Installed) -> Start:
    """A start that trusts whom an installed version trusts: nobody but what the store says."""
    return pc.start(pc.store.keys())


def look(fetching: UpdateFetching, exchanging: Exchanging) -> None:
    """Look once and wait for what comes of it."""
    fetching.look(exchanging.update_sources(["district"]), exchanging.district_key())
    if fetching._thread is not None:
        fetching._thread.join()


def test_what_the_district_signs_and_publishes_in_one_command_is_applied_at_the_next_start(
    district: District, pc: Installed, settings: Settings, exchanging: Exchanging, tmp_path: Path
) -> None:
    unsigned = package(tmp_path, "1.1.0", key=None)
    refusal = run_admin(district.home, "update", "publish", str(unsigned), expect=6)
    assert "signed by nobody whom the computers trust" in refusal["reason"]
    look(UpdateFetching(settings, pc.installation), exchanging)
    assert pc.waits() == []
    run_admin(district.home, "update", "publish", "--sign", str(unsigned))
    # Run from sources, there is nothing to look for.
    look(UpdateFetching(settings), exchanging)
    assert pc.waits() == []
    look(UpdateFetching(settings, pc.installation), exchanging)
    assert pc.waits() == ["Rujuk-1.1.0.rujuk-update"]
    assert pc.store.ready("1.0.0") == "1.1.0"
    assert start(pc) is Start.AGAIN
    assert pc.current() == "1.1.0"
    # Once: what waits is not fetched again.
    run_admin(district.home, "update", "publish", "--sign", str(package(tmp_path, "1.2.0", key=None)))
    look(UpdateFetching(settings, pc.installation), exchanging)
    waiting = pc.store.folder / "Rujuk-1.2.0.rujuk-update"
    waiting.write_bytes(b"still this one")
    look(UpdateFetching(settings, pc.installation), exchanging)
    assert waiting.read_bytes() == b"still this one"


def test_a_package_of_another_signer_is_not_kept_and_not_left_lying_about(
    district: District, pc: Installed, settings: Settings, exchanging: Exchanging, tmp_path: Path
) -> None:
    folder = ServerHome(district.home).updates
    folder.mkdir(exist_ok=True)
    stranger = package(tmp_path, "1.9.0", key=b"\2" * 32)
    stranger.rename(folder / stranger.name)
    look(UpdateFetching(settings, pc.installation), exchanging)
    assert pc.waits() == []
    assert [path for path in pc.store.folder.rglob("*") if path.is_file() and path.name != "district.key"] == []
    (folder / stranger.name).unlink()


def test_a_stick_is_looked_at_and_its_package_taken(
    district: District, pc: Installed, settings: Settings, exchanging: Exchanging, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert find_update(settings, stick, pc.installation).data == {"update": None, "code": "", "words": ""}
    unsigned = package(tmp_path, "1.3.0", key=None)
    (stick / unsigned.name).write_bytes(unsigned.read_bytes())
    told = find_update(settings, stick, pc.installation)
    assert (told.data["update"], told.data["code"]) == (None, "unsigned")
    run_admin(district.home, "update", "sign", "--out", str(stick), str(unsigned))
    found = find_update(settings, stick, pc.installation)
    assert found.data["update"] == {
        "file": str(stick / unsigned.name),
        "version": "1.3.0",
        "full": False,
        "signed_by": "district",
    }
    assert "ditandatangani server Dinas Kesehatan kabupaten ini. Yang berubah: hanya program" in found.words
    assert take_update(settings, stick / unsigned.name, pc.installation).exit_code == 0
    assert start(pc) is Start.AGAIN
    assert pc.current() == "1.3.0"
    # What runs already is nothing to tell.
    assert find_update(settings, stick, pc.installation).data["code"] == ""


def test_the_command_says_why_not(settings: Settings, pc: Installed, tmp_path: Path) -> None:
    path = package(tmp_path, "1.1.0")
    assert take_update(settings, path, pc.installation).data["code"] == "unsigned"
    assert take_update(settings, tmp_path / "tidak ada", pc.installation).data["code"] == "unreadable"


def test_from_sources_a_good_package_is_refused_politely(
    district: District, settings: Settings, exchanging: Exchanging, tmp_path: Path
) -> None:
    unsigned = package(tmp_path, "1.1.0", key=None)
    run_admin(district.home, "update", "sign", "--out", str(tmp_path), str(unsigned))
    assert take_update(settings, tmp_path / unsigned.name).data["code"] == "from_source"


def test_a_data_folder_that_cannot_be_opened_still_takes_what_its_district_has_signed(
    district: District, settings: Settings, pc: Installed, exchanging: Exchanging, tmp_path: Path
) -> None:
    """As after a version was taken back whose migration cannot be undone: the next version is what helps."""
    district_key = public_key(district.replica.identity.signing_key)
    assert pc.store.keys(exchanging.district_key()) == frozenset({district_key})
    exchanging.close()
    settings.database.write_bytes(b"damaged" * 1000)
    unsigned = package(tmp_path, "1.1.0", key=None)
    run_admin(district.home, "update", "sign", "--out", str(tmp_path), str(unsigned))
    assert take_update(settings, tmp_path / unsigned.name, pc.installation).exit_code == 0
    assert start(pc) is Start.AGAIN
