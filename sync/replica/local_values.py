"""Small values of this computer, inside a transaction of whoever needs more than one of them at once.

A value is a text under a name; it makes no revision and is never sent.
"""

from sqlalchemy import Connection, delete, insert, select

from sync.replica import tables


def read_value(connection: Connection, district: str, name: str) -> str | None:
    """The value of a name, ``None`` if there is none."""
    table = tables.local
    query = select(table.c.value).where(table.c.district == district, table.c.name == name)
    return connection.execute(query).scalar_one_or_none()


def write_value(connection: Connection, district: str, name: str, value: str | None) -> None:
    """Keep a value under a name, instead of the one before; ``None`` forgets it."""
    table = tables.local
    connection.execute(delete(table).where(table.c.district == district, table.c.name == name))
    if value is not None:
        connection.execute(insert(table).values(district=district, name=name, value=value))


def count_up(connection: Connection, district: str, name: str) -> int:
    """The next number under a name: 1, 2, 3 and so on, each given once however many ask."""
    number = int(read_value(connection, district, name) or 0) + 1
    write_value(connection, district, name, str(number))
    return number
