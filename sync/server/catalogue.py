"""The district's catalogue from a file: polis, strata, places and the like of facilities, and the ways between them.

One table at a time, facilities (a column ``code``) or routes (``from`` and ``to``). A row that cannot be right is
refused whole with its reason and stops no other; an empty cell leaves what is there. Nothing is ever deleted.
"""

import csv
import dataclasses
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sync.errors import BadInput
from sync.records import Facility, Field, Kind, Record, Route
from sync.replica.projections import VALUE_TABLES, from_row
from sync.replica.replica import Replica
from sync.replica.values import Edit, Seen
from sync.server.district import add_facility, check_value, facilities

#: Columns of facilities beside ``code``; with ``name`` and ``kind`` a facility that is not there yet is added.
FACILITY_COLUMNS = (
    "name",
    "kind",
    "address",
    "phone",
    "emergency_phone",
    "latitude",
    "longitude",
    "services",
    "polyclinics",
    "strata",
    "outside_district",
    "active",
)
ROUTE_COLUMNS = ("distance_km", "minutes")

CATALOGUE_WORDS = (
    f"store facilities (columns code, {', '.join(FACILITY_COLUMNS)}) or ways (columns from, to, "
    f"{', '.join(ROUTE_COLUMNS)}; from and to are codes of facilities); refused rows are listed with their reason"
)

_FLAGS = {"1": True, "ya": True, "true": True, "yes": True, "0": False, "tidak": False, "false": False, "no": False}
#: A spreadsheet of a district is far smaller.
_MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not stored. ``line`` counts from 1, the heading included."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: rows stored, rows that said what was known, and rows refused; and unused columns."""

    table: str
    stored: int
    unchanged: int
    refused: tuple[RefusedRow, ...]
    ignored: tuple[str, ...]


def import_catalogue(replica: Replica, path: Path) -> Imported:
    """Store the rows of a CSV file (comma, semicolon or tab; UTF-8 or what Windows spreadsheets write).

    Raises:
        BadInput: the file is no such table; nothing was stored.
        OSError: it cannot be read.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise BadInput("larger than any catalogue", field="file")
    text = _decoded(path.read_bytes())
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    if "\x00" in text:
        raise BadInput("not a text file", field="file")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restkey="")
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = names
    try:
        if {"from", "to"} <= set(names):
            return _import(_Routes(replica), rows, names)
        if "code" in names:
            return _import(_Facilities(replica), rows, names)
    except csv.Error as error:
        raise BadInput(f"line {rows.line_num}: {error}; the rows before it are stored", field="file") from error
    raise BadInput("the first line must name the column code, or the columns from and to", field="file")


def _import(table: "_Facilities | _Routes", rows: "csv.DictReader[str]", names: list[str]) -> Imported:
    stored = unchanged = 0
    refused: list[RefusedRow] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        line = rows.line_num
        cells = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str | None)}
        if not any(cells.values()):
            continue
        key = tuple(cells[name] for name in table.key)
        try:
            if "" in row:
                raise BadInput("more cells than columns")
            if key in seen:
                raise BadInput(f"stands already in line {seen[key]}")
            seen[key] = line
            if table.store(key, cells):
                stored += 1
            else:
                unchanged += 1
        except BadInput as error:
            refused.append(RefusedRow(line, f"{error.field}: {error.reason}" if error.field else error.reason))
    known = {*table.key, *table.columns}
    ignored = tuple(name for name in names if name not in known)
    return Imported(table.name, stored, unchanged, tuple(refused), ignored)


class _Facilities:
    """Rows about facilities, found by their code."""

    name, key, columns = "facilities", ("code",), FACILITY_COLUMNS

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._known = {facility.code: facility.id for facility in facilities(replica)}

    def store(self, key: tuple[str, ...], cells: Mapping[str, str]) -> bool:
        """Store one row; whether it said anything new."""
        (code,) = key
        values = dict(_values(Facility, self.columns, cells))
        if code in self._known:
            seen = self._replica.get(Facility, self._known[code])
            if seen is not None:
                return _save(self._replica, dataclasses.replace(seen.record, **values), seen)
        if not code or not {"name", "kind"} <= values.keys():
            raise BadInput("no facility has this code; a new one needs name and kind", field="code")
        self._known[code] = add_facility(self._replica, {"code": code, **values}).id
        return True


class _Routes:
    """Rows about the way from one facility to another, each named by its code."""

    name, key, columns = "routes", ("from", "to"), ROUTE_COLUMNS

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._places = {facility.code: facility.id for facility in facilities(replica)}
        table = VALUE_TABLES["route"]
        query = select(table).where(table.c.district == replica.identity.district).order_by(table.c.id.desc())
        found = replica.read(lambda connection: connection.execute(query).all())
        routes = [Route.from_fields(row.id, from_row(Route.type, row._asdict())) for row in found]
        self._known = {(route.from_facility, route.to_facility): route.id for route in routes}

    def store(self, key: tuple[str, ...], cells: Mapping[str, str]) -> bool:
        """Store one row; whether it said anything new."""
        for name, code in zip(self.key, key, strict=True):
            if code not in self._places:
                raise BadInput("no facility has this code", field=name)
        start, end = (self._places[code] for code in key)
        if start == end:
            raise BadInput("the same facility as from", field="to")
        values = dict(_values(Route, self.columns, cells))
        if not values:
            raise BadInput("neither distance_km nor minutes is given")
        known = self._known.get((start, end))
        seen = self._replica.get(Route, known) if known is not None else None
        if seen is not None:
            return _save(self._replica, dataclasses.replace(seen.record, **values), seen)
        made = Route(id=self._replica.new_id(), from_facility=start, to_facility=end, **values)
        self._replica.save([Edit(made)], self._replica.identity.device)
        self._known[start, end] = made.id
        return True


def _save(replica: Replica, record: Record, seen: Seen[Any]) -> bool:
    if not record.changed_fields(seen.record):
        return False
    replica.save([Edit(record, seen)], replica.identity.device)
    return True


def _values(cls: type[Record], columns: tuple[str, ...], cells: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The values of the cells that are filled.

    Raises:
        BadInput: one cannot be read or cannot be right.
    """
    for name in columns:
        if cells.get(name):
            field = cls.type.fields[name]
            value = _read(field, cells[name])
            check_value(field, field.to_wire(value))
            yield name, value


def _read(field: Field, text: str) -> Any:
    if field.kind is Kind.FLAG:
        if text.lower() not in _FLAGS:
            raise BadInput("not ya or tidak", field=field.name)
        return _FLAGS[text.lower()]
    if field.kind is Kind.TEXTS:
        items = [item.strip() for item in text.replace(";", ",").replace("|", ",").split(",")]
        return tuple(item.upper() if field.name == "polyclinics" else item for item in items if item)
    try:
        if field.kind is Kind.WHOLE:
            return int(text)
        if field.kind is Kind.DECIMAL:
            return float(text.replace(",", "."))
    except ValueError:
        raise BadInput("not a number", field=field.name) from None
    return text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise BadInput("not a text file", field="file") from None
