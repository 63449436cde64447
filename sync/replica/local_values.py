"""Small values of this computer, inside a transaction of whoever needs more than one of them at once.

A value is a text under a name; it makes no revision and is never sent.
"""

from sqlalchemy import Connection, bindparam, delete, insert, select

from sync.replica import tables

_local = tables.local
_OF_NAME = (_local.c.district == bindparam("of_district"), _local.c.name == bindparam("of_name"))
_READ = select(_local.c.value).where(*_OF_NAME)
_FORGET = delete(_local).where(*_OF_NAME)
_KEEP = insert(_local)


def read_value(connection: Connection, district: str, name: str) -> str | None:
    """The value of a name, ``None`` if there is none."""
    return connection.execute(_READ, {"of_district": district, "of_name": name}).scalar_one_or_none()


def write_value(connection: Connection, district: str, name: str, value: str | None) -> None:
    """Keep a value under a name, instead of the one before; ``None`` forgets it."""
    connection.execute(_FORGET, {"of_district": district, "of_name": name})
    if value is not None:
        connection.execute(_KEEP, {"district": district, "name": name, "value": value})


def count_up(connection: Connection, district: str, name: str) -> int:
    """The next number under a name: 1, 2, 3 and so on, each given once however many ask."""
    number = int(read_value(connection, district, name) or 0) + 1
    write_value(connection, district, name, str(number))
    return number
