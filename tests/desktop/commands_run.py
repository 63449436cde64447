"""Runs the ``rujuk`` command as a process of its own, as scripts do."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.settings import HOME_VARIABLE


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        """The one JSON object it printed."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def rujuk(home: Path, *arguments: str) -> Ended:
    """Run one command on a data folder."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop.cli", *arguments],
        env={**os.environ, HOME_VARIABLE: str(home)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
