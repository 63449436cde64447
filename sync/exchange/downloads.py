"""Fetching an update package from a server or a hub, piece by piece, going on where the last try was cut off.

What is fetched is only a file: whoever uses it verifies it. It must never be in the way of an exchange.
"""

import re
from collections.abc import Callable
from pathlib import Path

import requests

from sync.errors import ServerFault, Unreachable

UPDATE = "/v1/update"
NAME_HEADER = "X-Rujuk-Update"

_NAME = re.compile(r"Rujuk-[0-9.]{1,30}\.rujuk-update")
_ETAG = re.compile(r'"[0-9a-f]{8,64}"')
_TIMEOUT = (10.0, 30.0)
_PIECE = 16_384
#: Longer than any package.
_LARGEST = 500_000_000


def fetch_update(
    url: str, have: str, folder: Path, *, wanted: Callable[[], bool] = lambda: True, verify: bool | str = True
) -> Path | None:
    """The newest package that is newer than ``have``, fetched into ``folder``; ``None`` if there is none.

    Args:
        wanted: asked between pieces; ``False`` ends the try, and the next goes on from there.
        verify: as ``requests`` takes it, for a hub's own certificate.

    Raises:
        LinkError: it did not come to its end; what came is kept for the next try.
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with requests.Session() as session:
        session.verify = verify
        try:
            return _fetch(session, f"{url.rstrip('/')}{UPDATE}?have={have}", folder, wanted)
        except requests.RequestException as error:
            raise Unreachable(f"no whole package: {type(error).__name__}") from error


def _fetch(session: requests.Session, url: str, folder: Path, wanted: Callable[[], bool]) -> Path | None:
    with session.get(url, stream=True, timeout=_TIMEOUT, allow_redirects=False) as first:
        if first.status_code == requests.codes.no_content or first.status_code == requests.codes.not_found:
            return None
        name, etag = first.headers.get(NAME_HEADER, ""), first.headers.get("ETag", "")
        if first.status_code != requests.codes.ok or not _NAME.fullmatch(name) or not _ETAG.fullmatch(etag):
            raise ServerFault(f"HTTP {first.status_code} is no package")
        size = int(first.headers.get("Content-Length", "0"))
        if not 0 < size < _LARGEST:
            raise ServerFault("a package of no size")
        part = folder / f"{name}.{etag[1:9]}.part"
        for old in folder.glob("*.part"):
            if old != part:
                old.unlink()
        have = part.stat().st_size if part.exists() else 0
        if have == 0:
            _append(first, part, wanted)
    if 0 < have < size:
        with session.get(
            url,
            headers={"Range": f"bytes={have}-", "If-Range": etag},
            stream=True,
            timeout=_TIMEOUT,
            allow_redirects=False,
        ) as rest:
            if rest.status_code != requests.codes.partial_content:
                part.unlink()
                raise ServerFault("the package has changed meanwhile")
            _append(rest, part, wanted)
    if part.stat().st_size != size:
        raise Unreachable(f"{part.stat().st_size} of {size} bytes")
    return part.replace(folder / name)


def _append(response: requests.Response, part: Path, wanted: Callable[[], bool]) -> None:
    with part.open("ab") as file:
        for piece in response.iter_content(_PIECE):
            file.write(piece)
            file.flush()
            if not wanted():
                return
