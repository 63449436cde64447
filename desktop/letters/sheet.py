"""A paper before it is drawn: its text as markup, who signs, and what its QR code holds.

Pure values, and the few functions that make markup. What people typed is escaped here and is never read as markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

#: An empty box to tick.
BOX = "\N{BALLOT BOX}"


class Paper(Enum):
    """Papers that can be printed on: width and height in millimetres, then the margin."""

    A5 = (148.0, 210.0, 8.0)
    A4 = (210.0, 297.0, 15.0)
    ROLL_80 = (80.0, 75.0, 4.0)
    ROLL_58 = (58.0, 75.0, 3.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A caption and what stands beside it."""

    caption: str
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign: what stands above it, the name below ("" leaves a line to write it on), and a note."""

    above: str
    name: str
    note: str = "tanda tangan"
    stamp: bool = False
    """Whether the facility's stamp has a place beside it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper, on as many pages as it needs: head, two columns, running text, signatures."""

    markup: str
    """The running text."""
    head: str = ""
    left: str = ""
    """What stands beside the QR code, at the top of the first page."""
    right: str = ""
    """What stands above the QR code."""
    qr: str = ""
    """What the QR code says; "" for none."""
    qr_width_mm: float = 48.0
    """How wide it may be made where it has little to say."""
    qr_note: str = ""
    """What stands below the QR code, as markup."""
    before_signatures: str = ""
    """What stands at the left of the signatures."""
    signatures: tuple[Signature, ...] = ()
    running: str = ""
    """Stands at the top of every further page."""
    foot: str = ""
    """Stands at the foot of every page; "" for a slip that has neither foot nor page numbers."""
    copies: tuple[str, ...] = ("",)
    """What each copy is for."""


@dataclass(frozen=True, slots=True)
class Document:
    """Sheets that are printed or saved together. ``name`` is the name of the file and says nothing about anybody."""

    name: str
    paper: Paper
    sheets: tuple[Sheet, ...]


def plain(typed: str) -> str:
    """Typed text as markup."""
    return escape(typed.strip()).replace("\r\n", "\n").replace("\n", "<br>")


def captioned(line: Line, style: str = "") -> str:
    """A paragraph that begins with its caption."""
    return f'<p class="{style}"><b>{plain(line.caption)}:</b> {plain(line.text)}</p>'


def to_write(caption: str, caption_width: int = 30, lines: int = 1) -> str:
    """A caption and ruled lines to write on by hand; ``caption_width`` in hundredths of the width."""
    first = (
        f'<tr><td width="{caption_width}%" class="caption">{plain(caption)}</td>'
        f'<td width="{100 - caption_width}%" class="line">&nbsp;</td></tr>'
    )
    further = '<tr><td colspan="2" class="line">&nbsp;</td></tr>' * (lines - 1)
    return f'<table width="100%" cellspacing="0" cellpadding="0">{first}{further}</table>'


def ticks(words: Iterable[str]) -> str:
    """Boxes to tick, each with its words, which a line never parts from it."""
    return "   ".join(f"{BOX}&nbsp;{plain(text).replace(' ', '&nbsp;')}" for text in words)


def beside(lines: Sequence[Line], caption_width: int = 24) -> str:
    """Captions and texts in two columns."""
    rows = "".join(
        f'<tr><td width="{caption_width}%">{plain(line.caption)}</td><td width="2%">:</td>'
        f"<td>{plain(line.text)}</td></tr>"
        for line in lines
    )
    return f'<table width="100%" cellspacing="0" cellpadding="0">{rows}</table>'


def boxed(markup: str) -> str:
    """Markup in a frame."""
    return f'<table class="box" width="100%" cellspacing="0"><tr><td class="box">{markup}</td></tr></table>'


def grid(cells: Sequence[Line], across: int) -> str:
    """Small captions over bold values in a ruled table, ``across`` in a row."""
    rows = []
    for start in range(0, len(cells), across):
        part = [*cells[start : start + across]]
        part += [Line("", "")] * (across - len(part) if len(cells) > across else 0)
        # The first takes what whole hundredths leave over.
        each = 100 // len(part)
        rows.append(
            "".join(_cell(cell, each if place else 100 - each * (len(part) - 1)) for place, cell in enumerate(part))
        )
    return '<table class="box" width="100%" cellspacing="0">' + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _cell(cell: Line, width: int) -> str:
    caption = f'<span class="caption">{plain(cell.caption)}</span><br>' if cell.caption else ""
    return f'<td class="cell" width="{width}%" align="center">{caption}<b>{plain(cell.text)}</b></td>'


def letterhead(name: str, below: str) -> str:
    """The head of the facility, over a line."""
    line = f'<p class="small" align="center">{plain(below)}</p>' if below else ""
    return f'<p class="large" align="center"><b>{plain(name)}</b></p>{line}<hr>'


def heading(title: str, below: str = "") -> str:
    """The title of a paper in the middle, and a line under it."""
    line = f'<p class="apart" align="center">{plain(below)}</p>' if below else ""
    return f'<p class="title" align="center"><b>{plain(title)}</b></p>{line}'
