"""A district server in a thread of the calling process, on loopback and a free port: for the self-test and practice.

It is the same application as ``serve``'s. It must never listen beyond this computer.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from sync.replica.replica import Replica
from sync.server.app import create_app


@contextmanager
def served_here(replica: Replica, updates: Path | None = None) -> Iterator[str]:
    """Answer requests until the block ends; the URL. ``updates``: a folder with packages to hand on.

    Raises:
        OSError: loopback cannot be listened on.
    """
    ready = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            create_app(replica, updates), http="h11", ws="none", lifespan="off", log_config=None, access_log=False
        )
        server = _Server(config, ready)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="loopback server")
        thread.start()
        try:
            ready.wait()
            if not server.started:
                raise OSError("the server on loopback did not start")
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """Says that it answers, or that it never will."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self._ready.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()
