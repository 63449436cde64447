"""The design keeps every promise in the model, and each of its rules is needed: without it a promise breaks.

``python -m tests.simulation --level model --seed S`` lives through the histories of a seed once more.
"""

import secrets
from dataclasses import replace

import pytest

from tests.simulation.__main__ import main
from tests.simulation.levels import MODEL, Level, live_in_model
from tests.simulation.protocol.rules import RULES, Rules, without
from tests.simulation.run import Report, run_histories, short_story
from tests.simulation.summary import note

#: Parts and histories in each: more than 300,000 device-days together, half of them of fresh seeds.
_PARTS, _HISTORIES = 12, 176

#: What the histories of every part must have met.
_MET = (
    "fault: answer lost",
    "fault: clock jump",
    "fault: disk cloned",
    "fault: disk full",
    "fault: hub restored",
    "fault: pc crash",
    "fault: pc restored",
    "fault: server restored",
    "fault: stick copied",
    "fault: stick lost",
    "fault: stick mixed up",
    "fault: written out of place",
    "conflicts decided",
    "conflicts left for a person",
    "new names after a fork",
    "sticks read back",
)


def _lacking(rule: str) -> Level:
    rules = without(rule)
    return replace(MODEL, live=lambda plan: live_in_model(plan, rules))


def _check(report: Report) -> None:
    if report.broken:
        short = short_story(MODEL, report.broken, 30)
        pytest.fail("\n".join([*short.story[-40:], f"history {short.seed}: {short.reason}"]), pytrace=False)


def test_the_parts_make_enough_device_days() -> None:
    assert _PARTS * _HISTORIES * MODEL.days * MODEL.pcs >= 300_000
    assert len(RULES) == 28


@pytest.mark.parametrize("part", range(_PARTS))
def test_every_promise_holds(part: int, request: pytest.FixtureRequest) -> None:
    seed = f"fixed-{part}" if part < _PARTS // 2 else secrets.token_hex(4)
    report = run_histories(MODEL, (f"{seed}/{n}" for n in range(_HISTORIES)))
    _check(report)
    assert [kind for kind in _MET if not report.tally[kind]] == []
    note(request, report, seed)


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_can_be_left_out(rule: str) -> None:
    report = run_histories(_lacking(rule), (f"model/{n}" for n in range(40)))
    assert report.broken is not None, f"nothing broke in 40 histories without: {RULES[rule]}"


def test_a_history_that_fails_shrinks_to_a_short_story() -> None:
    level = _lacking("redirection_opens_the_patient")
    report = run_histories(level, (f"model/{n}" for n in range(40)))
    assert report.broken is not None
    short = short_story(level, report.broken, 60)
    assert short.reason.split("-")[0] == report.broken.reason.split("-")[0] or "lacks" in short.reason
    # Somebody refers, the office redirects, and what is between them.
    assert len(short.plan.steps) <= 8
    assert live_in_model(short.plan).broken is None


def test_one_seed_is_one_history(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for _ in range(2):
        assert main(["--level", "model", "--seed", "replay", "--histories", "3"]) == 0
        said.append([line for line in capsys.readouterr().out.splitlines() if "hash of everything" in line])
    assert said[0] == said[1] != []
    assert live_in_model(MODEL.plan("a", 2), Rules()).digest != live_in_model(MODEL.plan("b", 2), Rules()).digest
