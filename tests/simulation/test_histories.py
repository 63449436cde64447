"""The simulated district keeps every promise in a fixed set of histories, and one seed is one history to the byte."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.simulation.__main__ import main
from tests.simulation.planted import PLANTED, SEEDS
from tests.simulation.run import run_histories

ROOT = Path(__file__).parents[2]

#: Kinds of faults and of luck that these few histories must have met, else they would prove little.
MET = (
    "fault: answer lost",
    "fault: clock set wrong",
    "fault: pc crash",
    "fault: pc restored from an old copy",
    "fault: request doubled",
    "fault: request lost",
    "fault: request repeated later",
    "fault: server crash",
    "fault: server restored from an old copy",
    "fault: written out of place",
    "edit while sending",
    "edit while the answer travels",
    "edit between two batches",
    "requests that overlap at the server",
    "second process of one PC",
    "conflicts left for a person",
    "conflicts resolved",
)


@pytest.mark.parametrize("seeds", [SEEDS[::2], SEEDS[1::2]], ids=["even", "odd"])
def test_every_promise_holds_and_every_kind_of_fault_was_met(seeds: Sequence[str]) -> None:
    report = run_histories(seeds)
    assert report.broken is None, report.broken
    assert {kind: report.tally[kind] for kind in MET if not report.tally[kind]} == {}
    assert report.tally["revisions"] > 500


def test_one_seed_is_one_history_whatever_the_order_of_sets(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--seed", "replay", "--histories", "2", "--steps", "50", "--json"]
    found = []
    for hash_seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-m", "tests.simulation", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(json.loads(run.stdout))
    assert main(arguments) == 0
    found.append(json.loads(capsys.readouterr().out))
    assert len({item["hash"] for item in found}) == 1
    assert found[0]["tally"] == found[1]["tally"] == found[2]["tally"]


def test_another_seed_is_another_history() -> None:
    assert run_histories(["a"], steps=5).digest != run_histories(["b"], steps=5).digest


def test_a_broken_promise_ends_the_run_with_its_seed_and_its_story(capsys: pytest.CaptureFixture[str]) -> None:
    with PLANTED["a cut page promises the end"]():
        code = main(["--seed", "planted", "--histories", "40"])
    said = capsys.readouterr().out
    assert code == 1
    assert "BROKEN in history planted/" in said
    assert "compares" in said
