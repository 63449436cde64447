"""Packages from the district server: published by the administrator, fetched in pieces, and never the wrong way."""

import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import BadInput, Unreachable
from sync.exchange.downloads import fetch_update
from sync.server.updates import newest_update, publish_update
from tests.fakes.district import District, running_district
from tests.fakes.server_process import run_admin


def package(folder: Path, version: str, size: int = 300_000) -> Path:
    """A file with the name of a package; a server does not look into it."""
    folder.mkdir(exist_ok=True)
    path = folder / f"Rujuk-{version}.rujuk-update"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("isi", bytes(n * n % 251 for n in range(size)))
    return path


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    with running_district(tmp_path_factory.mktemp("server")) as running:
        yield running


def test_what_is_published_is_fetched_once_and_whole(district: District, tmp_path: Path) -> None:
    folder = tmp_path / "pc"
    assert fetch_update(district.url, "0.9", folder) is None
    path = package(tmp_path, "1.2.0")
    run_admin(district.home, "update", "publish", str(path))
    found = fetch_update(district.url, "1.1", folder)
    assert found == folder / path.name
    assert found.read_bytes() == path.read_bytes()
    assert fetch_update(district.url, "1.2.0", folder) is None
    assert fetch_update(district.url, "1.10", folder) is None


def test_a_download_that_was_cut_off_goes_on_where_it_was(district: District, tmp_path: Path) -> None:
    folder, path = tmp_path / "pc", package(tmp_path, "1.3.0")
    run_admin(district.home, "update", "publish", str(path))
    with pytest.raises(Unreachable):
        fetch_update(district.url, "1.2.0", folder, wanted=lambda: False)
    [part] = folder.glob("*.part")
    begun = part.stat().st_size
    assert 0 < begun < path.stat().st_size
    pieces = itertools.count(1)
    found = fetch_update(district.url, "1.2.0", folder, wanted=lambda: next(pieces) > 0)
    assert found is not None
    assert found.read_bytes() == path.read_bytes()
    assert next(pieces) - 1 == -(-(path.stat().st_size - begun) // 16_384)
    assert list(folder.glob("*.part")) == []


def test_without_a_server_what_came_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        fetch_update("http://127.0.0.1:9", "1.0", tmp_path)


def test_only_packages_that_are_newer_are_published(tmp_path: Path) -> None:
    folder = tmp_path / "updates"
    publish_update(folder, package(tmp_path, "1.10.0"))
    with pytest.raises(BadInput, match="newer version"):
        publish_update(folder, package(tmp_path, "1.9.0"))
    other = tmp_path / "lain.zip"
    package(tmp_path, "1.11.0").rename(other)
    with pytest.raises(BadInput, match="no package"):
        publish_update(folder, other)
    assert newest_update(folder, "1.9") == folder / "Rujuk-1.10.0.rujuk-update"
    assert newest_update(tmp_path / "tidak ada", "1") is None
