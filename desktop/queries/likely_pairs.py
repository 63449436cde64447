"""Which registrations of this facility may be one person, looked for over the whole register in small steps.

Only registrations that share something are compared: a number, a day of birth and a word of the name, a name and the
year or the day of birth or the village, or a newborn's mother. What is alike is weighed in ``sync.records.likeness``;
nothing here decides, and a pair that was said to be one person or two people is never proposed again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from desktop.queries.duplicates import traits_of
from desktop.queries.same_person import together, told_apart
from desktop.queries.values import NOT_VOID
from sync.records.likeness import Level, Likeness, Traits, is_baby_name, likeness, name_words, says_little
from sync.records.namekey import word_key
from sync.replica.reader import Reader, as_blob

#: So many pairs are proposed, the likeliest first.
MOST = 200
#: Rows and pairs of one step: about a tenth of a second on the slowest PCs, so that a search need not wait for long.
_ROWS, _PAIRS = 1_000, 500
#: More registrations that share one thing share nothing telling: days of birth that stand for "not known".
_CROWD = 60
#: Letters of a word of the name that must be the same for those of one day of birth to be compared.
_BEGUN = 3

_REGISTER = f"""
    SELECT p.id, p.name, p.sex, p.birth_date, p.nik, p.jkn_number, p.mother_name, p.mother_nik, p.birth_order, p.village
    FROM patient AS p JOIN record AS r ON r.district = :district AND r.id = p.id AND r.facility = :facility
    WHERE p.district = :district AND p.id > :after AND {NOT_VOID.format(id="p.id")}
    ORDER BY p.id LIMIT {_ROWS}
"""  # noqa: S608  # put together from our own constants


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two registrations that may be one person; ``one`` is the older one."""

    one: str
    other: str
    traits: tuple[Traits, Traits]
    alike: Likeness


@dataclass(frozen=True, slots=True)
class Looked:
    """How far a look has come. ``pairs``: what was found, ``None`` while it goes on.

    ``crowds``: how many groups were too large to be compared.
    """

    registrations: int
    pairs: tuple[LikelyPair, ...] | None = None
    crowds: int = 0


class Look:
    """One look through the register of ``facility``: call :meth:`step` until it gives pairs."""

    def __init__(self, facility: str) -> None:
        self._facility = facility
        self._ids: list[str] = []
        self._traits: list[Traits] = []
        #: Who shares what, by the hash of it: the first one, and all where there are several.
        self._first: dict[int, int] = {}
        self._shared: dict[int, list[int]] = {}
        self._pairs: Iterator[tuple[int, int]] | None = None
        self._crowds = 0
        self._found: list[LikelyPair] = []

    def step(self, reader: Reader) -> Looked:
        """Look on for a moment."""
        if self._pairs is None:
            self._read(reader)
            return Looked(len(self._ids))
        for weighed, (one, other) in enumerate(self._pairs, start=1):
            self._weigh(one, other)
            if weighed == _PAIRS:
                return Looked(len(self._ids))
        return Looked(len(self._ids), still_open(reader, self._found)[:MOST], self._crowds)

    def _read(self, reader: Reader) -> None:
        after = self._ids[-1] if self._ids else "00" * 16
        rows = reader.rows(_REGISTER, {"facility": as_blob(self._facility), "after": as_blob(after)})
        for row in rows:
            self._add(row)
        if len(rows) < _ROWS:
            self._share_mothers()
            self._pairs = self._to_compare()

    def _add(self, row: Mapping[str, Any]) -> None:
        traits, place = traits_of(row), len(self._ids)
        self._ids.append(row["id"])
        self._traits.append(traits)
        for key in _shared_by(traits):
            self._share(hash(key), place)

    def _share(self, key: int, place: int) -> None:
        first = self._first.setdefault(key, place)
        if first != place:
            self._shared.setdefault(key, [first]).append(place)

    def _share_mothers(self) -> None:
        """Newborns who had no name yet, and whoever of the same day has the mother: only she tells who it is."""
        days = {traits.birth_date for traits in self._traits if is_baby_name(traits.name)} - {None}
        for place, traits in enumerate(self._traits):
            if traits.birth_date in days:
                for word in _words(traits.mother_name or ""):
                    self._share(hash(("mother", traits.birth_date, word)), place)

    def _to_compare(self) -> Iterator[tuple[int, int]]:
        """Each pair once, however much they share."""
        self._first.clear()
        compared: set[tuple[int, int]] = set()
        for group in self._shared.values():
            if len(group) > _CROWD:
                self._crowds += 1
                continue
            for pair in combinations(group, 2):
                if pair not in compared:
                    compared.add(pair)
                    yield pair

    def _weigh(self, one: int, other: int) -> None:
        traits = self._traits[one], self._traits[other]
        alike = likeness(*traits)
        if alike.level is not Level.NONE:
            self._found.append(LikelyPair(self._ids[one], self._ids[other], traits, alike))


def still_open(reader: Reader, pairs: Sequence[LikelyPair]) -> tuple[LikelyPair, ...]:
    """Those of ``pairs`` that nobody has decided about, the likeliest first; of two people one pair."""
    people = together(reader, {item for pair in pairs for item in (pair.one, pair.other)})
    apart = {frozenset(_stands(people, item) for item in pair) for pair in told_apart(reader)}
    ordered = sorted(pairs, key=lambda pair: (-pair.alike.level, -pair.alike.points, pair.one, pair.other))
    found: dict[frozenset[str], LikelyPair] = {}
    for pair in ordered:
        both = frozenset(_stands(people, item) for item in (pair.one, pair.other))
        if len(both) == 2 and both not in apart:
            found.setdefault(both, pair)
    return tuple(found.values())


def _stands(people: Mapping[str, tuple[str, ...]], registration: str) -> str:
    return people.get(registration, (registration,))[0]


def _shared_by(traits: Traits) -> Iterator[tuple[object, ...]]:
    """What two registrations must have in common, one of these at least, to be compared."""
    for number in filter(None, (traits.nik, traits.jkn_number)):
        yield ("number", number)
    words = _words(traits.name)
    name = tuple(sorted(words))
    day = traits.birth_date
    # Where one of the two has no day of birth, the village is what tells namesakes apart.
    yield ("name, village", name, traits.village)
    if day is None:
        yield ("name, day unknown", name)
        return
    yield ("name, year", name, day.year)
    yield ("name, day", name, day.month, day.day)
    # The same key where day and month have changed places, and where a letter is wrong further on in the word.
    for begun in {word[:_BEGUN] for word in words if not says_little(word)} or words:
        yield ("day, word", _either_way(day), begun)


def _either_way(day: date) -> tuple[int, int, int]:
    return day.year, min(day.day, day.month), max(day.day, day.month)


def _words(name: str) -> set[str]:
    return {word_key(word) for word in name_words(name)}
