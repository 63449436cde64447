"""A hub hands on what it has fetched: a PC without the district gets the update from it, and verifies it itself."""

import itertools
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.settings import Settings
from desktop.update_fetching import UpdateFetching
from desktop.updates.store import Store
from sync.errors import Unreachable
from sync.exchange.credential import public_key
from sync.exchange.downloads import Source, fetch_update
from sync.exchange.hub_service import HubService
from sync.server.home import ServerHome
from sync.server.hub import HubFace
from sync.server.loopback import served_here
from sync.server.updates import publish_update
from tests.desktop.updates.installs import RUNTIME, Installed, install, package
from tests.fakes.hub import House, house


@pytest.fixture
def place(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.update_fetching.REST_S", 0.0)


def look(pc: Installed, settings: Settings, source: Source, key: bytes) -> None:
    fetching = UpdateFetching(settings, pc.installation)
    fetching.look([source], key)
    assert fetching._thread is not None
    fetching._thread.join()


def machine(folder: Path) -> tuple[Installed, Settings]:
    settings = Settings(folder / "data")
    return Installed(install(folder).root, Store(settings.updates)), settings


def test_what_the_hub_has_fetched_reaches_a_pc_that_has_only_the_hub(place: House, tmp_path: Path) -> None:
    server = place.district.server
    key = public_key(server.identity.signing_key)
    published = ServerHome(tmp_path / "server").updates
    publish_update(published, package(tmp_path, "1.1.0", key=None), server.identity.signing_key, sign=True)
    (hub, hub_settings), (pc, pc_settings) = machine(tmp_path / "hub"), machine(tmp_path / "pc")
    face = HubFace(place.hub, HubService(place.hub), host="127.0.0.1", port=0, updates=hub_settings.updates)
    near = Source(f"https://127.0.0.1:{face.port}", face.fingerprint)
    try:
        look(pc, pc_settings, near, key)
        assert pc.waits() == []
        with served_here(server, published) as url:
            look(hub, hub_settings, Source(url), key)
        # Before the hub itself has been started anew, and after it.
        for _ in range(2):
            stranger, stranger_settings = machine(tmp_path / secrets.token_hex(4))
            look(stranger, stranger_settings, near, b"\1" * 32)
            assert stranger.waits() == []
            look(pc, pc_settings, near, key)
            assert pc.waits() == ["Rujuk-1.1.0.rujuk-update"]
            (pc.store.folder / "Rujuk-1.1.0.rujuk-update").unlink()
            hub.start(hub.store.keys())
            hub.starter().window_shown()
        assert hub.current() == "1.1.0"
    finally:
        face.close()


def test_only_the_hub_of_this_pc_is_believed_to_be_it(place: House, tmp_path: Path) -> None:
    updates = tmp_path / "updates"
    updates.mkdir()
    made = package(tmp_path, "1.1.0")
    made.rename(updates / made.name)
    face = HubFace(place.hub, HubService(place.hub), host="127.0.0.1", port=0, updates=updates)
    url = f"https://127.0.0.1:{face.port}"
    try:
        assert fetch_update(Source(url, face.fingerprint), "1.0", RUNTIME, tmp_path / "pc") is not None
        for source in (Source(url, bytes(32)), Source(url), Source(url.replace("https", "http"), face.fingerprint)):
            with pytest.raises(Unreachable):
                fetch_update(source, "1.0", RUNTIME, tmp_path / "pc")
    finally:
        face.close()


def test_a_download_goes_on_at_the_district_where_the_hub_was_switched_off(place: House, tmp_path: Path) -> None:
    server = place.district.server
    published, near = tmp_path / "server", tmp_path / "hub"
    file = package(tmp_path, "1.1.0", extra=secrets.token_bytes(200_000))
    for folder in (published, near):
        publish_update(folder, file, server.identity.signing_key, sign=True)
    face = HubFace(place.hub, HubService(place.hub), host="127.0.0.1", port=0, updates=near)
    source, pc = Source(f"https://127.0.0.1:{face.port}", face.fingerprint), tmp_path / "pc"
    try:
        with pytest.raises(Unreachable):
            fetch_update(source, "1.0", RUNTIME, pc, wanted=lambda: False)
    finally:
        face.close()
    pieces = itertools.count(1)
    with served_here(server, published) as url:
        found = fetch_update(Source(url), "1.0", RUNTIME, pc, wanted=lambda: next(pieces) > 0)
    assert found is not None
    assert found.read_bytes() == (published / file.name).read_bytes()
    assert next(pieces) - 1 < found.stat().st_size // 16_384 + 1
