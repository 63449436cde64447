"""A PC of a puskesmas with wine as its Windows, and the setup programs it is given.

Two versions are made of one build; the later one brings a migration of its own. Names are invented.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from desktop.installed import APP_PREFIX, CURRENT, MANIFEST, RUNTIME_PREFIX
from resources.installer import payload, programs
from tests.house.tree import ROOT
from tests.installer.wine import Wine

FIRST, SECOND = "0.1.1", "0.1.2"

_MIGRATIONS = Path("sync", "replica", "migrations", "versions")
_MIGRATION = '''"""A table that the version before does not know."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.create_table("trial", sa.Column("id", sa.Integer, primary_key=True))
'''


def build_first(folder: Path) -> Path:
    """The setup program of the first version, packed quickly, by the command that everybody uses."""
    command = [sys.executable, str(ROOT / "build_installer.py"), "--inside", "--fast", "--arch", "amd64"]
    done = subprocess.run(
        [*command, "--version", FIRST, "--out", str(folder), "--cache", str(ROOT / "dist" / "cache")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "signatures valid" in done.stdout
    return folder / f"Rujuk-Setup-{FIRST}.exe"


def make_second(folder: Path) -> Path:
    """The setup program of the next version: the files of the first and one more migration of the database."""
    whole = folder / "payload-second"
    shutil.copytree(folder / "payload", whole)
    app = (whole / f"{APP_PREFIX}{FIRST}").rename(whole / f"{APP_PREFIX}{SECOND}")
    (app / MANIFEST).unlink()
    before = latest_migration(app)
    (app / _MIGRATIONS / "v9999_trial.py").write_text(_MIGRATION.format(before=before), encoding="utf-8")
    [runtime] = [path.name for path in whole.glob(f"{RUNTIME_PREFIX}*")]
    payload.write_manifest(whole, SECOND, runtime, app.name)
    setup = folder / f"Rujuk-Setup-{SECOND}.exe"
    defines = {"VERSION": SECOND, "RUNTIME": runtime, "APP": app.name}
    programs.make_setup(whole, setup, defines, fast=True, arch="amd64")
    return setup


def latest_migration(app: Path) -> str:
    """The number of the last migration in an app folder."""
    return max(path.name[1:5] for path in (app / _MIGRATIONS).glob("v[0-9]*.py"))


class Clinic:
    """What a person at this PC can do and look at."""

    def __init__(self, wine: Wine) -> None:
        self.wine = wine
        self.place = wine.local / "Programs" / "Rujuk"
        self.data = wine.local / "Rujuk"

    def install(self, setup: Path, *arguments: str) -> int:
        """Run a setup program silently; its exit code."""
        return self.wine.run(setup, "/S", *arguments).returncode

    def rujuk(self, *arguments: str) -> dict[str, Any]:
        """The answer of a command of the installed program."""
        done = self.wine.run(self.place / "rujuk-cli.exe", *arguments, "--json")
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        assert lines, f"{arguments}: {done.returncode} {done.stdout} {done.stderr}"
        found = json.loads(lines[-1])
        assert isinstance(found, dict)
        return found

    def versions(self) -> list[str]:
        """The app folders that are there."""
        return sorted(path.name for path in self.place.glob(f"{APP_PREFIX}*"))

    def names(self) -> list[str]:
        """What current.txt says."""
        return (self.place / CURRENT).read_text("ascii").split()

    def manifest(self) -> dict[str, Any]:
        """The manifest of the version that runs."""
        found = json.loads((self.place / self.names()[1] / MANIFEST).read_text("utf-8"))
        assert isinstance(found, dict)
        return found

    def starts(self) -> bool:
        """Whether the program opens its database and says how it is."""
        return self.rujuk("status").get("ok") is True

    def agent_log(self) -> str:
        """What the sync agent has written."""
        log = self.data / "logs" / "agent.log"
        return log.read_text("utf-8") if log.exists() else ""
