"""Lives through simulated histories: ``python -m tests.simulation --seed S --histories N [--json]``.

Exits with 1 at the first history in which a promise is broken, having printed its seed and how it came about.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence

from tests.simulation.run import STEPS, Report, run_histories

_LAST_EVENTS = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the histories and report; 0 only if every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", default="1", help="any text; the same seed makes the same histories")
    parser.add_argument("--histories", type=int, default=20)
    parser.add_argument("--steps", type=int, default=STEPS, help="things that happen in one history")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    report = run_histories([f"{options.seed}/{n}" for n in range(options.histories)], options.steps)
    seconds = time.perf_counter() - started
    if options.json:
        sys.stdout.write(json.dumps(_as_json(report, seconds), indent=2) + "\n")
    else:
        sys.stdout.write(_as_text(report, seconds, options.steps))
    return 1 if report.broken else 0


def _as_json(report: Report, seconds: float) -> dict[str, object]:
    return {
        "histories": report.histories,
        "hash": report.digest,
        "seconds": round(seconds, 2),
        "histories_per_second": round(report.histories / seconds, 2),
        "tally": dict(sorted(report.tally.items())),
        "broken": report.broken and {"seed": report.broken.seed, "promise": report.broken.reason},
        "story": report.broken.story[-_LAST_EVENTS:] if report.broken else [],
    }


def _as_text(report: Report, seconds: float, steps: int) -> str:
    lines = [f"{kind:40} {times:8}" for kind, times in sorted(report.tally.items())]
    lines.append(f"{report.histories} histories in {seconds:.1f} s: {report.histories / seconds:.2f} a second")
    lines.append(f"hash of everything that happened: {report.digest}")
    if report.broken:
        lines += ["", *report.broken.story[-_LAST_EVENTS:], ""]
        lines.append(f"BROKEN in history {report.broken.seed} ({steps} steps): {report.broken.reason}")
    else:
        lines.append("every promise held")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
