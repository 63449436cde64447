"""The server as a process: uvicorn around the application, told when it is ready, ended by a signal with code 0.

TLS, slow clients and several processes are the affair of a reverse proxy in front; this process listens on loopback
unless told otherwise.
"""

import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn

from sync.replica.replica import Replica
from sync.server.app import create_app
from sync.server.listening import listening, server_config

log = logging.getLogger("rujuk.server")

#: See :func:`gc.set_threshold`: new objects before a look at them, and looks before one at older ones.
_SELDOM = (20_000, 20, 20)


class _AnnouncingServer(uvicorn.Server):
    """Says once that requests are answered from now on."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What a start makes stays, and what a request makes ends with it: looking for garbage as often as Python does
        # by itself took a tenth of the server's time in a large exchange.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_SELDOM)
        if self.started:
            self._announce()


def serve(replica: Replica, host: str, port: int, ready: Callable[[str], None], updates: Path | None = None) -> None:
    """Answer requests until SIGTERM, SIGINT or Ctrl+Break; requests that have begun are finished first.

    Args:
        port: 0 takes a free one.
        updates: a folder with packages to hand on.
        ready: called with the server's URL as soon as it answers.

    Raises:
        OSError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with listening(host, port, family) as listener:
        bound = listener.getsockname()[1]
        url = f"http://[{host}]:{bound}" if ":" in host else f"http://{host}:{bound}"
        config = server_config(create_app(replica, updates))
        # uvicorn hands a signal on once it has shut down; to us it then means that all is done.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _already_handled)
        if sys.platform == "win32":
            signal.signal(signal.SIGBREAK, _already_handled)
        _AnnouncingServer(config, lambda: ready(url)).run(sockets=[listener])
    log.info("stopped")


def _already_handled(_number: int, _frame: object) -> None:
    pass
