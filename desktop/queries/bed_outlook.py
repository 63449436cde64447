"""What is said beside the free beds of wards: how likely one still is, and how many are kept for accepted patients.

Both are what this replica knows. It reads many counts, so who calls it shows the numbers first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from desktop.queries.bed_history import ward_counts
from desktop.queries.bed_likelihood import Likelihood, likelihood
from desktop.queries.beds import WardLine
from desktop.queries.holds import held_by_ward, holds
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class Outlook:
    """``held`` beds are kept; ``likelihood`` that one more is free, ``None`` where it cannot be said."""

    held: int = 0
    likelihood: Likelihood | None = None


def outlooks(reader: Reader, wards: Iterable[WardLine], now: datetime) -> dict[str, Outlook]:
    """The outlook of each ward at ``now`` (aware), by its id."""
    wards = list(wards)
    held = held_by_ward(holds(reader, now))
    counts = ward_counts(reader, [ward.id for ward in wards if ward.free is not None], now)
    return {
        ward.id: Outlook(
            held.get(ward.id, 0),
            likelihood(counts[ward.id], now, 1 + held.get(ward.id, 0)) if ward.id in counts else None,
        )
        for ward in wards
    }
