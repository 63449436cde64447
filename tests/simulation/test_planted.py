"""The simulation is worth something only while it catches bugs: each planted one, within the same few seeds.

``test_histories`` shows that the very same seeds pass with nothing planted.
"""

import pytest

from tests.simulation.levels import REAL
from tests.simulation.planted import PLANTED, PLANTED_DAYS, SEEDS
from tests.simulation.run import run_histories


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_caught(name: str) -> None:
    with PLANTED[name]():
        report = run_histories(REAL, SEEDS, PLANTED_DAYS)
    assert report.broken is not None, f"{name!r} was not caught in {len(SEEDS)} histories"
