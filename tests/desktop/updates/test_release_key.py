"""The makers' key: sealed with a passphrase, and the commands that make it, build with it and sign with it."""

from pathlib import Path

import pytest

from desktop.updates.__main__ import PASSPHRASE_VARIABLE, main
from desktop.updates.release_key import WrongPassphrase, new_key, open_key
from sync.update_package import RELEASE_KEYS, read_package, release_keys, trusted_keys
from tests.desktop.updates.installs import Installed
from tests.desktop.updates.refusing import refused

PASSPHRASE = "kuda terbang di atas awan"


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[Path, bytes]:
    """A key file, and the public half as it was printed."""
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    file = tmp_path / "rilis.kunci"
    assert main(["key", str(file)]) == 0
    return file, bytes.fromhex(capsys.readouterr().out)


@pytest.fixture
def build(here: Installed) -> Path:
    """The folder of a build of version 1.0.0."""
    return here.root.rename(here.root.parent / "payload").parent


def test_a_build_is_signed_by_the_key_and_two_are_equal(key: tuple[Path, bytes], build: Path) -> None:
    made = build / "Rujuk-1.0.0.rujuk-update"
    for full in ([], ["--full"]):
        contents = []
        for _ in range(2):
            assert main(["build", str(build), *full, "--key", str(key[0])]) == 0
            contents.append(made.read_bytes())
        assert contents[0] == contents[1]
        assert read_package(made, [key[1]]).full is bool(full)
    assert main(["build", str(build / "payload")]) == 1


def test_what_nobody_has_signed_is_signed_later(key: tuple[Path, bytes], build: Path) -> None:
    made = build / "Rujuk-1.0.0.rujuk-update"
    assert main(["build", str(build)]) == 0
    assert refused(lambda: read_package(made, [key[1]])) == "unsigned"
    assert main(["sign", str(made), "--key", str(key[0])]) == 0
    assert read_package(made, [key[1]]).signer == key[1]


def test_the_secret_is_on_no_disk_without_its_passphrase(
    key: tuple[Path, bytes], build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = key[0].read_bytes()
    secret = open_key(content, PASSPHRASE)
    assert secret.hex() not in content.decode()
    with pytest.raises(WrongPassphrase):
        open_key(content, PASSPHRASE + " ")
    with pytest.raises(WrongPassphrase):
        open_key(b"{}", PASSPHRASE)
    with pytest.raises(ValueError, match="signs or more"):
        new_key("pendek")
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "yang lain sama sekali")
    assert main(["build", str(build), "--key", str(key[0])]) == 1
    assert main(["key", str(key[0])]) == 1
    assert key[0].read_bytes() == content
    assert secret.hex() not in capsys.readouterr().err


def test_the_keys_that_are_shipped_can_be_read() -> None:
    assert trusted_keys(RELEASE_KEYS.read_text("ascii")) == release_keys()
    assert all(len(key) == 32 for key in release_keys())
