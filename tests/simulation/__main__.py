"""Lives through simulated histories: ``python -m tests.simulation [--level model|real] [--seed S] [--hours H]``.

Exits with 1 at the first history in which a promise is broken, having printed its seed and the shortest story that was
found of how it came about.
"""

import argparse
import itertools
import json
import secrets
import sys
import time
from collections.abc import Sequence

from tests.simulation.levels import LEVELS
from tests.simulation.run import Report, as_json, run_histories, short_story

_LAST_EVENTS = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the histories and report; 0 only if every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument(
        "--level", choices=sorted(LEVELS), default="real", help="the product's code, or its rules alone"
    )
    parser.add_argument("--seed", default="1", help="any text makes the same histories again; 'random' draws one")
    parser.add_argument("--histories", type=int, default=20)
    parser.add_argument("--hours", type=float, help="go on for so long instead")
    parser.add_argument("--days", type=int, help="days in one history")
    parser.add_argument(
        "--shorten", type=float, default=120.0, help="seconds to spend on shortening a story that failed"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    level = LEVELS[options.level]
    seed = secrets.token_hex(4) if options.seed == "random" else options.seed
    numbers = itertools.count() if options.hours else range(options.histories)
    end = time.monotonic() + options.hours * 3600 if options.hours else None
    report = run_histories(level, (f"{seed}/{n}" for n in numbers), options.days, end=end)
    if report.broken and options.shorten > 0:
        report.broken = short_story(level, report.broken, options.shorten)
    sys.stdout.write(json.dumps(as_json(report), indent=2) + "\n" if options.json else _as_text(report, seed))
    return 1 if report.broken else 0


def _as_text(report: Report, seed: str) -> str:
    lines = [f"{kind:45} {times:9}" for kind, times in sorted(report.tally.items())]
    lines.append(f"level {report.level}, seed {seed}: {report.summary}")
    lines.append(f"hash of everything that happened: {report.digest}")
    if report.broken:
        lines += ["", *report.broken.story[-_LAST_EVENTS:], ""]
        lines.append(f"{len(report.broken.plan.steps)} steps; faults left out: {sorted(report.broken.plan.calm)}")
        lines.append(f"BROKEN in history {report.broken.seed}: {report.broken.reason}")
    else:
        lines.append("every promise held")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
