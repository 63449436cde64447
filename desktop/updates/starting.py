"""What happens with updates when the window starts: before the user's database is opened.

A package that waits is installed and its self-test run in a process of its own; a version that fails, or whose window
does not come up, is taken back. It must never open the database: an older version could not read it after a migration.
"""

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.installed import CURRENT, Installation, read_pair
from desktop.updates.apply import apply_package, roll_back
from desktop.updates.package import UpdateRefused
from desktop.updates.store import UNTESTED, Store

#: Starts of a new version that may end before its window is there.
MOST_TRIES = 2
#: Seconds that the self-test of a new version may take on a slow computer.
_TEST_S = 120.0

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

    def begin(self) -> Start:
        """Apply what waits, judge what is on trial; what to do now."""
        version = self.installed.running.version
        starts = self.store.starts_on_trial(version)
        if starts is not None and self._is_current():
            if starts >= MOST_TRIES:
                return self._take_back("not_started")
            # As a rule the version before has run the test already; a power cut can have come between.
            if starts == UNTESTED and not self.test(self.command):
                return self._take_back("self_test")
            self.store.count_start(version, max(starts, 0) + 1)
            return Start.GO_ON
        return self._apply_waiting(version)

    def window_shown(self) -> None:
        """The window is there: this version has proven itself."""
        self.store.prove(self.installed.running.version)

    def _apply_waiting(self, version: str) -> Start:
        package = self.store.waiting(self.keys, version)
        if package is None:
            return Start.GO_ON
        try:
            apply_package(package, self.installed.root, self.installed.running, self.store)
        except (UpdateRefused, OSError) as error:
            # What is damaged does not heal; for room on the disk, say, the package waits.
            if isinstance(error, UpdateRefused) and error.code == "damaged":
                package.path.unlink(missing_ok=True)
            _log.error("update %s was not applied: %s", package.version, _reason(error))
            return Start.GO_ON
        if self.test(self.command):
            self.store.count_start(package.version, 0)
            _log.info("update %s applied", package.version)
            return Start.AGAIN
        self._take_back("self_test")
        return Start.GO_ON

    def _take_back(self, why: str) -> Start:
        previous = roll_back(self.installed.root, self.store, why)
        if previous is None:
            _log.error("no earlier version to go back to (%s)", why)
            return Start.GO_ON
        _log.error("taken back to %s: %s", previous.version, why)
        return Start.AGAIN

    def _is_current(self) -> bool:
        return read_pair(self.installed.root / CURRENT) == self.installed.running


def passes_self_test(command: Sequence[str]) -> bool:
    """Whether the quick self-test of the current version ends well, in a process of its own."""
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
