"""Updates that a server or a hub hands on: a folder with packages, of which whoever asks is given the one that fits.

A package holds no data, so it is given to anybody; PCs verify who signed it. Nothing is run here.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sync.errors import BadInput
from sync.exchange.credential import public_key
from sync.exchange.downloads import NAME_HEADER, UPDATE
from sync.update_package import (
    SUFFIX,
    Package,
    UpdateRefused,
    package_name,
    read_package,
    release_keys,
    sign_package,
    verify_content,
    version_key,
)

T = TypeVar("T")

_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){0,3}")
_RUNTIME = re.compile(r"(runtime-[0-9a-f]{8,16})?")


def newest_update(folder: Path, have: str, runtime: str = "") -> Package | None:
    """The newest package in ``folder`` that is newer than ``have`` and does with ``runtime`` or brings its own."""
    fitting = [
        package
        for package in _packages(folder)
        if version_key(package.version) > version_key(have) and (package.full or runtime in ("", package.runtime))
    ]
    return max(fitting, key=lambda package: version_key(package.version), default=None)


def publish_update(folder: Path, file: Path, district_key: bytes, *, sign: bool) -> Package:
    """Put a package where it is handed on; what it is.

    Args:
        district_key: the secret key of the district's server, which every computer of the district has pinned.
        sign: put this signature in the place of whatever is there.

    Raises:
        BadInput: it is no package, signed by nobody whom the PCs trust, or older than what is handed on.
        OSError: it cannot be read or written; what was handed on still is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{file.name}.new"
    try:
        if sign:
            package = _understood(lambda: sign_package(file, fresh, district_key))
        else:
            shutil.copyfile(file, fresh)
            package = _understood(lambda: read_package(fresh, release_keys() | {public_key(district_key)}))
            _understood(lambda: verify_content(package))
        if newest_update(folder, package.version) is not None:
            raise BadInput("a newer version is published already", field="file")
        place = fresh.replace(folder / package_name(package.version))
    finally:
        fresh.unlink(missing_ok=True)
    return replace(package, path=place)


def sign_update(file: Path, out: Path, district_key: bytes) -> Package:
    """Write at ``out`` the package ``file``, signed by the district's server; what it is.

    Raises:
        BadInput: it is no package. OSError: it cannot be written.
    """
    return _understood(lambda: sign_package(file, out, district_key))


def update_route(folder: Path) -> Route:
    """``GET /v1/update?have=<version>&runtime=<id>``: a package, in pieces if the asker names a range; 204 if none."""

    def answer(request: Request) -> Response:
        have, runtime = request.query_params.get("have", ""), request.query_params.get("runtime", "")
        known = _VERSION.fullmatch(have) is not None and _RUNTIME.fullmatch(runtime) is not None
        package = newest_update(folder, have if "." in have else f"{have}.0", runtime) if known else None
        if package is None:
            return Response(status_code=204, headers={"Cache-Control": "no-store"})
        headers = {NAME_HEADER: package_name(package.version), "ETag": f'"{_mark(package)}"'}
        return FileResponse(package.path, media_type="application/octet-stream", headers=headers)

    return Route(UPDATE, answer, methods=["GET"])


def _understood(work: Callable[[], T]) -> T:
    """Do something with a package; what it lacks is told as wrong input."""
    try:
        return work()
    except UpdateRefused as error:
        reasons = {"unsigned": "signed by nobody whom the computers trust; --sign signs it with this server's key"}
        raise BadInput(reasons.get(error.code, f"no package ({error})"), field="file") from error


def _packages(folder: Path) -> Collection[Package]:
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            found.append(read_package(path, None))
        except UpdateRefused:
            # Half a file that somebody copied here by hand; nobody is given it.
            continue
    return found


def _mark(package: Package) -> str:
    """The same wherever the same package is handed on, so that a download goes on at another place."""
    with package.path.open("rb") as file:
        return hashlib.blake2b(file.read(package.begin), digest_size=16).hexdigest()
