"""Puts a version beside the one that works and points the launcher to it; and points it back.

Every step leaves an installation that starts: files are unpacked under another name, verified, put to the disk and
renamed, and only then is ``current.txt`` replaced. It must never change or remove a folder that ``current.txt`` names.
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import IO

from desktop.installed import CURRENT, PREVIOUS, Pair, differing_files, read_pair
from desktop.updates.package import Package, UpdateRefused, unpack, version_key
from desktop.updates.store import Store
from desktop.whole_files import write_whole

#: Besides what is unpacked, so much room must be left for the data.
_ROOM = 50_000_000
_PIECE = 1 << 20


def check_package(package: Package, root: Path, running: Pair, store: Store) -> None:
    """Whether a package may be applied to an installation.

    Raises:
        UpdateRefused: ``not_newer``, ``failed_before``, ``needs_full`` (another runtime), or ``no_room``.
    """
    newest = max((pair for pair in (running, read_pair(root / CURRENT)) if pair), key=lambda p: version_key(p.version))
    if version_key(package.version) <= version_key(newest.version):
        raise UpdateRefused("not_newer", f"{package.version}, here is {newest.version}")
    if store.is_bad(package.version):
        raise UpdateRefused("failed_before", package.version)
    if not package.full and not (root / package.runtime / "manifest.json").is_file():
        raise UpdateRefused("needs_full", package.runtime)
    if shutil.disk_usage(root).free < package.size + _ROOM:
        raise UpdateRefused("no_room", f"{(package.size + _ROOM) // 1_000_000} MB")


def apply_package(package: Package, root: Path, running: Pair, store: Store) -> Pair:
    """Install a version beside the running one and make it current, on trial; the new pair.

    Raises:
        UpdateRefused: as :func:`check_package`, or ``damaged``; the running version stays current.
        OSError: it could not be written (``no_room`` while unpacking, say); the same.
    """
    check_package(package, root, running, store)
    new = Pair(package.runtime, package.app)
    for part in (new.runtime, new.app):
        if part == new.app or (package.full and not _is_whole(root / part)):
            _put_beside(package, part, root)
    store.begin_trial(package.version)
    switch(root, new, running)
    _remove_others(root, (new, running))
    return new


def switch(root: Path, current: Pair, previous: Pair) -> None:
    """Point the launcher to ``current``, and to ``previous`` where that is not whole."""
    # In this order: a power cut between the two leaves the working version current and, for once, previous.
    write_whole(root / PREVIOUS, previous.line.encode("ascii"))
    write_whole(root / CURRENT, current.line.encode("ascii"))
    _flush_folder(root)


def roll_back(root: Path, store: Store, why: str) -> Pair | None:
    """Make the previous version current again and mark the present one as failed; ``None`` if there is none."""
    current, previous = read_pair(root / CURRENT), read_pair(root / PREVIOUS)
    if current is None or previous is None or previous == current or not (root / previous.app).is_dir():
        return None
    # First the pointer: a mark without it would leave a failed version current.
    write_whole(root / CURRENT, previous.line.encode("ascii"))
    _flush_folder(root)
    store.mark_bad(current.version, why)
    return previous


def _put_beside(package: Package, part: str, root: Path) -> None:
    """Unpack one folder under another name, verify it, and rename it."""
    fresh, place = root / f"{part}.new", root / part
    # What an interrupted update left.
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        unpack(package, part, fresh, _write)
        if bad := differing_files(fresh):
            raise UpdateRefused("damaged", bad[0])
        if place.exists():
            # Left by an update that was cut off after this step; no pointer names it.
            shutil.rmtree(place)
        fresh.rename(place)
        _flush_folder(root)
    except ValueError as error:
        raise UpdateRefused("damaged", "the manifest") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _remove_others(root: Path, kept: tuple[Pair, ...]) -> None:
    """Versions before the previous one; what is still in use stays until the next time."""
    names = {name for pair in kept for name in (pair.app, pair.runtime)}
    for folder in (*root.glob("app-*"), *root.glob("runtime-*")):
        if folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, source: IO[bytes]) -> str:
    """Write one file through to the disk; the SHA-256 of what was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        while piece := source.read(_PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _is_whole(folder: Path) -> bool:
    try:
        return not differing_files(folder)
    except (OSError, ValueError):
        return False


def _flush_folder(folder: Path) -> None:
    """Put names onto the disk, where the system lets a folder be opened for it."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
