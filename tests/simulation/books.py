"""What people did and were told, kept apart from every database of the simulated world.

A save that returned is a promise; the books know each of them, and what was never meant to succeed.
"""

from collections.abc import Sequence

from sync.replica.values import Edit
from sync.revisions.revision import Revision
from tests.simulation.machines import Pc, Server
from tests.simulation.reading import rows, stored
from tests.simulation.story import Violation


class Books:
    """What people did and were told, kept apart from every database of the world."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, Pc] = {}
        self.forged: set[str] = set()
        #: Devices whose chain has a hole or a fork for a reason.
        self.broken_chains: set[str] = set()
        self.resolved = 0
        self._registrations = 0
        #: New records that one save was to write together.
        self.together: list[tuple[str, ...]] = []

    def registration(self, pc: Pc) -> str:
        """A number that is given once in this world: of a patient's folder or of a letter."""
        self._registrations += 1
        return f"{pc.identity.letter}-{self._registrations:05}"

    def intend(self, edits: Sequence[Edit]) -> None:
        """A save begins."""
        new = tuple(edit.record.id for edit in edits if edit.seen is None)
        if len(new) > 1:
            self.together.append(new)

    def acknowledge(self, pc: Pc, edits: Sequence[Edit], revisions: Sequence[Revision], *, forged: bool) -> None:
        """A save returned: the person was told that it is safe."""
        changed = [edit for edit in edits if edit.seen is None or edit.record != edit.seen.record]
        if [edit.record.id for edit in changed] != [revision.record for revision in revisions]:
            raise Violation("a save did not write just the records that it was given")
        for edit, revision in zip(changed, revisions, strict=True):
            wires = edit.record.to_fields()
            before = edit.seen.record.to_fields() if edit.seen else dict.fromkeys(wires)
            wanted = {name: wire for name, wire in wires.items() if wire != before[name] and (edit.seen or wire != [])}
            heads = edit.seen.heads if edit.seen else ()
            if dict(revision.fields) != wanted or sorted(revision.parents) != sorted(heads):
                raise Violation(f"revision {revision.id[:8]} does not say what its author saw and changed")
        for revision in revisions:
            self.acknowledged[revision.id] = pc
            if forged:
                self.forged.add(revision.id)
                self.broken_chains.add(revision.device)

    def forget_unsent(self, pc: Pc, server: Server, others: Sequence[Pc]) -> None:
        """This PC's disk is about to be put back: what only it holds is physically gone.

        Of what was saved together one half may have reached a colleague by the hub. What was out of place comes back
        from nowhere: a hub gives it to its colleagues before the district has refused it, and does not take it again.
        """
        kept = {
            item.id: item
            for disk in (server.disk, *(other.disk for other in others))
            for item in stored(disk)
            if item.id not in self.forged
        }
        kept |= {item.id: item for item in stored(pc.disk) if rows(pc.image, "1", "revision", "id = ?", _raw(item.id))}
        self.acknowledged = {
            item: owner for item, owner in self.acknowledged.items() if owner is not pc or item in kept
        }
        records = {item.record for item in kept.values()}
        self.together = [group for group in self.together if records >= set(group)]


def _raw(revision_id: str) -> bytes:
    return bytes.fromhex(revision_id)
