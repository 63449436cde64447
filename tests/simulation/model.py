"""What must be true, said a second time and as plainly as possible: who may see a revision, and what a record is.

Written for clearness and not for speed, and without the product's feeds and fold: the simulation and the property
tests compare the product with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync.records import RecordType, Wire
from sync.revisions.revision import Revision

PUBLIC_TYPES = frozenset({"facility", "ward", "route", "duty", "computer"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What a set of revisions of one record must amount to."""

    fields: Mapping[str, Wire]
    heads: tuple[str, ...]
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]


def ancestors_of(revisions: Iterable[Revision]) -> dict[str, set[str]]:
    """For each revision the ids of all that its author had seen, directly or through others."""
    there = {item.id: item for item in revisions}
    found: dict[str, set[str]] = {}

    def walk(revision_id: str) -> set[str]:
        if revision_id not in found:
            seen: set[str] = set()
            for parent in there[revision_id].parents:
                if parent in there:
                    seen |= {parent} | walk(parent)
            found[revision_id] = seen
        return found[revision_id]

    for revision_id in there:
        walk(revision_id)
    return found


def expected_fold(record_type: RecordType | None, revisions: Iterable[Revision]) -> Expected:
    """Current values, heads and conflicts of a record."""
    there = {item.id: item for item in revisions}
    before = ancestors_of(there.values())

    def last_of(ids: Iterable[str]) -> list[Revision]:
        """Those that no other of them has seen, the one to display last."""
        among = set(ids)
        kept = [there[item] for item in among if not any(item in before[other] for other in among)]
        return sorted(kept, key=lambda item: (item.stamp, item.id))

    def shown(ids: Iterable[str], name: str) -> Wire:
        setters = last_of(item for item in ids if name in there[item].fields)
        return setters[-1].fields[name] if setters else None

    fields: dict[str, Wire] = {}
    conflicts: set[str] = set()
    for name in {name for item in there.values() for name in item.fields}:
        values = [item.fields[name] for item in last_of(i for i in there if name in there[i].fields)]
        merge = record_type.fields[name].merge if record_type and name in record_type.fields else "latest"
        fields[name] = values[-1]
        if merge == "union" and len(values) > 1:
            fields[name] = sorted({text for value in values if isinstance(value, list) for text in value})
        grouped = bool(record_type and name in record_type.fields and record_type.fields[name].group)
        if merge == "ask" and not grouped and any(value != values[0] for value in values):
            conflicts.add(name)
    for names in record_type.groups.values() if record_type else ():
        writers = last_of(i for i in there if any(name in there[i].fields for name in names))
        screens = [[shown({w.id} | before[w.id], name) for name in names] for w in writers]
        if any(screen != screens[0] for screen in screens):
            conflicts.update(names)
    missing = tuple(sorted({p for item in there.values() for p in item.parents if p not in there}))
    heads = tuple(sorted(item.id for item in last_of(there)))
    return Expected(fields, heads, () if missing else tuple(sorted(conflicts)), missing)


class Visibility:
    """Who may see what, from all revisions of the district."""

    def __init__(self, revisions: Sequence[Revision]) -> None:
        #: For each patient and each referral the facilities that a letter or a redirection opened it to.
        self._opened: dict[str, set[str]] = {}
        writers: dict[str, set[str]] = {}
        patient_of = {r.record: str(r.fields["patient"]) for r in revisions if r.type == "referral"}
        for item in revisions:
            target = item.fields.get("to_facility")
            if item.type == "patient" and not item.parents:
                writers.setdefault(item.record, set()).add(item.facility)
            if item.type == "signal":
                writers.setdefault(item.record, set()).add(item.facility)
            if item.type == "referral":
                writers.setdefault(item.record, set()).add(item.facility)
                self._open(item.record, target)
                self._open(patient_of[item.record], target)
            if item.type == "referral_event" and item.fields["kind"] == "dialihkan":
                self._open(str(item.fields["referral"]), target)
                self._open(patient_of.get(str(item.fields["referral"]), ""), target)
        for record, names in writers.items():
            self._opened.setdefault(record, set()).update(names)

    def _open(self, record: str, target: Wire) -> None:
        if isinstance(target, str):
            self._opened.setdefault(record, set()).add(target)

    def sees(self, facility: str, facility_kind: str, item: Revision) -> bool:
        """Whether a facility may see a revision."""
        if facility_kind == "dinkes" or item.type in PUBLIC_TYPES or item.facility == facility:
            return True
        if item.type in ("patient", "referral"):
            return facility in self._opened.get(item.record, set())
        if item.type == "referral_event":
            return facility in self._opened.get(str(item.fields["referral"]), set())
        if item.type == "signal_event":
            return facility in self._opened.get(str(item.fields["signal"]), set())
        return False
