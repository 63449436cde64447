"""What happens with updates when the window starts: before the user's database is opened.

A package that waits is installed, and taken into use only after its self-test in a process of its own; a version whose
window does not come up is taken back. It must never open the database: an older version could not read it after a
migration.
"""

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.installed import CURRENT, Installation, installation, read_pair
from desktop.updates.apply import apply_package, roll_back
from desktop.updates.store import Store
from sync.update_package import Package, UpdateRefused

#: Starts of a new version that may end before its window is there.
MOST_TRIES = 2
#: Seconds that the self-test of a new version may take on a slow computer.
_TEST_S = 300.0
#: The launcher's word for running the version that is tried.
_TRIAL = "--trial"

_log = logging.getLogger(__name__)


class Start(StrEnum):
    """How the start goes on: with this version, or by starting the program again for another one to run."""

    GO_ON = "go_on"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Starter:
    """One start of an installation. ``command`` runs the current version, whichever that is."""

    installed: Installation
    store: Store
    keys: frozenset[bytes]
    command: Sequence[str]
    test: Callable[[Sequence[str]], bool]

    def judge(self) -> Start:
        """Count this start if the version is on trial, or take the version back; before anything that could fail."""
        version = self.installed.running.version
        try:
            starts = self.store.starts_on_trial(version)
            if starts is None or not self._is_current():
                return Start.GO_ON
            if starts >= MOST_TRIES:
                return self._take_back()
            self.store.count_start(version, starts + 1)
        except OSError as error:
            # A full disk, say, must not keep the window from coming.
            _log.error("the trial of %s is not counted: %s", version, type(error).__name__)
        return Start.GO_ON

    def waiting(self) -> Package | None:
        """The package that waits for this start."""
        if not self.installed.running.runtime:
            # Setup has put another version in place; this one is on its way out.
            return None
        return self.store.waiting(self.keys, self.installed.running.version)

    def apply(self, package: Package) -> Start:
        """Take a version into use if it passes its self-test; whatever goes wrong, this version goes on."""
        try:
            new = apply_package(package, self.installed.root, self.installed.running, self.store, self._passes)
        except (UpdateRefused, OSError) as error:
            # What is damaged does not heal; for room on the disk, say, the package waits.
            if isinstance(error, UpdateRefused) and error.code in ("damaged", "not_newer", "failed_before"):
                package.path.unlink(missing_ok=True)
            _log.error("update %s was not applied: %s", package.version, _reason(error))
            return Start.GO_ON
        if new is None:
            _log.error("update %s fails its self-test", package.version)
            return Start.GO_ON
        _log.info("update %s applied", package.version)
        return Start.AGAIN

    def window_shown(self) -> None:
        """The window is there, and the data can be used: this version has proven itself."""
        self.store.end_trial(self.installed.running.version)

    def _passes(self) -> bool:
        return self.test([*self.command, _TRIAL])

    def _take_back(self) -> Start:
        previous = roll_back(self.installed.root, self.store, "not_started")
        if previous is None:
            # What waits may mend it.
            _log.error("no earlier version to go back to")
            return Start.GO_ON
        _log.error("taken back to %s", previous.version)
        return Start.AGAIN

    def _is_current(self) -> bool:
        return read_pair(self.installed.root / CURRENT) == self.installed.running


def is_on_trial(installed: Installation | None, store: Store) -> bool:
    """Whether the version that runs has not shown its window yet; until then nothing may migrate the database."""
    return installed is not None and store.starts_on_trial(installed.running.version) is not None


def runs_on_trial(updates: Path) -> bool:
    """The same for this very process; ``updates``: the folder of updates in its data folder."""
    return is_on_trial(installation(), Store(updates))


def passes_self_test(command: Sequence[str]) -> bool:
    """Whether the quick self-test of a version ends well, in a process of its own."""
    try:
        done = subprocess.run(
            [*command, "--self-test", "--quick"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_TEST_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.error("the self-test did not end: %s", type(error).__name__)
        return False
    return done.returncode == 0


def start_again(command: Sequence[str], arguments: Sequence[str]) -> None:
    """Start the current version in the place of this process."""
    subprocess.Popen([*command, *arguments], stdin=subprocess.DEVNULL, close_fds=True)


def launcher() -> tuple[str, ...]:
    """The program that starts whatever version is current."""
    return (sys.executable,)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, UpdateRefused) else type(error).__name__
