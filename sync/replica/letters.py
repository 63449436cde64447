"""Letters that are numbered one after the other: the next number is found and the letter saved in one transaction.

How a number is written is the affair of whoever makes the letter; none is reserved and none depends on the network.
"""

from collections.abc import Callable

from sqlalchemy import Connection, select

from sync.records import Referral
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.replica.values import Edit


def save_numbered(replica: Replica, beginning: str, end: str, make: Callable[[int], Referral], author: str) -> Referral:
    """Save the letter that ``make`` makes of the next running number, and return it.

    Taken are the numbers of this facility's letters between ``beginning`` and ``end``. ``make`` may be called more than
    once, and only the last letter is saved.

    Raises:
        BadInput: the letter cannot be stored; nothing was.
    """

    def work(connection: Connection) -> Referral:
        letter = make(1 + max(_taken(connection, replica, beginning, end), default=0))
        replica.save_within(connection, [Edit(letter)], author)
        return letter

    return replica.write(work)


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
