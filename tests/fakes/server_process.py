"""The real ``rujuk-server`` as a process of its own, on a free port of loopback."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

_START_S = 120.0
_STOP_S = 30.0


def run_admin(home: Path, *arguments: str, expect: int = 0) -> dict[str, Any]:
    """Run one ``rujuk-server`` command with ``--json`` in its own process; what it printed.

    Raises:
        AssertionError: it ended with another code than ``expect``.
    """
    done = subprocess.run(
        [sys.executable, "-m", "sync.server.admin", *arguments, "--json"],
        env=_environment(home),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=_START_S,
    )
    assert done.returncode == expect, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    return cast("dict[str, Any]", json.loads(done.stdout))


def init_server(home: Path, *, database_url: str | None = None, district: str = "3329") -> dict[str, Any]:
    """Create a district server in ``home``, on SQLite unless a PostgreSQL URL is given."""
    database = () if database_url is None else ("--database", database_url)
    return run_admin(home, "init", "--district", district, "--name", "Dinas Kesehatan Contoh", *database)


class ServerProcess:
    """A running ``rujuk-server serve``. ``url`` answers from the moment this object exists."""

    def __init__(self, home: Path, *, port: int = 0) -> None:
        self.home = home
        self.log = home / "serve.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "sync.server.admin",
                    "serve",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(port),
                    "--json",
                ],
                env=_environment(home),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                creationflags=_own_group(),
            )
        self.url = self._wait_until_ready()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def port(self) -> int:
        """The port it listens on, to start another one at the same address."""
        return int(self.url.rpartition(":")[2])

    def stop(self) -> int:
        """Ask it to end as an operator does; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(_stop_signal())
        return self._ended()

    def kill(self) -> int:
        """End it at once, as a power cut does."""
        self._process.kill()
        return self._ended()

    def _ended(self) -> int:
        try:
            return self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _wait_until_ready(self) -> str:
        assert self._process.stdout is not None
        # A server that hangs while starting is killed, which ends the reading of its first line.
        timer = threading.Timer(_START_S, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
            timer.join()
        if not line:
            self._ended()
            raise AssertionError(f"the server did not start: {self.log.read_text(errors='replace')}")
        ready = json.loads(line)
        assert ready["event"] == "ready"
        return str(ready["url"])


def _own_group() -> int:
    if sys.platform == "win32":
        # Else Ctrl+Break would end the tests, too.
        return subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


def _stop_signal() -> int:
    if sys.platform == "win32":
        return signal.CTRL_BREAK_EVENT
    return signal.SIGTERM


def _environment(home: Path) -> Mapping[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "RUJUK_DATABASE_URL"}
    return environment | {"RUJUK_SERVER_HOME": str(home), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


@contextmanager
def serving(home: Path, *, port: int = 0) -> Iterator[ServerProcess]:
    """A server process over an initialised ``home``, stopped afterwards."""
    server = ServerProcess(home, port=port)
    try:
        yield server
    finally:
        server.stop()
