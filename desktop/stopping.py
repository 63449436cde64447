"""Ends the sync agent of a data folder from outside, as an installer does before it puts new files in place.

It asks and waits; it must never kill a process that may be storing something.
"""

import json

from PySide6.QtCore import QDeadlineTimer, QLockFile
from PySide6.QtNetwork import QLocalSocket

from desktop.settings import Settings

#: Milliseconds that an agent has to begin listening, and again to end when it is asked to.
STOP_MS = 60_000
#: Milliseconds between two looks for an agent that has started and does not listen yet.
_AGAIN_MS = 100


def stop_running(settings: Settings) -> bool:
    """Ask the agent of a data folder to end and wait until it has; whether none runs any more."""
    lock = QLockFile(str(settings.home / "agent.lock"))
    lock.setStaleLockTime(0)
    socket, deadline = QLocalSocket(), QDeadlineTimer(STOP_MS)
    socket.connectToServer(settings.agent_name)
    while not socket.waitForConnected(STOP_MS):
        if _is_free(lock, _AGAIN_MS):
            return True
        if deadline.hasExpired():
            return False
        socket.connectToServer(settings.agent_name)
    socket.write(json.dumps({"do": "quit"}).encode() + b"\n")
    socket.waitForBytesWritten(STOP_MS)
    return _is_free(lock, STOP_MS)


def _is_free(lock: QLockFile, patience_ms: int) -> bool:
    """Whether no agent holds its lock within so many milliseconds; one that cannot be written is held by none."""
    free = lock.tryLock(patience_ms) or lock.error() is not QLockFile.LockError.LockFailedError
    lock.unlock()
    return free
