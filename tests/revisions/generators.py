"""Hypothesis strategies for revisions and for whole histories of one record, honest and dishonest clocks included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from sync.records import Field, Kind, Patient, Visit, Wire
from sync.revisions.fold import fold
from sync.revisions.revision import Revision, decode, encode

PATIENT = "01" * 16
AUTHOR = "02" * 16
FACILITY = "03" * 16

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)

#: What a person can type; databases cannot hold the zero character.
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")

_WIRES: Mapping[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.text(letters, max_size=13),
    Kind.CODE: st.text(letters, max_size=10),
    Kind.REFERENCE: ids,
    Kind.WHOLE: st.integers(-(2**53) + 1, 2**53 - 1),
    Kind.DECIMAL: st.floats(-1e14, 1e14),
    Kind.FLAG: st.booleans(),
    Kind.DAY: st.dates().map(lambda day: day.isoformat()),
    Kind.MOMENT: st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z"),
    Kind.TEXTS: st.lists(st.text(letters, max_size=6), max_size=3),
}


def wires(field: Field) -> st.SearchStrategy[Wire]:
    """Wire values that a field may have; ``None`` where it is not required."""
    made = _WIRES[field.kind]
    return made if field.required else st.none() | made


#: Few fields and few values, so that histories meet: one of each way of merging, a group, and one of a newer program.
PATIENT_FIELDS: Mapping[str, Sequence[Wire]] = {
    "name": ["Siti", "Siti A.", "Sitti"],
    "sex": ["L", "P"],
    "phone": ["0811", "0812", None],
    "allergies": [["penisilin"], ["sulfa", "udang"], []],
    "from_tomorrow": [1, 2],
}
VISIT_FIELDS: Mapping[str, Sequence[Wire]] = {
    "complaint": ["demam", "sesak"],
    "therapy": ["oralit", None],
    "outcome": ["rujuk", "rawat_inap"],
    "seen_by": ["05" * 16, "06" * 16],
}


@dataclass(frozen=True)
class History:
    """Revisions of one record, each after those it has seen, and their type (``None``: not known here)."""

    record_type: Any
    revisions: Sequence[Revision]
    fields: Mapping[str, Sequence[Wire]]


def revision(
    number: int,
    fields: Mapping[str, Wire],
    *,
    parents: Sequence[Revision] = (),
    stamp: int = 1,
    type_name: str = "patient",
    device: str = "04" * 16,
) -> Revision:
    """One revision of the record."""
    return decode(
        encode(
            device=device,
            number=number,
            previous=None,
            type_name=type_name,
            record=PATIENT,
            parents=tuple(item.id for item in parents),
            stamp=stamp,
            author=AUTHOR,
            facility=FACILITY,
            fields=fields,
        )
    )


@st.composite
def histories(draw: st.DrawFn, *, most: int = 9) -> History:
    """Any history of a patient, a visit or a record of an unknown type, under clocks that say anything."""
    type_name, record_type, fields = draw(
        st.sampled_from(
            [
                ("patient", Patient.type, PATIENT_FIELDS),
                ("visit", Visit.type, VISIT_FIELDS),
                ("from_tomorrow", None, PATIENT_FIELDS),
            ]
        )
    )
    made: list[Revision] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        seen = _with_ancestors(made, draw(st.sets(st.integers(0, len(made) - 1))) if made else set())
        heads = fold(None, seen).heads
        names = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3, unique=True))
        made.append(
            revision(
                number,
                {name: draw(st.sampled_from(fields[name])) for name in names},
                parents=[item for item in seen if item.id in heads],
                stamp=draw(st.integers(0, 4)),
                type_name=type_name,
            )
        )
    return History(record_type, tuple(made), fields)


def _with_ancestors(made: Sequence[Revision], chosen: set[int]) -> list[Revision]:
    """What somebody who sees the revisions at these places sees: these and everything before them."""
    wanted = {made[place].id for place in chosen}
    for item in reversed(made):
        if item.id in wanted:
            wanted.update(item.parents)
    return [item for item in made if item.id in wanted]
