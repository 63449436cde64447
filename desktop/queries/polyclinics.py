"""The polyclinics that a letter can name, with the codes of BPJS; they come with the program (``resources/codes``).

Read once and kept in memory; nothing here may change what a letter says.
"""

from functools import cache
from pathlib import Path

POLYCLINICS_FILE = Path(__file__).resolve().parents[2] / "resources" / "codes" / "poli.tsv"


@cache
def polyclinics() -> tuple[tuple[str, str], ...]:
    """Code and name of each, by name.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    lines = POLYCLINICS_FILE.read_text("utf-8").splitlines()[1:]
    pairs = ((line.split("\t")[0], line.split("\t")[1]) for line in lines)
    return tuple(sorted(pairs, key=lambda pair: pair[1].casefold()))


def polyclinic_name(code: str) -> str:
    """The name of a code; a code this program does not know stands for itself."""
    return dict(polyclinics()).get(code, code)
