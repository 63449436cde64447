"""What rules find, in the shape that forms show: a field, how serious it is, and a sentence under it.

The rules are in ``sync.records``; nothing here may decide what is wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.problem_words import problem_words
from sync.records import RecordType
from sync.records.rules import Problem


@dataclass(frozen=True, slots=True)
class FormProblem:
    """A sentence under one field; ``severity`` is "error" (must be put right) or "warning" (may be left)."""

    field: str
    severity: str
    text: str


def word_problems(record_type: RecordType, problems: Iterable[Problem]) -> list[FormProblem]:
    """What the rules found, in words."""
    return [
        FormProblem(problem.field, problem.severity, problem_words(problem.code, record_type.fields[problem.field]))
        for problem in problems
    ]
