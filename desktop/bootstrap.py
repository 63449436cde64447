"""Prepares a fresh machine and starts ``rujuk``: installs the system libraries that are missing, then ``.venv``.

Runs on a bare Python before anything of ours is installed, so it uses the standard library only. It must never reach
a network when nothing is missing, and never change more of the machine than the packages it names on the screen.
"""

# Lets an older Python come as far as the sentence that says it is too old.
from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
PYTHON = "python.exe" if sys.platform == "win32" else "python"

#: Debian package -> the shared library it brings. Asking the loader for the library is quick, and right also where
#: the package has another name (libcups2t64) or the library came some other way.
QT_LIBRARIES = {
    "libgl1": "libGL.so.1",
    "libegl1": "libEGL.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libfontconfig1": "libfontconfig.so.1",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    # A real window; the packages above are enough for pictures without a screen.
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libwayland-cursor0": "libwayland-cursor.so.0",
    # Paper.
    "libcups2": "libcups.so.2",
}


class CannotPrepare(Exception):
    """The machine cannot be made ready; the message says what a person has to do."""


@dataclass(frozen=True)
class Stamp:
    """What a virtual environment was made of. It is written last, so that an interrupted installation is done again."""

    root: str
    python: str
    pyproject: str
    extras: tuple[str, ...]

    def covers(self, wanted: Stamp) -> bool:
        """Whether an environment with this stamp has everything that ``wanted`` names."""
        same = (self.root, self.python, self.pyproject) == (wanted.root, wanted.python, wanted.pyproject)
        return same and set(wanted.extras) <= set(self.extras)


def venv_program(root: Path, name: str) -> Path:
    """The path of a program inside ``root``'s virtual environment."""
    return root / ".venv" / ("Scripts" if sys.platform == "win32" else "bin") / name


def missing_packages(libraries: dict[str, str] | None = None) -> list[str]:
    """Debian packages that the window needs and this Linux machine lacks; empty on other systems."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [package for package, file in (libraries or QT_LIBRARIES).items() if not _loads(file)]
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    return missing


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages.

    Raises:
        CannotPrepare: this is not Debian, not root, or apt failed.
    """
    if not packages:
        return
    command = apt_command(packages, has_apt=shutil.which("apt-get") is not None, root=is_root())
    say(f"Installing system packages: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A package source of somebody else may be down; whether ours are there is seen at the installation.
    if subprocess.run(["apt-get", "update", "--quiet"], env=environment, check=False).returncode != 0:
        say("apt-get update reported errors; going on with the package lists as they are.")
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        raise CannotPrepare(
            f"apt-get could not install the packages (see above). To repeat by hand:\n  {' '.join(command)}"
        )


def apt_command(packages: Sequence[str], *, has_apt: bool, root: bool) -> list[str]:
    """The command that installs Debian packages.

    Raises:
        CannotPrepare: we may not run it, or there is no apt.
    """
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not has_apt:
        raise CannotPrepare(
            f"This system lacks what Debian calls {', '.join(packages)}. Please install it, then repeat."
        )
    if not root:
        raise CannotPrepare(
            f"System packages are missing. Please run this once, then repeat:\n  sudo {' '.join(command)}"
        )
    return command


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def prepare_venv(extras: Iterable[str], root: Path = ROOT) -> None:
    """Make ``root``'s ``.venv`` hold the program with ``extras``; quick when it does already.

    Raises:
        CannotPrepare: the virtual environment could not be made or pip failed.
    """
    folder = root / ".venv"
    stamp_file = folder / "rujuk-stamp.json"
    digest = hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest()
    # Without the patch level, which a system update may change under the environment without harm.
    wanted = Stamp(str(root), f"{sys.version_info.major}.{sys.version_info.minor}", digest, tuple(sorted(extras)))
    found = _read_stamp(stamp_file)
    if found is not None and found.covers(wanted):
        return
    moved = found is not None and (found.root, found.python) != (wanted.root, wanted.python)
    if found is not None:
        stamp_file.unlink()
        if not moved:
            wanted = Stamp(wanted.root, wanted.python, digest, tuple(sorted({*wanted.extras, *found.extras})))
    if (found is None or moved) and Path(sys.prefix).resolve() != folder.resolve():
        say(f"Making {folder}")
        # Programs in an environment name their folder and their Python: after a move only a new one works.
        _run([sys.executable, "-m", "venv", *(["--clear"] if moved else []), str(folder)])
    say("Installing Python packages (the first time takes some minutes)")
    # Not by its full name, in which a bracket of some folder would be read as the begin of the extras.
    target = f".[{','.join(wanted.extras)}]"
    python = venv_program(root, PYTHON)
    _run([str(python), "-m", "pip", "install", "--disable-pip-version-check", "--editable", target], root)
    stamp_file.write_text(json.dumps(asdict(wanted)), encoding="utf-8")


def _read_stamp(file: Path) -> Stamp | None:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return Stamp(values["root"], values["python"], values["pyproject"], tuple(values["extras"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # made by hand, interrupted or from another release: it is simply made anew


def _run(command: Sequence[str], folder: Path | None = None) -> None:
    if subprocess.run(command, cwd=folder, check=False).returncode != 0:
        raise CannotPrepare(f"This command failed (see above):\n  {' '.join(command)}")


def say(text: str) -> None:
    """One line of progress."""
    sys.stdout.write(f"[rujuk] {text}\n")
    sys.stdout.flush()


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    """Let only a Python pass that can run the program.

    Raises:
        CannotPrepare: ``version`` is too old.
    """
    if version < OLDEST_PYTHON:
        needed = ".".join(map(str, OLDEST_PYTHON))
        raise CannotPrepare(f"Rujuk needs Python {needed} or newer; this is {'.'.join(map(str, version))}.")


def with_screen_or_headless(arguments: Sequence[str]) -> list[str]:
    """``demo`` on a Linux machine without a screen plays itself and leaves pictures in ``demo-out``."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or not sys.platform.startswith("linux")
    if screen or not arguments or arguments[0] != "demo" or "--headless" in arguments:
        return list(arguments)
    say("There is no screen here: the demo plays by itself and saves pictures of each step (--headless).")
    out = () if "--out" in arguments else ("--out", "demo-out")
    return [*arguments, "--headless", *out]


def main(arguments: Sequence[str]) -> int:
    """Prepare the machine, then run ``rujuk`` with ``arguments``; its exit code, or 1 with a sentence."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write("usage: python3 -m desktop.bootstrap COMMAND [ARGUMENT ...]   (for example: demo)\n")
        return 0 if arguments else 2
    try:
        check_python()
        install_packages(missing_packages())
        prepare_venv(["server"])
    except CannotPrepare as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return become(venv_program(ROOT, "rujuk.exe" if sys.platform == "win32" else "rujuk"), arguments)


def become(program: Path, arguments: Sequence[str]) -> int:
    """Go on as ``program``, so that whoever ends this process ends the program itself; on Windows wait for it."""
    command = [str(program), *with_screen_or_headless(arguments)]
    if os.name == "posix":
        os.execv(program, command)  # noqa: S606  # our own program with arguments of the person who started us
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 130  # the program had the same Ctrl+C and has ended in its own way


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
