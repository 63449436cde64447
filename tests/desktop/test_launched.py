"""``Rujuk.exe`` hands over to what its arguments ask for, and to nothing that is not ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import installed
from desktop.launched import EXIT_USAGE, main
from tests.house.tree import ROOT


def test_a_command_reaches_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "status", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["code"] == "NotEnrolled"


def test_a_module_of_ours_runs_as_python_runs_it(tmp_path: Path) -> None:
    code = "import sys; sys.path.insert(0, '.'); from desktop.launched import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "-m", "desktop.cli", "--home", str(tmp_path), "status", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["code"]) == (3, "NotEnrolled")


@pytest.mark.parametrize("arguments", [["-m"], ["-m", "http.server"], ["-m", "desktops.cli"]])
def test_no_other_module_runs(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == EXIT_USAGE
    assert "module of Rujuk" in capsys.readouterr().err


def test_a_program_without_streams_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["--home", str(tmp_path), "status", "--json"]) == 3
    given = vars(sys)["stdout"]
    assert given is not None
    given.close()


def test_a_clone_is_no_installation() -> None:
    assert installed.install_folder() is None
