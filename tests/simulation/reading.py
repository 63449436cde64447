"""Reading the databases of the simulated world with plain SQL, past the product's own ways of reading them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sync.records import RECORD_TYPES, Kind, Wire
from sync.revisions.revision import Revision, decode
from tests.simulation.disks import Disk

_READ: Mapping[Kind, Callable[[Any], Wire]] = {
    Kind.REFERENCE: lambda value: bytes(value).hex(),
    Kind.TEXTS: json.loads,
    Kind.FLAG: bool,
}


def rows(database: Any, columns: str, table: str, where: str = "1", *values: Any) -> list[Any]:
    """The rows of a table of a driver's connection that fit a condition."""
    # Columns, table and condition are always literals of this package, never input.
    return list(database.execute(f"SELECT {columns} FROM {table} WHERE {where}", values))  # noqa: S608 - see above


def ids_of(disk: Disk, type_name: str) -> list[str]:
    """The records of a type that this computer can show, oldest first."""
    return sorted(bytes(row[0]).hex() for row in rows(disk.driver, "id", type_name))


def stored(disk: Disk, where: str = "1") -> list[Revision]:
    """All revisions in a database that fit a condition, as they are stored there."""
    return [decode(bytes(row[0])) for row in rows(disk.driver, "body", "revision", where)]


def values_of(disk: Disk, type_name: str, record: str) -> dict[str, Wire]:
    """The fields of a record that its value table holds, without those that are not set."""
    fields = RECORD_TYPES[type_name].fields
    columns = ", ".join(f'"{name}"' for name in fields)
    [row] = rows(disk.driver, columns, type_name, "id = ?", bytes.fromhex(record))
    found: dict[str, Wire] = {}
    for (name, field), value in zip(fields.items(), row, strict=True):
        if value is not None:
            read = _READ.get(field.kind)
            found[name] = read(value) if read else value
    return found


def split(joined: bytes) -> list[str]:
    """The ids in a column that holds them joined."""
    return [joined[start : start + 16].hex() for start in range(0, len(joined), 16)]
