"""Practice: a data folder of an invented puskesmas with patients and letters, to try the program without a server.

It lies in a folder of its own, bears a mark that the window shows all the time, and has its key in a file. It must
never be made where a data folder is, and nothing of it is ever sent.
"""

import shutil
from pathlib import Path

from desktop.demo.seed import fill, pcs_in
from desktop.demo.server import DemoServer
from desktop.security.keys import create_key_file
from desktop.settings import PRACTICE_MARK, Settings

_FOLDER = "latihan"
_WORDS = "Data latihan: semua orang karangan. Folder ini boleh dihapus.\n"


def practice_settings(settings: Settings) -> Settings:
    """The data folder for practice that belongs to a data folder."""
    return pcs_in(settings.home / _FOLDER)[0].settings


def prepare_practice(settings: Settings, *, fresh: bool = False) -> Settings:
    """Make the practice folder unless it is there; what was written while practising stays, unless ``fresh``.

    Raises:
        RujukError, OSError: it could not be made; nothing else was touched.
    """
    made = practice_settings(settings)
    if (made.home / PRACTICE_MARK).exists() and not fresh:
        return made
    folder, part = settings.home / _FOLDER, settings.home / f"{_FOLDER}.baru"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _fill(part)
    (pcs_in(part)[0].settings.home / PRACTICE_MARK).write_text(_WORDS, "utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    part.rename(folder)
    return made


def _fill(folder: Path) -> None:
    server = DemoServer(folder / "server")
    server.create()
    for pc in pcs_in(folder):
        create_key_file(pc.settings)
    with server.served_here():
        fill(folder, server, lambda _line: None)
