"""Packs: many revisions as one message, the same to the byte on the other side, and never a surprise from a bad one."""

import tracemalloc
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.revisions.packing import PACK_BYTES, PACK_LIMIT, pack, unpack
from sync.revisions.revision import Revision, decode, encode, encode_revision
from tests.revisions.generators import ids, revision
from tests.revisions.test_revision import bodies


@st.composite
def chains(draw: st.DrawFn) -> list[Revision]:
    """Revisions as PCs make them: each device's chain, some with holes, several devices mixed."""
    devices = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    last: dict[str, Revision] = {}
    made: list[Revision] = []
    for body in draw(st.lists(bodies(), max_size=8)):
        device = draw(st.sampled_from(devices))
        before = last.get(device)
        chained = before is not None and draw(st.booleans())
        item = msgspec.structs.replace(
            decode(body),
            device=device,
            number=before.number + 1 if chained and before else decode(body).number,
            previous=before.id if chained and before else decode(body).previous,
        )
        last[device] = decode(encode_revision(item))
        made.append(last[device])
    return made


packs = chains().map(pack)


def assert_honest(message: bytes) -> None:
    """Whatever comes out of a message is canonical and carries its own id; nothing but BadInput is raised."""
    try:
        found = unpack(message)
    except BadInput:
        return
    for item, body in found:
        assert decode(body) == item


@given(chains())
def test_a_pack_brings_the_same_bytes_in_the_same_order(revisions: Sequence[Revision]) -> None:
    assert unpack(pack(revisions)) == [(item, encode_revision(item)) for item in revisions]


@given(st.lists(bodies(), max_size=5))
def test_revisions_that_have_nothing_in_common_pack_too(whole: Sequence[bytes]) -> None:
    assert [body for _, body in unpack(pack([decode(body) for body in whole]))] == list(whole)


def test_an_empty_message_is_an_empty_pack() -> None:
    assert unpack(b"") == []
    assert unpack(pack([])) == []


@given(packs, st.data())
def test_a_cut_message_is_refused(message: bytes, data: st.DataObject) -> None:
    with pytest.raises(BadInput):
        unpack(message[: data.draw(st.integers(1, len(message) - 1))])


@given(packs, st.data())
def test_altered_bytes_never_make_anything_but_honest_revisions(message: bytes, data: st.DataObject) -> None:
    altered = bytearray(message)
    for _ in range(data.draw(st.integers(1, 3))):
        altered[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    assert_honest(bytes(altered))


@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_make_anything_but_honest_revisions(message: bytes) -> None:
    assert_honest(message)


_odd = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**64 - 1),
    st.binary(max_size=40),
    st.text(max_size=5),
    st.lists(st.integers(-3, 2**63), max_size=4),
    st.lists(st.lists(st.integers(-2, 5), max_size=3), max_size=3),
    st.dictionaries(st.integers(-2, 9), st.none() | st.binary(max_size=17), max_size=2),
)


@given(packs, st.data())
def test_altered_columns_never_make_anything_but_honest_revisions(message: bytes, data: st.DataObject) -> None:
    columns: list[Any] = msgspec.msgpack.decode(message)
    place = data.draw(st.integers(0, len(columns) - 1))
    column = columns[place]
    if isinstance(column, list) and column and data.draw(st.booleans()):
        column[data.draw(st.integers(0, len(column) - 1))] = data.draw(_odd)
    else:
        columns[place] = data.draw(_odd)
    assert_honest(msgspec.msgpack.encode(columns))


@pytest.mark.parametrize("place", range(15))
def test_a_column_of_empty_lists_is_refused_before_they_are_made(place: int) -> None:
    """Packed they are a few hundred bytes, taken apart 56 bytes each; nobody must be able to ask for that."""
    columns: list[Any] = msgspec.msgpack.decode(pack([revision(1, {"phone": "1"})]))
    rows = b"\xdd" + (2**20).to_bytes(4, "big") + b"\x90" * 2**20
    message = b"\x9f" + b"".join(
        msgspec.msgpack.encode(column) if number != place else rows for number, column in enumerate(columns)
    )
    within = message.replace(rows, b"\x91" + rows)
    for sent in (message, within):
        tracemalloc.start()
        try:
            with pytest.raises(BadInput):
                unpack(sent)
            assert tracemalloc.get_traced_memory()[1] < 2 * len(sent)
        finally:
            tracemalloc.stop()


def test_a_pack_of_too_many_revisions_is_refused() -> None:
    many = [revision(number, {"phone": "1"}) for number in range(1, PACK_LIMIT + 2)]
    assert len(unpack(pack(many[:PACK_LIMIT]))) == PACK_LIMIT
    with pytest.raises(BadInput):
        unpack(pack(many))


def test_a_page_may_have_more_names_than_revisions_fit_into_it() -> None:
    """Fields of a later version have names that nobody here knows, and whoever makes a page does not count them."""
    strange = [revision(number, {f"x{number}_{place}": "1" for place in range(450)}) for number in range(1, 13)]
    assert PACK_LIMIT < 12 * 450
    assert [found for found, _ in unpack(pack(strange))] == strange


def test_a_small_message_never_becomes_revisions_beyond_all_measure() -> None:
    name = "x" * 2**20
    first = {
        "device": "11" * 16,
        "number": 1,
        "previous": None,
        "type_name": "patient",
        "record": "22" * 16,
        "parents": (),
        "stamp": 1,
        "author": "33" * 16,
        "facility": "44" * 16,
    }
    made = [decode(encode(**first, fields={name: number})) for number in range(PACK_BYTES // len(name) + 1)]  # type: ignore[arg-type]  # members of encode
    message = pack(made)
    assert len(message) < 2 * len(name)
    with pytest.raises(BadInput):
        unpack(message)
