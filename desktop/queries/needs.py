"""What a diagnosis needs of a hospital: which polyclinics can treat it, and which special facilities.

The tables come with the program (``resources/codes``); they are a proposal of ours for the writer of a letter and must
never forbid a destination.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from desktop.queries.code_tables import read_table, table_rows
from desktop.queries.diagnosis_words import code_key, fold

#: Below this age, in years, the polis for children are asked.
CHILD_BELOW = 18


@dataclass(frozen=True, slots=True)
class SpecialFacility:
    """A facility that not every hospital has. ``words`` name it in a hospital's list of services."""

    code: str
    name: str
    words: tuple[str, ...]
    ward_classes: frozenset[str]
    polis: frozenset[str]

    def is_at(self, services: Iterable[str], ward_classes: Iterable[str], polis: Iterable[str]) -> bool | None:
        """Whether a hospital has it; ``None`` where nothing is known of its services, which are no closed list."""
        if not self.ward_classes.isdisjoint(ward_classes) or not self.polis.isdisjoint(polis):
            return True
        named = [fold(service) for service in services]
        if any(re.search(rf"\b{re.escape(word)}\b", service) for word in self.words for service in named):
            return True
        return False if named else None


@dataclass(frozen=True, slots=True)
class Needs:
    """``polis`` are codes, the best first; each of them can treat it."""

    polis: tuple[str, ...] = ()
    facilities: tuple[SpecialFacility, ...] = ()


@dataclass(frozen=True, slots=True)
class _Range:
    first: str
    last: str
    width: float
    adults: tuple[str, ...]
    children: tuple[str, ...]
    facilities: tuple[SpecialFacility, ...]


class NeedsTable:
    """The ranges of diagnoses with what they need."""

    def __init__(self, needs: str, facilities: str) -> None:
        """Read both tables.

        Raises:
            ValueError: a line has too few parts or no code.
            KeyError: a facility is not in the other table.
        """
        self.facilities = {
            code: SpecialFacility(
                code,
                name,
                tuple(fold(word) for word in words.split(";")),
                frozenset(classes.split()),
                frozenset(polis.split()),
            )
            for code, name, words, classes, polis in table_rows(facilities, 5)
        }
        self._ranges = sorted((self._range(*row) for row in table_rows(needs, 4)), key=lambda item: item.width)

    def of(self, code: str | None, age: int | None) -> Needs | None:
        """What the diagnosis needs for a patient of ``age`` years; ``None`` where that is not known."""
        key = code_key(code or "")
        if len(key) < 3:  # a category of ICD-10
            return None
        found = next((item for item in self._ranges if item.first <= key and key[: len(item.last)] <= item.last), None)
        if found is None:
            return None
        child = age is not None and age < CHILD_BELOW
        return Needs(found.children if child else found.adults, found.facilities)

    @property
    def polis(self) -> set[str]:
        """All codes of polis that the ranges name."""
        return {poli for item in self._ranges for poli in item.adults + item.children}

    def _range(self, codes: str, adults: str, children: str, facilities: str) -> _Range:
        first, _, last = codes.replace(".", "").partition("-")
        last = last or first
        return _Range(
            first,
            last,
            _place(last) + 10.0 ** (3 - len(last)) - _place(first),
            tuple(adults.split()),
            tuple(children.split()) or tuple(adults.split()),
            tuple(self.facilities[name] for name in facilities.split()),
        )


@cache
def needs_table() -> NeedsTable:
    """The table that comes with the program, read once.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    return NeedsTable(read_table("needs.txt"), read_table("facilities.txt"))


def _place(code: str) -> float:
    """Where a code stands among all, a category being one long."""
    return ord(code[0]) * 100 + int(code[1:3]) + (int(code[3:]) / 10 ** (len(code) - 3) if code[3:] else 0)
