"""The tables of codes that come with the program (``resources/codes``): lines of cells divided by strokes.

It knows how they are written and must never know what they mean.
"""

from collections.abc import Iterator
from pathlib import Path

CODES_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "codes"


def read_table(name: str) -> str:
    """The text of a table.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    return (CODES_FOLDER / name).read_text("utf-8")


def table_rows(text: str, parts: int) -> Iterator[tuple[str, ...]]:
    """The cells of each line that is no remark.

    Raises:
        ValueError: a line has not so many parts.
    """
    for line in text.splitlines():
        if line and not line.startswith("#"):
            cells = tuple(cell.strip() for cell in line.split("|"))
            if len(cells) != parts:
                raise ValueError(line)
            yield cells
