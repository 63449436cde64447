"""Setting a damaged database aside and going on with everything that can still be read of it.

The damaged file is copied whole before anything else and never deleted. Nothing begins anew here without being asked:
an interrupted rescue is taken up again where it stopped, from the copy that was set aside.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.settings import RESCUE_MARK, Settings
from desktop.whole_files import write_whole
from sync.errors import BadInput, ReplicaError

if TYPE_CHECKING:
    from sync.replica.replica import Replica
    from sync.replica.salvage import Salvaged

_ASIDE = "rusak-"
_SUFFIXES = ("", "-wal")
#: So many copies are read; older ones hold little that these do not.
_COPIES = 2
#: Revisions taken over in one transaction.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Rescued:
    """``revisions`` are in the new file, ``waiting`` of them not at the district; ``unreadable`` rows are lost here.

    ``from_file``: revisions that the damaged file itself still gave; with 0 nobody knows how many it held. ``aside`` is
    the folder with the damaged file; ``copies`` are the copies that were read as well.
    """

    revisions: int
    waiting: int
    unreadable: int
    from_file: int
    aside: Path
    copies: Sequence[Path]


def rescue_under_way(settings: Settings) -> bool:
    """Whether a rescue was interrupted; it must be taken up again before the database is opened."""
    return (settings.home / RESCUE_MARK).exists()


def rescue(settings: Settings, key: bytes, copies: Sequence[Path], now: datetime) -> Rescued:
    """Put a file made of what can be read in the place of the damaged one. No other process may use it meanwhile.

    Args:
        key: opens the database and its copies.
        copies: older copies of the database, newest first; the first that this key opens are read as well.

    Raises:
        IdentityLost: nothing says which computer this is; the damaged file is as it was, and set aside as well.
        ReplicaError: the disk is full or cannot be written; the damaged file is as it was.
    """
    from sync.replica.refilling import refill
    from sync.replica.salvage import salvage
    from sync.revisions.environment import system_environment

    try:
        aside = _set_aside(settings, now)
        found: list[Salvaged] = [salvage(aside / settings.database.name, key)]
        used: list[Path] = []
        for copy in copies:
            here = _workable(copy, aside)
            read = salvage(here, key)
            if not read.revisions:
                # As that of another computer on the same stick; it is not to fill this disk.
                here.unlink()
                continue
            found.append(read)
            used.append(copy)
            if len(used) == _COPIES:
                break
        fresh = aside / "baru.db"
        for suffix in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
        made = refill(fresh, key, found, system_environment())
        _put_in_place(settings, fresh)
    except OSError as error:
        raise ReplicaError(f"rescue failed: {type(error).__name__}") from error
    return Rescued(made.revisions, made.waiting, made.unreadable, len(found[0].revisions), aside, used)


def _set_aside(settings: Settings, now: datetime) -> Path:
    """A folder with a copy of the damaged file; the one of the interrupted rescue if there is one."""
    mark = settings.home / RESCUE_MARK
    if mark.exists():
        return settings.home / mark.read_text("utf-8").strip()
    aside = settings.home / f"{_ASIDE}{now:%Y%m%d-%H%M%S}"
    aside.mkdir()
    for suffix in _SUFFIXES:
        part = settings.database.with_name(settings.database.name + suffix)
        if part.exists():
            shutil.copyfile(part, aside / part.name)
            with (aside / part.name).open("rb+") as file:
                os.fsync(file.fileno())
    write_whole(mark, aside.name.encode())
    return aside


def _workable(copy: Path, aside: Path) -> Path:
    """A copy of a copy: SQLite may write beside a file that it reads, and a stick may be write-protected.

    A file that was in use has its last changes in another beside it.
    """
    here = aside / f"dari-{copy.name}"
    for suffix in _SUFFIXES:
        part, target = copy.with_name(copy.name + suffix), here.with_name(here.name + suffix)
        target.unlink(missing_ok=True)
        if part.exists() or not suffix:
            shutil.copyfile(part, target)
    return here


def _put_in_place(settings: Settings, fresh: Path) -> None:
    """From here on the damaged file is only in the folder where it was set aside."""
    for suffix in ("-wal", "-shm"):
        settings.database.with_name(settings.database.name + suffix).unlink(missing_ok=True)
    fresh.replace(settings.database)
    (settings.home / RESCUE_MARK).unlink()


def take_over(replica: "Replica", copy: Path, key: bytes, workplace: Path) -> tuple[int, int]:
    """Take over what a copy (or a damaged file) holds of this facility and is not here.

    Returns how many revisions were taken over and how many rows could not be read.

    They wait for the district, which takes what it has already as a repeat: nothing is doubled.

    Args:
        key: opens the copy, which may be another computer's of this facility.
        workplace: a folder where the copy may be worked on; ``copy`` itself is only read.

    Raises:
        BadInput: nothing in it can be read with this key, or it is of another facility.
        ReplicaError: the disk is full or cannot be written; nothing was taken over.
    """
    from sync.replica.salvage import salvage

    try:
        here = _workable(copy, workplace)
    except OSError as error:
        raise ReplicaError(f"the copy cannot be read: {type(error).__name__}") from error
    try:
        found = salvage(here, key)
    finally:
        for suffix in ("", "-wal", "-shm"):
            here.with_name(here.name + suffix).unlink(missing_ok=True)
    items = [item.item for item in found.revisions if item.item.revision.facility == replica.identity.facility]
    if not items:
        raise BadInput("nothing of this facility can be read in it with this key", field="file")
    stored = 0
    for start in range(0, len(items), _BATCH):
        stored += len(replica.apply(items[start : start + _BATCH]).stored)
    return stored, found.unreadable
