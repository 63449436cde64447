"""Installs what the tests need, then checks the code and runs all tests: ``python3 -m tests [PYTEST ARGUMENT ...]``.

Runs on a bare Python, so only the standard library and ``desktop.bootstrap`` may be imported here. Every step runs
even when an earlier one failed, and any failure makes the exit code 1; pytest comes last: its summary ends the output.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from desktop.bootstrap import (
    PYTHON,
    ROOT,
    CannotPrepare,
    check_python,
    install_packages,
    missing_packages,
    prepare_venv,
    say,
    venv_program,
)

#: What is checked before the tests run; quick things first.
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff format", ("ruff", "format", "--check", "--quiet", ".")),
    ("ruff check", ("ruff", "check", "--quiet", ".")),
    ("mypy", ("mypy",)),
)
PYTEST = ("pytest", "-n", "2", "--dist", "worksteal")


def missing_test_packages() -> list[str]:
    """Debian packages that only the tests need."""
    if not sys.platform.startswith("linux"):
        return []
    packages = []
    if shutil.which("initdb") is None and not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        packages.append("postgresql")
    programs = {"git": "git", "pdftotext": "poppler-utils", "zbarimg": "zbar-tools"}
    # The Windows installer is built and tried under wine.
    programs |= {"makensis": "nsis", "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32", "wine": "wine"}
    programs |= {"osslsigncode": "osslsigncode"}
    packages += [package for program, package in programs.items() if shutil.which(program) is None]
    return [*packages, "wine64"] if "wine" in packages else packages


def run_step(name: str, command: Sequence[str]) -> bool:
    """Run one check with the virtual environment's Python; whether it passed. Prints its name and time."""
    started = time.monotonic()
    passed = run_module(command) == 0
    say(f"{name}: {'ok' if passed else 'FAILED'} in {time.monotonic() - started:.1f} s")
    return passed


def run_module(command: Sequence[str]) -> int:
    """Run ``python -m COMMAND`` in the virtual environment; its exit code."""
    python = venv_program(ROOT, PYTHON)
    return subprocess.run([str(python), "-m", *command], cwd=ROOT, check=False).returncode


def main(arguments: Sequence[str]) -> int:
    """Everything; 0 only if all of it passed."""
    started = time.monotonic()
    try:
        check_python()
        install_packages([*missing_packages(), *missing_test_packages()])
        prepare_venv(["dev"])
    except CannotPrepare as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    say(f"prepared in {time.monotonic() - started:.1f} s")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    failed = [name for name, command in CHECKS if not run_step(name, command)]
    tests = run_module([*PYTEST, *arguments])
    if failed:
        say(f"FAILED before the tests: {', '.join(failed)}")
    return tests or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
