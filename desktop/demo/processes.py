"""Processes of the demo: Python modules of ours, each in a group of its own, so that Ctrl+C is for the demo alone.

The demo that has started them ends them; it must never end a process that it did not start.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

#: Seconds a process may take to end when it is asked to.
STOP_S = 60.0

Process = subprocess.Popen[bytes]


def start_module(
    module: str, *arguments: str, log: Path, environment: Mapping[str, str] | None = None, piped: bool = False
) -> Process:
    """Run ``python -m module``. What it prints is added to ``log``, but for its output if that is ``piped`` to us."""
    with log.open("ab") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**(os.environ if environment is None else environment), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else errors,
            stderr=errors,
            creationflags=_OWN_GROUP,
            start_new_session=sys.platform != "win32",
        )


def stop(process: Process, *, seconds: float = STOP_S) -> None:
    """Ask a process to end and wait for it; one that does not is ended the hard way."""
    if process.poll() is None:
        process.send_signal(_STOP)
    end(process, seconds=seconds)


def end(process: Process, *, seconds: float | None = STOP_S) -> int:
    """Wait for the end of a process, without end if ``seconds`` is ``None``, else then the hard way; its exit code."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    code = process.wait()
    if process.stdout is not None:
        process.stdout.close()
    return code


if sys.platform == "win32":
    _OWN_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
    _STOP = signal.CTRL_BREAK_EVENT
else:
    _OWN_GROUP = 0
    _STOP = signal.SIGTERM
