"""The diseases of the weekly SKDR report and the rules by which a signal is proposed, as the program ships them.

Both are data (``resources/codes``) with their source and certainty, read once. A code proposes a disease and never
decides it: the case definition does, and a person confirms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from desktop.queries.code_tables import read_table, table_rows


@dataclass(frozen=True, slots=True)
class Disease:
    """One disease of the list. ``prefixes``: beginnings of the ICD-10 codes that propose it."""

    letter: str
    name: str
    definition: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``kind`` is count, ratio, rise, trend or manual, see the file; ``factor`` is 0 where there is none."""

    id: str
    letters: tuple[str, ...]
    kind: str
    least: int
    factor: float
    certainty: str
    source: str
    words: str


@cache
def diseases() -> Mapping[str, Disease]:
    """The diseases by letter, in the order of the list."""
    prefixes = {letter: tuple(codes.split()) for letter, codes in table_rows(read_table("skdr.txt"), 2)}
    return MappingProxyType(
        {
            letter: Disease(letter, name, definition, prefixes.get(letter, ()))
            for letter, name, definition in table_rows(read_table("skdr_diseases.txt"), 3)
        }
    )


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order of the file, which is that of their weight."""
    return tuple(
        Rule(id_, tuple(letters.split()), kind, int(least or 0), float(factor or 0), certainty, source, words)
        for id_, letters, kind, least, factor, certainty, source, words in table_rows(read_table("skdr_rules.txt"), 8)
    )


def rules_for(letter: str) -> tuple[Rule, ...]:
    """The rules that speak of one disease."""
    return tuple(rule for rule in rules() if letter in rule.letters)


@cache
def letters_of(code: str | None) -> tuple[str, ...]:
    """The diseases that an ICD-10 code proposes: none, one, or two where the lists overlap (J22)."""
    if not code:
        return ()
    return tuple(disease.letter for disease in diseases().values() if code.startswith(disease.prefixes))


def prefixes() -> tuple[str, ...]:
    """All beginnings of codes that propose some disease."""
    return tuple(sorted({prefix for disease in diseases().values() for prefix in disease.prefixes}))


def disease_words(letter: str | None, label: str | None = None) -> str:
    """How a disease is called: as it was entered, else by the list, with its letter."""
    known = diseases().get(letter or "")
    name = label or (known.name if known else letter or "")
    return f"{name} ({letter})" if letter else name
