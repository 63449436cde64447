"""The fold: a set of revisions of one record becomes its current values, its heads and its conflicts.

Pure and total: any order, any repetition and any split of the set over time give the same result, and an edit whose
author had seen another one wins over it whatever the clocks say. Nothing here may look at a clock or a database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync.records import Merge, RecordType, Wire
from sync.revisions.revision import Revision


@dataclass(frozen=True, slots=True)
class Folded:
    """What a set of revisions of one record amounts to.

    ``heads`` are the revisions no other one has as a parent; ``conflicts`` the fields two people changed differently,
    for which ``fields`` holds the value to display; ``missing`` the parents that have not arrived yet (no conflict
    is reported before they have: it may be none).
    """

    fields: Mapping[str, Wire]
    heads: tuple[str, ...]
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]


def fold(record_type: RecordType | None, revisions: Iterable[Revision]) -> Folded:
    """Fold the revisions of one record. ``record_type`` is ``None`` for a type this program does not know."""
    history = _History(revisions)
    fields: dict[str, Wire] = {}
    conflicts: set[str] = set()
    for name, setters in sorted(history.setters().items()):
        candidates = history.latest_of(setters)
        values = [history.items[index].fields[name] for index in candidates]
        known = record_type.fields.get(name) if record_type else None
        merge = known.merge if known else Merge.LATEST
        fields[name] = _join(values) if merge is Merge.UNION else values[-1]
        grouped = known is not None and known.group is not None
        if merge is Merge.ASK and not grouped and any(value != values[0] for value in values):
            conflicts.add(name)
    for names in record_type.groups.values() if record_type else ():
        if history.group_differs(names):
            conflicts.update(names)
    return Folded(
        fields=fields,
        heads=history.heads(),
        conflicts=() if history.missing else tuple(sorted(conflicts)),
        missing=history.missing,
    )


def extend(before: Folded, revision: Revision) -> Folded | None:
    """The quick way: fold one more revision whose parents are just the heads; ``None`` where the whole fold is due."""
    if before.conflicts or before.missing or revision.parents != before.heads:
        return None
    return Folded(fields={**before.fields, **revision.fields}, heads=(revision.id,), conflicts=(), missing=())


def contested(record_type: RecordType, revisions: Iterable[Revision], name: str) -> Sequence[Revision]:
    """The revisions between which a person has to decide field ``name`` (or its whole group), oldest stamp first."""
    history = _History(revisions)
    group = record_type.fields[name].group
    names = record_type.groups[group] if group else (name,)
    setters = [i for i, item in enumerate(history.items) if any(field in item.fields for field in names)]
    return [history.items[index] for index in history.latest_of(setters)]


def _join(values: Sequence[Wire]) -> Wire:
    """The union of lists, in a fixed order."""
    if len(values) == 1:
        return values[0]
    return sorted({item for value in values if isinstance(value, list) for item in value})


class _History:
    """The revisions of one record in causal order, with the ancestors of each as a bit set."""

    def __init__(self, revisions: Iterable[Revision]) -> None:
        unique = {item.id: item for item in revisions}
        self.missing = tuple(sorted({p for item in unique.values() for p in item.parents} - unique.keys()))
        self.items: list[Revision] = []
        self._ancestors: list[int] = []
        place: dict[str, int] = {}
        # A child's stamp is greater than its parents', so this order is causal for honest writers. A forged stamp
        # may break that, hence the loop: a revision waits until its parents are placed.
        waiting = sorted(unique.values(), key=lambda item: (item.stamp, item.id))
        while waiting:
            later = []
            for item in waiting:
                if any(parent in unique and parent not in place for parent in item.parents):
                    later.append(item)
                    continue
                bits = 0
                for parent in item.parents:
                    if parent in place:
                        bits |= self._ancestors[place[parent]] | 1 << place[parent]
                place[item.id] = len(self.items)
                self.items.append(item)
                self._ancestors.append(bits)
            waiting = later

    def setters(self) -> dict[str, list[int]]:
        """For each field the revisions that set it."""
        found: dict[str, list[int]] = {}
        for index, item in enumerate(self.items):
            for name in item.fields:
                found.setdefault(name, []).append(index)
        return found

    def latest_of(self, indexes: Sequence[int]) -> list[int]:
        """Those of ``indexes`` that are not ancestors of another of them; the greatest (stamp, id) last."""
        covered = 0
        for index in indexes:
            covered |= self._ancestors[index]
        kept = [index for index in indexes if not covered >> index & 1]
        return sorted(kept, key=lambda index: (self.items[index].stamp, self.items[index].id))

    def heads(self) -> tuple[str, ...]:
        return tuple(sorted(self.items[index].id for index in self.latest_of(range(len(self.items)))))

    def group_differs(self, names: Sequence[str]) -> bool:
        """Whether concurrent changes anywhere in a group show their authors different values of the group."""
        setters = [i for i, item in enumerate(self.items) if any(name in item.fields for name in names)]
        candidates = self.latest_of(setters)
        seen = [[self._seen_by(index, name) for name in names] for index in candidates]
        return any(values != seen[0] for values in seen)

    def _seen_by(self, index: int, name: str) -> Wire:
        """The value of a field that the author of one revision had on the screen when it was saved."""
        within = self._ancestors[index] | 1 << index
        setters = [i for i in range(index + 1) if within >> i & 1 and name in self.items[i].fields]
        if not setters:
            return None
        return self.items[self.latest_of(setters)[-1]].fields[name]
