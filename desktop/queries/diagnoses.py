"""Finding a diagnosis while somebody types: by code, Indonesian or English name, everyday words, with a letter wrong.

The table comes with the program (``resources/codes``), is read at the first question in a thread of its own, and is
searched in memory. What is found is a proposal: nothing here may change a code or a label that somebody has entered.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from desktop.queries.code_tables import CODES_FOLDER
from desktop.queries.diagnosis_words import MEANT, code_key, fold, one_letter_off, split_query

TABLE_FILE = CODES_FOLDER / "icd10.tsv"

#: A shorter word is one letter off from too many others.
_SHORTEST_MISTYPED = 4
#: More diagnoses than this are not ranked: so little was typed that any of them will do.
_RANKED = 1500

_CODE_BEGUN = re.compile(r"[A-Z][0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One diagnosis as it can be entered."""

    code: str
    #: ``icd10_bpjs``, ``icd10_who2019`` or ``both``.
    lists: str
    #: The Indonesian name, or the English one where there is no other.
    label: str
    english: str
    #: Expected use at a puskesmas: 1 daily, 2 weekly, 3 rarely, 9 hardly ever.
    often: int
    #: Has subdivisions and is better entered with four characters.
    is_group: bool
    #: On the list of 144 that a first-level facility is expected to finish.
    finished_here: bool
    #: The condition of that list, "" for none.
    condition: str
    #: Letters of the weekly SKDR report that this code proposes.
    skdr: tuple[str, ...]

    @property
    def set(self) -> str:
        """The list to note beside the code; a code of both is WHO's."""
        return "icd10_bpjs" if self.lists == "icd10_bpjs" else "icd10_who2019"


class DiagnosisTable:
    """The diagnoses and what is needed to search them; reading takes well below 150 ms."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()[1:]
        # Per line one folded line: ";name;word;word;|english words;". Every word follows a blank or a mark.
        cells = [line.split("\t") for line in self.lines]
        self.text = fold("\n".join(f"; {row[4]}; {row[5]};| {row[6]};" for row in cells))
        folded = self.text.split("\n")
        self.own, self.english = zip(*(line.split("|") for line in folded), strict=True)
        self.starts = [0, *accumulate(len(line) + 1 for line in folded)]
        self.codes = [row[0].replace(".", "") for row in cells]
        self.words = sorted(set(self.text.replace(";", " ").replace("|", " ").split()))
        self.often = [int(row[3]) for row in cells]

    def diagnosis(self, place: int) -> Diagnosis:
        """The diagnosis of a line."""
        code, lists, use, often, name, _words, title, mark, skdr = self.lines[place].split("\t")
        return Diagnosis(
            code=code,
            lists=lists,
            label=name or title,
            english=title,
            often=int(often),
            is_group=use == "group",
            finished_here=bool(mark),
            condition=mark.strip("-"),
            skdr=tuple(skdr.split()),
        )

    def with_code(self, code: str) -> Diagnosis | None:
        """The diagnosis of exactly this code, with or without the dot; ``None`` if there is none."""
        key = code_key(code)
        place = bisect_left(self.codes, key)
        return self.diagnosis(place) if place < len(self.codes) and self.codes[place] == key else None

    def begun_codes(self, key: str) -> range:
        """The lines whose codes begin with ``key``."""
        return range(bisect_left(self.codes, key), bisect_right(self.codes, key + "\uffff"))

    def begun_words(self, start: str) -> set[int]:
        """The lines that have a word beginning with ``start``."""
        found: set[int] = set()
        wanted = f" {start}"
        at = self.text.find(wanted)
        while at >= 0:
            line = bisect_right(self.starts, at) - 1
            found.add(line)
            at = self.text.find(wanted, self.starts[line + 1] - 1)
        return found

    def similar_words(self, word: str) -> Iterator[str]:
        """Words of the table that begin with ``word`` but for one letter."""
        for spelling in one_letter_off(word):
            place = bisect_left(self.words, spelling)
            if place < len(self.words) and self.words[place].startswith(spelling):
                yield spelling


@cache
def diagnosis_table() -> DiagnosisTable:
    """The table that comes with the program, read once.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    return DiagnosisTable(TABLE_FILE.read_text("utf-8"))


def search_diagnoses(table: DiagnosisTable, text: str, limit: int = 20) -> list[Diagnosis]:
    """The diagnoses that fit ``text`` best, at most ``limit``; none for an empty text.

    Words may come in any order and need only be begun; where nothing fits, one letter may be wrong, and then one word
    may be too many. The exact code comes first, then names and everyday words of ours by how often they are needed.
    """
    key = code_key(text)
    if _CODE_BEGUN.fullmatch(key):
        return [table.diagnosis(place) for place in _by_code(table, key)[:limit]]
    words = split_query(text)
    if not words:
        return []
    spellings = [MEANT.get(word, (word,)) for word in words]
    found = _having_all(table, spellings) or _mistyped(table, words) or _without_one(table, words)
    phrase = " ".join(words)
    ranks = {
        place: _rank(table, place, phrase, words) for place in sorted(found, key=table.often.__getitem__)[:_RANKED]
    }
    return [table.diagnosis(place) for place in sorted(ranks, key=ranks.__getitem__)[:limit]]


def read_typed(table: DiagnosisTable, text: str) -> tuple[Diagnosis, str] | None:
    """What was typed as a code, alone or before a label ("O14.1 PEB"): its diagnosis and the label as typed."""
    first, _, rest = text.strip().partition(" ")
    found = table.with_code(first) if _CODE_BEGUN.fullmatch(code_key(first)) else None
    if found is None:
        return None
    return found, rest.strip(" -:") or found.label


def _by_code(table: DiagnosisTable, key: str) -> list[int]:
    places = table.begun_codes(key)
    return sorted(places, key=lambda place: (table.codes[place] != key, table.often[place], table.codes[place]))


def _having_all(table: DiagnosisTable, spellings: list[tuple[str, ...]]) -> set[int]:
    """The lines that have every word in one of its spellings; the longest, as the rarest, is looked for first."""
    found: set[int] | None = None
    for choices in sorted(spellings, key=lambda words: -min(map(len, words))):
        if found is None:
            found = set().union(*(table.begun_words(word) for word in choices))
        else:
            found = {place for place in found if any(_has(table, place, word) for word in choices)}
        if not found:
            break
    return found or set()


def _has(table: DiagnosisTable, place: int, start: str) -> bool:
    wanted = f" {start}"
    return wanted in table.own[place] or wanted in table.english[place]


def _mistyped(table: DiagnosisTable, words: tuple[str, ...]) -> set[int]:
    """Words that the table does not have are taken for what is one letter off."""
    spellings = []
    for word in words:
        known = MEANT.get(word, (word,))
        if len(word) >= _SHORTEST_MISTYPED and not any(f" {spelling}" in table.text for spelling in known):
            known = tuple(table.similar_words(word))
        if not known:
            return set()
        spellings.append(known)
    return _having_all(table, spellings)


def _without_one(table: DiagnosisTable, words: tuple[str, ...]) -> set[int]:
    """One word too many: a side, a number, a name."""
    if not 1 < len(words) <= 8:
        return set()
    found: set[int] = set()
    for left_out in range(len(words)):
        rest = words[:left_out] + words[left_out + 1 :]
        found |= _having_all(table, [MEANT.get(word, (word,)) for word in rest])
    return found


def _rank(table: DiagnosisTable, place: int, phrase: str, words: tuple[str, ...]) -> tuple[int, int, bool, int, str]:
    """Sort key: how it fits, how often it is needed, rather no group, the shorter name, the code."""
    own = table.own[place]
    if f"; {phrase};" in own:
        fit = 0
    elif f"; {phrase}" in own:
        fit = 1
    elif all(f" {word}" in own for word in words):
        fit = 2
    elif own == "; ; ;":
        fit = 4
    else:
        fit = 3
    is_group = table.lines[place].split("\t", 3)[2] == "group"
    return fit, table.often[place], is_group, own.find(";", 1), table.codes[place]
