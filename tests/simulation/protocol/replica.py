"""What every computer of the model holds: revisions, and for each record which of them nobody has seen past yet."""

from collections.abc import Iterable
from typing import NamedTuple

#: Audiences that are no facility; facilities are numbered from 0.
PUBLIC, OFFICE = -1, -2

#: What is known of the district about a revision: it waits here, the district has it, somebody else brings it.
WAITS, AT_DISTRICT, CARRIED = 0, 1, 2

#: Kinds of revisions: what they are in the product. Letters, events and redirections are facts.
BED, VISIT, PATIENT, LETTER, EVENT, REDIRECT = "bed", "visit", "patient", "letter", "event", "redirect"
DOCUMENTS = (BED, VISIT, PATIENT)

#: Which kinds of facility write which kinds.
MAY_WRITE = {
    "puskesmas": frozenset({VISIT, PATIENT, LETTER, EVENT}),
    "rs": frozenset({BED, EVENT}),
    "dinkes": frozenset({REDIRECT}),
}


class Rev(NamedTuple):
    """A revision. ``target`` is the hospital that a letter or a redirection names; ``patient`` that of a letter."""

    id: int
    device: int
    number: int
    kind: str
    record: int
    scope: int
    facility: int
    parents: tuple[int, ...]
    stamp: int
    urgent: bool
    target: int
    patient: int


def mixed(revision_id: int) -> int:
    """A number that depends on every bit of an id: digests are sums of these."""
    mingled = (revision_id + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    return (mingled ^ mingled >> 31) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF


class Holding:
    """A set of revisions and what it amounts to."""

    def __init__(self) -> None:
        self.revs: dict[int, Rev] = {}
        self.heads: dict[int, set[int]] = {}
        self.passed: dict[int, set[int]] = {}
        self.records: dict[str, list[int]] = {}

    def add(self, rev: Rev) -> None:
        """Store a revision that is not here yet, before or after its parents."""
        self.revs[rev.id] = rev
        heads = self.heads.get(rev.record)
        if heads is None:
            self.heads[rev.record] = {rev.id}
            self.passed[rev.record] = set(rev.parents)
            self.records.setdefault(rev.kind, []).append(rev.record)
            return
        passed = self.passed[rev.record]
        passed.update(rev.parents)
        heads.difference_update(rev.parents)
        if rev.id not in passed:
            heads.add(rev.id)

    def copy_into(self, other: "Holding") -> None:
        """Make another holding the same as this one."""
        other.revs = dict(self.revs)
        other.heads = {record: set(heads) for record, heads in self.heads.items()}
        other.passed = {record: set(passed) for record, passed in self.passed.items()}
        other.records = {kind: list(records) for kind, records in self.records.items()}

    def forget(self, ids: Iterable[int]) -> None:
        """Lose revisions, which no rule of the protocol ever allows."""
        kept = [rev for rev in self.revs.values() if rev.id not in set(ids)]
        self.revs, self.heads, self.passed, self.records = {}, {}, {}, {}
        for rev in kept:
            self.add(rev)
