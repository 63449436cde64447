"""Checks of the machine: the library of the database, the key store, room on the disk, and the clock.

They look and hardly touch: the key store gets one entry for a moment. They must never read a key of somebody's data.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.checks.check import CheckFailed
from desktop.security.keys import try_key_store
from sync.replica.sqlcipher import check_sqlite_version, library_versions

#: Less room than this on the disk of the data is trouble soon.
LEAST_ROOM = 500_000_000
#: The clock is judged against the day of the files that were shipped: it cannot be earlier, nor much later.
_YEARS = timedelta(days=15 * 365)
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def sqlite_library() -> str:
    """The versions of SQLite and SQLCipher."""
    sqlite, cipher = library_versions()
    check_sqlite_version(tuple(int(part) for part in sqlite.split(".")))
    if not cipher:
        raise CheckFailed(f"SQLite {sqlite} tanpa enkripsi")
    return f"SQLite {sqlite}, SQLCipher {cipher}"


def key_store() -> str:
    """Whether the system keeps a key that it is given."""
    state = try_key_store()
    if state == "fails":
        raise CheckFailed("penyimpanan kunci ada, tetapi tidak menyimpan")
    if state == "none":
        return "tidak ada penyimpanan kunci sistem; kunci data disimpan di berkas"
    return "menyimpan, membaca dan menghapus"


def room(folder: Path) -> str:
    """Free room on the disk of a folder, which need not exist yet."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free
    words = f"{free // 1_000_000} MB kosong"
    if free < LEAST_ROOM:
        raise CheckFailed(f"{words}, perlu {LEAST_ROOM // 1_000_000} MB")
    return words


def clock(now: datetime) -> str:
    """Whether the clock of this computer can be right."""
    words = f"{now:%Y-%m-%d %H:%M} UTC"
    if not _FIRST_DAY <= now <= _FIRST_DAY + _YEARS:
        raise CheckFailed(words)
    return words
