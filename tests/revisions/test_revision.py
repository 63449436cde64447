"""A revision's bytes and id: canonical, the same for everybody, and never the same for two different changes."""

import hashlib
from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.records import Wire
from sync.revisions.revision import Revision, decode, encode, encode_revision, revision_id
from tests.revisions.generators import ids, revision

values: st.SearchStrategy[Wire] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3),
)
contents = st.dictionaries(st.text(min_size=1, max_size=12), values, min_size=1, max_size=5)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    return encode(
        device=draw(ids),
        number=draw(st.integers(1, 2**40)),
        previous=draw(st.none() | ids),
        type_name=draw(st.sampled_from(["patient", "visit", "referral_event", "x" * 40])),
        record=draw(ids),
        parents=tuple(draw(st.sets(ids, max_size=4))),
        stamp=draw(st.integers(0, 2**62)),
        author=draw(ids),
        facility=draw(ids),
        fields=draw(contents),
    )


@given(bodies())
def test_bytes_read_and_written_again_are_the_same(body: bytes) -> None:
    assert encode_revision(decode(body)) == body


@given(bodies())
def test_the_id_is_the_hash_of_the_bytes(body: bytes) -> None:
    wanted = hashlib.blake2b(body, digest_size=16, person=b"rujuk revision").hexdigest()
    assert decode(body).id == revision_id(body) == wanted


@given(contents, st.randoms(use_true_random=False))
def test_the_order_in_which_fields_and_parents_are_named_does_not_matter(
    fields: Mapping[str, Wire], random: object
) -> None:
    names = sorted(fields, reverse=True)
    parents = [revision(n, {"name": "x"}) for n in (1, 2, 3)]
    turned = revision(4, {name: fields[name] for name in names}, parents=parents[::-1])
    assert turned.id == revision(4, dict(sorted(fields.items())), parents=parents).id


@given(bodies(), st.data())
def test_an_altered_byte_is_refused_or_makes_another_revision(body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    altered = bytearray(body)
    altered[place] ^= data.draw(st.integers(1, 255))
    try:
        read = decode(bytes(altered))
    except BadInput:
        return
    assert read.id != decode(body).id
    assert encode_revision(read) == bytes(altered)


@given(bodies(), st.data())
def test_cut_or_lengthened_bytes_are_refused(body: bytes, data: st.DataObject) -> None:
    with pytest.raises(BadInput):
        decode(body[: data.draw(st.integers(0, len(body) - 1))])
    with pytest.raises(BadInput):
        decode(body + data.draw(st.binary(min_size=1, max_size=5)))


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_in_words(body: bytes) -> None:
    try:
        read = decode(body)
    except BadInput:
        return
    assert encode_revision(read) == body


def raw(body: bytes) -> list[object]:
    found: list[object] = msgspec.msgpack.decode(body)
    return found


BODY = encode_revision(revision(2, {"name": "Siti", "sex": "P"}, parents=[revision(1, {"name": "S"})]))
FORMAT, DEVICE, NUMBER, TYPE, PARENTS, STAMP, FIELDS = 0, 1, 2, 4, 6, 7, 10


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (FORMAT, 2),
        (DEVICE, b"short"),
        (DEVICE, "text"),
        (NUMBER, 0),
        (NUMBER, -1),
        (NUMBER, 1.5),
        (TYPE, ""),
        (TYPE, "x" * 41),
        (TYPE, "not a name"),
        (PARENTS, [b"\x02" * 16, b"\x01" * 16]),
        (PARENTS, [b"\x01" * 16, b"\x01" * 16]),
        (STAMP, -1),
        (FIELDS, {}),
        (FIELDS, {"sex": "P", "name": "Siti"}),
        (FIELDS, {"name": {"nested": 1}}),
        (FIELDS, {"name": [1]}),
        (FIELDS, {1: "x"}),
    ],
)
def test_what_no_program_of_ours_writes_is_refused(place: int, value: object) -> None:
    parts = raw(BODY)
    parts[place] = value
    with pytest.raises(BadInput):
        decode(msgspec.msgpack.encode(parts))


def test_a_number_written_in_more_bytes_than_it_needs_is_not_canonical() -> None:
    at = BODY.index(b"\x10" + b"\x04" * 16) + 17
    assert BODY[at] == 2
    with pytest.raises(BadInput):
        decode(BODY[:at] + b"\xcc\x02" + BODY[at + 1 :])


def test_each_part_of_a_revision_counts_in_its_id() -> None:
    first = decode(BODY)
    changes: dict[str, object] = {
        "device": "0a" * 16,
        "number": 3,
        "previous": "0a" * 16,
        "type": "visit",
        "record": "0a" * 16,
        "parents": (),
        "stamp": 2,
        "author": "0a" * 16,
        "facility": "0a" * 16,
        "fields": {"name": "Siti", "sex": "L"},
    }
    assert set(changes) == set(Revision.__struct_fields__) - {"id"}
    found = {first.id}
    for name, value in changes.items():
        other = msgspec.structs.replace(first, **{name: value})
        found.add(decode(encode_revision(other)).id)
    assert len(found) == len(changes) + 1
