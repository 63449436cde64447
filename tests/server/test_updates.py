"""Packages that a server hands on: published by the administrator, fetched in pieces, and only such as fit."""

import http.server
import itertools
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest

from sync.errors import BadInput, ServerFault, Unreachable
from sync.exchange.credential import public_key
from sync.exchange.downloads import Source, fetch_update
from sync.server.updates import newest_update, publish_update
from sync.update_package import read_package
from tests.desktop.updates.installs import KEY, RUNTIME, package
from tests.fakes.district import District, running_district
from tests.fakes.server_process import run_admin

OTHER = "runtime-beefbeef"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    with running_district(tmp_path_factory.mktemp("server")) as running:
        yield running


def fetched(district: District, have: str, folder: Path, runtime: str = RUNTIME) -> Path | None:
    return fetch_update(Source(district.url), have, runtime, folder)


def publish(district: District, file: Path) -> Path:
    """Publish with the server's signature; what is handed on."""
    run_admin(district.home, "update", "publish", "--sign", str(file))
    return district.home / "updates" / file.name


def test_what_is_published_is_fetched_once_and_whole(district: District, tmp_path: Path) -> None:
    folder = tmp_path / "pc"
    assert fetched(district, "0.9", folder) is None
    place = publish(district, package(tmp_path, "1.2.0"))
    found = fetched(district, "1.1", folder)
    assert found == folder / place.name
    assert found.read_bytes() == place.read_bytes()
    assert read_package(found, {public_key(district.replica.identity.signing_key)}).version == "1.2.0"
    assert fetched(district, "1.2.0", folder) is None
    assert fetched(district, "1.10", folder) is None
    assert fetched(district, "nonsense", folder) is None


def test_a_download_that_was_cut_off_goes_on_where_it_was(district: District, tmp_path: Path) -> None:
    folder, place = tmp_path / "pc", publish(district, package(tmp_path, "1.3.0", extra=secrets.token_bytes(300_000)))
    with pytest.raises(Unreachable):
        fetch_update(Source(district.url), "1.2.0", RUNTIME, folder, wanted=lambda: False)
    [part] = folder.glob("*.part")
    begun = part.stat().st_size
    assert 0 < begun < place.stat().st_size
    pieces = itertools.count(1)
    found = fetch_update(Source(district.url), "1.2.0", RUNTIME, folder, wanted=lambda: next(pieces) > 0)
    assert found is not None
    assert found.read_bytes() == place.read_bytes()
    assert next(pieces) - 1 == -(-(place.stat().st_size - begun) // 16_384)
    assert list(folder.glob("*.part")) == []


class Flaky(http.server.BaseHTTPRequestHandler):
    """Begins to send a package and breaks off; pieces are refused by something in between as often as ``refusals``."""

    content = secrets.token_bytes(100_000)
    refusals: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        begin = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        status = 206 if begin else 200
        if begin and self.refusals:
            self.send_error(self.refusals.pop())
            return
        self.send_response(status)
        self.send_header("X-Rujuk-Update", "Rujuk-1.2.0.rujuk-update")
        self.send_header("ETag", '"0123456789abcdef"')
        self.send_header("Content-Length", str(len(self.content) - begin))
        self.end_headers()
        self.wfile.write(self.content[begin : begin + 40_000])
        self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


def test_over_a_bad_link_every_try_brings_some_more(tmp_path: Path) -> None:
    Flaky.refusals[:] = [503, 502]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Flaky) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        source, there = Source(f"http://127.0.0.1:{server.server_port}"), []
        try:
            for error in (Unreachable, ServerFault, ServerFault, Unreachable):
                with pytest.raises(error):
                    fetch_update(source, "1.0", RUNTIME, tmp_path)
                there.append(next(tmp_path.glob("*.part")).stat().st_size)
            found = fetch_update(source, "1.0", RUNTIME, tmp_path)
        finally:
            server.shutdown()
            thread.join()
    assert there[0] == there[1] == there[2] < there[3] < len(Flaky.content)
    assert found is not None
    assert found.read_bytes() == Flaky.content


class Endless(Flaky):
    """Goes on for ever where only the rest of a package was asked for."""

    def do_GET(self) -> None:
        if "Range" not in self.headers:
            super().do_GET()
            return
        self.send_response(206)
        self.send_header("Content-Length", str(10**13))
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(self.content)


def test_no_more_is_written_than_was_announced(tmp_path: Path) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        source, written = Source(f"http://127.0.0.1:{server.server_port}"), list[int]()

        def wanted() -> bool:
            written.append(next(tmp_path.glob("*.part")).stat().st_size)
            return written[-1] < 10 * len(Endless.content)

        try:
            for _ in range(2):
                with pytest.raises(Unreachable):
                    fetch_update(source, "1.0", RUNTIME, tmp_path, wanted=wanted)
        finally:
            server.shutdown()
            thread.join()
    assert max(written) < 2 * len(Endless.content)
    assert list(tmp_path.glob("*.part")) == []


def test_without_a_server_what_came_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        fetch_update(Source("http://127.0.0.1:9"), "1.0", RUNTIME, tmp_path)


def test_the_newest_that_fits_is_handed_on(tmp_path: Path) -> None:
    """Code alone goes to those who have its runtime; who has not gets the newest that brings its own."""
    folder = tmp_path / "updates"
    for version, runtime, full in (("1.1.0", OTHER, True), ("1.2.0", OTHER, False), ("1.3.0", RUNTIME, False)):
        publish_update(folder, package(tmp_path, version, runtime=runtime, full=full), KEY, sign=True)

    def given(have: str, runtime: str) -> str:
        found = newest_update(folder, have, runtime)
        return "" if found is None else found.version

    assert given("1.0.0", RUNTIME) == "1.3.0"
    assert given("1.0.0", OTHER) == "1.2.0"
    assert given("1.0.0", "runtime-00000000") == "1.1.0"
    assert given("1.1.0", "runtime-00000000") == ""
    # Whoever does not say what he has may be given anything.
    assert given("1.0.0", "") == "1.3.0"
    (folder / "Rujuk-9.0.0.rujuk-update").write_bytes(b"half a file")
    assert given("1.0.0", RUNTIME) == "1.3.0"
    assert newest_update(tmp_path / "tidak ada", "1.0") is None


def test_only_packages_that_the_computers_would_take_are_published(tmp_path: Path) -> None:
    folder = tmp_path / "updates"
    published = publish_update(folder, package(tmp_path, "1.10.0", key=KEY), KEY, sign=False)
    assert published.path == folder / "Rujuk-1.10.0.rujuk-update"
    with pytest.raises(BadInput, match="newer version"):
        publish_update(folder, package(tmp_path, "1.9.0"), KEY, sign=True)
    with pytest.raises(BadInput, match="signed by nobody"):
        publish_update(folder, package(tmp_path, "1.11.0"), b"\3" * 32, sign=False)
    other = tmp_path / "lain.zip"
    other.write_bytes(b"PK")
    for sign in (True, False):
        with pytest.raises(BadInput, match="no package"):
            publish_update(folder, other, KEY, sign=sign)
    damaged = package(tmp_path, "1.12.0")
    damaged.write_bytes(damaged.read_bytes()[:-1])
    for sign in (True, False):
        with pytest.raises(BadInput, match="no package"):
            publish_update(folder, damaged, KEY, sign=sign)
    assert [path.name for path in folder.iterdir()] == ["Rujuk-1.10.0.rujuk-update"]


def test_the_same_package_may_be_published_again(tmp_path: Path) -> None:
    folder, file = tmp_path / "updates", package(tmp_path, "1.10.0", key=None)
    for _ in range(2):
        publish_update(folder, file, KEY, sign=True)
    assert [path.name for path in folder.iterdir()] == ["Rujuk-1.10.0.rujuk-update"]
