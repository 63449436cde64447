"""What a spreadsheet opens is what was counted: text is never a formula, what is not known is an empty cell."""

import csv
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from desktop.actions.spreadsheets import Sheet, csv_bytes, xlsx_bytes
from desktop.whole_files import write_whole

EVIL = ("=1+1", "+62800", "-5", "@SUM(A1)", "\tx", '=HYPERLINK("http://example.org")', "http://example.org", "12")
SHEET = Sheet("A/B: nama yang sangat panjang sekali", ("Nama", "Nilai"), tuple((text, None) for text in EVIL))
NUMBERS = Sheet("Angka", ("Nama", "Bulat", "Pecahan"), (("satu", 1200, 1.25), ("kosong", None, None)))
_NAMES = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def part(data: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return ET.fromstring(book.read(name))  # noqa: S314 - we have just written it ourselves


def test_text_that_begins_like_a_formula_is_text_in_xlsx() -> None:
    data = xlsx_bytes([SHEET])
    page = part(data, "xl/worksheets/sheet1.xml")
    assert page.findall(".//x:f", _NAMES) == []
    kinds = {cell.get("t") for cell in page.findall(".//x:c", _NAMES)}
    assert kinds == {"s"}
    strings = [item.text for item in part(data, "xl/sharedStrings.xml").findall(".//x:t", _NAMES)]
    assert set(EVIL) <= set(strings)


def test_numbers_are_numbers_and_the_unknown_is_no_cell() -> None:
    page = part(xlsx_bytes([SHEET, NUMBERS]), "xl/worksheets/sheet2.xml")
    cells = {cell.get("r"): cell.findtext("x:v", namespaces=_NAMES) for cell in page.findall(".//x:c", _NAMES)}
    assert (cells["B2"], cells["C2"]) == ("1200", "1.25")
    assert "B3" not in cells
    assert "C3" not in cells


def test_a_sheet_has_a_name_that_excel_opens() -> None:
    (sheet,) = part(xlsx_bytes([SHEET]), "xl/workbook.xml").findall(".//x:sheet", _NAMES)
    name = sheet.get("name") or ""
    assert len(name) <= 31
    assert not set(name) & set("[]:*?/\\")


def test_csv_is_as_the_indonesian_excel_reads_it() -> None:
    data = csv_bytes([NUMBERS, SHEET])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[:5] == [["Angka"], ["Nama", "Bulat", "Pecahan"], ["satu", "1200", "1,2"], ["kosong", "", ""], []]
    texts = [row[0] for row in rows[7:] if row]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [text.removeprefix("'") for text in texts] == list(EVIL)


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "evaluasi.csv"
    write_whole(path, b"satu")
    write_whole(path, b"dua")
    assert path.read_bytes() == b"dua"
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    with pytest.raises(OSError, match=r".+"):
        write_whole(folder, b"tiga")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["evaluasi.csv", "folder.csv"]
