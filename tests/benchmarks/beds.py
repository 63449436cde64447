"""How good the likelihood of a free bed is on months it did not learn from, and how long it takes for a whole district.

Wards are invented (``tests/fakes/wards.py``). The reliability table says, for forecasts of about the same probability,
how often the bed was there; the Brier scores stand beside those of two simple rules. Times are of 14 hospitals with
60 days of six counts a day in an encrypted file, read and judged as the window does it.
"""

import argparse
import secrets
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.queries.bed_history import ward_counts
from desktop.queries.bed_likelihood import likelihood
from sync.records import Ward
from sync.replica.opening import open_sqlite
from sync.replica.reader import Reader
from sync.replica.values import Edit
from tests.fakes.forecasts import judged_month
from tests.fakes.replicas import make_replica
from tests.fakes.wards import HABITS, KINDS, hour_of, ward_story

#: Points of a hundred; percent of ward-hours; milliseconds for the district.
TARGET_GAP, TARGET_SPOKEN, TARGET_MS = 10.0, 60.0, 100.0


def run(arguments: Sequence[str]) -> Mapping[str, Any]:
    """Judge months of many wards; the tables, and times in milliseconds."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks beds")
    parser.add_argument("--months", type=int, default=6, help="months of every kind of ward (default %(default)s)")
    parser.add_argument("--step", type=int, default=2, help="hours between two forecasts (default %(default)s)")
    parser.add_argument("--learned", type=int, default=60, help="days before the month (default %(default)s)")
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--days", type=int, default=60, help="days of counts in the file (default %(default)s)")
    chosen = parser.parse_args(arguments)
    seeds = range(chosen.seed, chosen.seed + chosen.months)
    together, apart = judged_month(seeds, learned_days=chosen.learned, step=chosen.step)
    took = _district_ms(chosen.days)
    table = together.as_table()
    return {
        "together": table,
        "apart": {
            name: {word: each[word] for word in ("spoken_percent", "worst_gap_points", "brier")}
            for name, judgement in apart.items()
            if (each := judgement.as_table())
        },
        "district_ms": took,
        "target": {"gap_points": TARGET_GAP, "spoken_percent": TARGET_SPOKEN, "district_ms": TARGET_MS},
        "within_target": together.worst <= TARGET_GAP
        and table["spoken_percent"] >= TARGET_SPOKEN
        and took["total"] <= TARGET_MS,
    }


def _district_ms(days: int) -> dict[str, Any]:
    """Reading the history of one ward in each of 14 hospitals, and judging them; the best of five."""
    with tempfile.TemporaryDirectory() as folder:
        path, key = Path(folder) / "rujuk.db", secrets.token_bytes(32)
        wards = _fill(path, key, days)
        reader, now = Reader(path, key), hour_of(days * 24)
        times = []
        for _ in range(5):
            began = time.perf_counter()
            counts = ward_counts(reader, wards, now)
            read = time.perf_counter()
            for ward in wards:
                likelihood(counts.get(ward, ()), now)
            times.append(((read - began) * 1000, (time.perf_counter() - read) * 1000))
        reader.close()
    reading, judging = min(times, key=sum)
    return {
        "counts": sum(map(len, counts.values())),
        "read": round(reading, 1),
        "judge": round(judging, 1),
        "total": round(reading + judging, 1),
    }


def _fill(path: Path, key: bytes, days: int) -> list[str]:
    replica = make_replica("f" * 32, "puskesmas", engine=open_sqlite(path, key, create=True))
    stories = {replica.new_id(): ward_story(kind, HABITS[0], days, 1) for kind in KINDS}
    for ward_id, story in stories.items():
        ward = Ward(id=ward_id, facility="e" * 32, name=story.kind.name, ward_class="KL3", capacity=story.kind.beds)
        replica.save([Edit(ward)], replica.identity.device)
        for count in story.counts:
            seen = replica.get(Ward, ward_id)
            edit = Edit(Ward(**{**vars(ward), "free": count.free, "counted_at": count.at}), seen)
            replica.save([edit], replica.identity.device)
    replica.close()
    return list(stories)
