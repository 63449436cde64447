"""The district itself, as its server keeps it: the replica with the office's own record, and the facilities.

Facilities are records like any other: they reach every computer through the public feed. Nothing here prints or asks.
"""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, select

from sync.errors import BadInput
from sync.records import Facility, Field, Kind, Wire
from sync.replica.identity import Identity
from sync.replica.projections import VALUE_TABLES, from_row
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import Environment

#: What ``facility add`` offers; the office itself is made with the district.
ADDABLE_KINDS = ("puskesmas", "klinik", "rs")

_DISTRICT_CODE = re.compile(r"[0-9A-Za-z.-]{1,20}")
_SIGNING_KEY_BYTES = 32


def create_district(engine: Engine, environment: Environment, code: str, name: str) -> Replica:
    """The serving replica of a district in an opened database; what is there already is kept.

    Args:
        code: Kemendagri code of the district; it begins every key in the database.
        name: of the district health office.

    Raises:
        BadInput: code or name cannot be right.
    """
    if not _DISTRICT_CODE.fullmatch(code):
        raise BadInput("a district code has 1 to 20 letters, digits, dots and dashes", field="district")
    replica = Replica.load(engine, environment, code)
    if replica is None:
        identity = Identity(
            district=code,
            replica=environment.new_id(),
            epoch=environment.new_id(),
            device=environment.new_id(),
            letter="S",
            facility=environment.new_id(),
            facility_kind="dinkes",
            pc_name="rujuk-server",
            signing_key=environment.random_bytes(_SIGNING_KEY_BYTES),
        )
        # Checked before anything is written: the office's record comes in a second transaction.
        office = _checked(Facility(id=identity.facility, code=code, name=name.strip(), kind="dinkes"))
        replica = Replica.create(engine, identity, environment, serves=True)
    else:
        office = _checked(Facility(id=replica.identity.facility, code=code, name=name.strip(), kind="dinkes"))
    if replica.get(Facility, office.id) is None:
        replica.save([Edit(office)], replica.identity.device)
    return replica


def add_facility(replica: Replica, values: Mapping[str, object]) -> Facility:
    """Add a facility; ``values`` are fields of :class:`Facility` by name.

    Raises:
        BadInput: a value cannot be right, or the code is taken.
    """
    given = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    facility = _checked(Facility(id=replica.new_id(), **given))  # type: ignore[arg-type]  # checked right here
    if find_facility(replica, facility.code) is not None:
        raise BadInput("another facility has this code", field="code")
    replica.save([Edit(facility)], replica.identity.device)
    return facility


def find_facility(replica: Replica, code: str) -> Facility | None:
    """The facility with this code."""
    return next((facility for facility in facilities(replica) if facility.code == code), None)


def facilities(replica: Replica) -> Sequence[Facility]:
    """All facilities of the district, the office among them, by code."""
    table = VALUE_TABLES["facility"]
    query = select(table).where(table.c.district == replica.identity.district).order_by(table.c.code, table.c.id)
    rows = replica.read(lambda connection: connection.execute(query).all())
    return [Facility.from_fields(row.id, from_row(Facility.type, row._asdict())) for row in rows]


def _checked(facility: Facility) -> Facility:
    for name, wire in facility.to_fields().items():
        check_value(Facility.type.fields[name], wire)
    return facility


def check_value(field: Field, wire: Wire) -> None:
    """Look whether a value that an administrator gave can be right.

    Raises:
        BadInput: with the field and the reason.
    """
    texts = wire if isinstance(wire, list) else [wire]
    if field.required and not wire and field.kind is not Kind.FLAG:
        raise BadInput("missing", field=field.name)
    if any(isinstance(text, str) and not text.isprintable() for text in texts):
        raise BadInput("not printable text", field=field.name)
    if isinstance(wire, str) and field.choices and wire not in field.choices:
        raise BadInput(f"not one of {', '.join(field.choices)}", field=field.name)
    if isinstance(wire, bool) or not isinstance(wire, int | float):
        return
    low, high = field.low, field.high
    if low is not None and high is not None and not low <= wire <= high:
        raise BadInput(f"not between {low:g} and {high:g}", field=field.name)
