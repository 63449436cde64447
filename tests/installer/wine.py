"""Windows programs under wine, in a scratch prefix. Wine 8 lacks two libraries of Windows 10, which are put in.

What runs here is not Windows: locks on open files, fonts, printing and antivirus programs are not the same.
"""

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from resources.installer.programs import wine_environment

HERE = Path(__file__).resolve().parent
#: Seconds that something may take on a busy machine.
PATIENCE_S = 300.0
_VALUE = re.compile(r"^    (\S+) +REG_\w+ +(.*)$", re.MULTILINE)
#: Only ever waited for, so that looking again does not keep a core busy.
_NEVER = threading.Event()
_FONTS = ("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",)


class WineMissing(AssertionError):
    """These tests never pass by being left out."""


class Wine:
    """A prefix, made here or used already by a build. ``drive`` is its drive C, ``user`` the folder of its user."""

    def __init__(self, prefix: Path) -> None:
        lacking = [name for name in ("wine", "wineserver", "x86_64-w64-mingw32-gcc") if _find(name) is None]
        if lacking:
            raise WineMissing(f"the installer is tested under wine, and {', '.join(lacking)} is not installed")
        self.prefix = prefix
        self.serve()
        self.run("winecfg", "-v", "win10")
        self.drive = self.prefix / "drive_c"
        self._add_what_is_lacking()
        [self.user] = [path for path in (self.drive / "users").iterdir() if path.name != "Public"]

    def serve(self) -> None:
        """Start wine's server and services, which then stay: else each program would wait for them, a second or two."""
        self.end()
        for command in (["wineserver", "-w"], ["wineserver", "-p"], ["wine", "cmd", "/c", "exit"]):
            self._unheard(command)

    def log_on(self) -> None:
        """Start what Windows starts when its user logs on."""
        self._unheard(["wine", "wineboot"])

    @property
    def local(self) -> Path:
        """%LOCALAPPDATA%."""
        return self.user / "AppData" / "Local"

    def run(self, program: Path | str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a program to its end. Its output must be a pipe: Python for Windows refuses a file under wine."""
        return subprocess.run(
            ["wine", str(program), *arguments],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=PATIENCE_S,
        )

    def start(self, program: Path, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a program that goes on by itself."""
        return subprocess.Popen(
            ["wine", str(program), *arguments],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def start_unseen(self, program: Path) -> "subprocess.Popen[bytes]":
        """Start a program with a window, without a screen. Wine hands on no variable of Qt's, its shell does."""
        return self.start(Path("cmd"), "/c", f"set QT_QPA_PLATFORM=offscreen&& {self.path_of(program)}")

    def path_of(self, place: Path) -> str:
        """How Windows calls a file on drive C."""
        return "C:\\" + str(place.relative_to(self.drive)).replace("/", "\\")

    def registry(self, key: str) -> Mapping[str, str]:
        """The values of a key of the user's registry; empty if there is no such key."""
        done = self.run("reg", "query", f"HKCU\\{key}")
        return {match[1]: match[2].strip() for match in _VALUE.finditer(done.stdout)}

    def end(self) -> None:
        """End every program of this prefix."""
        self._unheard(["wineserver", "-k"])

    def _unheard(self, command: Sequence[str]) -> None:
        """Run a command without pipes, which what it starts would keep open."""
        program = _find(command[0]) or command[0]
        subprocess.run(
            [program, *command[1:]],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=PATIENCE_S,
        )

    def _environment(self) -> dict[str, str]:
        found = wine_environment(self.prefix)
        # Asked whether the network is up, wine 8 never answers; without its library Qt says that nobody knows.
        found["WINEDLLOVERRIDES"] += ";netprofm=d"
        return {name: value for name, value in found.items() if not name.startswith(("QT_", "RUJUK_"))}

    def _add_what_is_lacking(self) -> None:
        system = self.drive / "windows" / "system32"
        for name, libraries in (("icuuc", ()), ("bcryptprimitives", ("-ladvapi32",))):
            source, target = HERE / f"{name}_stand_in.c", system / f"{name}.dll"
            if not target.exists():
                command = ["x86_64-w64-mingw32-gcc", "-O1", "-shared", "-s", "-o", str(target), str(source), *libraries]
                subprocess.run(command, check=True)
        for font in _FONTS:
            if Path(font).exists():
                shutil.copy(font, self.drive / "windows" / "Fonts")


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Look again and again, as long as a busy machine may need.

    Raises:
        AssertionError: it did not come to that.
    """
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, f"waited in vain: {what}"
        _NEVER.wait(0.2)


def same_files(one: Path, other: Path) -> Sequence[str]:
    """What differs between two folders, by path; empty if nothing does."""
    names = {path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file()}
    others = {path.relative_to(other).as_posix() for path in other.rglob("*") if path.is_file()}
    different = {name for name in names & others if (one / name).read_bytes() != (other / name).read_bytes()}
    return sorted((names ^ others) | different)


def _find(name: str) -> str | None:
    # Debian keeps wineserver beside its libraries.
    places = os.environ.get("PATH", "") + ":/usr/lib/wine"
    return shutil.which(name, path=places) or shutil.which(f"{name}64", path=places)
