"""The receipt: what the district's server certifies to a facility at the end of a day, signed with its key.

A receipt is a file that anybody can check without the server. Whatever byte of it is altered, it is refused; nothing
here decides whether one may be given.
"""

from typing import Annotated

import msgspec
import nacl.exceptions
import nacl.signing

from sync.errors import BadInput

_KIND = "rujuk-receipt-1"
_SIGNED = b"rujuk-receipt-1\n"
_KEY_BYTES = 32


class ProvenFeed(msgspec.Struct, frozen=True):
    """A feed as both sides hold it up to ``number``; ``root`` stands for the set of its revisions."""

    audience: str
    number: Annotated[int, msgspec.Meta(ge=0)]
    root: str


class Counted(msgspec.Struct, frozen=True):
    """How much of one record type there is."""

    revisions: int
    records: int


class ReceiptComputer(msgspec.Struct, frozen=True):
    """A computer of the facility as the server knew it then. ``waiting``: ``None`` if nobody ever told.

    ``seen_at``: when it was last heard of; ``road``: how, "" by itself, ``hub``, ``stick``.
    """

    letter: str
    name: str
    seen_at: str | None
    proven_at: str | None
    waiting: int | None
    road: str = ""


class Receipt(msgspec.Struct, frozen=True):
    """What is certified. ``at`` is the server's time (ISO 8601, UTC); ``kinds`` counts the facility's feed by type."""

    district: str
    replica: str
    epoch: str
    server_key: bytes
    facility: str
    facility_code: str
    facility_name: str
    device: str
    letter: str
    pc_name: str
    at: str
    equal: bool
    feeds: list[ProvenFeed]
    kinds: dict[str, Counted]
    computers: list[ReceiptComputer]


class _Sealed(msgspec.Struct, frozen=True):
    kind: str
    body: bytes
    signature: bytes


def sign_receipt(receipt: Receipt, signing_key: bytes) -> bytes:
    """The receipt as a file."""
    body = msgspec.msgpack.encode(receipt)
    signature = nacl.signing.SigningKey(signing_key).sign(_SIGNED + body).signature
    return msgspec.msgpack.encode(_Sealed(_KIND, body, signature))


def read_receipt(content: bytes, server_key: bytes) -> Receipt:
    """The receipt in a file, if the server with this public key (32 bytes) has given it just so.

    Raises:
        BadInput: it is no receipt, was altered, or another server has signed it.
    """
    if len(server_key) != _KEY_BYTES:
        raise BadInput("a server's key has 32 bytes", field="key")
    try:
        sealed = msgspec.msgpack.decode(content, type=_Sealed)
        canonical = msgspec.msgpack.encode(sealed)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput("this is not a receipt of Rujuk, or it is damaged") from error
    if canonical != content or sealed.kind != _KIND:
        raise BadInput("this is not a receipt of Rujuk, or it is damaged")
    try:
        nacl.signing.VerifyKey(server_key).verify(_SIGNED + sealed.body, sealed.signature)
        receipt = msgspec.msgpack.decode(sealed.body, type=Receipt)
    except (nacl.exceptions.BadSignatureError, ValueError, msgspec.DecodeError) as error:
        raise BadInput("it was altered, or another server has signed it") from error
    if receipt.server_key != server_key:
        raise BadInput("it names another server")
    return receipt
