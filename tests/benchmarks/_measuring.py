"""What one exchange costs: seconds, CPU and memory of client, server and database, bytes and requests on the link.

CPU and memory are read where the system tells them (``/proc``); elsewhere they are 0. The link is a process of its own
whose CPU is in no figure.
"""

import contextlib
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sync.errors import LinkError
from sync.exchange.engine import exchange
from sync.exchange.enrol import identity_of
from sync.exchange.http import HttpTransport
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.revisions.environment import system_environment
from tests.fakes.district import District, EnrolledPc, running_district
from tests.fakes.postgres import running_cluster
from tests.fakes.slow_link import SlowLink, Way, slow_link

#: Exchanges in a row that may fail on a bad link before the benchmark does: each goes on where the last one ended.
_MOST_FAILURES = 20


@dataclass(frozen=True)
class Computer:
    """A computer of the puskesmas, with its card, its file and the key of it."""

    replica: Replica
    pc: EnrolledPc
    file: Path
    key: bytes


@dataclass(frozen=True)
class Bench:
    """Where measurements are made: a server, a link to it, and the CPU seconds of the server's database so far."""

    district: District
    link: SlowLink
    database_cpu: Callable[[], float]

    def transport(self, computer: Computer) -> HttpTransport:
        """The computer's road to the server."""
        return HttpTransport(self.link.url, computer.pc.signer)

    def exchange(self, computer: Computer, transport: HttpTransport | None = None) -> dict[str, Any]:
        """Exchange until all is proven, and tell what it cost; over ``transport`` if one is open already."""
        server = self.district.server.pid
        processes = {"client": os.getpid(), "server": server}
        for process in processes.values():
            _forget_peak(process)
        before, server_cpu, database_cpu = self.link.passed(), cpu([server]), self.database_cpu()
        own_cpu, began = time.thread_time(), time.perf_counter()
        records = failures = 0
        with contextlib.ExitStack() as stack:
            road = transport or stack.enter_context(self.transport(computer))
            while True:
                try:
                    outcome = exchange(computer.replica, road)
                except LinkError:
                    failures += 1
                    assert failures < _MOST_FAILURES
                else:
                    records += outcome.sent + outcome.received
                    assert outcome.proven
                    break
        seconds, own_cpu = time.perf_counter() - began, time.thread_time() - own_cpu
        after = self.link.passed()
        return {
            "seconds": round(seconds, 3),
            "records_per_s": round(records / seconds),
            "cpu_s": {
                "client": round(own_cpu, 2),
                "server": round(cpu([server]) - server_cpu, 2),
                "database": round(self.database_cpu() - database_cpu, 2),
            },
            "peak_mib": {name: _peak_mib(process) for name, process in processes.items()},
            **{name: value - asdict(before)[name] for name, value in asdict(after).items()},
        }


def computer(folder: Path, pc: EnrolledPc) -> Computer:
    """A computer with an empty, encrypted file."""
    environment = system_environment()
    identity = identity_of(
        pc.card,
        replica=environment.new_id(),
        epoch=environment.new_id(),
        pc_name="PC-UJI",
        signing_key=pc.signing_key,
    )
    file = folder / f"{pc.card.device}.db"
    key = secrets.token_bytes(32)
    return Computer(Replica.create(open_sqlite(file, key, create=True), identity, environment), pc, file, key)


@contextlib.contextmanager
def bench(database: str, way: Way) -> Iterator[tuple[Bench, Path]]:
    """A fresh district behind a link, and a folder for the files of its computers."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _database(database) as (url, database_cpu),
        running_district(Path(folder), url) as district,
        slow_link(district.url, way) as link,
    ):
        yield Bench(district, link, database_cpu), Path(folder)


@contextlib.contextmanager
def _database(kind: str) -> Iterator[tuple[str | None, Callable[[], float]]]:
    """The URL of the server's database (``None``: SQLite inside the server), and its CPU seconds so far."""
    if kind == "sqlite":
        yield None, lambda: 0.0
        return
    with running_cluster(durable=True) as cluster:
        main = int((cluster.directory / "data" / "postmaster.pid").read_text().split()[0])
        yield cluster.url_of(cluster.create_database()), lambda: cpu([main, *_children(main)], ended=main)


def cpu(processes: Sequence[int], *, ended: int | None = None) -> float:
    """CPU seconds of these processes, and of the ended children of ``ended``; 0 where the system has no ``/proc``."""
    total = 0
    for process in processes:
        with contextlib.suppress(FileNotFoundError):
            numbers = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, numbers[11:15] if process == ended else numbers[11:13]))
    return total / (os.sysconf("SC_CLK_TCK") if total else 1)


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def _forget_peak(process: int) -> None:
    with contextlib.suppress(OSError):
        Path(f"/proc/{process}/clear_refs").write_text("5")


def _peak_mib(process: int) -> int:
    """The most memory that a process has held since :func:`_forget_peak`."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024)
    return 0
