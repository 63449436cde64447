"""Count the free beds of a hospital's wards, and keep the list of its wards.

Only the wards that were counted are saved, each with the time of this count: a number nobody looked at keeps its old
age. Not known is saved as not known, never as 0.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.actions.people import Actor
from sync.records import Ward
from sync.replica.values import Edit

if TYPE_CHECKING:
    from sync.replica.replica import Replica


@dataclass(frozen=True, slots=True)
class BedCount:
    """The free beds of one ward as just counted; ``None`` means not known."""

    ward: str
    free: int | None


def save_counts(replica: "Replica", actor: Actor, counts: Sequence[BedCount]) -> int:
    """Save the counts of several wards in one step; the number of wards saved.

    A ward that is no longer here is passed over.
    """
    now = replica.now()
    edits = []
    for count in counts:
        seen = replica.get(Ward, count.ward)
        if seen is not None:
            counted = dataclasses.replace(seen.record, free=count.free, counted_at=now)
            edits.append(Edit(counted, seen))
    replica.save(edits, actor.id)
    return len(edits)


def save_ward(replica: "Replica", actor: Actor, values: Mapping[str, Any]) -> str:
    """Add a ward to this hospital's list; the id of the record. ``values`` are fields of :class:`Ward`.

    Raises:
        BadInput: a value cannot be stored; nothing was.
    """
    ward = Ward(**{**values, "id": replica.new_id(), "facility": replica.identity.facility})
    replica.save([Edit(ward)], actor.id)
    return ward.id
