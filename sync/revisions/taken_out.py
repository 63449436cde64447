"""Whether a record is out of the lists, and what was written of it that nobody who took it out had seen. All pure.

The same facts and revisions give the same answer on every computer, in whatever order they came; no clock is asked.
"""

from collections.abc import Iterable, Sequence

from sync.records import Void
from sync.revisions.revision import Revision


def keeping_out(facts: Iterable[Void]) -> tuple[Void, ...]:
    """Of all that was said about one record the voids that keep it out of the lists, the earliest first.

    A void that somebody returned keeps nothing out, whatever was decided about it at the same time.
    """
    facts = list(facts)
    returned = {fact.answers for fact in facts if fact.returned}
    standing = (fact for fact in facts if fact.answers is None and fact.id not in returned)
    return tuple(sorted(standing, key=lambda fact: fact.id))


def unseen_edits(facts: Sequence[Void], revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """The revisions of a record that is out of the lists which no author of a void or of a decision had seen.

    Empty for a record in the lists; also where a void does not say what its author saw (an older program wrote it),
    and while something that was seen has not arrived: it may have everything in it.
    """
    voids = keeping_out(facts)
    if not voids or not all(void.seen for void in voids):
        return ()
    standing = {void.id for void in voids}
    there = {revision.id: revision for revision in revisions}
    left = [head for fact in facts if {fact.id, fact.answers} & standing for head in fact.seen]
    if not there.keys() >= set(left):
        return ()
    seen: set[str] = set()
    while left:
        revision = there.get(left.pop())
        if revision is not None and revision.id not in seen:
            seen.add(revision.id)
            left.extend(revision.parents)
    return tuple(revision for revision in there.values() if revision.id not in seen)
