"""What an exchange costs with the real server process over HTTP: seconds, CPU, bytes on the wire and requests.

Half of the records are patients and half are letters with about 300 characters of anamnesis, in encrypted files as in a
clinic. Bytes are those of heads and bodies, counted by a proxy on loopback whose own CPU is in no figure.
"""

import argparse
import contextlib
import os
import random
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from sync.exchange.engine import exchange
from sync.exchange.enrol import identity_of
from sync.exchange.http import HttpTransport
from sync.records import Patient, Record, Referral
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.benchmarks.people import GIVEN, LAST, VILLAGES, invented_people
from tests.fakes.district import District, EnrolledPc, running_district
from tests.fakes.postgres import running_cluster
from tests.fakes.proxy import CuttingProxy, cutting_proxy

NEW, EDITED = 200, 50

_BATCH = 500
_COMPLAINTS = (
    "demam lemas nyeri perut kanan atas sejak hari yang lalu mual muntah batuk sesak malam tidak mau makan minum "
    "riwayat darah tinggi kencing manis alergi obat bengkak kaki pusing keringat dingin menggigil diare ruam gatal"
)


@dataclass(frozen=True)
class Computer:
    """A computer of the puskesmas, with its card."""

    replica: Replica
    pc: EnrolledPc


@dataclass(frozen=True)
class Bench:
    """Where one measurement is made. ``database_cpu`` tells the CPU seconds of the server's database so far."""

    district: District
    proxy: CuttingProxy
    database_cpu: Callable[[], float]

    def exchange(self, computer: Computer) -> dict[str, Any]:
        """One exchange, and what it cost."""
        proxy, server = self.proxy, self.district.server.pid
        before = proxy.bytes_up, proxy.bytes_down, proxy.requests
        server_cpu, database_cpu = _cpu([server]), self.database_cpu()
        own_cpu, began = time.thread_time(), time.perf_counter()
        with HttpTransport(proxy.url, computer.pc.signer) as transport:
            outcome = exchange(computer.replica, transport)
        seconds, own_cpu = time.perf_counter() - began, time.thread_time() - own_cpu
        assert outcome.proven
        return {
            "seconds": round(seconds, 3),
            "records_per_s": round((outcome.sent + outcome.received) / seconds),
            "cpu_s": {
                "client": round(own_cpu, 2),
                "server": round(_cpu([server]) - server_cpu, 2),
                "database": round(self.database_cpu() - database_cpu, 2),
            },
            "bytes_up": proxy.bytes_up - before[0],
            "bytes_down": proxy.bytes_down - before[1],
            "requests": proxy.requests - before[2],
        }


def run(arguments: Sequence[str]) -> Mapping[str, Any]:
    """Push, pull, rest and edit, on each database."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks sync")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    measured: dict[str, Any] = {"records": chosen.records}
    for database in chosen.databases:
        with (
            tempfile.TemporaryDirectory() as folder,
            _database(database) as (url, database_cpu),
            running_district(Path(folder), url) as district,
            cutting_proxy(district.url) as proxy,
        ):
            bench = Bench(district, proxy, database_cpu)
            measured[database] = _measure(bench, Path(folder), chosen.records, random.Random(chosen.seed))
    return measured


def _measure(bench: Bench, folder: Path, count: int, chance: random.Random) -> dict[str, Any]:
    writer = _computer(bench.district.puskesmas, folder / "writer.db")
    reader = _computer(bench.district.enrol_pc(), folder / "reader.db")
    hospital = bench.district.hospital.card.facility
    records = list(_records(writer.replica, hospital, count, chance))
    sizes = [len(msgspec.json.encode(_without_empty(record))) for record in records]
    _save(writer.replica, records)
    found: dict[str, Any] = {
        "json_bytes_each": round(sum(sizes) / len(sizes)),
        "push": bench.exchange(writer),
        "pull": bench.exchange(reader),
        "nothing_new": bench.exchange(reader),
    }
    _save(writer.replica, list(_records(writer.replica, hospital, NEW, chance)))
    for patient in [record for record in records if isinstance(record, Patient)][:EDITED]:
        seen = writer.replica.get(Patient, patient.id)
        assert seen is not None
        changed = replace(seen.record, phone=f"0812{chance.randrange(10**8):08}")
        writer.replica.save([Edit(changed, seen)], writer.replica.identity.device)
    found[f"push_{NEW}_new_{EDITED}_edited"] = bench.exchange(writer)
    found[f"pull_{NEW}_new_{EDITED}_edited"] = bench.exchange(reader)
    writer.replica.close()
    reader.replica.close()
    return found


def _without_empty(record: Record) -> dict[str, Any]:
    return {"id": record.id, **{name: wire for name, wire in record.to_fields().items() if wire not in (None, [])}}


def _computer(pc: EnrolledPc, path: Path) -> Computer:
    environment = system_environment()
    identity = identity_of(
        pc.card,
        replica=environment.new_id(),
        epoch=environment.new_id(),
        pc_name="PC-UJI",
        signing_key=pc.signing_key,
    )
    return Computer(Replica.create(open_sqlite(path, secrets.token_bytes(32), create=True), identity, environment), pc)


def _save(replica: Replica, records: Sequence[Record]) -> None:
    for start in range(0, len(records), _BATCH):
        replica.save([Edit(record) for record in records[start : start + _BATCH]], replica.identity.device)


def _records(replica: Replica, hospital: str, count: int, chance: random.Random) -> Iterator[Record]:
    for number, person in enumerate(invented_people(count // 2, chance.randrange(2**32))):
        patient = replace(
            person,
            id=replica.new_id(),
            mother_name=f"{chance.choice(GIVEN)} {chance.choice(LAST)}",
            phone=f"0812{chance.randrange(10**8):08}",
            address=f"Jalan {chance.choice(LAST)} {chance.randint(1, 200)}, RT {chance.randint(1, 9):02}",
            subdistrict=chance.choice(VILLAGES),
        )
        yield patient
        yield Referral(
            id=replica.new_id(),
            number=f"A-{number:04}/XI/2026",
            patient=patient.id,
            from_facility=replica.identity.facility,
            to_facility=hospital,
            kind="rawat_inap",
            urgency=chance.choice(("kuning", "hijau")),
            written_at=replica.now(),
            anamnesis=_text(chance, 300),
            examination=_text(chance, 55),
            consciousness="01",
            systolic=chance.randint(90, 180),
            diastolic=chance.randint(50, 110),
            pulse=chance.randint(60, 130),
            diagnosis_code=f"A{chance.randint(0, 99):02}",
            diagnosis_label=_text(chance, 25),
            reason=_text(chance, 40),
            doctor_name=f"dr. {chance.choice(GIVEN)} {chance.choice(LAST)}",
        )


def _text(chance: random.Random, length: int) -> str:
    words = _COMPLAINTS.split()
    text = ""
    while len(text) < length:
        text += chance.choice(words) + " "
    return text.strip()


@contextlib.contextmanager
def _database(kind: str) -> Iterator[tuple[str | None, Callable[[], float]]]:
    """The URL of the server's database (``None``: SQLite inside the server), and its CPU seconds so far."""
    if kind == "sqlite":
        yield None, lambda: 0.0
        return
    with running_cluster(durable=True) as cluster:
        main = int((cluster.directory / "data" / "postmaster.pid").read_text().split()[0])
        yield cluster.url_of(cluster.create_database()), lambda: _cpu([main, *_children(main)], ended=main)


def _cpu(processes: Sequence[int], *, ended: int | None = None) -> float:
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
