"""Opening the database of a replica: checks first, then migrations, then hands out an engine.

A file that is newer than the program, damaged, locked, or opened by an old SQLite gets an error of its own
and is left exactly as it was: nothing here ever recreates or overwrites a file that exists.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.pool import QueuePool, StaticPool

from sync.errors import FileNewer, ReplicaError
from sync.replica.sqlcipher import check_sqlite_version, connect, named_error

#: Seconds to wait for a PostgreSQL that does not answer; a connection that has gone silent is given up as well (the
#: latter in milliseconds, where the system can). Else every thread of a server would hang with it.
_CONNECT_S, _SILENT_MS = 10, 60_000

_MIGRATIONS = Path(__file__).with_name("migrations")

#: Execution option that makes a transaction read only (SQLite: no write lock is taken).
READ_ONLY = "rujuk_read_only"


def open_sqlite(
    path: Path | None, key: bytes | None, *, create: bool = False, migrations: Path = _MIGRATIONS
) -> Engine:
    """Open, check and migrate an SQLite file.

    Args:
        path: the file; ``None`` keeps everything in memory (tests, simulation).
        key: 32 random bytes for SQLCipher; ``None`` leaves the file in the clear (tests, simulation).
        create: whether a file that does not exist may be made.

    Raises:
        ReplicaError: with the class that says why; the file is untouched.
    """
    check_sqlite_version(sqlcipher3.dbapi2.sqlite_version_info)
    if path is not None and not create and not path.exists():
        raise ReplicaError("no database file")

    def creator() -> Any:
        return connect(path, key)

    if path is None:
        engine = create_engine(
            "sqlite://", module=sqlcipher3.dbapi2, creator=creator, poolclass=StaticPool, hide_parameters=True
        )
    else:
        # Said, because without a path SQLAlchemy thinks of a database in memory: one connection for each thread, of
        # which it closes any, even one in use, when more threads have come and gone than the pool holds.
        engine = create_engine(
            "sqlite:///",
            module=sqlcipher3.dbapi2,
            creator=creator,
            poolclass=QueuePool,
            pool_size=20,
            hide_parameters=True,
        )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer half way can fail with "locked"; ours say it at once.
        read_only = connection.get_execution_options().get(READ_ONLY)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    try:
        with translated_errors():
            _migrate(engine, path, migrations)
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_postgres(url: str, *, migrations: Path = _MIGRATIONS) -> Engine:
    """Open and migrate a PostgreSQL database, ``postgresql://user@host/name``.

    Raises:
        ReplicaError: it cannot be reached, or was written by a newer program.
    """
    # Here, because the computers of a puskesmas have no PostgreSQL.
    from psycopg.types.array import ListBinaryDumper

    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=20,
        hide_parameters=True,
        connect_args={"connect_timeout": _CONNECT_S, "tcp_user_timeout": _SILENT_MS, "keepalives_idle": 30},
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        # Rows travel as lists, one for each column: written out as text they cost ten times as much.
        connection.adapters.register_dumper(list, ListBinaryDumper)

    try:
        with translated_errors():
            _migrate(engine, None, migrations)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn a failure of the surroundings into an error of ours; a bug stays what it is."""
    try:
        yield
    except exc.DBAPIError as error:
        raise named_error(error.orig or error) from error
    except sqlcipher3.dbapi2.Error as error:
        raise named_error(error) from error


def _migrate(engine: Engine, path: Path | None, migrations: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    known = {step.revision for step in scripts.walk_revisions()}
    head = scripts.get_current_head()
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        # As a rule there is nothing to do, and no reason to wait for whoever writes at this moment.
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # Two server processes may start at once: the second waits here until the first has committed.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7236187)")
        current = MigrationContext.configure(connection).get_current_revision()
        if current == head:
            return
        if current is not None and current not in known:
            raise FileNewer(f"schema {current}")
        if current is not None and path is not None:
            _copy_before_migration(path, current)

        def upgrade(revision: Any, _context: Any) -> Any:
            return scripts._upgrade_revs("head", revision)

        config.attributes["connection"] = connection
        with EnvironmentContext(config, scripts, fn=upgrade):
            scripts.run_env()
        connection.commit()


def _copy_before_migration(path: Path, version: str) -> None:
    """Keep the (encrypted) file as it was. The caller holds the write lock, so no other process writes meanwhile."""
    for suffix in ("", "-wal"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            shutil.copyfile(part, path.with_name(f"{path.name}.before-{version}{suffix}"))
