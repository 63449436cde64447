"""The command of the README prepares a machine, is quick the second time, and says what to do where it cannot."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import bootstrap
from desktop.bootstrap import CannotPrepare, apt_command, check_python, missing_packages, prepare_venv

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system packages are a matter of Linux")

#: A project that pip installs without a network: it builds itself, and leaves a mark at each build.
PYPROJECT = """
[build-system]
requires = []
build-backend = "builder"
backend-path = ["."]

[project]
name = "sample"
version = "1"
optional-dependencies = { server = [], dev = [] }
"""
BUILDER = """
import pathlib, zipfile

METADATA = "Metadata-Version: 2.1\\nName: sample\\nVersion: 1\\nProvides-Extra: server\\nProvides-Extra: dev\\n"

def build_editable(folder, config_settings=None, metadata_directory=None):
    with pathlib.Path("builds").open("a") as marks:
        marks.write("x")
    with zipfile.ZipFile(pathlib.Path(folder, "sample-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("sample.pth", "")
        wheel.writestr("sample-1.dist-info/METADATA", METADATA)
        wheel.writestr("sample-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("sample-1.dist-info/RECORD", "")
    return "sample-1-py3-none-any.whl"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder [of ours]"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "builder.py").write_text(BUILDER)
    return folder


def builds(project: Path) -> int:
    return len((project / "builds").read_text())


def test_packages_are_installed_once_and_again_only_when_something_changed(project: Path) -> None:
    prepare_venv(["server"], project)
    assert builds(project) == 1
    prepare_venv(["server"], project)
    assert builds(project) == 1, "nothing changed"
    prepare_venv(["dev"], project)
    assert builds(project) == 2, "more is wanted"
    prepare_venv(["server"], project)
    prepare_venv(["dev"], project)
    assert builds(project) == 2, "what was wanted before is still there"
    (project / "pyproject.toml").write_text(PYPROJECT + "\n# changed\n")
    prepare_venv(["dev"], project)
    assert builds(project) == 3, "other packages may be named now"


def test_an_installation_that_failed_is_done_again(project: Path) -> None:
    (project / "builder.py").write_text("raise SystemExit('the build breaks')")
    with pytest.raises(CannotPrepare, match="pip install"):
        prepare_venv(["server"], project)
    (project / "builder.py").write_text(BUILDER)
    prepare_venv(["server"], project)
    assert builds(project) == 1


@ON_LINUX
def test_a_library_that_is_missing_names_its_package() -> None:
    assert missing_packages({"libc6": "libc.so.6"}) == []
    assert missing_packages({"libc6": "libc.so.6", "libnone1": "libnone.so.1"}) == ["libnone1"]


def test_who_may_not_install_is_told_the_exact_command() -> None:
    with pytest.raises(CannotPrepare, match=r"sudo apt-get install --yes --no-install-recommends libgl1 libcups2$"):
        apt_command(["libgl1", "libcups2"], has_apt=True, root=False)


def test_a_system_without_apt_is_told_what_is_missing() -> None:
    with pytest.raises(CannotPrepare, match="libgl1"):
        apt_command(["libgl1"], has_apt=False, root=True)


def test_an_old_python_is_refused_with_a_sentence_it_can_still_say() -> None:
    with pytest.raises(CannotPrepare, match=r"3\.11 or newer; this is 3\.9\.2"):
        check_python((3, 9, 2))
    ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("module", ["desktop.bootstrap", "tests.__main__"])
def test_it_starts_on_a_bare_python(module: str) -> None:
    done = subprocess.run([sys.executable, "-S", "-c", f"import {module}"], cwd=bootstrap.ROOT, check=False)
    assert done.returncode == 0


def test_without_a_command_it_says_how_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop.bootstrap"], cwd=bootstrap.ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "usage:" in done.stdout) == (2, True)


@ON_LINUX
@pytest.mark.parametrize(
    ("typed", "run"),
    [
        (["demo"], ["demo", "--headless", "--out", "demo-out"]),
        (["demo", "--out", "there"], ["demo", "--out", "there", "--headless"]),
        (["demo", "--headless"], ["demo", "--headless"]),
        (["status", "--json"], ["status", "--json"]),
    ],
)
def test_without_a_screen_the_demo_plays_by_itself(
    monkeypatch: pytest.MonkeyPatch, typed: list[str], run: list[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert bootstrap.with_screen_or_headless(typed) == run


def test_with_a_screen_the_demo_opens_its_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert bootstrap.with_screen_or_headless(["demo"]) == ["demo"]


def test_the_program_takes_the_place_of_the_bootstrap_so_that_ending_one_ends_both() -> None:
    program = "import os; print(os.getpid(), flush=True); raise SystemExit(3)"
    start = f"import pathlib, sys; sys.exit(bootstrap.become(pathlib.Path(sys.executable), ['-c', {program!r}]))"
    command = [sys.executable, "-c", f"from desktop import bootstrap; {start}"]
    with subprocess.Popen(command, cwd=bootstrap.ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        runs_as = int(process.stdout.read())
    assert process.returncode == 3
    assert runs_as == process.pid or sys.platform == "win32"
