"""What happens in a simulated history, as a list of steps that can be shortened.

Each step has its own chance, so leaving one out changes nothing in the others: that is what makes a failing history
shrink to a short story.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple


class Step(NamedTuple):
    """One thing that happens: ``who`` chooses the computer, ``seed`` everything else."""

    number: int
    day: int
    kind: str
    who: int
    seed: int

    def chance(self) -> Random:
        """The chance of this step alone."""
        return Random(self.seed)


@dataclass(frozen=True, slots=True)
class Plan:
    """A history: its seed, its steps, and the kinds of faults that do not happen in it."""

    seed: str
    steps: Sequence[Step]
    calm: frozenset[str] = frozenset()


#: Lives through a plan and says which promise it broke, or ``None``.
Trial = Callable[[Plan], str | None]


def shorten(plan: Plan, broken: str, trial: Trial, may_go_on: Callable[[], bool], faults: Sequence[str]) -> Plan:
    """A smaller plan that breaks the same promise: fewer steps and fewer kinds of faults, as long as it may go on."""
    wanted = promise_of(broken)

    def still(smaller: Plan) -> bool:
        found = trial(smaller)
        return found is not None and promise_of(found) == wanted

    # Large parts first: each that can be left out makes all later trials shorter.
    plan = _fewer_steps(plan, still, may_go_on, smallest=max(1, len(plan.steps) // 16))
    for fault in faults:
        if not may_go_on():
            return plan
        smaller = replace(plan, calm=plan.calm | {fault})
        if still(smaller):
            plan = smaller
    return _fewer_steps(plan, still, may_go_on, smallest=1)


def _fewer_steps(plan: Plan, still: Callable[[Plan], bool], may_go_on: Callable[[], bool], *, smallest: int) -> Plan:
    """Leave out halves, quarters and so on, down to ``smallest`` steps at a time, as long as it is still broken."""
    size = max(smallest, len(plan.steps) // 2)
    while may_go_on():
        start, shrunk = 0, False
        while start < len(plan.steps) and may_go_on():
            smaller = replace(plan, steps=[*plan.steps[:start], *plan.steps[start + size :]])
            if still(smaller):
                plan, shrunk = smaller, True
            else:
                start += size
        if size == smallest and not shrunk:
            break
        size = max(smallest, size // 2)
    return plan


def promise_of(broken: str) -> str:
    """A broken promise without the names, numbers and ids of the case at hand."""
    last = broken.strip().splitlines()[-1] if broken.strip() else ""
    return " ".join(word for word in last.split() if word.isalpha() and not word.istitle())
