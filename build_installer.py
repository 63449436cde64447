"""Builds the Windows installer: ``python3 build_installer.py`` makes ``dist/Rujuk-Setup-<version>.exe`` of a clone.

Beside it lies the update package of the same version.

Everything foreign is pinned by SHA-256, two builds of one state are the same byte for byte, and what is missing on this
machine is named before anything begins. It must never write outside ``dist``, ``.venv`` and its own cache.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from desktop.bootstrap import PYTHON, CannotPrepare, install_packages, prepare_venv, say, venv_program

ROOT = Path(__file__).resolve().parent
DIST = ROOT / "dist"
#: Seconds since 1970 that all files of a build bear unless SOURCE_DATE_EPOCH says otherwise: 2026-01-01.
EPOCH = 1_767_225_600
EXIT_FAILED = 1


def main(arguments: Sequence[str]) -> int:
    """Build; 0 if the installer is there."""
    options = _parser().parse_args(arguments)
    if not options.inside:
        return _again_inside(arguments)
    # Only from here on the packages that this needs are there.
    from desktop.updates.__main__ import package_of, passphrase
    from desktop.updates.release_key import WrongPassphrase, open_key
    from resources.installer.building import Build, build
    from resources.installer.inputs import CannotBuild, renew_lock

    try:
        if options.renew_lock:
            renew_lock(ROOT / "pyproject.toml")
            return 0
        version = options.version or tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
        wanted = Build(
            root=ROOT,
            out=options.out.resolve(),
            cache=options.cache.resolve(),
            version=version,
            moment=int(os.environ.get("SOURCE_DATE_EPOCH", EPOCH)),
            fast=options.fast,
            arch=options.arch,
            sign=tuple(shlex.split(options.sign_with or "")),
        )
        key = None if options.release_key is None else open_key(options.release_key.read_bytes(), passphrase())
        setup = build(wanted, say)
        update = package_of(wanted.out, full=options.update == "full", key=key)
    except (CannotBuild, WrongPassphrase, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_FAILED
    for made in (setup, update):
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        say(f"{made}: {made.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")
    return 0


def _again_inside(arguments: Sequence[str]) -> int:
    """Install what is missing, then build with the Python of ``.venv``."""
    tools = {"makensis": "nsis", "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32", "wine": "wine wine64"}
    missing = [name for program, names in tools.items() if shutil.which(program) is None for name in names.split()]
    try:
        install_packages(missing if sys.platform.startswith("linux") else [])
        prepare_venv(["dev"])
    except CannotPrepare as problem:
        sys.stderr.write(f"{problem}\n")
        return EXIT_FAILED
    command = [str(venv_program(ROOT, PYTHON)), str(ROOT / "build_installer.py"), "--inside", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Build the Windows installer of Rujuk.")
    parser.add_argument("--fast", action="store_true", help="do not compress: for tests, three times as large")
    parser.add_argument("--version", help="instead of the one in pyproject.toml")
    parser.add_argument(
        "--arch",
        choices=("x86", "amd64"),
        default="x86",
        help="of the setup program itself; x86 also "
        "tells 32-bit Windows why not, amd64 runs where wine knows no 32 bits",
    )
    parser.add_argument("--out", type=Path, default=DIST, help="folder for the results (default: dist)")
    parser.add_argument("--cache", type=Path, default=DIST / "cache", help="folder for what was fetched")
    parser.add_argument("--sign-with", metavar="COMMAND", help="called with each program that is to be signed")
    parser.add_argument(
        "--update",
        choices=("code", "full"),
        default="code",
        help="what the update package beside the setup program holds: our code alone, or Python and Qt as well",
    )
    parser.add_argument("--release-key", type=Path, metavar="FILE", help="sealed key that signs the update package")
    parser.add_argument("--renew-lock", action="store_true", help="only resolve the Windows packages anew")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
