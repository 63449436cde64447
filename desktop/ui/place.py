"""What must be known before the first paint: the key, who this PC is, its facility's name and who sat here last.

Uses the reader alone, so that it takes milliseconds; it never creates, migrates or repairs a file.
"""

from desktop.queries.values import local_value
from desktop.security.keys import load_key
from desktop.settings import Settings
from desktop.ui.desk import PERSON_VALUE, Person, Place
from sync.replica.reader import Reader, as_blob


def load_place(settings: Settings) -> Place | None:
    """The place this data folder describes; ``None`` while this PC is not enrolled.

    Raises:
        ReplicaError: the database cannot be used, with the class that says why.
    """
    if not settings.database.exists():
        return None
    key = load_key(settings).secret
    reader = Reader(settings.database, key)
    try:
        identity = reader.identity()
        if identity is None:
            return None
        name = reader.value(
            "SELECT name FROM facility WHERE district = :district AND id = :id", {"id": as_blob(identity.facility)}
        )
        return Place(
            database=settings.database,
            key=key,
            identity=identity,
            facility_name=name or "",
            person=_remembered_person(reader),
        )
    finally:
        reader.close()


def _remembered_person(reader: Reader) -> Person | None:
    person_id = local_value(reader, PERSON_VALUE)
    if not person_id:
        return None
    return read_person(reader, person_id)


def read_person(reader: Reader, person_id: str) -> Person | None:
    """A member of staff by id, ``None`` if there is none (any more)."""
    row = reader.row(
        "SELECT name, profession FROM staff WHERE district = :district AND id = :id AND active IS NOT 0",
        {"id": as_blob(person_id)},
    )
    return None if row is None else Person(person_id, row["name"], row["profession"])
