"""Letters that are numbered one after the other: the next number is found and the letter saved in one transaction.

Numbers can be reserved for forms on paper, each with the id that its letter will have; no other letter gets them. How a
number is written is the affair of whoever makes the letter, and none depends on the network.
"""

import json
from collections.abc import Callable

from sqlalchemy import Connection, select

from sync.errors import BadInput
from sync.records import Referral
from sync.replica import storing
from sync.replica.local_values import read_value, write_value
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.replica.values import Edit

#: How the name of the local value with the reserved numbers of a series begins; the series follows.
RESERVED_VALUE = "reserved_numbers."


def save_numbered(
    replica: Replica,
    beginning: str,
    end: str,
    make: Callable[[int, str], Referral],
    author: str,
    form: int | None = None,
) -> Referral:
    """Save the letter that ``make`` makes of a running number and an id, and return it.

    The number is the next one, or ``form``, which was reserved. Taken are the numbers of this facility's letters
    between ``beginning`` and ``end``, and the reserved ones. ``make`` may be called more than once, and only the
    last letter is saved.

    Raises:
        BadInput: the letter cannot be stored, or ``form`` is not reserved ("not_a_form") or in use ("form_used");
            nothing was stored.
    """

    def work(connection: Connection) -> Referral:
        taken, reserved = _taken(connection, replica, beginning, end), _reserved(connection, replica, beginning, end)
        if form is None:
            letter = make(1 + max([*taken, *reserved], default=0), replica.new_id())
        elif form not in reserved:
            raise BadInput("not_a_form", field="number")
        elif storing.known_records(connection, replica.identity.district, [reserved[form]]):
            raise BadInput("form_used", field="number")
        else:
            letter = make(form, reserved[form])
        replica.save_within(connection, [Edit(letter)], author)
        return letter

    return replica.write(work)


def reserve_numbers(replica: Replica, beginning: str, end: str, count: int) -> dict[int, str]:
    """Reserve the next ``count`` running numbers of a series for forms; the new ones, each with its letter's id."""

    def work(connection: Connection) -> dict[int, str]:
        taken, reserved = _taken(connection, replica, beginning, end), _reserved(connection, replica, beginning, end)
        first = 1 + max([*taken, *reserved], default=0)
        new = {running: replica.new_id() for running in range(first, first + count)}
        name, value = _value_name(beginning, end), json.dumps({**reserved, **new})
        write_value(connection, replica.identity.district, name, value)
        return new

    return replica.write(work)


def _value_name(beginning: str, end: str) -> str:
    return f"{RESERVED_VALUE}{beginning}{end}"


def _reserved(connection: Connection, replica: Replica, beginning: str, end: str) -> dict[int, str]:
    value = read_value(connection, replica.identity.district, _value_name(beginning, end))
    return {int(running): record for running, record in json.loads(value or "{}").items()}


def _taken(connection: Connection, replica: Replica, beginning: str, end: str) -> list[int]:
    table = VALUE_TABLES["referral"]
    query = select(table.c.number).where(
        table.c.district == replica.identity.district,
        table.c.from_facility == replica.identity.facility,
        table.c.number.startswith(beginning, autoescape=True),
        table.c.number.endswith(end, autoescape=True),
    )
    between = (text.removeprefix(beginning).removesuffix(end) for text in connection.execute(query).scalars())
    return [int(text) for text in between if text.isascii() and text.isdecimal()]
