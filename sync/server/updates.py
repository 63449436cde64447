"""Updates that a server hands on: a folder with packages, the newest of which whoever asks is given.

A package is signed by its makers and holds no data, so it is given to anybody; PCs verify it. Nothing is run here.
"""

import re
import shutil
import zipfile
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sync.errors import BadInput
from sync.exchange.downloads import NAME_HEADER, UPDATE

_NAME = re.compile(r"Rujuk-(\d{1,5}(?:\.\d{1,5}){1,3})\.rujuk-update")


def newest_update(folder: Path, have: str) -> Path | None:
    """The newest package in ``folder``, if it is newer than the version ``have``."""
    found = [(_numbers(match[1]), path) for path in folder.glob("*") if (match := _NAME.fullmatch(path.name))]
    version, path = max(found, default=((), None))
    return path if version > _numbers(have) else None


def publish_update(folder: Path, file: Path) -> Path:
    """Put a package where it is handed on; its place.

    Raises:
        BadInput: it is no package by name or form, or not newer than what is handed on.
        OSError: it cannot be read or written; what was handed on still is.
    """
    match = _NAME.fullmatch(file.name)
    if match is None or not zipfile.is_zipfile(file):
        raise BadInput("no package; its name is Rujuk-<version>.rujuk-update", field="file")
    if any(folder.glob("*.rujuk-update")) and newest_update(folder, match[1]) is not None:
        raise BadInput("a newer version is published already", field="file")
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / file.name
    part = place.with_suffix(".part")
    shutil.copyfile(file, part)
    part.replace(place)
    return place


def update_route(folder: Path) -> Route:
    """``GET /v1/update?have=<version>``: the newest package, in pieces if the asker names a range; 204 if none."""

    def answer(request: Request) -> Response:
        have = request.query_params.get("have", "")
        path = newest_update(folder, have) if re.fullmatch(r"\d{1,5}(\.\d{1,5}){0,3}", have) else None
        if path is None:
            return Response(status_code=204, headers={"Cache-Control": "no-store"})
        return FileResponse(path, media_type="application/zip", headers={NAME_HEADER: path.name})

    return Route(UPDATE, answer, methods=["GET"])


def _numbers(version: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in version.split("."))
    return numbers + (0,) * (4 - len(numbers))
