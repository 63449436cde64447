"""A whole, checked copy of an encrypted database file while others go on using it.

The copy is encrypted with the same key. It appears under its name only after it has been read back without an error,
so a copy that is there can be trusted; nothing here ever touches the file it is made of.
"""

import os
from pathlib import Path

import sqlcipher3.dbapi2

from sync.errors import FileDamaged, ReplicaError
from sync.replica.sqlcipher import connect, named_error


def copy_database(source: Path, key: bytes | None, target: Path) -> int:
    """Copy a database as of one moment; its size in bytes. What stood at ``target`` stays if this fails.

    Raises:
        FileDamaged: the source, or what was written, cannot be read whole.
        ReplicaError: the place for the copy cannot be used (full, write-protected, gone).
    """
    part = target.with_name(f".{target.name}.part")
    try:
        for leftover in (part, *_beside(part)):
            leftover.unlink(missing_ok=True)
        _copy(source, key, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
        return target.stat().st_size
    except sqlcipher3.dbapi2.Error as error:
        raise named_error(error) from error
    except OSError as error:
        raise ReplicaError(f"the copy cannot be written: {type(error).__name__}") from error
    finally:
        for leftover in (part, *_beside(part)):
            leftover.unlink(missing_ok=True)


def check_database(path: Path, key: bytes | None) -> None:
    """Read every page of a database file.

    Raises:
        FileDamaged: one cannot be read, or they do not fit together. ReplicaError: the file cannot be used.
    """
    try:
        reading = connect(path, key, read_only=True)
        try:
            [broken_seals] = [reading.execute("PRAGMA cipher_integrity_check").fetchall()]
            [found] = reading.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            reading.close()
    except sqlcipher3.dbapi2.Error as error:
        raise named_error(error) from error
    if broken_seals or found != "ok":
        raise FileDamaged("a page cannot be read")


def _copy(source: Path, key: bytes | None, part: Path) -> None:
    reading = connect(source, key, read_only=True)
    try:
        writing = connect(part, key)
        try:
            reading.backup(writing)
            # One file: a copy is carried about without what lies beside it.
            writing.execute("PRAGMA journal_mode=DELETE")
            [found] = writing.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise FileDamaged("the copy does not read back")
        finally:
            writing.close()
    finally:
        reading.close()


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))
