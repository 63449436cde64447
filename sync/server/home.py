"""The folder of a district server: settings, the SQLite file and its key, each readable by its owner only.

Settings name the database, so that ``serve`` needs no arguments. Nothing here ever overwrites a key or a settings file.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs
from sqlalchemy import Engine

from sync.errors import ReplicaError, RujukError
from sync.replica.opening import open_postgres, open_sqlite

HOME_VARIABLE = "RUJUK_SERVER_HOME"
URL_VARIABLE = "RUJUK_DATABASE_URL"

_KEY_BYTES = 32


class NotInitialised(RujukError):
    """There is no district server in this folder yet."""


class AlreadyInitialised(RujukError):
    """There is a district server in this folder already; it was left as it is."""


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``database`` is a PostgreSQL URL, or ``None`` for the SQLite file in the same folder."""

    district: str
    database: str | None = None


@dataclass(frozen=True, slots=True)
class ServerHome:
    """Where one district server keeps what is not in its database."""

    folder: Path

    @property
    def settings_file(self) -> Path:
        """What ``init`` wrote down."""
        return self.folder / "settings.json"

    @property
    def database_file(self) -> Path:
        """The SQLite file, if there is no PostgreSQL."""
        return self.folder / "rujuk-server.db"

    @property
    def key_file(self) -> Path:
        """The key of the SQLite file. A copy of the file without it is worth nothing, also to its owner."""
        return self.folder / "rujuk-server.key"

    @property
    def updates(self) -> Path:
        """Packages that are handed on to the PCs."""
        return self.folder / "updates"

    def settings(self) -> ServerSettings:
        """The settings.

        Raises:
            NotInitialised: there are none.
            ReplicaError: the file cannot be understood.
        """
        try:
            text = self.settings_file.read_bytes()
        except FileNotFoundError as error:
            raise NotInitialised(f"There is no district server in {self.folder}") from error
        try:
            return msgspec.json.decode(text, type=ServerSettings)
        except msgspec.DecodeError as error:
            raise ReplicaError(f"{self.settings_file} cannot be understood") from error

    def write_settings(self, settings: ServerSettings) -> None:
        """Write the settings down.

        Raises:
            AlreadyInitialised: there are settings already.
        """
        _write_new(self.settings_file, msgspec.json.format(msgspec.json.encode(settings)) + b"\n")

    def open_database(self, url: str | None, *, create: bool = False) -> Engine:
        """Open the PostgreSQL database ``url``, or the SQLite file.

        Raises:
            ReplicaError: with the class that says why; nothing was overwritten.
        """
        if url is not None:
            return open_postgres(url)
        # An interrupted init left key, file or both; they are used as they are.
        if create and not self.key_file.exists() and not self.database_file.exists():
            _write_new(self.key_file, secrets.token_bytes(_KEY_BYTES).hex().encode() + b"\n")
        engine = open_sqlite(self.database_file, self._key(), create=create)
        if create:
            self.database_file.chmod(0o600)
        return engine

    def _key(self) -> bytes:
        try:
            key = bytes.fromhex(self.key_file.read_text("ascii"))
        except FileNotFoundError as error:
            raise ReplicaError(f"the key file {self.key_file} is missing") from error
        except ValueError as error:
            raise ReplicaError(f"the key file {self.key_file} is damaged") from error
        if len(key) != _KEY_BYTES:
            raise ReplicaError(f"the key file {self.key_file} is damaged")
        return key


def server_home() -> ServerHome:
    """The folder named by ``RUJUK_SERVER_HOME``, else the user's data folder for this program."""
    named = os.environ.get(HOME_VARIABLE)
    return ServerHome(Path(named) if named else platformdirs.user_data_path("RujukServer", appauthor=False))


def _write_new(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write_private(path, content)
    except FileExistsError as error:
        raise AlreadyInitialised(f"{path} exists") from error


def write_private(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet, readable by its owner only, and flush it to the disk.

    Raises:
        OSError: it cannot be written; FileExistsError where there is one already.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
