"""The polyclinics that a letter can name, with the codes of BPJS; they come with the program (``resources/codes``).

Read once and kept in memory; nothing here may change what a letter says.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from desktop.queries.code_tables import read_table, table_rows
from desktop.queries.diagnosis_words import fold


@cache
def polyclinics() -> tuple[tuple[str, str], ...]:
    """Code and name of each that a puskesmas usually refers to, by name.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    pairs = ((code, name) for code, name, level in _rows() if level == "poli")
    return tuple(sorted(pairs, key=lambda pair: pair[1].casefold()))


@cache
def polyclinic_names() -> Mapping[str, str]:
    """The name by code of all there are, subspecialties included.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    return MappingProxyType({code: name for code, name, _level in _rows()})


def polyclinic_name(code: str) -> str:
    """The name of a code; a code this program does not know stands for itself."""
    return polyclinic_names().get(code, code)


def polyclinic_code(written: str | None) -> str | None:
    """The code of a poli that was written as a code or by its name; ``None`` if it is neither."""
    text = fold(written or "").strip().removeprefix("poli ").strip()
    known = polyclinic_names()
    if text.upper() in known:
        return text.upper()
    return next((code for code, name in known.items() if fold(name) == text), None) if text else None


def _rows() -> list[tuple[str, str, str]]:
    return [(code, name, level) for code, name, level in table_rows(read_table("polis.txt"), 3)]
