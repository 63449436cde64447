"""Where sticks are: the roots of removable drives, and files of ours on them.

Looks at the top of a drive and one folder below; it must never write, and a drive that does not answer is left out.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_REMOVABLE = 2
_LETTERS = "DEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_FILES = 50


def removable_roots() -> tuple[Path, ...]:
    """The roots of the drives that can be taken out."""
    if sys.platform == "win32":
        import ctypes

        kind = ctypes.windll.kernel32.GetDriveTypeW
        return tuple(Path(f"{letter}:\\") for letter in _LETTERS if kind(f"{letter}:\\") == _REMOVABLE)
    places = [Path("/media"), Path("/run/media")]
    user = os.environ.get("USER", "")
    folders = [path for place in places for path in (_folders(place / user) if user else []) + _folders(place)]
    return tuple(path for path in folders if path.name != user)


def files_on(roots: Sequence[Path], suffix: str) -> tuple[Path, ...]:
    """Files whose names end in ``suffix`` on these drives, the newest first."""
    found: list[tuple[float, Path]] = []
    for root in roots:
        for folder in (root, *_folders(root)):
            found += [(path.stat().st_mtime, path) for path in _files(folder) if path.name.endswith(suffix)]
    return tuple(path for _time, path in sorted(found, reverse=True)[:_MOST_FILES])


def _folders(place: Path) -> list[Path]:
    try:
        return [path for path in place.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except OSError:
        return []
