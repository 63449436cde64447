"""Tables as files that spreadsheets open: XLSX, and CSV as the Indonesian Excel reads it.

Text stays text: what begins like a formula is never one. A value that is not known is an empty cell, never 0. A file is
there whole or not at all; this module must never know what the tables mean.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Value = str | int | float | None

#: What a spreadsheet may take for the beginning of a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
#: The longest name of a sheet that Excel opens, and the letters it may not have.
_LONGEST_NAME = 31
_NOT_IN_NAMES = "[]:*?/\\"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, headings, and rows as long as the headings."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The tables as sheets of one workbook."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    decimal = book.add_format({"num_format": "#,##0.0", "valign": "top"})
    whole = book.add_format({"num_format": "#,##0", "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name))
        for column, heading in enumerate(sheet.headings):
            page.write_string(0, column, heading, bold)
            page.set_column(column, column, _width(sheet, column))
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                _write(page, number, column, value, wrapped, decimal, whole)
        page.freeze_panes(1, 1)
    book.close()
    return target.getvalue()


def csv_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The tables under each other, each below its name: UTF-8 with BOM, semicolons, decimal commas."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    for sheet in sheets:
        writer.writerow([_plain(sheet.name)])
        writer.writerow([_plain(heading) for heading in sheet.headings])
        writer.writerows([_plain(value) for value in row] for row in sheet.rows)
        writer.writerow([])
    return target.getvalue().encode("utf-8-sig")


def _write(page: Any, row: int, column: int, value: Value, wrapped: Any, decimal: Any, whole: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, value, wrapped)
    else:
        page.write_number(row, column, value, decimal if isinstance(value, float) else whole)


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_SIGNS) else value
    return str(value)


def _width(sheet: Sheet, column: int) -> float:
    longest = max((len(str(row[column])) for row in sheet.rows if isinstance(row[column], str)), default=0)
    return min(max(longest, 12), 70) + 1.5


def _sheet_name(name: str) -> str:
    return "".join(" " if letter in _NOT_IN_NAMES else letter for letter in name)[:_LONGEST_NAME]
