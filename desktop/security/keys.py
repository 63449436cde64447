"""The key that opens the database: 32 random bytes in the system's key store, or in a file only its owner may read.

A key is made once and never replaced: without it the data is gone. It must never appear in a log or a message.
"""

import contextlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from typing import Literal

from desktop.settings import Settings
from sync.errors import ReplicaError

KEY_BYTES = 32

_SERVICE = "Rujuk"


class KeyMissing(ReplicaError):
    """There is a database, but no key for it (or one that cannot be read)."""


@dataclass(frozen=True, slots=True)
class DatabaseKey:
    """``secret`` opens the database; ``place`` says where it is kept: the system's key store, or a file beside it."""

    secret: bytes = field(repr=False)
    place: Literal["keyring", "file"]


def load_key(settings: Settings) -> DatabaseKey:
    """The key of this data folder.

    Raises:
        KeyMissing: there is none.
    """
    found = _find(settings)
    if found is None:
        raise KeyMissing("no key for this data folder")
    return found


def create_key(settings: Settings) -> DatabaseKey:
    """Make the key of a new data folder, in the key store if there is one that keeps what it is given.

    A key left by an enrolment that broke off is used again.

    Raises:
        KeyMissing: there is a database already, whose key is lost: a new key would not open it.
    """
    found = _find(settings)
    if found is not None:
        return found
    if settings.database.exists():
        raise KeyMissing("a database without its key")
    secret = secrets.token_bytes(KEY_BYTES)
    settings.home.mkdir(parents=True, exist_ok=True)
    if _store(settings, secret):
        return DatabaseKey(secret, "keyring")
    _write_file(settings, secret)
    return DatabaseKey(secret, "file")


def create_key_file(settings: Settings) -> DatabaseKey:
    """The key of a folder that is thrown away or holds invented data only: in a file, never in the key store."""
    if not settings.key_file.exists():
        settings.home.mkdir(parents=True, exist_ok=True)
        _write_file(settings, secrets.token_bytes(KEY_BYTES))
    return DatabaseKey(_read_file(settings), "file")


def try_key_store() -> Literal["works", "none", "fails"]:
    """Give the system's key store an entry for a moment, and say whether it keeps it."""
    import keyring
    import keyring.errors

    name, secret = f"self-test-{secrets.token_hex(8)}", secrets.token_hex(KEY_BYTES)
    try:
        keyring.set_password(_SERVICE, name, secret)
        kept = keyring.get_password(_SERVICE, name) == secret
        keyring.delete_password(_SERVICE, name)
    except keyring.errors.NoKeyringError:
        return "none"
    except keyring.errors.KeyringError:
        return "fails"
    return "works" if kept else "fails"


def _find(settings: Settings) -> DatabaseKey | None:
    # The file first: where it exists there is no key store, and asking for one takes time.
    if settings.key_file.exists():
        return DatabaseKey(_read_file(settings), "file")
    text = _ask_store(settings)
    return None if text is None else DatabaseKey(_decode(text), "keyring")


def key_in(text: str) -> bytes | None:
    """The key that somebody wrote in 64 hexadecimal digits, ``None`` if it is none."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def _decode(text: str) -> bytes:
    secret = key_in(text)
    if secret is None:
        raise KeyMissing("what is kept as the key is none")
    return secret


def _ask_store(settings: Settings) -> str | None:
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(_SERVICE, settings.key_name)
    except keyring.errors.NoKeyringError:
        return None
    except keyring.errors.KeyringError as error:
        raise KeyMissing(f"the key store does not answer: {type(error).__name__}") from error


def _store(settings: Settings, secret: bytes) -> bool:
    """Whether the system's key store took the key and gives it back."""
    import keyring
    import keyring.errors

    with contextlib.suppress(keyring.errors.KeyringError):
        keyring.set_password(_SERVICE, settings.key_name, secret.hex())
        return keyring.get_password(_SERVICE, settings.key_name) == secret.hex()
    return False


def _read_file(settings: Settings) -> bytes:
    path = settings.key_file
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyMissing("others may read the key file")
        return _decode(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMissing(f"the key file cannot be read: {type(error).__name__}") from error


def _write_file(settings: Settings, secret: bytes) -> None:
    """Write the whole key or nothing, readable by its owner only from the first moment, and onto the disk itself."""
    part = settings.key_file.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex())
        file.flush()
        os.fsync(file.fileno())
    part.rename(settings.key_file)
