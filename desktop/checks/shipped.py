"""Checks every shipped file of an installation against the manifests that were made when it was built.

Reads files and changes none. Sources have no manifest, which is said and is no failure.
"""

from pathlib import Path

from desktop.checks.check import CheckFailed
from desktop.installed import Installation, differing_files, read_manifest

FROM_SOURCE = "dijalankan dari sumber: tidak ada manifes"
_SHOWN = 3


def shipped_files(installed: Installation | None, *, code_only: bool = False) -> str:
    """Compare the files of the running version, and those of its runtime unless ``code_only``."""
    if installed is None:
        return FROM_SOURCE
    pair = installed.running
    names = [pair.app] if code_only or not pair.runtime else [pair.app, pair.runtime]
    return "; ".join(f"{name}: {compare_files(installed.root / name)} berkas sama" for name in names)


def compare_files(folder: Path) -> int:
    """The number of files of ``folder``, all as its manifest says. Files that it does not name are of no account.

    Raises:
        CheckFailed: naming what is missing or altered, or that there is no manifest.
    """
    try:
        number, bad = len(read_manifest(folder)), differing_files(folder)
    except (OSError, ValueError) as error:
        raise CheckFailed(f"{folder.name}: manifes tidak terbaca") from error
    if bad:
        more = f" dan {len(bad) - _SHOWN} lagi" if len(bad) > _SHOWN else ""
        raise CheckFailed(f"{folder.name}: hilang atau berubah: {', '.join(bad[:_SHOWN])}{more}")
    return number
