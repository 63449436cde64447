"""Ninety days without a link: does saving stay as fast with 50,000 changes waiting, and how long do they take to drain?

A save is what a clerk does: one patient, or one letter, in a transaction that survives a pulled plug.
"""

import argparse
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.benchmarks._measuring import bench, computer
from tests.benchmarks._workload import made_records, save_all
from tests.fakes.slow_link import Way

#: 256 kbit/s each way and 300 ms, and the mark for the draining in seconds.
LINK = Way(rate=32_000, round_trip=0.3)
MARK_S = 360.0


def run(arguments: Sequence[str]) -> Mapping[str, Any]:
    """Time saves with nothing and with everything waiting, then drain."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks offline")
    parser.add_argument("--changes", type=int, default=50_000)
    parser.add_argument("--saves", type=int, default=200, help="saves that are timed, before and after")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    chance = random.Random(chosen.seed)
    with bench(chosen.database, LINK) as (place, folder):
        pc = computer(folder, place.district.puskesmas)
        hospital = place.district.hospital.card.facility
        before = _save_ms(pc.replica, hospital, chosen.saves, chance)
        save_all(pc.replica, list(made_records(pc.replica, hospital, chosen.changes - 2 * chosen.saves, chance)))
        after = _save_ms(pc.replica, hospital, chosen.saves, chance)
        waiting = pc.replica.waiting_count()
        drained = place.exchange(pc)
        pc.replica.close()
    return {
        "waiting": waiting,
        "save_ms": {"none_waiting": before, "all_waiting": after},
        "drained": drained,
        "within_target": drained["seconds"] < MARK_S,
    }


def _save_ms(replica: Replica, hospital: str, count: int, chance: random.Random) -> dict[str, float]:
    """Milliseconds of one save, in the middle and at the 95th percentile."""
    times = []
    for record in made_records(replica, hospital, count, chance):
        began = time.perf_counter()
        replica.save([Edit(record)], replica.identity.device)
        times.append((time.perf_counter() - began) * 1000)
    return {"p50": round(statistics.median(times), 2), "p95": round(sorted(times)[int(0.95 * len(times)) - 1], 2)}
