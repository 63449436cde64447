"""What the invented hospitals counted in the weeks before the demo: enough for a likelihood to be learned from.

Numbers follow from the ward's name and the day of counting, and end near what the plan's last count finds. Nothing
here writes a record.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from desktop.demo.district import WardPlan

#: Hours between two counts, and since when there are any.
_APART, _SINCE = timedelta(hours=8), timedelta(days=24)


def earlier_counts(plan: WardPlan, last: datetime) -> Iterator[tuple[datetime, int]]:
    """The counts of a ward before its ``last`` one, oldest first: beds fill and empty around what is usual there."""
    chance = random.Random(plan.name)  # noqa: S311  # the same counts every time, and no secret
    usual, free = max(plan.free, 1), plan.free
    for number in range(_SINCE // _APART, 0, -1):
        pull = (usual - free) * 0.3
        step = round(chance.gauss(pull, 0.6 + 0.15 * usual))
        free = min(max(free + step, 0), plan.capacity)
        yield last - _APART * number, free
