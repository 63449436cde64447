"""Opening database files: the calm refusals, and files that are never touched by them."""

import shutil
import socket
import sqlite3
from pathlib import Path

import pytest
import sqlcipher3.dbapi2
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect

from sync.errors import FileDamaged, FileLocked, FileNewer, ReplicaError, SqliteTooOld
from sync.records import Patient
from sync.replica import opening, sqlcipher, tables
from sync.replica.opening import open_postgres, open_sqlite
from sync.replica.projections import VALUE_TABLES
from sync.replica.reader import KNOWN_SCHEMAS, Reader
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.fakes.replicas import make_replica, new_patient

KEY = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with one patient in it."""
    path = tmp_path / "rujuk.db"
    replica = make_replica("aa" * 16, "puskesmas", engine=open_sqlite(path, KEY, create=True))
    replica.save([Edit(new_patient(replica, "Pasien Rahasia"))], replica.identity.device)
    replica.close()
    return path


def patients(path: Path) -> int:
    reader = Reader(path, KEY)
    count = reader.value("SELECT count(*) FROM patient WHERE district = :district")
    reader.close()
    assert isinstance(count, int)
    return count


def test_the_file_is_unreadable_without_its_key(file: Path) -> None:
    raw = file.read_bytes()
    assert b"Rahasia" not in raw
    assert b"SQLite format" not in raw
    with pytest.raises(FileDamaged):
        Reader(file, bytes(32)).rows("SELECT * FROM patient")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(file).execute("SELECT * FROM patient")


def test_an_sqlite_that_can_lose_commits_is_refused() -> None:
    with pytest.raises(SqliteTooOld, match=r"3\.51\.2"):
        sqlcipher.check_sqlite_version((3, 51, 2))
    sqlcipher.check_sqlite_version((3, 51, 3))


def test_safety_settings_are_on(file: Path) -> None:
    engine = open_sqlite(file, KEY)
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store")
        }
    engine.dispose()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 0, "temp_store": 2}


@pytest.mark.parametrize("open_it", [lambda path: open_sqlite(path, KEY), lambda path: Reader(path, KEY)])
def test_a_newer_damaged_or_missing_file_is_named_and_left_as_it_was(file: Path, open_it: object) -> None:
    assert callable(open_it)
    newer, damaged, missing = (file.with_name(name) for name in ("newer.db", "damaged.db", "missing.db"))
    shutil.copy(file, newer)
    engine = open_sqlite(newer, KEY)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    raw = bytearray(file.read_bytes())
    for page in range(0, len(raw), 4096):
        raw[page + 100] ^= 1
    damaged.write_bytes(raw)
    before = {path: path.read_bytes() for path in (newer, damaged)}
    with pytest.raises(FileNewer):
        open_it(newer)
    with pytest.raises(FileDamaged):
        open_it(damaged)
    with pytest.raises(ReplicaError):
        open_it(missing)
    assert not missing.exists()
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("file is not a database", FileDamaged),
        ("database disk image is malformed", FileDamaged),
        ("database is locked", FileLocked),
        ("unable to open database file", FileLocked),
        ("disk I/O error", ReplicaError),
        ("database or disk is full", ReplicaError),
        ("attempt to write a readonly database", ReplicaError),
        ("no such column: later", sqlcipher3.dbapi2.OperationalError),
    ],
)
def test_window_and_agent_name_what_failed_alike_and_a_bug_stays_a_bug(words: str, named: type[Exception]) -> None:
    assert type(sqlcipher.named_error(sqlcipher3.dbapi2.OperationalError(words))) is named


def test_one_flipped_bit_anywhere_is_noticed_and_never_shown_as_data(file: Path) -> None:
    raw = file.read_bytes()
    for place in range(50, len(raw), len(raw) // 40):
        spoiled = file.with_name("spoiled.db")
        spoiled.write_bytes(raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :])
        with pytest.raises(FileDamaged):
            read_everything(spoiled)


def read_everything(path: Path) -> None:
    engine = open_sqlite(path, KEY)
    try:
        with opening.translated_errors(), engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA cipher_integrity_check").all():
                raise FileDamaged("a page does not fit its sum")
    finally:
        engine.dispose()


def test_a_locked_file_is_named_and_nothing_is_lost(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlcipher3.dbapi2.connect
    monkeypatch.setattr(sqlcipher3.dbapi2, "connect", lambda *args, **more: connect(*args, **{**more, "timeout": 0.05}))
    replica = Replica.load(open_sqlite(file, KEY), system_environment())
    assert replica is not None
    other = sqlcipher.connect(file, KEY)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(FileLocked):
        replica.save([Edit(new_patient(replica))], replica.identity.device)
    other.execute("ROLLBACK")
    other.close()
    replica.save([Edit(new_patient(replica))], replica.identity.device)
    replica.close()
    assert patients(file) == 2


def test_the_migrations_make_just_the_tables_that_the_code_describes(file: Path) -> None:
    engine = open_sqlite(file, KEY)
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        head = MigrationContext.configure(connection).get_current_revision()
        indexes = {
            table.name: {index["name"] for index in inspect(connection).get_indexes(table.name)}
            for table in tables.metadata.sorted_tables
        }
    engine.dispose()
    for table in tables.metadata.sorted_tables:
        real = found.tables[table.name]
        assert [(c.name, c.nullable) for c in real.columns] == [(c.name, c.nullable) for c in table.columns]
        assert [c.name for c in real.primary_key] == [c.name for c in table.primary_key]
        assert {index.name for index in table.indexes} == indexes[table.name]
    assert head == max(KNOWN_SCHEMAS)


def test_a_migration_keeps_an_encrypted_copy_of_the_file_first(file: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    shutil.copytree(Path(opening.__file__).with_name("migrations"), later)
    (later / "versions" / "v0005_more.py").write_text(
        'from alembic import op\nrevision = "0005"\ndown_revision = "0004"\n'
        'def upgrade():\n    op.execute("CREATE TABLE later (id INTEGER)")\n'
    )
    open_sqlite(file, KEY, migrations=later).dispose()
    copy = file.with_name("rujuk.db.before-0004")
    assert patients(copy) == 1
    with pytest.raises(FileNewer):
        open_sqlite(file, KEY)


def test_a_failing_migration_leaves_the_file_working(file: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    shutil.copytree(Path(opening.__file__).with_name("migrations"), later)
    (later / "versions" / "v0005_bad.py").write_text(
        'from alembic import op\nrevision = "0005"\ndown_revision = "0004"\n'
        'def upgrade():\n    op.execute("DROP TABLE feed")\n    raise RuntimeError("planted")\n'
    )
    with pytest.raises(RuntimeError, match="planted"):
        open_sqlite(file, KEY, migrations=later)
    open_sqlite(file, KEY).dispose()
    assert patients(file) == 1


def test_a_changed_record_type_is_rebuilt_from_the_revisions(file: Path) -> None:
    engine = open_sqlite(file, KEY)
    with engine.begin() as connection:
        connection.execute(tables.projection.update().values(version="of an older program"))
        connection.execute(VALUE_TABLES["patient"].delete())
    engine.dispose()
    replica = Replica.load(open_sqlite(file, KEY), system_environment())
    assert replica is not None
    replica.close()
    reader = Reader(file, KEY)
    [row] = reader.rows("SELECT id, name FROM patient WHERE district = :district")
    keys = reader.value("SELECT count(*) FROM search_key WHERE district = :district")
    reader.close()
    assert row["name"] == "Pasien Rahasia"
    assert keys > 0


def test_values_come_back_from_a_reopened_file(file: Path) -> None:
    replica = Replica.load(open_sqlite(file, KEY), system_environment())
    assert replica is not None
    reader = Reader(file, KEY)
    record_id = reader.value("SELECT id FROM patient WHERE district = :district")
    reader.close()
    seen = replica.get(Patient, record_id)
    assert seen is not None
    assert seen.record.name == "Pasien Rahasia"
    replica.close()


def test_a_postgresql_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_CONNECT_S", 2)  # the least that libpq waits
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ReplicaError):
        open_postgres(f"postgresql://rujuk@127.0.0.1:{silent.getsockname()[1]}/rujuk")
