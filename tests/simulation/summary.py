"""Prints the figures of the simulation at the end of a test run, also when several processes ran it."""

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.simulation.run import Report

_PROPERTY = "simulation"


def note(item: pytest.FixtureRequest, report: "Report", seed: str) -> None:
    """Keep the figures of a test for the end of the run."""
    item.node.user_properties.append(
        (_PROPERTY, [report.level, seed, report.device_days, report.histories, report.faults, report.conflicts])
    )


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Add up what all tests of a level did."""
    sums: dict[str, Counter[str]] = {}
    seeds: dict[str, list[str]] = {}
    for found in (*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])):
        for name, value in getattr(found, "user_properties", ()):
            if name == _PROPERTY and found.when == "call":
                level, seed, *figures = value
                names = ("device-days", "histories", "faults injected", "conflicts reached")
                sums.setdefault(level, Counter()).update(dict(zip(names, figures, strict=True)))
                seeds.setdefault(level, []).append(seed)
    for level, figures in sorted(sums.items()):
        line = ", ".join(f"{times} {name}" for name, times in figures.items())
        terminalreporter.write_line(f"simulation, {level} level: {line}; seeds {', '.join(sorted(seeds[level]))}")
