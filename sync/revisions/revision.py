"""A revision: who changed which fields of which record, on which PC, having seen what.

It is the audit entry, the outgoing change, the incoming change and the history at once. Its id is a hash of its
canonical bytes, so a repeat is harmless and an altered one is seen. The bytes are stored and forwarded unchanged,
unknown types and fields included; this module must never drop what it does not know.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from sync.errors import BadInput
from sync.records import Wire

#: Size of an id in bytes.
ID_BYTES = 16

FORMAT = 1
#: Numbers and stamps stay below this: databases count with 63 bits.
_BIG = 2**63
_encoder = msgspec.msgpack.Encoder(order="deterministic")


class Body(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The canonical form, an array of MessagePack in just this order."""

    format: int
    device: bytes
    number: int
    previous: bytes | None
    type: str
    record: bytes
    parents: tuple[bytes, ...]
    stamp: int
    author: bytes
    facility: bytes
    fields: dict[str, Wire]


_decoder = msgspec.msgpack.Decoder(Body)


class Revision(msgspec.Struct, frozen=True):
    """One change. Ids are 32 hexadecimal digits.

    ``number`` and ``previous`` make the chain of the device that wrote it; ``parents`` are the record's heads that the
    author saw, in ascending order; ``stamp`` is a hybrid logical clock value (milliseconds since 1970 times 65,536).
    """

    id: str
    device: str
    number: int
    previous: str | None
    type: str
    record: str
    parents: tuple[str, ...]
    stamp: int
    author: str
    facility: str
    fields: Mapping[str, Wire]


def revision_id(body: bytes) -> str:
    """The id that canonical bytes have."""
    return hashlib.blake2b(body, digest_size=ID_BYTES, person=b"rujuk revision").hexdigest()


def encode(
    *,
    device: str,
    number: int,
    previous: str | None,
    type_name: str,
    record: str,
    parents: tuple[str, ...],
    stamp: int,
    author: str,
    facility: str,
    fields: Mapping[str, Wire],
) -> bytes:
    """The canonical bytes of a change."""
    unhex = bytes.fromhex
    raw = Body(
        FORMAT,
        unhex(device),
        number,
        None if previous is None else unhex(previous),
        type_name,
        unhex(record),
        tuple(sorted(map(unhex, parents))),
        stamp,
        unhex(author),
        unhex(facility),
        dict(fields),
    )
    return _encoder.encode(raw)


def encode_revision(revision: Revision) -> bytes:
    """The canonical bytes that ``revision`` was read from or made of."""
    return encode(
        device=revision.device,
        number=revision.number,
        previous=revision.previous,
        type_name=revision.type,
        record=revision.record,
        parents=revision.parents,
        stamp=revision.stamp,
        author=revision.author,
        facility=revision.facility,
        fields=revision.fields,
    )


def decode(body: bytes) -> Revision:
    """Read canonical bytes.

    Raises:
        BadInput: they are not a revision, or not in canonical form (their id would not be theirs).
    """
    try:
        raw = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not a revision: {error}") from error
    if _encoder.encode(raw) != body:
        raise BadInput("not a revision: not canonical")
    _check(raw)
    return _revision(raw, body)


def compose(raw: Body) -> tuple[Revision, bytes]:
    """A revision and its canonical bytes from values that were read as those of :class:`Body` are, one by one.

    Raises:
        BadInput: together they are not a revision.
    """
    _check(raw)
    body = _encoder.encode(raw)
    return _revision(raw, body), body


def decode_stored(body: bytes) -> Revision:
    """Read canonical bytes that this replica has stored, and so has checked before."""
    return _revision(_decoder.decode(body), body)


def read_fields(body: bytes) -> Mapping[str, Wire]:
    """The fields of canonical bytes that this replica has stored, and so has checked before: five times as quick."""
    return _decoder.decode(body).fields


def _check(raw: Body) -> None:
    ids = (raw.device, raw.record, raw.author, raw.facility, *raw.parents, raw.previous or raw.device)
    if raw.format != FORMAT or not raw.type.isidentifier() or len(raw.type) > 40:
        raise BadInput("not a revision: unknown format or type")
    if not 1 <= raw.number < _BIG or not 0 <= raw.stamp < _BIG:
        raise BadInput("not a revision: impossible number")
    if any(len(item) != ID_BYTES for item in ids) or list(raw.parents) != sorted(set(raw.parents)):
        raise BadInput("not a revision: ids")
    if not raw.fields:
        raise BadInput("not a revision: nothing changed")


def _revision(raw: Body, body: bytes) -> Revision:
    return Revision(
        id=revision_id(body),
        device=raw.device.hex(),
        number=raw.number,
        previous=None if raw.previous is None else raw.previous.hex(),
        type=raw.type,
        record=raw.record.hex(),
        parents=tuple(item.hex() for item in raw.parents),
        stamp=raw.stamp,
        author=raw.author.hex(),
        facility=raw.facility.hex(),
        fields=raw.fields,
    )
