"""What a district's server and a hub have in common as processes: the socket they listen on and uvicorn's settings.

Nothing here may know what is served.
"""

import socket
import sys

import uvicorn
from starlette.applications import Starlette

from sync.server.connections import Connection

if sys.platform != "win32":
    import resource

_KEEP_ALIVE_S = 75
_SHUTDOWN_S = 20
_BACKLOG = 512
#: Milliseconds that what was sent may stay unread before the connection is ended, with all that is kept for it.
#: A PC that is there gives an exchange up much sooner.
_UNREAD_MS = 120_000
#: Files, and so connections, that a process which listens may have open, where the system allows it.
_FILES = 4096


def server_config(app: Starlette) -> uvicorn.Config:
    """uvicorn around an application of ours."""
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_SHUTDOWN_S,
    )


def listening(host: str, port: int, family: socket.AddressFamily) -> socket.socket:
    """A socket that listens; raises OSError if it cannot. The process may have more files open from now on."""
    _allow_files()
    # The protocol is named because asyncio sends small answers at once (TCP_NODELAY) only where it sees TCP named;
    # else each waits about 40 ms for the client's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            # On Windows this option would let two servers share one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "linux":
            # Connections inherit it. Elsewhere who never reads keeps an answer until he leaves.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_MS)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _allow_files() -> None:
    """Let some thousand connections that are silent before TLS knows them leave files for everything else."""
    if sys.platform != "win32":
        allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
        if allowed != resource.RLIM_INFINITY and allowed < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
