"""Who may be registered already: the patients most like one who is just being registered.

Every look is a range of an index with a limit, so nothing that can be typed makes it slow. It proposes and never
decides; what is alike is weighed in ``sync.records.likeness``.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from desktop.queries.same_person import together
from desktop.queries.values import NOT_VOID, to_day
from sync.records import Patient
from sync.records.likeness import Level, Likeness, Traits, likeness, name_words, swapped
from sync.records.namekey import KeyRange, starting_with, word_key
from sync.replica.reader import Reader

#: How many are proposed, the likeliest first.
MOST = 3
#: How many rows one look may read.
_READ = 200
#: Names with more words are looked up by their first ones.
_WORDS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient who may be the one that is being registered; ``stands`` is the registration that stands for the
    person."""

    id: str
    stands: str
    traits: Traits
    alike: Likeness


_COLUMNS = (
    "p.id, p.name, p.sex, p.birth_date, p.nik, p.jkn_number, p.mother_name, p.mother_nik, p.birth_order, p.village"
)
_BY_COLUMN = f"""
    SELECT {_COLUMNS} FROM patient AS p
    WHERE p.district = :district AND p.{{column}} = :value AND {NOT_VOID.format(id="p.id")} LIMIT {_READ}
"""  # noqa: S608  # put together from our own constants
_BY_IDS = f"""
    SELECT {_COLUMNS} FROM json_each(:ids) AS c CROSS JOIN patient AS p
    WHERE p.district = :district AND p.id = unhex(c.value) AND {NOT_VOID.format(id="p.id")}
"""  # noqa: S608  # put together from our own constants
_KEYS = """
    SELECT DISTINCT id FROM search_key WHERE district = :district AND k >= :low AND k < :high ORDER BY k LIMIT :limit
"""


def find_duplicates(reader: Reader, typed: Traits, but_not: Collection[str] = ()) -> list[Candidate]:
    """Who is likely the person with these traits, the likeliest first, at most :data:`MOST`.

    ``but_not``: registrations that are not looked at. Of one person the likeliest registration is given.
    """
    found: dict[str, tuple[Traits, Likeness]] = {}
    for row in _looked_up(reader, typed):
        if row["id"] not in but_not and row["id"] not in found:
            traits = traits_of(row)
            found[row["id"]] = traits, likeness(typed, traits)
    likely = [(key, *pair) for key, pair in found.items() if pair[1].level is not Level.NONE]
    likely.sort(key=lambda item: (-item[2].level, -item[2].points, item[0]))
    people = together(reader, [key for key, _, _ in likely])
    shown: dict[str, Candidate] = {}
    for key, traits, alike in likely:
        stands = people.get(key, (key,))[0]
        shown.setdefault(stands, Candidate(key, stands, traits, alike))
    return list(shown.values())[:MOST]


def traits_of(row: Mapping[str, Any]) -> Traits:
    """What is compared of a patient's row."""
    names = Traits.__dataclass_fields__
    return Traits(**{**{name: row[name] for name in names}, "birth_date": to_day(row["birth_date"])})


def traits_of_patient(patient: Patient) -> Traits:
    """What is compared of a patient."""
    return Traits(**{name: getattr(patient, name) for name in Traits.__dataclass_fields__})


def _looked_up(reader: Reader, typed: Traits) -> Iterator[Mapping[str, Any]]:
    for column in ("nik", "jkn_number"):
        if number := getattr(typed, column):
            yield from reader.rows(_BY_COLUMN.format(column=column), {"value": number})
    if typed.birth_date is not None:
        for day in filter(None, (typed.birth_date, swapped(typed.birth_date))):
            yield from reader.rows(_BY_COLUMN.format(column="birth_date"), {"value": day.isoformat()})
    ids: dict[str, None] = {}
    for span in _name_ranges(typed.name):
        rows = reader.rows(_KEYS, {"low": span.low, "high": span.high, "limit": _READ})
        ids.update((row["id"], None) for row in rows)
    yield from reader.rows(_BY_IDS, {"ids": json.dumps(list(ids))})


def _name_ranges(name: str) -> Iterator[KeyRange]:
    """Where the names lie that hold two of the words, and those that are one of them alone."""
    keys = list(dict.fromkeys(word_key(word) for word in name_words(name)[:_WORDS]))
    for one, other in combinations(keys, 2):
        yield starting_with(f"{one} {other} ")
    for key in keys:
        yield KeyRange(f"{key} ", f"{key} !")
