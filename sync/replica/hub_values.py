"""Where window and sync agent of one PC meet about the hub: what the window wishes, and what the agent made of it.

Small local values and nothing else; the window writes wishes, the agent everything else. All functions work inside the
caller's transaction.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from sync.replica import local_values

#: Whether this PC shall be a hub: "1" or nothing.
ON_VALUE = "hub.on"
#: JSON: how the hub of this PC can be reached (name, addresses, port, mark), or "problem" with a class of error.
FACE_VALUE = "hub.face"
#: JSON: what the window asks the agent for: {"do": "find"}, {"do": "pair", "url", "code"}; gone when it is done.
WISH_VALUE = "hub.wish"
#: JSON: what became of the last wish: {"do", "problem"} where "" is no problem.
ANSWER_VALUE = "hub.answer"
#: JSON: list of the hubs found last (name, url, facility).
FOUND_VALUE = "hub.found"

Value = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def read_json(connection: Connection, district: str, name: str) -> Any:
    """A value, ``None`` if there is none."""
    kept = local_values.read_value(connection, district, name)
    return None if kept is None else json.loads(kept)


def write_json(connection: Connection, district: str, name: str, value: Value | None) -> None:
    """Keep a value, or forget it."""
    local_values.write_value(connection, district, name, None if value is None else json.dumps(value))


def write_all(connection: Connection, district: str, values: Mapping[str, Value | None]) -> None:
    """Keep several values at once."""
    for name, value in values.items():
        write_json(connection, district, name, value)
