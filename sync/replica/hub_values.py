"""Where window, commands and sync agent of one PC meet about the hub: whether it shall be one, and how it is reached.

Small local values and nothing else, never sent. All functions work inside the caller's transaction.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from sync.replica import local_values

#: Whether this PC shall be a hub: "1" or nothing.
ON_VALUE = "hub.on"
#: JSON, written by the agent: how this hub can be reached ("addresses", "port"), or "problem", a class of error.
FACE_VALUE = "hub.face"


def is_on(connection: Connection, district: str) -> bool:
    """Whether this PC shall be a hub."""
    return local_values.read_value(connection, district, ON_VALUE) is not None


def switch(connection: Connection, district: str, *, on: bool) -> None:
    """Let this PC be a hub, or no longer; its agent does so within half a minute."""
    local_values.write_value(connection, district, ON_VALUE, "1" if on else None)
    local_values.write_value(connection, district, FACE_VALUE, None)


def write_face(connection: Connection, district: str, face: Mapping[str, Any]) -> None:
    """Say how this hub can be reached."""
    local_values.write_value(connection, district, FACE_VALUE, json.dumps(face))
