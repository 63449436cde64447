"""Where this program lies: an installation with its versions beside each other, or a folder of sources.

Reads only. A clone or a pip installation is no such place; nothing here may guess one or change anything.

    <folder>  Rujuk.exe, rujuk-cli.exe   launchers; each runs what current.txt names
              current.txt                "<runtime folder> <app folder>", replaced whole
              previous.txt               the same, optional: taken where what current.txt names is not there
              trial.txt                  the same, while the self-test of a version runs that is not current yet
    runtime-<12 hex digits>    Python, Qt and the packages; named by its content
              app-<version>              main.py, desktop, sync, resources, manifest.json with SHA-256 of every file
"""

import hashlib
import importlib.metadata
import json
from dataclasses import dataclass
from pathlib import Path

#: Beside the code of an installed version and of its runtime: path -> SHA-256 of every file but itself.
MANIFEST = "manifest.json"
#: In the folder of the installation: which runtime and which version the launcher starts.
CURRENT = "current.txt"
#: The same of the version before, which the launcher tries when the one in ``CURRENT`` is not whole.
PREVIOUS = "previous.txt"
#: The same of a version that is tried; the launcher starts it when it is told to.
TRIAL = "trial.txt"

RUNTIME_PREFIX, APP_PREFIX = "runtime-", "app-"

_HERE = Path(__file__).resolve().parent.parent
_UNKNOWN_VERSION = "0"


@dataclass(frozen=True, slots=True)
class Pair:
    """What the launcher starts: the names of a folder with Python and Qt, and of one with our code."""

    runtime: str
    app: str

    @property
    def version(self) -> str:
        """``1.2.0`` for the folder ``app-1.2.0``."""
        return self.app.removeprefix(APP_PREFIX)

    @property
    def line(self) -> str:
        """The content of ``current.txt``."""
        return f"{self.runtime} {self.app}\r\n"


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder in which versions lie beside each other; ``running`` is the one that this process runs."""

    root: Path
    running: Pair


def installation(here: Path = _HERE) -> Installation | None:
    """The installation that the code in ``here`` belongs to; ``None`` for sources."""
    if not here.name.startswith(APP_PREFIX) or not (here / MANIFEST).is_file():
        return None
    root = here.parent
    # The version that runs need not be the current one any more: setup may have written another.
    pairs = (read_pair(root / CURRENT), read_pair(root / PREVIOUS))
    runtime = next((pair.runtime for pair in pairs if pair is not None and pair.app == here.name), "")
    return Installation(root, Pair(runtime, here.name))


def install_folder() -> Path | None:
    """The folder with ``Rujuk.exe`` that this very code belongs to; ``None`` if no setup program put it here."""
    installed = installation()
    return None if installed is None else installed.root


def read_pair(path: Path) -> Pair | None:
    """What ``current.txt`` or ``previous.txt`` names; ``None`` if there is no such file or it names nothing."""
    try:
        words = path.read_text("ascii").split()
    except (OSError, UnicodeDecodeError):
        return None
    return Pair(*words) if len(words) == 2 and words[1].startswith(APP_PREFIX) else None


def program_version() -> str:
    """The version of the code that runs."""
    installed = installation()
    if installed is not None:
        return installed.running.version
    try:
        return importlib.metadata.version("rujuk")
    except importlib.metadata.PackageNotFoundError:
        return _UNKNOWN_VERSION


def read_manifest(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a folder, by path with strokes.

    Raises:
        OSError, ValueError: there is no manifest, or it is none.
    """
    found = json.loads((folder / MANIFEST).read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError("a manifest is an object")  # noqa: TRY004 - a file that is none, not a mistake of a caller
    return {str(name): str(digest) for name, digest in found.items()}


def differing_files(folder: Path) -> list[str]:
    """The files of ``folder`` that are missing or not as its manifest says; others in it are of no account.

    Raises:
        OSError, ValueError: as :func:`read_manifest`.
    """
    return [name for name, digest in read_manifest(folder).items() if _digest(folder / name) != digest]


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
