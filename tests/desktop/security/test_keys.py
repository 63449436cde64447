"""The key of the database: made once, never replaced, never readable by others."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest

from desktop.security.keys import KeyMissing, create_key, load_key
from desktop.settings import Settings


class MemoryStore(keyring.backend.KeyringBackend):
    """A key store as a system offers it, kept in memory; with ``forgets`` it keeps nothing of what it takes."""

    priority = 1.0

    def __init__(self, *, forgets: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring names no types there
        self.kept: dict[tuple[str, str], str] = {}
        self.forgets = forgets

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.forgets:
            self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[(service, username)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "rumah")


@pytest.fixture
def key_store() -> Iterator[MemoryStore]:
    """The system's key store during one test."""
    before, store = keyring.get_keyring(), MemoryStore()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


def test_without_a_key_store_the_key_lies_in_a_file_of_its_owner(settings: Settings) -> None:
    key = create_key(settings)
    assert (key.place, len(key.secret)) == ("file", 32)
    assert load_key(settings) == key
    if sys.platform != "win32":
        assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600


def test_a_key_is_never_replaced(settings: Settings) -> None:
    assert create_key(settings) == create_key(settings)


def test_two_data_folders_have_two_keys(tmp_path: Path) -> None:
    assert create_key(Settings(tmp_path / "a")).secret != create_key(Settings(tmp_path / "b")).secret


def test_a_database_without_its_key_is_said_and_gets_no_new_one(settings: Settings) -> None:
    settings.home.mkdir()
    settings.database.write_bytes(b"isi")
    with pytest.raises(KeyMissing):
        create_key(settings)
    with pytest.raises(KeyMissing):
        load_key(settings)
    assert not settings.key_file.exists()


@pytest.mark.parametrize("content", [b"", b"bukan kunci", b"00" * 31, b"\xff\xfe"])
def test_a_damaged_key_file_is_said_and_left_alone(settings: Settings, content: bytes) -> None:
    settings.home.mkdir()
    settings.key_file.write_bytes(content)
    settings.key_file.chmod(0o600)
    with pytest.raises(KeyMissing):
        load_key(settings)
    assert settings.key_file.read_bytes() == content


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps files of a profile from other users by itself")
def test_a_key_file_that_others_may_read_is_refused(settings: Settings) -> None:
    create_key(settings)
    settings.key_file.chmod(0o644)
    with pytest.raises(KeyMissing):
        load_key(settings)


def test_a_key_shows_no_secret_when_printed(settings: Settings) -> None:
    key = create_key(settings)
    assert key.secret.hex() not in repr(key)
    assert str(key.secret) not in repr(key)


def test_a_key_store_keeps_the_key_and_no_file_is_written(settings: Settings, key_store: MemoryStore) -> None:
    key = create_key(settings)
    assert key.place == "keyring"
    assert load_key(settings) == key
    assert not settings.key_file.exists()


def test_a_key_store_that_forgets_is_not_trusted(settings: Settings, key_store: MemoryStore) -> None:
    key_store.forgets = True
    assert create_key(settings).place == "file"
