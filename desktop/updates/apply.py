"""Puts a version beside the one that works and points the launcher to it; and points it back.

Every step leaves an installation that starts: files are unpacked under another name, put to the disk, compared and
renamed, the version is tried, and only then ``current.txt`` is replaced. It must never change or remove a folder that
``current.txt`` names.
"""

import contextlib
import hashlib
import json
import os
import py_compile
import shutil
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

from desktop.installed import CURRENT, MANIFEST, PREVIOUS, TRIAL, Pair, differing_files, read_pair
from desktop.updates.store import Store
from desktop.whole_files import write_whole
from sync.update_package import Package, Readable, UpdateRefused, unpack, verify_content, version_key

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
    if not package.full and not (root / package.runtime / MANIFEST).is_file():
        raise UpdateRefused("needs_full", package.runtime)
    if shutil.disk_usage(root).free < package.size + _ROOM:
        raise UpdateRefused("no_room", f"{(package.size + _ROOM) // 1_000_000} MB")


def apply_package(package: Package, root: Path, running: Pair, store: Store, test: Callable[[], bool]) -> Pair | None:
    """Install a version beside the running one, try it, and make it current; the new pair.

    Args:
        test: whether the version that ``trial.txt`` names passes its self-test. ``None`` is the answer if not: the
            version is marked as failed and gone, and the running one was current all the time.

    Raises:
        UpdateRefused: as :func:`check_package`, or ``damaged``; the running version stays current.
        OSError: it could not be written (``no_room`` while unpacking, say); the same.
    """
    check_package(package, root, running, store)
    new = Pair(package.runtime, package.app)
    _put_beside(package, new, root, running)
    write_whole(root / TRIAL, new.line.encode("ascii"))
    passed = test()
    (root / TRIAL).unlink(missing_ok=True)
    if not passed:
        store.mark_bad(package.version, "self_test")
        shutil.rmtree(root / new.app, ignore_errors=True)
        return None
    store.count_start(package.version, 0)
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
    if current is None or previous is None or previous == current or not _is_there(root, previous):
        return None
    # First the mark, or the version would be applied once more; its trial last: while that lasts, this is done again.
    store.mark_bad(current.version, why)
    write_whole(root / CURRENT, previous.line.encode("ascii"))
    _flush_folder(root)
    store.end_trial(current.version)
    return previous


def _put_beside(package: Package, new: Pair, root: Path, running: Pair) -> None:
    """Unpack the folders of a version under other names, compare them with the list, and rename them."""
    # The runtime first: a version without its runtime is none.
    wanted = [new.app] if _keeps_runtime(package, root, running) else [new.runtime, new.app]
    fresh = {part: root / f"{part}.new" for part in wanted}
    try:
        for folder in fresh.values():
            # What an interrupted update left.
            shutil.rmtree(folder, ignore_errors=True)
        verify_content(package)
        unpack(package, fresh, _write)
        for part, folder in fresh.items():
            _finish(folder, package.digests(part), root / part)
            if (root / part).exists():
                # Left by an update that was cut off after this step; no pointer names it.
                shutil.rmtree(root / part)
            folder.rename(root / part)
            _flush_folder(root)
    finally:
        for folder in fresh.values():
            shutil.rmtree(folder, ignore_errors=True)


def _keeps_runtime(package: Package, root: Path, running: Pair) -> bool:
    """Whether the runtime that is there stays: the package has none, or that one is in use or whole."""
    pointed = {pair.runtime for pair in (running, read_pair(root / CURRENT), read_pair(root / PREVIOUS)) if pair}
    return not package.full or package.runtime in pointed or _is_whole(root / package.runtime)


def _finish(folder: Path, digests: dict[str, str], place: Path) -> None:
    """Write the manifest, see that the disk gives back what was written, and compile what came without that."""
    text = json.dumps(digests, indent=0, sort_keys=True) + "\n"
    write_whole(folder / MANIFEST, text.encode())
    if bad := differing_files(folder):
        raise UpdateRefused("damaged", bad[0])
    if not any("__pycache__/" in name for name in digests):
        for source in folder.rglob("*.py"):
            _compile(source, place / source.relative_to(folder))


def _compile(source: Path, place: Path) -> None:
    """Compile a module once and for all: what Python writes at a first start is not put to the disk, and a power cut
    then could leave half of it under its name.
    """
    made = Path(cache_from_source(str(source)))
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    # What cannot be compiled shows in the self-test.
    with contextlib.suppress(py_compile.PyCompileError):
        py_compile.compile(str(source), cfile=str(made), dfile=str(place), doraise=True, invalidation_mode=mode)
        with made.open("r+b") as file:
            os.fsync(file.fileno())


def _remove_others(root: Path, kept: tuple[Pair, ...]) -> None:
    """Versions before the previous one; what is still in use stays until the next time."""
    names = {name for pair in kept for name in (pair.app, pair.runtime)}
    for folder in (*root.glob("app-*"), *root.glob("runtime-*")):
        if folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, source: Readable) -> str:
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


def _is_there(root: Path, pair: Pair) -> bool:
    """Whether a version can be started: its code is whole, and its runtime is there."""
    return _is_whole(root / pair.app) and (root / pair.runtime).is_dir()


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
