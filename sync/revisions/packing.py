"""Many revisions as one small message: columns instead of rows, and nothing that the receiver can compute.

A revision's id is never sent, and the previous id of its chain only where the one before is not in the same pack.
The receiver puts the canonical bytes together again, so what is stored on both sides is the same to the byte.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec

from sync.errors import BadInput
from sync.records import Wire
from sync.revisions.revision import FORMAT, ID_BYTES, Body, Revision, compose

#: A pack never holds more revisions than this; a larger one is refused before it is taken apart.
PACK_LIMIT = 5000
#: Nor do its revisions weigh more than this many bytes once they are whole again: a long name is sent once, but
#: stands in each revision.
PACK_BYTES = 16 * 2**20
#: Fields of one revision, at most.
_MOST_FIELDS = 500
#: Names in one pack: as many as the largest page can have, for whoever makes a page counts bytes alone.
_MOST_NAMES = 2**20

# Lengths are looked at before anything is made: a list of a byte each takes 60 times as much once it is taken apart.
_Numbers = Annotated[list[int], msgspec.Meta(max_length=PACK_LIMIT)]
_Shape = Annotated[list[int], msgspec.Meta(max_length=_MOST_FIELDS)]


class _Columns(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """``ids``, ``names`` are the dictionaries that the index columns point into; ``values`` a list for each shape."""

    ids: bytes
    names: Annotated[list[str], msgspec.Meta(max_length=_MOST_NAMES)]
    shapes: Annotated[list[_Shape], msgspec.Meta(max_length=PACK_LIMIT)]
    device: _Numbers
    number: _Numbers
    previous: Annotated[dict[int, bytes | None], msgspec.Meta(max_length=PACK_LIMIT)]
    type: _Numbers
    record: bytes
    parents: _Numbers
    parent_ids: bytes
    stamp: _Numbers
    author: _Numbers
    facility: _Numbers
    shape: _Numbers
    values: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=PACK_LIMIT)]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Columns)
_values_decoder = msgspec.msgpack.Decoder(list[Wire])


def pack(revisions: Sequence[Revision]) -> bytes:
    """One message of these revisions, in this order."""
    ids, names, shapes = _Dictionary(), _Dictionary(), _Dictionary()
    columns = _Columns(b"", [], [], [], [], {}, [], b"", [], b"", [], [], [], [], [])
    values: list[list[Wire]] = []
    record, parent_ids = bytearray(), bytearray()
    chain: dict[str, tuple[int, str]] = {}
    last_stamp = 0
    for index, item in enumerate(revisions):
        number, previous = chain.get(item.device, (0, None))
        if previous is None or item.previous != previous:
            columns.previous[index] = None if item.previous is None else bytes.fromhex(item.previous)
        chain[item.device] = (item.number, item.id)
        columns.device.append(ids.place(item.device))
        columns.number.append(item.number - number)
        columns.type.append(names.place(item.type))
        record += bytes.fromhex(item.record)
        columns.parents.append(len(item.parents))
        parent_ids += bytes.fromhex("".join(item.parents))
        columns.stamp.append(item.stamp - last_stamp)
        last_stamp = item.stamp
        columns.author.append(ids.place(item.author))
        columns.facility.append(ids.place(item.facility))
        field_names = sorted(item.fields)
        shape = shapes.place((item.type, *field_names))
        if shape == len(values):
            columns.shapes.append([names.place(name) for name in field_names])
            values.append([])
        columns.shape.append(shape)
        values[shape].extend(item.fields[name] for name in field_names)
    columns.ids = bytes.fromhex("".join(map(str, ids.items)))
    columns.names = [str(name) for name in names.items]
    columns.record, columns.parent_ids = bytes(record), bytes(parent_ids)
    columns.values = [
        msgspec.Raw(_encoder.encode([value for start in range(len(shape)) for value in rows[start :: len(shape)]]))
        for shape, rows in zip(columns.shapes, values, strict=True)
    ]
    return _encoder.encode(columns)


def unpack(message: bytes) -> list[tuple[Revision, bytes]]:
    """The revisions in a message, each with its canonical bytes.

    Raises:
        BadInput: the message is not one that :func:`pack` makes.
    """
    if not message:
        return []
    try:
        columns = _decoder.decode(message)
        return list(_revisions(columns))
    except (msgspec.DecodeError, UnicodeDecodeError, IndexError, ValueError, OverflowError) as error:
        raise BadInput(f"not a pack of revisions: {type(error).__name__}") from error


def _revisions(columns: _Columns) -> Iterable[tuple[Revision, bytes]]:
    count = len(columns.device)
    lengths = {len(c) for c in (columns.number, columns.type, columns.parents, columns.stamp, columns.author)}
    if lengths | {len(columns.facility), len(columns.shape)} != {count}:
        raise ValueError("columns")
    if (
        min([0, *columns.parents, *columns.device, *columns.author, *columns.facility, *columns.shape, *columns.type])
        < 0
    ):
        raise ValueError("negative")
    ids, records, parents = _ids(columns.ids), _ids(columns.record), _ids(columns.parent_ids)
    if len(records) != count or sum(columns.parents) != len(parents):
        raise ValueError("ids")
    uses = Counter(columns.shape)
    rows = [
        _rows(shape, values, uses[place])
        for place, (shape, values) in enumerate(zip(columns.shapes, columns.values, strict=True))
    ]
    names = [[columns.names[name] for name in shape] for shape in columns.shapes]
    chain: dict[int, tuple[int, bytes | None]] = {}
    at_parent = stamp = size = 0
    for index in range(count):
        device = columns.device[index]
        number, previous = chain.get(device, (0, None))
        if index in columns.previous:
            previous = columns.previous[index]
        elif previous is None:
            raise ValueError("chain")
        number += columns.number[index]
        stamp += columns.stamp[index]
        shape = columns.shape[index]
        revision, body = compose(
            Body(
                FORMAT,
                ids[device],
                number,
                previous,
                columns.names[columns.type[index]],
                records[index],
                tuple(sorted(parents[at_parent : at_parent + columns.parents[index]])),
                stamp,
                ids[columns.author[index]],
                ids[columns.facility[index]],
                dict(zip(names[shape], rows[shape].pop(), strict=True)),
            )
        )
        size += len(body)
        if size > PACK_BYTES:
            raise ValueError("size")
        at_parent += columns.parents[index]
        chain[device] = (number, bytes.fromhex(revision.id))
        yield revision, body
    if any(rows):
        raise ValueError("values left over")


def _rows(shape: Sequence[int], packed: msgspec.Raw, length: int) -> list[tuple[Wire, ...]]:
    """The ``length`` rows of a shape's columns, last row first (they are taken from the end)."""
    if not shape or _length(bytes(memoryview(packed)[:5])) != length * len(shape):
        raise ValueError("shape")
    values = _values_decoder.decode(packed)
    return list(zip(*(values[start * length : (start + 1) * length] for start in range(len(shape))), strict=True))[::-1]


def _length(head: bytes) -> int:
    """How many items a list in MessagePack has, as its first bytes say."""
    if head[0] >> 4 == 0b1001:
        return head[0] & 0b1111
    size = {0xDC: 2, 0xDD: 4}.get(head[0])
    if size is None:
        raise ValueError("values")
    return int.from_bytes(head[1 : 1 + size], "big")


def _ids(joined: bytes) -> list[bytes]:
    if len(joined) % ID_BYTES:
        raise ValueError("ids")
    return [joined[start : start + ID_BYTES] for start in range(0, len(joined), ID_BYTES)]


class _Dictionary:
    """Gives each distinct item its place in a list."""

    def __init__(self) -> None:
        self.items: list[object] = []
        self._places: dict[object, int] = {}

    def place(self, item: object) -> int:
        found = self._places.get(item)
        if found is None:
            found = self._places[item] = len(self.items)
            self.items.append(item)
        return found
