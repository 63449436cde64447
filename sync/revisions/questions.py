"""What a person has to be told about a record's history: who saw and wrote what, and between which values to decide.

Pure, and all of it said by the fold: nothing here decides which value is right or whether there is a conflict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sync.records import RecordType, Wire
from sync.revisions.fold import contested, fold
from sync.revisions.revision import Revision


@dataclass(frozen=True, slots=True)
class Saving:
    """One revision, with the values its author had on the screen ``before`` changing some of them."""

    revision: Revision
    before: Mapping[str, Wire]

    @property
    def after(self) -> Mapping[str, Wire]:
        """The values its author had on the screen when it was saved."""
        return {**self.before, **self.revision.fields}


@dataclass(frozen=True, slots=True)
class Answer:
    """One set of values for the fields of a question, and the revisions whose authors mean it, oldest stamp first."""

    values: Mapping[str, Wire]
    revisions: Sequence[Revision]


@dataclass(frozen=True, slots=True)
class Question:
    """Fields that two people changed differently: one field, or those of one clinical group.

    ``answers`` are at least two, the oldest first. ``together`` are the values with what each of them changed, where no
    field was changed by two of them differently; ``None`` where there is nothing to put together.
    """

    names: tuple[str, ...]
    answers: tuple[Answer, ...]
    together: Mapping[str, Wire] | None


def savings(record_type: RecordType | None, revisions: Iterable[Revision]) -> list[Saving]:
    """Every revision of one record after those it descends from, and beyond that by stamp."""
    unique = {item.id: item for item in revisions}
    made: dict[str, Saving] = {}
    waiting = sorted(unique.values(), key=lambda item: (item.stamp, item.id))
    while waiting:
        later = []
        for item in waiting:
            parents = [unique[parent] for parent in item.parents if parent in unique]
            if any(parent.id not in made for parent in parents):
                later.append(item)
            elif len(parents) == 1:
                # Whoever edits one head sees all of it: no need to fold what is before.
                made[item.id] = Saving(item, made[parents[0].id].after)
            else:
                made[item.id] = Saving(item, fold(record_type, _with_ancestors(unique, parents)).fields)
        waiting = later
    return list(made.values())


def questions(record_type: RecordType, revisions: Sequence[Revision]) -> list[Question]:
    """What a person has to decide about one record, in the order of its fields."""
    folded = fold(record_type, revisions)
    if not folded.conflicts:
        return []
    seen = {item.revision.id: item.after for item in savings(record_type, revisions)}
    alone = fold(_ungrouped(record_type), revisions).conflicts
    found: list[Question] = []
    for names in question_names(record_type, folded.conflicts):
        answers: list[Answer] = []
        for item in contested(record_type, revisions, names[0]):
            values = {name: seen[item.id].get(name) for name in names}
            same = next((place for place, other in enumerate(answers) if other.values == values), None)
            if same is None:
                answers.append(Answer(values, (item,)))
            else:
                answers[same] = Answer(values, (*answers[same].revisions, item))
        shown = {name: folded.fields.get(name) for name in names}
        joinable = set(names).isdisjoint(alone) and all(answer.values != shown for answer in answers)
        found.append(Question(names, tuple(answers), shown if joinable else None))
    return found


def question_names(record_type: RecordType, conflicts: Iterable[str]) -> list[tuple[str, ...]]:
    """The fields in conflict as the questions they make: those of one clinical group are one."""
    left = set(conflicts)
    found = []
    for name, field in record_type.fields.items():
        if name in left:
            names = record_type.groups[field.group] if field.group else (name,)
            left.difference_update(names)
            found.append(names)
    return found


def _with_ancestors(unique: Mapping[str, Revision], revisions: Iterable[Revision]) -> list[Revision]:
    found: dict[str, Revision] = {}
    waiting = list(revisions)
    while waiting:
        item = waiting.pop()
        if item.id not in found:
            found[item.id] = item
            waiting += [unique[parent] for parent in item.parents if parent in unique]
    return list(found.values())


def _ungrouped(record_type: RecordType) -> RecordType:
    """The same fields, each for itself."""
    fields = {name: replace(field, group=None) for name, field in record_type.fields.items()}
    return replace(record_type, fields=fields, groups={})
