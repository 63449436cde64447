"""Fetching an update package from a server or a hub, piece by piece, going on where the last try was cut off.

What is fetched is only a file: whoever uses it verifies it. It must never be in the way of an exchange.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import requests

from sync.errors import ServerFault, Unreachable
from sync.exchange.http import Adapter

UPDATE = "/v1/update"
NAME_HEADER = "X-Rujuk-Update"

_NAME = re.compile(r"Rujuk-[0-9.]{1,30}\.rujuk-update")
_ETAG = re.compile(r'"[0-9a-f]{8,64}"')
_TIMEOUT = (10.0, 30.0)
_PIECE = 16_384
#: Longer than any package.
_LARGEST = 500_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """Who hands updates on: a server, or the hub that shows the one certificate with this ``fingerprint`` (SHA-256)."""

    url: str
    fingerprint: bytes | None = None


def fetch_update(
    source: Source, have: str, runtime: str, folder: Path, *, wanted: Callable[[], bool] = lambda: True
) -> Path | None:
    """The newest package that fits and is newer than ``have``, fetched into ``folder``; ``None`` if there is none.

    Args:
        runtime: the runtime that is installed; packages without one are made for a certain one.
        wanted: asked between pieces; ``False`` ends the try, and the next goes on from there.

    Raises:
        LinkError: it did not come to its end; what came is kept for the next try.
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with requests.Session() as session:
        # The length that is told is that of the file.
        session.headers["Accept-Encoding"] = "identity"
        Adapter(source.fingerprint).carry(session)
        try:
            url = f"{source.url.rstrip('/')}{UPDATE}?{urlencode({'have': have, 'runtime': runtime})}"
            return _fetch(session, url, folder, wanted)
        except requests.RequestException as error:
            raise Unreachable(f"no whole package: {type(error).__name__}") from error


def _fetch(session: requests.Session, url: str, folder: Path, wanted: Callable[[], bool]) -> Path | None:
    with session.get(url, stream=True, timeout=_TIMEOUT, allow_redirects=False) as first:
        if first.status_code in (requests.codes.no_content, requests.codes.not_found):
            return None
        name, etag, size = _announced(first)
        part = folder / f"{name}.{etag[1:9]}.part"
        for old in folder.glob("*.part"):
            if old != part:
                old.unlink()
        have = part.stat().st_size if part.exists() else 0
        if have == 0:
            _append(first, part, size, wanted)
    if 0 < have < size:
        _go_on(session, url, etag, part, size, wanted)
    if (there := part.stat().st_size) != size:
        if there > size:
            part.unlink()
        raise Unreachable(f"{there} of {size} bytes")
    return part.replace(folder / name)


def _announced(response: requests.Response) -> tuple[str, str, int]:
    """Name, mark and size of the package that is about to come."""
    name, etag = response.headers.get(NAME_HEADER, ""), response.headers.get("ETag", "")
    if response.status_code != requests.codes.ok or not _NAME.fullmatch(name) or not _ETAG.fullmatch(etag):
        raise ServerFault(f"HTTP {response.status_code} is no package")
    size = int(response.headers.get("Content-Length", "0"))
    if not 0 < size < _LARGEST:
        raise ServerFault("a package of no size")
    return name, etag, size


def _go_on(session: requests.Session, url: str, etag: str, part: Path, size: int, wanted: Callable[[], bool]) -> None:
    """Fetch what is lacking at the end of ``part``."""
    headers = {"Range": f"bytes={part.stat().st_size}-", "If-Range": etag}
    with session.get(url, headers=headers, stream=True, timeout=_TIMEOUT, allow_redirects=False) as rest:
        if rest.status_code == requests.codes.ok:
            part.unlink()
            raise ServerFault("the package has changed meanwhile")
        if rest.status_code != requests.codes.partial_content:
            raise ServerFault(f"HTTP {rest.status_code} is no piece of a package")
        _append(rest, part, size, wanted)


def _append(response: requests.Response, part: Path, size: int, wanted: Callable[[], bool]) -> None:
    """Write what comes at the end of ``part``, and no more than a piece beyond the ``size`` that was announced."""
    with part.open("ab") as file:
        for piece in response.iter_content(_PIECE):
            file.write(piece)
            file.flush()
            if file.tell() > size or not wanted():
                return
