"""One way to get a connection to an encrypted SQLite file, for the replica's engine and for the window's fast reads.

Imports nothing but the driver, so that a window can show its first search result without SQLAlchemy.
"""

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2

from sync.errors import FileDamaged, FileLocked, ReplicaError, SqliteTooOld

#: The first SQLite without the WAL-reset race, which can lose commits when two connections write.
OLDEST_SQLITE = (3, 51, 3)


def check_sqlite_version(version: tuple[int, ...]) -> None:
    """Refuse an SQLite that could lose commits.

    Raises:
        SqliteTooOld: with the version found.
    """
    if version < OLDEST_SQLITE:
        raise SqliteTooOld(".".join(map(str, version)))


def library_versions() -> tuple[str, str]:
    """The versions of SQLite and of SQLCipher; the latter "" where the library cannot encrypt."""
    connection = sqlcipher3.dbapi2.connect(":memory:")
    try:
        row = connection.execute("PRAGMA cipher_version").fetchone()
    finally:
        connection.close()
    return str(sqlcipher3.dbapi2.sqlite_version), str(row[0]) if row else ""


def connect(path: Path | None, key: bytes | None, *, read_only: bool = False, cache_mib: int = 16) -> Any:
    """A driver connection: SQLCipher with a raw key, WAL, ``synchronous=FULL``, autocommit (callers say BEGIN).

    ``path`` ``None`` is a database in memory, ``key`` ``None`` one in the clear.
    """
    if path is None:
        target, uri = ":memory:", False
    elif read_only:
        target, uri = path.absolute().as_uri() + "?mode=rw", True
    else:
        target, uri = str(path), False
    connection = sqlcipher3.dbapi2.connect(target, uri=uri, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        # What SQLCipher would print on stderr, our errors say in a sentence.
        connection.execute("PRAGMA cipher_log_level=NONE")
        if key is not None:
            connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        elif path is not None:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(f"PRAGMA cache_size=-{cache_mib * 1024}")
        # Sorts must not put decrypted rows into temporary files.
        connection.execute("PRAGMA temp_store=MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


def named_error(error: BaseException) -> BaseException:
    """Our error for a driver's error; the error itself where it tells of a bug and not of the surroundings."""
    words = str(error).lower()
    if "not a database" in words or "malformed" in words or "hmac" in words:
        return FileDamaged("damaged or another key")
    if "locked" in words or "unable to open" in words or "busy" in words:
        return FileLocked("locked")
    if any(sign in words for sign in ("disk i/o", "full", "readonly", "read-only", "connection", "server closed")):
        return ReplicaError(f"storage failed: {type(error).__name__}")
    return error
