"""Transactions: begun, committed, and begun again when the database says that two of them got in each other's way.

What is done again must have no effect outside its transaction.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine, exc

from sync.replica.sqlcipher import named_error

T = TypeVar("T")

#: PostgreSQL's serialization failure and deadlock: the same work done again succeeds.
_AGAIN = frozenset({"40001", "40P01"})
_TRIES = 6


def with_retries(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run ``work`` in a writing transaction.

    ``work`` may run more than once, so it must have no effect outside the database.

    Raises:
        ReplicaError: the surroundings failed; nothing of ``work`` was kept.
    """
    for attempt in range(_TRIES):
        try:
            with engine.begin() as connection:
                return work(connection)
        except exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in _AGAIN and attempt < _TRIES - 1:
                continue
            named = named_error(error.orig or error)
            if named in (error, error.orig):
                raise
            raise named from error
    raise AssertionError("unreachable: the last try returns or raises")
