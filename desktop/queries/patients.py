"""Finding a patient while somebody types: by name in any spelling and order, by number, by day of birth.

Every query is a range of an index with a limit, so no text that can be typed makes it slow. What fits letter by letter
comes first. Only what this replica holds is found, and patients taken out of the lists are not.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from itertools import islice
from typing import Any

from desktop.queries.patient_text import Wanted, read_search
from desktop.queries.same_person import together
from desktop.queries.values import NOT_VOID, read_record, to_day
from sync.records import Patient
from sync.records.namekey import (
    KeyRange,
    begun_keys,
    begun_ranges,
    fits,
    literal_range,
    one_letter_off,
    plain_key,
    query_ranges,
    split_words,
    starting_with,
    word_key,
)
from sync.replica.reader import Reader


class Match(IntEnum):
    """How well a patient fits what was typed, the best first."""

    LITERAL = 0
    """Letter by letter, from the beginning of the name (or of a number)."""
    ANY_ORDER = 1
    """Letter by letter, the words in another order."""
    SPELLING = 2
    """Sounds like it."""
    BEGUN = 3
    """Sounds like it when every word is only begun, or two words are one."""
    TYPO = 4
    """One letter off."""


@dataclass(frozen=True, slots=True)
class PatientHit:
    """A found patient, as a list shows it."""

    id: str
    name: str
    sex: str
    birth_date: date | None
    nik: str | None
    jkn_number: str | None
    village: str | None
    record_number: str | None
    also: tuple["PatientHit", ...] = ()
    """The person's other registrations."""
    match: Match = Match.LITERAL


#: Below this number of hits the more generous ways of looking are tried.
_ENOUGH = 5
#: How many index rows one way of looking may read.
_READ = 200
_READ_THROUGH = 1000
_SIMILAR_WORDS = 12
#: Shorter words are one letter off from too many others.
_SHORTEST_MISTYPED = 4

_COLUMNS = "p.id, p.name, p.sex, p.birth_date, p.nik, p.jkn_number, p.village, p.record_number, p.subdistrict"

_KEYS = """
    SELECT k, id FROM search_key WHERE district = :district AND k >= :low AND k < :high ORDER BY k, id LIMIT :limit
"""

_BY_IDS = f"""
    SELECT {_COLUMNS} FROM json_each(:ids) AS c CROSS JOIN patient AS p
    WHERE p.district = :district AND p.id = unhex(c.value) AND {NOT_VOID.format(id="p.id")}
"""  # noqa: S608  # put together from our own constants

_BY_COLUMN = f"""
    SELECT {_COLUMNS} FROM patient AS p
    WHERE p.district = :district AND p.{{column}} >= :low AND p.{{column}} < :high AND {NOT_VOID.format(id="p.id")}
    ORDER BY p.{{column}} LIMIT :limit
"""  # noqa: S608  # put together from our own constants

_SIMILAR = """
    SELECT DISTINCT s.w FROM json_each(:starts) AS c CROSS JOIN search_word AS s
    WHERE s.district = :district AND s.w >= c.value AND s.w < c.value || :beyond LIMIT :limit
"""

_Row = Mapping[str, Any]


def patient_by_id(reader: Reader, patient_id: str) -> Patient | None:
    """One patient; ``None`` if the patient is not here (or no longer)."""
    return read_record(reader, Patient, patient_id)


def search_patients(reader: Reader, text: str, limit: int = 50) -> list[PatientHit]:
    """The patients that fit ``text`` best, at most ``limit``; none for an empty text.

    ``text`` holds words of a name, the last one only begun; or the beginning of a NIK, card or record number; or a day
    of birth (dd-mm-yyyy). Beside a number or a day, words narrow it down by name or village.
    """
    wanted = read_search(text)
    if wanted.is_name:
        hits = _by_name(reader, wanted.words, limit)
    else:
        rows = {row["id"]: row for row in (*_by_numbers(reader, wanted), *_by_birth(reader, wanted))}
        hits = [_hit(row, Match.LITERAL) for row in rows.values()]
    hits = sorted(hits, key=lambda hit: (hit.match, hit.name.casefold(), hit.birth_date or date.max))[:limit]
    return one_for_each_person(reader, hits)


def one_for_each_person(reader: Reader, hits: Sequence[PatientHit]) -> list[PatientHit]:
    """``hits`` with one line for each person, at the place of the best of the person's registrations."""
    people = together(reader, [hit.id for hit in hits])
    if not people:
        return list(hits)
    known = {hit.id: hit for hit in hits}
    lacking = {item for members in people.values() for item in members} - known.keys()
    rows = reader.rows(_BY_IDS, {"ids": json.dumps(sorted(lacking))})
    known.update((row["id"], _hit(row, Match.LITERAL)) for row in rows)
    shown: dict[str, PatientHit] = {}
    for hit in hits:
        stands, *others = people.get(hit.id, (hit.id,))
        also = tuple(known[other] for other in others)
        shown.setdefault(stands, replace(known[stands], also=also, match=hit.match))
    return list(shown.values())


def _by_numbers(reader: Reader, wanted: Wanted) -> Iterator[_Row]:
    for number in wanted.numbers:
        yield from _in_column(reader, number.column, number.start, number.words)


def _by_birth(reader: Reader, wanted: Wanted) -> Iterator[_Row]:
    if wanted.birth_date is not None:
        yield from _in_column(reader, "birth_date", wanted.birth_date.isoformat(), wanted.words)


def _in_column(reader: Reader, column: str, start: str, words: tuple[str, ...]) -> Iterator[_Row]:
    span = starting_with(start)
    params = {"low": span.low, "high": span.high, "limit": _READ_THROUGH if words else _READ}
    for row in reader.rows(_BY_COLUMN.format(column=column), params):
        if _words_fit(words, row):
            yield row


def _words_fit(words: tuple[str, ...], row: _Row) -> bool:
    """Whether each word typed beside a number or a day is begun in the name or in the village."""
    key = plain_key(row["name"])
    places = split_words(f"{row['village'] or ''} {row['subdistrict'] or ''}")
    return all(any(place.startswith(word) for place in places) or fits((word,), key) for word in words)


def _by_name(reader: Reader, words: tuple[str, ...], limit: int) -> list[PatientHit]:
    """Each way of looking in turn, until there are enough."""
    found: dict[str, Match] = {}
    _note(found, Match.LITERAL, (row["id"] for row in _keys(reader, literal_range(words), limit)))
    if len(found) < limit:
        _note(found, Match.SPELLING, _spelled(reader, words))
        if len(found) < _ENOUGH and len(words) > 1:
            _note(found, Match.BEGUN, _begun(reader, words))
        if len(found) < _ENOUGH:
            _note(found, Match.TYPO, _mistyped(reader, words))
    rows = reader.rows(_BY_IDS, {"ids": json.dumps(list(islice(found, 2 * _READ)))})
    return [_hit(row, _sharpened(found[row["id"]], words, row["name"])) for row in rows]


def _note(found: dict[str, Match], match: Match, ids: Iterable[str]) -> None:
    for patient in ids:
        found.setdefault(patient, match)


def _spelled(reader: Reader, words: tuple[str, ...]) -> Iterator[str]:
    if len(words) < 3:
        return (row["id"] for span in query_ranges(words) for row in _keys(reader, span, _READ))
    spans = query_ranges(words)
    return (row["id"] for span in spans for row in _keys(reader, span, _READ_THROUGH) if fits(words, row["k"]))


def _begun(reader: Reader, words: tuple[str, ...]) -> Iterator[str]:
    """Two words that are one name (Nur Aini, Nuraini), or words of which each is only begun."""
    for span in query_ranges(("".join(words),)):
        yield from (row["id"] for row in _keys(reader, span, _READ))
    for span in begun_ranges(words):
        for row in _keys(reader, span, _READ_THROUGH):
            if fits(words, row["k"], all_begun=True):
                yield row["id"]


def _mistyped(reader: Reader, words: tuple[str, ...]) -> Iterator[str]:
    """One word at a time is taken for one that some patient really has and that is one letter off."""
    for place, word in enumerate(words):
        others = words[:place] + words[place + 1 :]
        starts = [""]
        if others and place == len(words) - 1:
            starts = [word_key(max(others, key=len)) + " "]
        for similar in _similar_words(reader, word, begun=place == len(words) - 1):
            after = begun_keys(words[-1]) if place < len(words) - 1 else ("",)
            for start in (f"{before}{similar} {end}" for before in starts for end in after):
                for row in _keys(reader, starting_with(start), _READ):
                    if not others or fits(others, row["k"]):
                        yield row["id"]


def _similar_words(reader: Reader, word: str, *, begun: bool) -> list[str]:
    key = (begun_keys(word)[0] if begun else word_key(word)).strip()
    if len(key) < _SHORTEST_MISTYPED:
        return []
    params = {
        "starts": json.dumps(sorted(one_letter_off(key))),
        "beyond": "\U0010ffff" if begun else " ",
        "limit": _SIMILAR_WORDS,
    }
    return [row["w"] for row in reader.rows(_SIMILAR, params)]


def _keys(reader: Reader, span: KeyRange, most: int) -> list[_Row]:
    return list(reader.rows(_KEYS, {"low": span.low, "high": span.high, "limit": most}))


def _sharpened(match: Match, words: tuple[str, ...], name: str) -> Match:
    """``ANY_ORDER`` for a name that sounds like what was typed and is also written so."""
    if match is not Match.SPELLING:
        return match
    *whole, last = words
    left = list(split_words(name))
    for word in whole:
        if word not in left:
            return match
        left.remove(word)
    return Match.ANY_ORDER if any(part.startswith(last) for part in left) else match


def _hit(row: _Row, match: Match) -> PatientHit:
    return PatientHit(
        id=row["id"],
        name=row["name"],
        sex=row["sex"],
        birth_date=to_day(row["birth_date"]),
        nik=row["nik"],
        jkn_number=row["jkn_number"],
        village=row["village"],
        record_number=row["record_number"],
        match=match,
    )
