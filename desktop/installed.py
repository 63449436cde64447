"""Where the Windows setup program has put us: a folder with launchers, a runtime folder and an app folder.

Reads only. A clone or a pip installation has no such place; nothing here may guess one.

    <folder>  Rujuk.exe, rujuk-cli.exe   launchers; each runs what current.txt names
              current.txt                "<runtime folder> <app folder>", replaced whole
              previous.txt               the same, optional: taken where what current.txt names is not there
              runtime-<12 hex digits>    Python, Qt and the packages; named by its content
              app-<version>              main.py, desktop, sync, resources, manifest.json with SHA-256 of every file
"""

from pathlib import Path

MANIFEST = "manifest.json"
CURRENT = "current.txt"
PREVIOUS = "previous.txt"
RUNTIME_PREFIX, APP_PREFIX = "runtime-", "app-"


def install_folder() -> Path | None:
    """The folder with ``Rujuk.exe`` that this very code belongs to; ``None`` if no setup program put it here."""
    app = Path(__file__).resolve().parent.parent
    return app.parent if app.name.startswith(APP_PREFIX) and (app / MANIFEST).is_file() else None
