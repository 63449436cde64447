"""Which registrations are one person, kept inside the transactions that bring links of patients.

The rows follow from the links alone and can be made anew at any time, so no migration touches them. They live only in
files in which people look (a desktop's). Who is one person is for ``sync.records.patient_link`` to say, not for SQL.
"""

from sqlalchemy import Column, Connection, Index, MetaData, PrimaryKeyConstraint, Table, Text, delete, insert, select

from sync.records.patient_link import Link, persons
from sync.replica.projections import VALUE_TABLES
from sync.replica.types import Id

#: A row for each registration that is linked to another; ``stands`` is the one that stands for the person.
SAME_PERSON_TABLE = Table(
    "same_person",
    MetaData(),
    Column("district", Text, nullable=False),
    Column("patient", Id, nullable=False),
    Column("stands", Id, nullable=False),
    PrimaryKeyConstraint("district", "patient"),
    sqlite_with_rowid=False,
)
Index("same_person_stands", SAME_PERSON_TABLE.c.district, SAME_PERSON_TABLE.c.stands)


def join_registrations(connection: Connection, district: str) -> None:
    """Make the rows anew from all links, which are few: a person registered twice is an exception."""
    made, found = SAME_PERSON_TABLE, persons(read_links(connection, district))
    connection.execute(delete(made).where(made.c.district == district))
    if found:
        rows = [{"district": district, "patient": patient, "stands": stands} for patient, stands in found.items()]
        connection.execute(insert(made), rows)


def read_links(connection: Connection, district: str) -> list[Link]:
    """All links of patients that are here, with those that were taken back and those that take back."""
    table = VALUE_TABLES["patient_link"]
    chosen = select(table.c.id, table.c.patient, table.c.other, table.c.takes_back)
    return [Link(*row) for row in connection.execute(chosen.where(table.c.district == district))]
