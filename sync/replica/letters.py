"""Which local numbers of letters are taken. Giving the next one is the affair of whoever writes the letter."""

from sqlalchemy import select

from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica


def taken_numbers(replica: Replica, beginning: str, end: str) -> list[str]:
    """The numbers of this facility's referral letters that begin and end with these texts."""
    table = VALUE_TABLES["referral"]
    query = select(table.c.number).where(
        table.c.district == replica.identity.district,
        table.c.from_facility == replica.identity.facility,
        table.c.number.startswith(beginning, autoescape=True),
        table.c.number.endswith(end, autoescape=True),
    )
    return replica.read(lambda connection: list(connection.execute(query).scalars()))
