"""Column types that mean the same on SQLite and PostgreSQL. Nothing here knows a table."""

from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Id(TypeDecorator[str]):
    """An id: 32 hexadecimal digits in Python, 16 bytes in the database."""

    impl = LargeBinary(16)
    cache_ok = True

    # The parameter ``dialect`` is SQLAlchemy's.
    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - see above
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - see above
        return None if value is None else bytes(value).hex()
