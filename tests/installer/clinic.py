"""A PC of a puskesmas with wine as its Windows, and the setup programs and updates that it is given.

All versions are made of one build; the second brings a migration of its own. Names are invented.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from desktop.installed import APP_PREFIX, CURRENT, MANIFEST, RUNTIME_PREFIX
from resources.installer import payload, programs
from sync.update_package import build_package, package_name
from tests.house.tree import ROOT
from tests.installer.wine import Wine, wait_until

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


def build_first(folder: Path, cache: Path, umask: int = 0o022) -> Path:
    """The setup program of the first version, packed quickly, by the command that everybody uses."""
    command = [sys.executable, str(ROOT / "build_installer.py"), "--inside", "--fast", "--arch", "amd64"]
    done = subprocess.run(
        [*command, "--version", FIRST, "--out", str(folder), "--cache", str(cache)],
        capture_output=True,
        text=True,
        check=False,
        umask=umask,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "signatures valid" in done.stdout
    return folder / f"Rujuk-Setup-{FIRST}.exe"


def make_second(folder: Path) -> Path:
    """The setup program of the next version: the files of the first, and one more migration."""
    whole = folder / "payload-second"
    shutil.copytree(folder / "payload", whole, ignore=shutil.ignore_patterns(f"{APP_PREFIX}*"))
    app = _next_app(folder / "payload" / f"{APP_PREFIX}{FIRST}", whole / f"{APP_PREFIX}{SECOND}")
    before = latest_migration(app)
    (app / _MIGRATIONS / "v9999_trial.py").write_text(_MIGRATION.format(before=before), encoding="utf-8")
    _change(
        app / "sync" / "replica" / "reader.py", "KNOWN_SCHEMAS = frozenset({", 'KNOWN_SCHEMAS = frozenset({"9999", '
    )
    payload.write_manifest(app)
    setup = folder / f"Rujuk-Setup-{SECOND}.exe"
    defines = {"VERSION": SECOND, "RUNTIME": _runtime(whole).name, "APP": app.name}
    programs.make_setup(whole, setup, defines, fast=True, arch="amd64")
    return setup


def make_update(folder: Path, key: bytes, version: str, file: str = "", before: str = "", after: str = "") -> Path:
    """A package with the code of the second version as another one, in whose ``file`` something is replaced."""
    whole = folder / "payload-second"
    app = _next_app(whole / f"{APP_PREFIX}{SECOND}", folder / "updates" / f"{APP_PREFIX}{version}")
    if file:
        _change(app / file, before, after)
    payload.write_manifest(app)
    out = folder / "updates" / package_name(version)
    return build_package([app], version, _runtime(whole).name, out, key)


def _next_app(app: Path, target: Path) -> Path:
    shutil.copytree(app, target, ignore=shutil.ignore_patterns(MANIFEST))
    return target


def _change(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), "utf-8")
    # What was compiled from it is not compared with it when it is used.
    for path in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
        path.unlink()


def _runtime(whole: Path) -> Path:
    [found] = whole.glob(f"{RUNTIME_PREFIX}*")
    return found


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
        """Run a setup program silently; its exit code. Without pipes: the agent that it starts would keep them."""
        return self.wine.start(setup, "/S", *arguments).wait()

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

    def starts(self) -> bool:
        """Whether the program opens its database and says how it is."""
        return self.rujuk("status").get("ok") is True

    def log(self, program: str) -> str:
        """What the ``agent`` or the ``window`` has written."""
        log = self.data / "logs" / f"{program}.log"
        return log.read_text("utf-8") if log.exists() else ""

    def agents(self) -> int:
        """How many agents have begun to listen up to now."""
        return self.log("agent").count("listening")

    def stop_agent(self) -> None:
        """Ask the agent to end, until it has; on a busy machine it may take its time."""
        program = self.place / "Rujuk.exe"
        wait_until(lambda: self.wine.run(program, "-m", "desktop.agent", "--stop").returncode == 0, "the agent's end")
