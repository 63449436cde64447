"""Opening the data folder of an enrolled PC for one command, and closing it again whatever happens.

Never creates a database; that is enrolment's affair alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from desktop.commands.answers import NotEnrolled, WrongUsage
from desktop.queries.people import StaffRow, staff_here
from desktop.security.keys import load_key
from desktop.settings import Settings
from sync.replica.identity import Identity
from sync.replica.reader import Reader, current_reader

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: What to say when the key lies in a file, which is only as safe as the disk.
KEY_IN_FILE = (
    "Komputer ini tidak punya penyimpanan kunci sistem. Kunci data ada di berkas {path}, "
    "yang hanya boleh dibaca pemiliknya. Lindungi disk komputer ini."
)


@contextmanager
def open_reader(settings: Settings) -> Iterator[tuple[Reader, Identity]]:
    """Reads of the database.

    Raises:
        NotEnrolled: there is no database yet, or no identity in it.
        ReplicaError: it cannot be used.
    """
    if not settings.database.exists():
        raise NotEnrolled("no database file")
    reader = current_reader(settings.database, load_key(settings).secret)
    try:
        identity = reader.identity()
        if identity is None:
            raise NotEnrolled("no identity")
        yield reader, identity
    finally:
        reader.close()


@contextmanager
def open_replica(settings: Settings) -> Iterator["Replica"]:
    """Writes to the database. Raises as :func:`open_reader` does."""
    if not settings.database.exists():
        raise NotEnrolled("no database file")
    key = load_key(settings).secret
    from sync.replica.opening import open_sqlite
    from sync.replica.replica import Replica
    from sync.revisions.environment import system_environment

    engine = open_sqlite(settings.database, key)
    try:
        replica = Replica.load(engine, system_environment())
        if replica is None:
            raise NotEnrolled("no identity")
        yield replica
    finally:
        engine.dispose()


def find_author(reader: Reader, identity: Identity, name: str | None) -> str:
    """The id to write as: the one member of staff whose name holds ``name``, or the PC itself.

    Raises:
        WrongUsage: nobody, or more than one, has this name.
    """
    if name is None:
        return identity.device
    staff = staff_here(reader)
    wanted = name.casefold().strip()
    found: list[StaffRow] = [person for person in staff if person.name.casefold() == wanted]
    if not found:
        found = [person for person in staff if wanted and wanted in person.name.casefold()]
    if len(found) != 1:
        names = "; ".join(person.name for person in staff) or "belum ada"
        many = "lebih dari satu petugas cocok" if found else "tidak ada petugas yang cocok"
        raise WrongUsage(f"--as {name}: {many}. Petugas di sini: {names}.")
    return found[0].id
