"""Every module says what it is for, stays short, and silences no tool without a reason."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.tree import Tree, planted, report, repository
from tests.house.writing import (
    LONGEST_MODULE,
    docstring_problems,
    silence_problems,
    size_problems,
    word_problems,
)

Check = Callable[[Tree], Iterator[str]]
CHECKS: tuple[Check, ...] = (docstring_problems, size_problems, word_problems, silence_problems)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_file_is_written_as_agreed(check: Check) -> None:
    assert report(check(repository())) == ""


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (docstring_problems, "import json\n"),
        (docstring_problems, '"""Things."""\n'),
        (size_problems, "x = 1\n" * (LONGEST_MODULE + 1)),
        (word_problems, 'PLACE = "/ho' + 'me/siti/data"'),
        (word_problems, 'PLACE = r"C:\\Us' + 'ers\\siti"'),
        (word_problems, "# TO" + "DO: later"),
        (word_problems, 'index = "https://py' + 'pi.org/simple"'),
        (silence_problems, "x = y  # type: igno" + "re"),
        (silence_problems, "x = y  # type: igno" + "re[attr-defined]"),
        (silence_problems, "x = y  # no" + "qa: S101"),
        (silence_problems, "x = y  # no" + "qa  # because it is needed here"),
    ],
)
def test_a_file_written_otherwise_is_seen(tmp_path: Path, check: Check, text: str) -> None:
    assert len(list(check(planted(tmp_path, {"sync/spoilt.py": text})))) == 1


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_file_written_as_agreed_is_let_pass(tmp_path: Path, check: Check) -> None:
    text = '"""Adds numbers. Must never divide."""\n\nx = y  # no' + "qa: S101  # the reason is given here\n"
    assert report(check(planted(tmp_path, {"sync/good.py": text}))) == ""
