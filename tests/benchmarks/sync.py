"""What an exchange costs with the real server process over HTTP, on a free link and on that of a puskesmas.

Each scenario begins with a fresh server, on SQLite and on PostgreSQL. Bytes are all that client and server write, heads
included. A small table goes to the screen, everything to ``--out`` or to the standard output as JSON.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.records import Patient, Record
from tests.benchmarks._measuring import Bench, Computer, bench, computer
from tests.benchmarks._workload import edit_phones, json_bytes, made_records, save_all
from tests.fakes.slow_link import FREE, SLOW, Way

NEW, EDITED = 200, 50
#: A slow link is measured with this many records, too.
FEW = 1000
CUTS = 5

Figures = Iterator[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class _Pair:
    """Two computers of one puskesmas, and what the first has written."""

    place: Bench
    writer: Computer
    reader: Computer
    records: Sequence[Record]


def run(arguments: Sequence[str]) -> Mapping[str, Any]:
    """Push, pull, rest, edit and cuts, on each link and each database."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks sync")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--links", nargs="+", choices=tuple(LINKS), default=list(LINKS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="file for the figures as JSON")
    parser.add_argument("--table", action="store_true", help="print the table of the README as well")
    chosen = parser.parse_args(arguments)
    measured: dict[str, Any] = {"records": chosen.records}
    for database in chosen.databases:
        of_database = measured.setdefault(database, {})
        for name in chosen.links:
            of_database[name] = {}
            for scenario, figures in LINKS[name](database, chosen.records, random.Random(chosen.seed)):
                of_database[name][scenario] = figures
                _show(database, name, scenario, figures)
    if chosen.out is not None:
        chosen.out.write_text(json.dumps(measured, indent=2) + "\n")
    if chosen.table:
        print(as_table(measured), file=sys.stderr)
    return measured


def _free(database: str, count: int, chance: random.Random) -> Figures:
    uncut = {}
    with bench(database, FREE) as (place, folder):
        for step, figures in _life(_pair(place, folder, count, chance), chance):
            uncut[step] = figures
            yield step, figures
    yield from _with_cuts(database, FREE, count, chance, uncut)


def _with_cuts(
    database: str, way: Way, count: int, chance: random.Random, uncut: Mapping[str, Mapping[str, Any]]
) -> Figures:
    """Push and pull with cuts at even distances of what they take ``uncut``."""
    with bench(database, way) as (place, folder):
        pair = _pair(place, folder, count, chance)
        for step, computer, side in (("push", pair.writer, "up"), ("pull", pair.reader, "down")):
            whole = uncut[step]["bytes_up"] + uncut[step]["bytes_down"]
            place.link.cut_at(**{side: [whole * part // (CUTS + 1) for part in range(1, CUTS + 1)]})
            figures = place.exchange(computer)
            waste = (figures["bytes_up"] + figures["bytes_down"]) / whole - 1
            yield f"{step}_with_{CUTS}_cuts", figures | {"waste_percent": round(100 * waste, 1)}


def _slow(database: str, count: int, chance: random.Random) -> Figures:
    for records in sorted({min(FEW, count), count}):
        uncut = {}
        with bench(database, SLOW) as (place, folder):
            for step, figures in _life(_pair(place, folder, records, chance), chance):
                uncut[step] = figures
                yield f"{step}_at_{records}", figures
    for step, figures in _with_cuts(database, SLOW, count, chance, uncut):
        yield f"{step}_at_{count}", figures


LINKS: Mapping[str, Callable[[str, int, random.Random], Figures]] = {"free": _free, "slow": _slow}


def _pair(place: Bench, folder: Path, count: int, chance: random.Random) -> _Pair:
    writer = computer(folder, place.district.puskesmas)
    records = list(made_records(writer.replica, place.district.hospital.card.facility, count, chance))
    save_all(writer.replica, records)
    return _Pair(place, writer, computer(folder, place.district.enrol_pc()), records)


def _life(pair: _Pair, chance: random.Random) -> Figures:
    """The first push and pull, nothing new, and a day's work up and down."""
    place, writer, reader = pair.place, pair.writer, pair.reader
    yield "push", place.exchange(writer) | {"json_bytes_each": json_bytes(pair.records)}
    with place.transport(reader) as transport:
        yield "pull", place.exchange(reader, transport)
        yield "nothing_new", place.exchange(reader, transport)
    save_all(writer.replica, list(made_records(writer.replica, place.district.hospital.card.facility, NEW, chance)))
    edit_phones(writer.replica, [item for item in pair.records if isinstance(item, Patient)][:EDITED], chance)
    yield f"push_{NEW}_new_{EDITED}_edited", place.exchange(writer)
    yield f"pull_{NEW}_new_{EDITED}_edited", place.exchange(reader)
    writer.replica.close()
    reader.replica.close()


def as_table(measured: Mapping[str, Any]) -> str:
    """What was measured in Markdown, a row for each step of each link and database."""
    head = ("link", "database", "step", "s", "records/s", "kB up", "kB down", "requests")
    parts = ("CPU s: client + server + database", "MiB: client + server")
    rows: list[Sequence[object]] = [(*head, *parts), ["---"] * (len(head) + len(parts))]
    for database, of_database in measured.items():
        for link, steps in of_database.items() if isinstance(of_database, Mapping) else ():
            for step, item in steps.items():
                cpu, peak = item["cpu_s"], item["peak_mib"]
                rows.append(
                    (
                        link,
                        database,
                        step.replace("_", " "),
                        f"{item['seconds']:.2f}",
                        item["records_per_s"],
                        f"{item['bytes_up'] / 1000:.1f}",
                        f"{item['bytes_down'] / 1000:.1f}",
                        item["requests"],
                        f"{cpu['client']} + {cpu['server']} + {cpu['database']}",
                        f"{peak['client']} + {peak['server']}",
                    )
                )
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in rows)


def _show(database: str, link: str, step: str, figures: Mapping[str, Any]) -> None:
    """One line of the table on the screen."""
    cpu = figures["cpu_s"]
    print(
        f"{database:10} {link:5} {step:32} {figures['seconds']:8.2f} s {figures['records_per_s']:6d}/s"
        f"  cpu {cpu['client']:5.2f} + {cpu['server']:5.2f} + {cpu['database']:5.2f} s"
        f"  {(figures['bytes_up'] + figures['bytes_down']) / 1000:8.1f} kB in {figures['requests']:3d} requests",
        file=sys.stderr,
        flush=True,
    )
