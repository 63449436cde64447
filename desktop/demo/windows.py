"""The demo with three windows: puskesmas, hospital and district office, a server and three sync agents behind them.

What is written stays for the next time. Agents and server are children of this process and end with the last window;
it must never touch another folder than its own.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PySide6.QtCore import QLockFile
from PySide6.QtNetwork import QLocalSocket

from desktop.demo.district import DISTRICT
from desktop.demo.processes import Process, end, start_module, stop
from desktop.demo.seed import Pc, add_office, fill, pcs_in, replica_of
from desktop.demo.server import DemoServer, ServerDidNotStart
from desktop.settings import Settings
from sync.errors import RujukError
from sync.replica import links

_INTERRUPTED = 130
#: Milliseconds to reach an agent that runs, and to hand it a word.
_AGENT_MS = 2000


class DemoRuns(RujukError):
    """Another demo plays in this folder."""


class NoScreen(RujukError):
    """There is nowhere to open a window."""


def run_windows(folder: Path, *, fresh: bool, as_json: bool) -> int:
    """Open the windows and wait until they are closed; 0 if they ended well.

    Raises:
        DemoRuns, NoScreen, ServerDidNotStart: nothing was opened.
    """
    if sys.platform.startswith("linux") and not any(map(os.environ.get, _SCREENS)):
        raise NoScreen("tidak ada layar di sini. Jalankan: rujuk demo --headless --out FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    with _only_one(folder), ExitStack() as stack:
        server, pcs = _prepare(folder, stack, fresh=fresh, quiet=as_json)
        for pc in pcs:
            log = folder / f"{pc.settings.home.name}-pengirim.log"
            agent = start_module("desktop.agent", "--home", str(pc.settings.home), log=log)
            stack.callback(_end_agent, pc.settings, agent)
        windows = []
        for pc in pcs:
            log = folder / f"{pc.settings.home.name}-jendela.log"
            window = start_module("desktop", "--home", str(pc.settings.home), log=log)
            stack.callback(stop, window)
            windows.append(window)
        print(_ready_json(server, pcs, windows) if as_json else _ready_words(server, pcs), flush=True)
        try:
            codes = [end(window, seconds=None) for window in windows]
        except KeyboardInterrupt:
            return _INTERRUPTED
    return int(any(codes))


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    lock = QLockFile(str(folder / "demo.lock"))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        raise DemoRuns("demo lain sedang berjalan; tutup dulu jendelanya")
    try:
        yield
    finally:
        lock.unlock()


def _prepare(folder: Path, stack: ExitStack, *, fresh: bool, quiet: bool) -> tuple[DemoServer, tuple[Pc, ...]]:
    """A running server and the computers with what was played before, or new ones."""
    ready = folder / "demo.json"
    pcs = pcs_in(folder)
    if fresh:
        ready.unlink(missing_ok=True)
    known = json.loads(ready.read_text("utf-8")) if ready.exists() else None
    server = DemoServer(folder / "server", known["port"] if known else 0)
    if known is None:
        # What an interrupted beginning has left is no use.
        for part in (server.folder, *(pc.settings.home for pc in pcs)):
            if part.exists():
                shutil.rmtree(part)
        server.create()
    _start(server)
    stack.callback(server.stop)
    if known is None:
        fill(folder, server, (lambda _text: None) if quiet else print)
    elif not pcs[-1].settings.database.exists():
        # A demo from the time before the office had a window.
        add_office(pcs[-1], server, (lambda _text: None) if quiet else print)
    if known is not None and known["port"] != server.port:
        for pc in pcs:
            _point_at(pc.settings, server.url)
    ready.write_text(json.dumps({"port": server.port}), "utf-8")
    return server, pcs


def _start(server: DemoServer) -> None:
    try:
        server.start()
    except ServerDidNotStart:
        if server.port == 0:
            raise
        # Another program has taken the port since the last time.
        server.port = 0
        server.start()


def _point_at(settings: Settings, url: str) -> None:
    with replica_of(settings) as replica:
        district = replica.identity.district
        replica.write(lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, url=url))


def _end_agent(settings: Settings, agent: Process) -> None:
    """Ask the agent of a data folder to end, as the program itself does, and wait for its end."""
    socket = QLocalSocket()
    socket.connectToServer(settings.agent_name)
    if socket.waitForConnected(_AGENT_MS):
        socket.write(b'{"do": "quit"}\n')
        socket.waitForBytesWritten(_AGENT_MS)
        end(agent)
        socket.abort()
    else:
        stop(agent)


def _ready_words(server: DemoServer, pcs: tuple[Pc, ...]) -> str:
    places = "\n".join(f"  {pc.facility.name:<40} {pc.settings.home}" for pc in pcs)
    return (
        f"{DISTRICT.name}, semua orang dan tempat karangan.\n"
        f"  {'Server kabupaten':<40} {server.url}   {server.folder}\n{places}\n"
        "Pilih petugas di setiap jendela. Puskesmas: cari pasien, tulis rujukan. Rumah sakit: buka Rujukan masuk.\n"
        "Dinas kesehatan: buka Rujukan kabupaten, alihkan atau ingatkan; terima sinyal di Surveilans.\n"
        "Tutup semua jendela (atau Ctrl+C di sini) untuk mengakhiri. Mulai dari awal: rujuk demo --fresh"
    )


def _ready_json(server: DemoServer, pcs: tuple[Pc, ...], windows: Sequence[Process]) -> str:
    homes = {pc.facility.kind: str(pc.settings.home) for pc in pcs}
    pids = [window.pid for window in windows]
    return json.dumps({"ok": True, "event": "ready", "server": server.url, "homes": homes, "windows": pids})


_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
