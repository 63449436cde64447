"""Many revisions as one small message: columns instead of rows, and nothing that the receiver can compute.

A revision's id is never sent, and the previous id of its chain only where the one before is not in the same pack.
The receiver puts the canonical bytes together again, so what is stored on both sides is the same to the byte.
"""

from collections.abc import Iterable, Sequence

import msgspec

from sync.errors import BadInput
from sync.records import Wire
from sync.revisions.revision import FORMAT, ID_BYTES, Body, Revision, compose

#: A pack never holds more revisions than this; a larger one is refused before it is taken apart.
PACK_LIMIT = 5000
#: Nor do its revisions weigh more than this many bytes once they are whole again: a long name is sent once, but
#: stands in each revision.
PACK_BYTES = 16 * 2**20


class _Columns(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """``ids``, ``names`` are the dictionaries that the index columns point into."""

    ids: bytes
    names: list[str]
    shapes: list[list[int]]
    device: list[int]
    number: list[int]
    previous: dict[int, bytes | None]
    type: list[int]
    record: bytes
    parents: list[int]
    parent_ids: bytes
    stamp: list[int]
    author: list[int]
    facility: list[int]
    shape: list[int]
    values: list[list[Wire]]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Columns)


def pack(revisions: Sequence[Revision]) -> bytes:
    """One message of these revisions, in this order."""
    ids, names, shapes = _Dictionary(), _Dictionary(), _Dictionary()
    columns = _Columns(b"", [], [], [], [], {}, [], b"", [], b"", [], [], [], [], [])
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
        if shape == len(columns.values):
            columns.shapes.append([names.place(name) for name in field_names])
            columns.values.append([])
        columns.shape.append(shape)
        columns.values[shape].extend(item.fields[name] for name in field_names)
    columns.ids = bytes.fromhex("".join(map(str, ids.items)))
    columns.names = [str(name) for name in names.items]
    columns.record, columns.parent_ids = bytes(record), bytes(parent_ids)
    columns.values = [
        [value for start in range(len(shape)) for value in values[start :: len(shape)]]
        for shape, values in zip(columns.shapes, columns.values, strict=True)
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
    if count > PACK_LIMIT or lengths | {len(columns.facility), len(columns.shape)} != {count}:
        raise ValueError("columns")
    if (
        min([0, *columns.parents, *columns.device, *columns.author, *columns.facility, *columns.shape, *columns.type])
        < 0
    ):
        raise ValueError("negative")
    ids, records, parents = _ids(columns.ids), _ids(columns.record), _ids(columns.parent_ids)
    if len(records) != count or sum(columns.parents) != len(parents):
        raise ValueError("ids")
    rows = [_rows(shape, values) for shape, values in zip(columns.shapes, columns.values, strict=True)]
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


def _rows(shape: Sequence[int], values: Sequence[Wire]) -> list[tuple[Wire, ...]]:
    """The rows of a shape's columns, last row first (they are taken from the end)."""
    if not shape or len(values) % len(shape):
        raise ValueError("shape")
    length = len(values) // len(shape)
    return list(zip(*(values[start * length : (start + 1) * length] for start in range(len(shape))), strict=True))[::-1]


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
