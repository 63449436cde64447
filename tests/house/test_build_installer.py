"""The beginning of the installer says honestly what it can do, and its list of sums is true."""

import hashlib
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from build_installer import EXIT_NOT_MADE_YET, MANIFEST, build_payload, sums
from tests.house.tree import ROOT


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "build_installer.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package of its own that only Windows can use, so that nothing is fetched."""
    path = tmp_path / "sample-1-py3-none-win_amd64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sample.py", "ANSWER = 42\n")
        archive.writestr("sample-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: sample\nVersion: 1\n")
        archive.writestr("sample-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-win_amd64\n")
        archive.writestr("sample-1.dist-info/RECORD", "sample.py,,\n")
    return path


def test_asked_for_the_installer_it_says_that_there_is_none() -> None:
    done = run()
    assert (done.returncode, "not made yet" in done.stderr) == (EXIT_NOT_MADE_YET, True)


def test_the_plan_names_every_package_and_what_is_missing() -> None:
    done = run("--plan")
    assert done.returncode == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [name for name in project["dependencies"] if name not in done.stdout] == []
    assert "setup program" in done.stdout.split("not made yet:")[1]


def test_the_payload_holds_our_code_and_windows_packages_with_true_sums(tmp_path: Path, wheel: Path) -> None:
    payload = tmp_path / "payload"
    manifest = build_payload(payload, [str(wheel)], "--offline", "--no-deps")
    assert manifest["lib/sample.py"] == hashlib.sha256(b"ANSWER = 42\n").hexdigest()
    assert {"app/desktop/bootstrap.py", "app/sync/errors.py", "app/resources/fonts/NotoSans-Regular.ttf"} <= set(
        manifest
    )
    assert sums(payload) == manifest
    assert (payload / MANIFEST).is_file()
    (payload / "lib" / "sample.py").write_text("ANSWER = 43\n")
    assert sums(payload) != manifest
