"""How long the diagnosis search takes, letter by letter as a nurse types, and how long its table takes to load.

Everything that the tests expect to be found is typed; besides the times it tells how often it is among the first five.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from desktop.queries.diagnoses import TABLE_FILE, DiagnosisTable, search_diagnoses
from tests.desktop.queries.test_diagnoses import TYPED

#: Milliseconds: 95 of 100 searches, and the loading.
TARGET_P95, TARGET_LOAD = 15.0, 150.0


def run(_arguments: Sequence[str]) -> Mapping[str, Any]:
    """Type everything; times in milliseconds."""
    began = time.perf_counter()
    table = DiagnosisTable(TABLE_FILE.read_text("utf-8"))
    loading = (time.perf_counter() - began) * 1000
    times, found = [], 0
    for typed, meant in TYPED:
        for end in range(1, len(typed) + 1):
            began = time.perf_counter()
            hits = search_diagnoses(table, typed[:end])
            times.append((time.perf_counter() - began) * 1000)
        found += meant in [hit.code for hit in hits[:5]]
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    return {
        "rows": len(table.lines),
        "named": sum(often < 9 for often in table.often),
        "load_ms": round(loading, 1),
        "searches": len(times),
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(p95, 2),
        "max_ms": round(times[-1], 2),
        "first_five_percent": round(100 * found / len(TYPED), 1),
        "within_target": p95 < TARGET_P95 and loading < TARGET_LOAD,
    }
