"""Which removable drives are plugged in now, and which files of ours lie on them. It must never write or wait long."""

import ctypes
import getpass
import shutil
import string
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_WINDOWS_REMOVABLE = 2
_MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class Drive:
    """A stick: where it is, what it is called, and how many bytes are free (``None``: it cannot be asked)."""

    path: Path
    name: str
    free: int | None


def removable_drives(roots: Sequence[Path] | None = None) -> list[Drive]:
    """The sticks that are there, by name; ``roots``: folders below which they are mounted (default: the system's)."""
    if sys.platform == "win32" and roots is None:
        paths = _windows_drives()
    else:
        paths = [path for root in (_mount_roots() if roots is None else roots) for path in _below(root)]
        if roots is None:
            paths = [path for path in paths if path.is_mount()]
    return [Drive(path, path.name or str(path), _free(path)) for path in sorted(set(paths))]


def files_on(drives: Sequence[Path], suffix: str) -> tuple[Path, ...]:
    """Files whose names end in ``suffix`` at the top of these drives or one folder below, the newest first."""
    found: list[tuple[float, Path]] = []
    for drive in drives:
        for folder in (drive, *(path for path in _below(drive) if not path.is_symlink())):
            found += [(path.stat().st_mtime, path) for path in _files(folder) if path.name.endswith(suffix)]
    return tuple(path for _time, path in sorted(found, reverse=True)[:_MOST_FILES])


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except OSError:
        return []


def _mount_roots() -> list[Path]:
    user = getpass.getuser()
    return [Path("/media"), Path("/media") / user, Path("/run/media") / user]


def _below(root: Path) -> list[Path]:
    try:
        return [path for path in root.iterdir() if path.is_dir()]
    except OSError:
        return []


def _windows_drives() -> list[Path]:
    found: list[Path] = []
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        there = kernel.GetLogicalDrives()
        drives = [f"{letter}:\\" for place, letter in enumerate(string.ascii_uppercase) if there >> place & 1]
        found = [Path(drive) for drive in drives if kernel.GetDriveTypeW(ctypes.c_wchar_p(drive)) == _WINDOWS_REMOVABLE]
    return found


def _free(path: Path) -> int | None:
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return None
