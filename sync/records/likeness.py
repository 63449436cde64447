"""How likely two registrations are one person: what agrees and what speaks against it, weighed and never decided.

Pure values in and out, the same on every computer. A number that is the same weighs most; a twin or a mother is alike
in almost everything and must not be taken for the same person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from types import MappingProxyType

from sync.records.namekey import split_words, word_key


class Level(IntEnum):
    """How much speaks for one person."""

    NONE = 0
    SIMILAR = 1
    LIKELY = 2
    STRONG = 3
    """The same NIK or card number."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared; ``None`` and "" are not known."""

    name: str = ""
    sex: str = ""
    birth_date: date | None = None
    nik: str | None = None
    jkn_number: str | None = None
    mother_name: str | None = None
    mother_nik: str | None = None
    birth_order: int | None = None
    village: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """``agrees`` names what is the same or nearly so, the weightiest first, by the keys of :data:`WEIGHTS`."""

    level: Level
    points: float
    agrees: tuple[str, ...]


#: Points for what agrees and what does not; measured over invented people (``python -m tests.benchmarks duplicates``).
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "nik": 20.0,
        "jkn_number": 20.0,
        "name": 6.0,
        "name_alike": 0.0,
        "birth_date": 5.0,
        "birth_date_swapped": 4.0,
        "birth_date_near": 3.0,
        "birth_year": 1.0,
        "mother": 3.0,
        "village": 2.0,
        "number_alike": 3.0,
        "other_birth_date": -4.0,
        "other_sex": -3.0,
        "other_nik": -6.0,
        "other_jkn_number": -3.0,
        "other_mother": -2.0,
        "other_mother_nik": -6.0,
        "other_village": -1.0,
    }
)

SIMILAR_FROM, LIKELY_FROM = 8.0, 11.0

#: From this likeness on two names are one name written differently.
SAME_NAME = 0.95
_ALIKE = 0.75

#: Not part of a name: titles, and how people and newborns without a name are called.
_TITLES = frozenset({"h", "hj", "dr", "drg", "ir", "prof", "tn", "ny", "nn", "an", "sdr", "sdri", "bpk", "ibu", "alm"})
_BABY = frozenset({"by", "bayi"})
#: So many people have these that they say little; by their sound.
_COMMON = frozenset(map(word_key, ("muhammad", "m", "siti", "st", "nur", "sri", "ahmad", "abdul", "dwi", "tri", "al")))
_COMMON_WEIGHT = 0.4
_SHORTEST_MISTYPED = 4


def likeness(one: Traits, other: Traits) -> Likeness:
    """How likely ``one`` and ``other`` are one person. It does not matter which is which."""
    found = [*_numbers(one, other), *_birth(one, other), *_places(one, other)]
    babies = is_baby_name(one.name) + is_baby_name(other.name)
    alike = name_likeness(one.name, other.name)
    points = sum(WEIGHTS[key] for key in found)
    if babies == 1:
        # A newborn who has got a name since: the names say nothing, mother and day of birth say it.
        return _judged(points, found, Level.SIMILAR) if {"mother", "birth_date"} <= set(found) else _NOBODY
    points += 2 * WEIGHTS["name"] * (alike - 0.5)
    if alike >= _ALIKE:
        found.append("name" if alike >= SAME_NAME else "name_alike")
    most = Level.SIMILAR if _may_be_twins(one, other, found, alike) else Level.STRONG
    return _judged(points, found, most)


def name_likeness(one: str, other: str) -> float:
    """1 for names that sound the same in any order of their words, 0 for names that have nothing in common."""
    left, right = name_words(one), name_words(other)
    if not left or not right:
        return 0.0
    if word_key("".join(left)) == word_key("".join(right)):
        return 1.0
    keys, others = [word_key(word) for word in left], [word_key(word) for word in right]
    whole = sum(map(_weight, keys)) + sum(map(_weight, others))
    pairs = [(_word_likeness(key, its), key, its) for key in keys for its in others]
    shared = 0.0
    for alike, key, its in sorted(pairs, reverse=True):
        if alike and key in keys and its in others:
            keys.remove(key)
            others.remove(its)
            shared += alike * (_weight(key) + _weight(its))
    return shared / whole


def name_words(name: str) -> list[str]:
    """The words of a name without titles and degrees; of a newborn without a name those of the mother."""
    words = split_words(name.partition(",")[0])
    return [word for word in words if word not in _TITLES and word not in _BABY] or list(words)


def is_baby_name(name: str) -> bool:
    """Whether a newborn is called by the mother's name (By. Ny. Siti Aminah)."""
    return not _BABY.isdisjoint(split_words(name)[:2])


def says_little(key: str) -> bool:
    """Whether so many people have this word, by its sound, in their name that it hardly tells anybody apart."""
    return key in _COMMON


def swapped(day: date) -> date | None:
    """The day with its day and month in each other's place; ``None`` where that is no other day."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def _weight(key: str) -> float:
    return _COMMON_WEIGHT if says_little(key) else 1.0


def _word_likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= _SHORTEST_MISTYPED and _one_letter_off(short, long):
        return 0.75
    return 0.6 if len(short) != 2 and long.startswith(short) else 0.0


def _one_letter_off(short: str, long: str) -> bool:
    """Whether a letter is missing, wrong, or has changed places with the next one; quicker than all such words."""
    if len(long) - len(short) > 1:
        return False
    at = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or short[at:] == long[at + 1 : at + 2] + long[at : at + 1] + long[at + 2 :]


def _numbers(one: Traits, other: Traits) -> list[str]:
    found = []
    for name in ("nik", "jkn_number"):
        mine, its = getattr(one, name), getattr(other, name)
        if mine and its:
            found.append(name if mine == its else "number_alike" if _one_slip(mine, its) else f"other_{name}")
    return found


def _one_slip(one: str, other: str) -> bool:
    """Whether two numbers differ by one digit, or by two that changed places."""
    if len(one) != len(other):
        return False
    places = [place for place, (mine, its) in enumerate(zip(one, other, strict=True)) if mine != its]
    if len(places) == 2:
        first, second = places
        return second == first + 1 and (one[first], one[second]) == (other[second], other[first])
    return len(places) == 1


def _birth(one: Traits, other: Traits) -> list[str]:
    mine, its = one.birth_date, other.birth_date
    if mine is None or its is None:
        return []
    if mine == its:
        return ["birth_date"]
    if swapped(mine) == its:
        return ["birth_date_swapped"]
    if _one_slip(mine.isoformat(), its.isoformat()):
        return ["birth_date_near"]
    if mine.year == its.year:
        return ["birth_year"]
    return ["other_birth_date"] if abs(mine.year - its.year) > 1 else []


def _places(one: Traits, other: Traits) -> list[str]:
    found = []
    if one.sex and other.sex and one.sex != other.sex:
        found.append("other_sex")
    if one.mother_nik and other.mother_nik:
        same = one.mother_nik == other.mother_nik
        found += ["mother"] if same else [] if _one_slip(one.mother_nik, other.mother_nik) else ["other_mother_nik"]
    elif one.mother_name and other.mother_name:
        alike = name_likeness(one.mother_name, other.mother_name)
        found += ["mother"] if alike >= _ALIKE else ["other_mother"] if alike < 0.5 else []
    if one.village and other.village:
        same = split_words(one.village) == split_words(other.village)
        found.append("village" if same else "other_village")
    return found


def _may_be_twins(one: Traits, other: Traits, found: list[str], alike: float) -> bool:
    if not {"mother", "birth_date"} <= set(found):
        return False
    orders = (one.birth_order, other.birth_order)
    return alike < SAME_NAME or "other_sex" in found or bool(all(orders) and orders[0] != orders[1])


def _judged(points: float, found: list[str], most: Level) -> Likeness:
    agrees = tuple(sorted((key for key in found if WEIGHTS[key] >= 0), key=lambda key: -WEIGHTS[key]))
    if {"nik", "jkn_number"} & set(found):
        level = Level.STRONG
    elif points >= LIKELY_FROM:
        level = Level.LIKELY
    else:
        level = Level.SIMILAR if points >= SIMILAR_FROM else Level.NONE
    return Likeness(min(level, most), points, agrees)


_NOBODY = Likeness(Level.NONE, 0.0, ())
