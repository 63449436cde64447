"""What is in a package is what was signed; whatever was changed, cut off or made to do harm is refused."""

import hashlib
import json
import lzma
import secrets
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import nacl.signing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.installed import differing_files
from desktop.updates.apply import apply_package
from sync.update_package import (
    UpdateRefused,
    build_package,
    read_package,
    sign_package,
    trusted_keys,
    unpack,
    verify_content,
    version_key,
)
from tests.desktop.updates.installs import KEY, KEYS, PUBLIC, RUNTIME, Installed, package
from tests.desktop.updates.refusing import refused

HEAD = b"rujuk-update-2\n"
PROGRAM = b"import sys\n"


def crafted(path: Path, names: list[str], *, contents: list[bytes] | None = None, **said: object) -> Path:
    """A package that is signed as it should be, with a list that says whatever somebody wants."""
    data = contents or [PROGRAM for _name in names]
    packed = lzma.compress(b"".join(data))
    digests = [[name, len(part), hashlib.sha256(part).hexdigest()] for name, part in zip(names, data, strict=False)]
    listed: dict[str, Any] = {
        "version": "1.1.0",
        "runtime": RUNTIME,
        "content": hashlib.sha256(packed).hexdigest(),
        "files": digests,
    }
    text = json.dumps(listed | said).encode()
    signer = nacl.signing.SigningKey(KEY)
    signed = bytes(signer.verify_key) + signer.sign(b"rujuk-update-2 list\n" + text).signature
    path.write_bytes(HEAD + len(text).to_bytes(4, "big") + text + signed + packed)
    return path


MAIN = "app-1.1.0/main.py"


def test_a_package_that_is_as_it_should_be_is_read(tmp_path: Path) -> None:
    found = read_package(crafted(tmp_path / "p", [MAIN]), KEYS)
    verify_content(found)
    assert (found.version, found.runtime, found.signer, found.full) == ("1.1.0", RUNTIME, PUBLIC, False)
    assert found.digests("app-1.1.0") == {"main.py": hashlib.sha256(PROGRAM).hexdigest()}


@pytest.mark.parametrize(
    "name",
    [
        "../luar.py",
        "app-1.1.0/../../luar.py",
        "/etc/luar.py",
        "app-1.1.0//main2.py",
        "app-1.1.0/./x.py",
        "app-1.1.0\\x.py",
        "app-1.1.0/C:x.py",
        "app-1.1.0/x.py:stream",
        "app-1.0.0/main.py",
        "runtime-beefbeef/python.dll",
        "Rujuk.exe",
        "current.txt",
        "app-1.1.0/MAIN.py",
        "app-1.1.0/manifest.json",
        "app-1.1.0/Manifest.JSON",
        "app-1.1.0/nul",
        "app-1.1.0/Con.py",
        "app-1.1.0/x.py.",
        "app-1.1.0/x /y.py",
        "app-1.1.0/x\x00.py",
        "app-1.1.0/x\n.py",
        "app-1.1.0",
    ],
)
def test_a_name_that_leads_elsewhere_or_that_windows_takes_for_another_is_refused(name: str, tmp_path: Path) -> None:
    assert refused(lambda: read_package(crafted(tmp_path / "p", [MAIN, name]), KEYS)) == "damaged"


@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_no_name_at_all_leads_out_of_its_folder(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("p")
    names: tuple[str, ...] = ()
    with suppress(UpdateRefused):
        names = tuple(read_package(crafted(folder / "p", [MAIN, f"app-1.1.0/{name}"]), KEYS).files)
    for listed in names:
        assert (folder / listed).resolve().is_relative_to((folder / "app-1.1.0").resolve())


@pytest.mark.parametrize(
    "said",
    [
        {"version": "1.1"},
        {"version": "../1.1.0"},
        {"version": 7},
        {"runtime": "runtime-../../x"},
        {"files": []},
        {"files": {MAIN: 1}},
        {"files": [[MAIN, -1, "0" * 64]]},
        {"files": [[MAIN, 1, "x"]]},
        {"files": [[MAIN, 3_000_000_000, "0" * 64]]},
        {"files": [[MAIN, 1, "0" * 64], [MAIN, 1, "0" * 64]]},
        {"content": None},
    ],
    ids=str,
)
def test_a_list_that_cannot_be_right_is_refused_even_if_it_is_signed(said: dict[str, Any], tmp_path: Path) -> None:
    assert refused(lambda: read_package(crafted(tmp_path / "p", [MAIN], **said), KEYS)) == "damaged"


@pytest.mark.parametrize("contents", [[PROGRAM, b"more than is listed"], [PROGRAM[:4]]], ids=["more", "less"])
def test_content_that_is_not_what_the_list_says_is_refused(contents: list[bytes], here: Installed) -> None:
    listed = [[MAIN, len(PROGRAM), hashlib.sha256(PROGRAM).hexdigest()]]
    found = read_package(crafted(here.root.parent / "p", [MAIN], contents=contents, files=listed), KEYS)
    assert refused(lambda: apply_package(found, here.root, here.running, here.store, lambda: True)) == "damaged"
    assert here.current() == "1.0.0"
    assert list(here.root.glob("app-1.1.0*")) == []


def test_what_unpacks_to_more_than_it_says_is_not_unpacked(tmp_path: Path) -> None:
    """A megabyte that would become a gigabyte: no more is read of it than the list allows."""
    packed = lzma.compress(bytes(50_000_000))
    listed = [[MAIN, 10, hashlib.sha256(bytes(10)).hexdigest()]]
    path = crafted(tmp_path / "p", [MAIN], files=listed, content=hashlib.sha256(packed).hexdigest())
    whole = path.read_bytes()
    begin = read_package(path, KEYS).begin
    path.write_bytes(whole[:begin] + packed)
    written: list[int] = []

    def write(_path: Path, source: Any) -> str:
        data = source.read()
        written.append(len(data))
        return hashlib.sha256(data).hexdigest()

    found = read_package(path, KEYS)
    verify_content(found)
    assert refused(lambda: unpack(found, {"app-1.1.0": tmp_path / "x"}, write)) == "damaged"
    assert written == [10]


def test_a_package_of_nobody_or_of_a_stranger_is_refused(tmp_path: Path) -> None:
    assert refused(lambda: read_package(package(tmp_path, "1.1.0", key=b"\1" * 32), KEYS)) == "unsigned"
    assert refused(lambda: read_package(package(tmp_path, "1.1.0", key=None), KEYS)) == "unsigned"
    assert refused(lambda: read_package(tmp_path / "tidak ada", KEYS)) == "unreadable"
    assert refused(lambda: read_package(tmp_path, KEYS)) == "unreadable"


def test_another_form_of_package_says_that_a_newer_setup_is_needed(tmp_path: Path) -> None:
    path = package(tmp_path, "1.1.0")
    path.write_bytes(b"rujuk-update-3\n" + path.read_bytes()[len(HEAD) :])
    assert refused(lambda: read_package(path, KEYS)) == "too_new"
    path.write_bytes(b"PK\x03\x04")
    assert refused(lambda: read_package(path, KEYS)) == "damaged"


def test_every_change_of_a_byte_and_every_cut_is_seen(tmp_path: Path) -> None:
    path = package(tmp_path, "1.1.0")
    whole = path.read_bytes()

    def taken(data: bytes) -> None:
        path.write_bytes(data)
        verify_content(read_package(path, KEYS))

    taken(whole)
    for place in range(0, len(whole), 7):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        for data in (whole[:place], changed):
            assert refused(partial(taken, data)) in ("damaged", "unsigned", "too_new")
    assert refused(partial(taken, whole + b"x")) == "damaged"


def test_the_same_package_is_signed_by_another_and_nothing_else_is_changed(here: Installed, tmp_path: Path) -> None:
    other, unsigned = secrets.token_bytes(32), package(tmp_path, "1.1.0", key=None)
    public = bytes(nacl.signing.SigningKey(other).verify_key)
    signed = sign_package(unsigned, tmp_path / "signed", other)
    assert signed.signer == public
    assert refused(lambda: read_package(signed.path, KEYS)) == "unsigned"
    again = sign_package(signed.path, signed.path, KEY)
    found = read_package(again.path, KEYS)
    assert apply_package(found, here.root, here.running, here.store, lambda: True) is not None
    assert differing_files(here.root / "app-1.1.0") == []
    unsigned.write_bytes(unsigned.read_bytes()[:-1])
    assert refused(lambda: sign_package(unsigned, tmp_path / "more", other)) == "damaged"


def test_compiled_modules_and_manifests_stay_out_and_two_builds_are_equal(tmp_path: Path) -> None:
    app = tmp_path / "app-1.1.0"
    for name in ("main.py", "__pycache__/main.cpython-312.pyc", "manifest.json", "resources/manifest.json"):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_bytes(PROGRAM)
    made = [build_package([app], "1.1.0", RUNTIME, tmp_path / name, KEY) for name in ("one", "two")]
    assert set(read_package(made[0], KEYS).files) == {MAIN, "app-1.1.0/resources/manifest.json"}
    assert made[0].read_bytes() == made[1].read_bytes()
    runtime = tmp_path / RUNTIME
    runtime.mkdir()
    (runtime / "python.dll").write_bytes(b"dll")
    # Another Python comes along, for which nobody here can compile.
    full = build_package([app, runtime], "1.1.0", RUNTIME, tmp_path / "full", KEY)
    assert "app-1.1.0/__pycache__/main.cpython-312.pyc" in read_package(full, KEYS).files
    assert refused(lambda: build_package([app], "1.2.0", RUNTIME, tmp_path / "three", KEY)) == "damaged"


def test_the_key_file_has_a_key_a_line_and_remarks() -> None:
    assert trusted_keys(f"# ours\n{PUBLIC.hex()}  # since 2026\n\n") == KEYS
    with pytest.raises(ValueError, match="hexadecimal"):
        trusted_keys("no key")
    assert version_key("1.10") > version_key("1.9.9")
