"""How a bug is planted, and those that are planted where values are folded and saved."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from sync.exchange import engine
from sync.records import Wire
from sync.replica import replica, storing
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions import fold as fold_module
from sync.revisions.fold import Folded


@contextmanager
def swapped(owner: Any, name: str, other: Any) -> Iterator[None]:
    """Put ``other`` in the place of a function of the product for a while."""
    kept = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, kept)


@contextmanager
def newest_clock_wins() -> Iterator[None]:
    """The greatest time wins, whoever had seen whom, and the time is the PC's own."""
    right = fold_module.fold

    def fold(record_type: Any, revisions: Iterable[Any]) -> Folded:
        history = sorted(revisions, key=lambda item: (item.stamp, item.id))
        newest: dict[str, Wire] = {}
        for item in history:
            newest.update(item.fields)
        return replace(right(record_type, history), fields=newest)

    def next_stamp(now_ms: int, _parents: Iterable[int]) -> int:
        return now_ms << 16

    with (
        swapped(storing, "fold", fold),
        swapped(storing, "extend", lambda _before, _revision: None),
        swapped(replica, "next_stamp", next_stamp),
        swapped(engine._Run, "_correct_clock", lambda *_: None),
    ):
        yield


def conflict_dropped() -> AbstractContextManager[None]:
    """Two people changed one thing differently, and nobody is told."""
    right = fold_module.fold
    return swapped(storing, "fold", lambda kind, revisions: replace(right(kind, revisions), conflicts=()))


def union_overwrites() -> AbstractContextManager[None]:
    """Of two lists of allergies the later one stays."""
    return swapped(fold_module, "_join", lambda values: values[-1])


def save_looks_again() -> AbstractContextManager[None]:
    """An edit claims to have seen what is there now, not what was on the screen."""
    right = Replica.save

    def save(self: Replica, edits: Sequence[Edit], author: str) -> Any:
        fresh = [
            Edit(edit.record, edit.seen and replace(edit.seen, heads=_heads(self, edit.record.id))) for edit in edits
        ]
        return right(self, fresh, author)

    return swapped(Replica, "save", save)


def _heads(of: Replica, record: str) -> tuple[str, ...]:
    return of.read(lambda connection: storing.known_records(connection, of.identity.district, [record]))[record].heads


def save_in_pieces() -> AbstractContextManager[None]:
    """Records that were saved together are written one transaction after the other."""
    right = Replica.save

    def save(self: Replica, edits: Sequence[Edit], author: str) -> Any:
        return [revision for edit in edits for revision in right(self, [edit], author)]

    return swapped(Replica, "save", save)
