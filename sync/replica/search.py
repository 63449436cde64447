"""The patient search index: a projection of patients' names, kept inside the transactions that change patients.

It can be made anew from the patients at any time, so no migration touches it. It lives only in files that people
search (a desktop's); it must never hold anything but keys of names, and reading it is the window's affair.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, Table, Text, bindparam, delete, exists

from sync.records import Wire
from sync.records.namekey import LITERAL, name_keys
from sync.replica.bulk import insert_rows
from sync.replica.types import Id

search_metadata = MetaData()


def search_tables(metadata: MetaData) -> tuple[Table, Table]:
    """The two tables of the index, added to ``metadata``: keys of names, and the words the keys begin with."""
    return (
        Table(
            "search_key",
            metadata,
            Column("district", Text, nullable=False),
            Column("k", Text, nullable=False),
            Column("id", Id, nullable=False),
            PrimaryKeyConstraint("district", "k", "id"),
            sqlite_with_rowid=False,
        ),
        Table(
            "search_word",
            metadata,
            Column("district", Text, nullable=False),
            Column("w", Text, nullable=False),
            PrimaryKeyConstraint("district", "w"),
            sqlite_with_rowid=False,
        ),
    )


_KEY, _WORD = search_tables(search_metadata)
SEARCH_TABLES = (_KEY, _WORD)

#: A patient's id, the fields before the change (``None``: new here) and after it (``None``: no longer here).
Change = tuple[str, Mapping[str, Wire] | None, Mapping[str, Wire] | None]

_DROP_KEY = delete(_KEY).where(
    _KEY.c.district == bindparam("of"), _KEY.c.k == bindparam("key"), _KEY.c.id == bindparam("patient", type_=Id)
)
_DROP_WORD = delete(_WORD).where(
    _WORD.c.district == bindparam("of"),
    _WORD.c.w == bindparam("word"),
    ~exists().where(_KEY.c.district == bindparam("of"), _KEY.c.k >= bindparam("low"), _KEY.c.k < bindparam("high")),
)


def index_patients(connection: Connection, district: str, changes: Sequence[Change]) -> None:
    """Bring the index up to date with changed patients, inside the caller's transaction.

    The same changes given again change nothing.
    """
    gone: set[tuple[str, str]] = set()
    come: set[tuple[str, str]] = set()
    for patient, before, after in changes:
        old, new = _name(before), _name(after)
        if old != new:
            keys = name_keys(new)
            gone.update((key, patient) for key in name_keys(old) - keys)
            come.update((key, patient) for key in keys)
    if gone:
        connection.execute(_DROP_KEY, [{"of": district, "key": key, "patient": patient} for key, patient in gone])
    if come:
        insert_rows(
            connection, _KEY, [{"district": district, "k": key, "id": patient} for key, patient in come], new_only=True
        )
        insert_rows(connection, _WORD, [{"district": district, "w": word} for word in _words(come)], new_only=True)
    # Last: a word that another patient of these changes has taken up stays.
    if lost := _words(gone) - _words(come):
        rows = [{"of": district, "word": word, "low": word + " ", "high": word + "!"} for word in lost]
        connection.execute(_DROP_WORD, rows)


def _name(fields: Mapping[str, Wire] | None) -> str:
    name = None if fields is None else fields.get("name")
    return name if isinstance(name, str) else ""


def _words(keys: Iterable[tuple[str, str]]) -> set[str]:
    return {key.partition(" ")[0] for key, _ in keys if not key.startswith(LITERAL)}
