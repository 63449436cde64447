"""The daily copy of the database: encrypted as the database is, checked by reading it back, kept for two weeks.

Beside the copies lies their key, sealed so that only the district's server can open it: a PC that burns takes no
patients with it, and whoever finds the stick has nothing. Old copies go only after a new one is there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.settings import COPIES_MARK, Settings
from desktop.whole_files import write_whole
from sync.errors import ReplicaError

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: Local values: the folder a person chose for copies with a program that did not write :data:`COPIES_MARK` yet, and the
#: class of the error of the last try, "" if it went well.
FOLDER_VALUE, ERROR_VALUE = "copies.folder", "copies.error"
#: Copies kept in one folder, one a day.
KEPT = 14

_NAME = re.compile(r"rujuk-([A-Z]+)-(\d{8})\.salinan")
_KEY_FILE = "rujuk-{letter}.kunci"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a computer's database, made on ``day``."""

    path: Path
    day: date
    size: int


def default_folder(settings: Settings) -> Path:
    """Where copies go while nobody has chosen a folder: the same disk, which at least outlives a damaged file."""
    return settings.home / "salinan"


def folder_of(settings: Settings, replica: "Replica") -> Path:
    """Where this computer's copies go: the folder that was chosen, else :func:`default_folder`."""
    former = replica.get_value(FOLDER_VALUE)
    return chosen_folder(settings) or (Path(former) if former else default_folder(settings))


def chosen_folder(settings: Settings) -> Path | None:
    """The folder that was chosen, as far as it is known without the database; ``None``: none that can be read."""
    try:
        chosen = (settings.home / COPIES_MARK).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return Path(chosen) if chosen else None


def choose_folder(settings: Settings, folder: Path) -> None:
    """Let copies go to ``folder`` from now on. It is kept beside the database: who rescues cannot read that one.

    Raises:
        ReplicaError: it could not be noted.
    """
    if chosen_folder(settings) != folder:
        try:
            write_whole(settings.home / COPIES_MARK, str(folder).encode())
        except OSError as error:
            raise ReplicaError(f"the folder cannot be noted: {type(error).__name__}") from error


def copies_to_rescue_from(settings: Settings) -> Sequence[Copy]:
    """The copies in the folder that was chosen and in the usual one, newest first."""
    folders = dict.fromkeys(filter(None, (chosen_folder(settings), default_folder(settings))))
    return sorted((copy for folder in folders for copy in copies_in(folder)), key=lambda copy: copy.day, reverse=True)


def copies_in(folder: Path) -> Sequence[Copy]:
    """The copies in a folder, newest first; none if the folder is not there (a stick that was taken out)."""
    found = []
    try:
        for path in folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if match is not None:
                found.append(Copy(path, date.fromisoformat(match[2]), path.stat().st_size))
    except (OSError, ValueError):
        return ()
    return sorted(found, key=lambda copy: (copy.day, copy.path.name), reverse=True)


def copy_is_due(folder: Path, letter: str, today: date) -> bool:
    """Whether this computer has no copy of today in a folder."""
    return not any(copy.day >= today and copy.path.name.startswith(f"rujuk-{letter}-") for copy in copies_in(folder))


def make_copy(settings: Settings, replica: "Replica", key: bytes, folder: Path, today: date) -> Copy:
    """Copy the database into a folder, once a day under one name; how it went is kept for the screen.

    The folder is the chosen one from then on.

    Raises:
        ReplicaError: it could not be made; earlier copies are as they were.
    """
    from sync.replica.copying import copy_database

    letter = replica.identity.letter
    target = folder / f"rujuk-{letter}-{today:%Y%m%d}.salinan"
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write_sealed_key(replica, key, folder / _KEY_FILE.format(letter=letter))
        except OSError as error:
            raise ReplicaError(f"the folder cannot be written: {type(error).__name__}") from error
        size = copy_database(settings.database, key, target)
        if folder != default_folder(settings):
            choose_folder(settings, folder)
    except ReplicaError as error:
        _note(replica, type(error).__name__)
        raise
    _note(replica, "")
    mine = [copy for copy in copies_in(folder) if copy.path.name.startswith(f"rujuk-{letter}-")]
    for copy in mine[KEPT:]:
        copy.path.unlink(missing_ok=True)
    return Copy(target, today, size)


def _note(replica: "Replica", error: str) -> None:
    """How it went; a stick that is away is tried at every round, and says the same each time."""
    if replica.get_value(ERROR_VALUE) != error:
        replica.set_value(ERROR_VALUE, error)


def _write_sealed_key(replica: "Replica", key: bytes, path: Path) -> None:
    from sync.replica.sealed_key import seal_key

    link = replica.link()
    if link is not None and link.server_key is not None and not path.exists():
        write_whole(path, seal_key(key, link.server_key, replica.identity.device))
