"""Take a record out of the lists, and decide what becomes of one that somebody else edited meanwhile.

Nothing is deleted, and nothing of the record itself is changed: all three write facts that name the heads their author
saw, so that whatever arrives later is asked about once more and what was decided is not.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.actions.people import Actor
from sync.errors import BadInput
from sync.records import Record, Void
from sync.replica.values import Edit, Seen

if TYPE_CHECKING:
    from sync.replica.replica import Replica


def take_out(replica: "Replica", actor: Actor, seen: Seen[Record], reason: str) -> str:
    """Take a record out of the lists; the id of the fact.

    Raises:
        BadInput: without a reason; nothing was saved.
    """
    if not reason.strip():
        raise BadInput("missing", field="reason")
    void = _fact(replica, seen, reason.strip())
    replica.save([Edit(void)], actor.id)
    return void.id


def decide(replica: "Replica", actor: Actor, seen: Seen[Record], voids: Sequence[Void], *, returns: bool) -> None:
    """Let a record that ``voids`` keep out of the lists return to them, or stay out with all its edits in sight."""
    facts = [_fact(replica, seen, void.reason, answers=void.id, returned=returns) for void in voids]
    replica.save([Edit(fact) for fact in facts], actor.id)


def _fact(
    replica: "Replica", seen: Seen[Record], reason: str, *, answers: str | None = None, returned: bool = False
) -> Void:
    return Void(
        id=replica.new_id(),
        record=seen.record.id,
        record_type=seen.record.type.name,
        reason=reason,
        seen=seen.heads,
        answers=answers,
        returned=returned,
    )
