"""Many rows or many ids in one statement whose text never changes, on SQLite and PostgreSQL alike.

SQLAlchemy prepares each value of each row by itself, which costs more than the database does. It still runs these
statements, in the caller's transaction and with its errors. Nothing here knows what a table is for.
"""

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    any_,
    bindparam,
    text,
)
from sqlalchemy.sql.elements import KeyedColumnElement

from sync.replica.types import Id

_SQLITE_LIST = text("SELECT unhex(value) FROM json_each(:wanted_ids)")
#: Not = ANY: while a table is new and unknown to the planner, that looks at every row for every id.
_POSTGRES_LIST = text("SELECT unnest(:wanted_ids)").bindparams(bindparam("wanted_ids", type_=ARRAY(LargeBinary)))
_SQLITE_NUMBERS = text("SELECT value FROM json_each(:wanted_numbers)")
_POSTGRES_TYPES = {Id: "bytea", LargeBinary: "bytea", BigInteger: "bigint", Integer: "integer", Float: "float8"}


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, new_only: bool = False
) -> None:
    """Insert rows that all have the same keys; ``new_only`` passes over those whose key is there."""
    if not rows:
        return
    names = tuple(rows[0])
    columns = [
        [None if (value := row[name]) is None else bytes.fromhex(value) for row in rows]
        if isinstance(table.c[name].type, Id)
        else [row[name] for row in rows]
        for name in names
    ]
    statement = _insert(connection.dialect.name, table, names, new_only=new_only)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(statement, tuple(columns))
    else:
        connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def asked(connection: Connection, ids: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """How a statement of :func:`is_asked` is to look for ``ids``, however many there are, and its parameters."""
    wanted = list(ids)
    if len(wanted) == 1:
        return "one", {"wanted_ids": wanted[0]}
    if connection.dialect.name == "postgresql":
        return "postgresql", {"wanted_ids": [bytes.fromhex(item) for item in wanted]}
    return "sqlite", {"wanted_ids": json.dumps(wanted)}


def is_asked(column: KeyedColumnElement[str], form: str) -> ColumnElement[bool]:
    """Whether an id column holds one of the ids that a statement is executed with; once in a statement.

    Building a statement costs SQLAlchemy twice what executing it costs: one that each save or exchange needs is built
    once, for each ``form`` that :func:`asked` names.
    """
    if form == "one":
        return column == bindparam("wanted_ids")
    return column.in_(_POSTGRES_LIST if form == "postgresql" else _SQLITE_LIST)


def among(connection: Connection, column: KeyedColumnElement[str], ids: Iterable[str]) -> ColumnElement[bool]:
    """Whether an id column holds one of ``ids``, in a statement that is built for them alone."""
    form, wanted = asked(connection, ids)
    if form == "one":
        return column == str(wanted["wanted_ids"])
    return column.in_((_POSTGRES_LIST if form == "postgresql" else _SQLITE_LIST).bindparams(**wanted))


def asked_numbers(connection: Connection, numbers: Iterable[int]) -> tuple[str, dict[str, Any]]:
    """As :func:`asked`, for a statement of :func:`is_asked_number`."""
    if connection.dialect.name == "postgresql":
        return "postgresql", {"wanted_numbers": list(numbers)}
    return "sqlite", {"wanted_numbers": json.dumps(list(numbers))}


def is_asked_number(column: KeyedColumnElement[int], form: str) -> ColumnElement[bool]:
    """Whether a column holds one of the whole numbers that a statement is executed with; once in a statement.

    PostgreSQL looks at every row that the rest of the statement leaves: let that be a span of numbers.
    """
    if form == "postgresql":
        return column == any_(bindparam("wanted_numbers", type_=ARRAY(BigInteger)))
    return column.in_(_SQLITE_NUMBERS)


@functools.cache
def _insert(dialect: str, table: Table, names: tuple[str, ...], *, new_only: bool) -> str:
    # Names are those of our own tables: values never become part of the text.
    into = f"INSERT INTO {table.name} ({', '.join(names)}) "
    after = " ON CONFLICT DO NOTHING" if new_only else ""
    if dialect == "postgresql":
        types = (_POSTGRES_TYPES.get(type(table.c[name].type), "text") for name in names)
        return f"{into} SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)}){after}"  # noqa: S608 - see above
    return f"{into} VALUES ({', '.join('?' * len(names))}){after}"
