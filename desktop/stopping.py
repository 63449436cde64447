"""Ends the sync agent of a data folder from outside, as an installer does before it puts new files in place.

It asks and waits; it must never kill a process that may be storing something.
"""

import json

from PySide6.QtNetwork import QLocalSocket

from desktop.settings import Settings

#: Milliseconds that an agent has to end when it is asked to.
STOP_MS = 10_000


def stop_running(settings: Settings) -> bool:
    """Ask the agent of a data folder to end and wait until it has; whether none runs any more."""
    socket = QLocalSocket()
    socket.connectToServer(settings.agent_name)
    if not socket.waitForConnected(STOP_MS):
        return True
    socket.write(json.dumps({"do": "quit"}).encode() + b"\n")
    socket.waitForBytesWritten(STOP_MS)
    return socket.state() == QLocalSocket.LocalSocketState.UnconnectedState or socket.waitForDisconnected(STOP_MS)
