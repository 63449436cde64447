"""The envelope of what travels on a stick: messages sealed for one receiver and signed by their sender, as one file.

Whoever carries or relays it learns its size and its header, and can change neither unseen. This module knows bytes and
keys only; it must never touch a replica, a disk or a network.

A file is magic, version, length of the header, header (MessagePack, clear), and a libsodium sealed box that holds an
Ed25519 signature over header and content, and the content: a list of Zstandard frames, one for each message.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import nacl.bindings
import nacl.exceptions
import nacl.public
import nacl.signing

from sync.errors import (
    BadInput,
    BundleAltered,
    BundleCut,
    BundleElsewhere,
    BundleNewer,
    BundleOtherDistrict,
    NotABundle,
)
from sync.exchange.compression import MAX_ANSWER_PLAIN, MAX_PLAIN, MAX_SENT, compress, decompress

#: How the file's name ends.
SUFFIX = ".rujuk"
#: Who ``receiver`` or ``sender`` is, where it is not a device.
SERVER = "server"
#: Bytes that a bundle has at most: on the way out it must fit into a request, and the way back is not much longer, so
#: that the relaying computer has its answer before it gives up.
MOST_OUT, MOST_BACK = MAX_SENT - 2**14, 2 * MAX_SENT
#: Nothing larger than this is read: there is no such bundle.
MOST_READ = MOST_BACK + 2**20
#: Messages in one bundle, and requests among them: an answer may have more parts than its question.
MOST_PARTS, MOST_REQUESTS = 1000, 64

_MAGIC, _VERSION = b"\x8bRUJUK\r\n", 1
_FRONT = struct.Struct(">8sHH")
_MOST_HEADER = 2048
#: A card that is larger stays at home: the header must hold it.
MOST_CARD = 1536
_PURPOSE = b"rujuk bundle 1\0"
_SIGNATURE = nacl.bindings.crypto_sign_BYTES
_OVERHEAD = _SIGNATURE + nacl.bindings.crypto_box_SEALBYTES
#: Space left for everything but the messages.
ENVELOPE_BYTES = _FRONT.size + _MOST_HEADER + _OVERHEAD + 16 * MOST_PARTS


class Header(msgspec.Struct, frozen=True, omit_defaults=True):
    """What anybody may read: the way (``out`` to the server or ``back``), who, when (milliseconds since 1970) and size.

    ``receiver`` and ``sender`` are device ids or :data:`SERVER`; ``size`` is that of the sealed part, in bytes;
    ``reply_to`` the id of the bundle that is answered; ``card`` a pack with the sender's public card as the server
    wrote it, for a server that has forgotten it.
    """

    kind: Literal["out", "back"]
    district: str
    receiver: str
    sender: str
    id: str
    created_at: int
    size: int = 0
    reply_to: str = ""
    card: bytes = b""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file whose front was read; what is sealed in it is neither opened nor believed yet."""

    header: Header
    _front: bytes = field(repr=False)
    _sealed: bytes = field(repr=False)


def pack_part(message: bytes) -> bytes:
    """An encoded message as it lies in a bundle."""
    return compress(message)


def seal(header: Header, parts: Sequence[bytes], *, signing_key: bytes, receiver_key: bytes) -> bytes:
    """A whole file: packed parts signed with ``signing_key`` and sealed for the owner of ``receiver_key`` (Ed25519)."""
    content = msgspec.msgpack.encode(list(parts))
    front = msgspec.msgpack.encode(msgspec.structs.replace(header, size=len(content) + _OVERHEAD))
    signature = nacl.signing.SigningKey(signing_key).sign(_signed(front, content)).signature
    box = nacl.public.SealedBox(nacl.signing.VerifyKey(receiver_key).to_curve25519_public_key())
    return _FRONT.pack(_MAGIC, _VERSION, len(front)) + front + box.encrypt(signature + content)


def read_bundle(file: bytes) -> Bundle:
    """Read the front of a file and see that all of it is there.

    Raises:
        BundleError: NotABundle, BundleNewer, BundleCut, or BundleAltered where something was added.
    """
    if file[: len(_MAGIC)] != _MAGIC[: len(file)] or not file or len(file) > MOST_READ:
        raise NotABundle("the file does not begin as a bundle does")
    if len(file) < _FRONT.size:
        raise BundleCut("the file ends within its front")
    _, version, length = _FRONT.unpack_from(file)
    if version > _VERSION:
        raise BundleNewer(f"version {version} of the format")
    if version != _VERSION or length > _MOST_HEADER:
        raise NotABundle("no such version or header")
    front, sealed = file[_FRONT.size : _FRONT.size + length], file[_FRONT.size + length :]
    if len(front) < length:
        raise BundleCut("the file ends within its header")
    try:
        header = msgspec.msgpack.decode(front, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BundleAltered("the header cannot be read") from error
    if len(sealed) < header.size:
        raise BundleCut("the file ends within its content")
    if len(sealed) > header.size:
        raise BundleAltered("something follows the content")
    return Bundle(header, front, sealed)


def check_receiver(header: Header, *, kind: str, district: str, receiver: str) -> None:
    """See that a bundle is for this receiver.

    Raises:
        BundleError: BundleOtherDistrict or BundleElsewhere.
    """
    if header.district != district:
        raise BundleOtherDistrict("a bundle of another district")
    if header.kind != kind or header.receiver != receiver:
        raise BundleElsewhere("a bundle for another computer")


def open_bundle(bundle: Bundle, *, signing_key: bytes, sender_key: bytes) -> list[bytes]:
    """The packed parts, opened with the receiver's ``signing_key`` and proved to be the sender's.

    Raises:
        BundleError: BundleAltered.
    """
    box = nacl.public.SealedBox(nacl.signing.SigningKey(signing_key).to_curve25519_private_key())
    try:
        plain = box.decrypt(bundle._sealed)
        content = plain[_SIGNATURE:]
        nacl.signing.VerifyKey(sender_key).verify(_signed(bundle._front, content), plain[:_SIGNATURE])
        parts = msgspec.msgpack.decode(content, type=list[bytes])
    except (nacl.exceptions.CryptoError, nacl.exceptions.TypeError, msgspec.DecodeError) as error:
        raise BundleAltered("not what the sender has sealed") from error
    if len(parts) > MOST_PARTS:
        raise BundleAltered("more parts than a bundle has")
    return parts


def unpack_parts(bundle: Bundle, parts: Sequence[bytes]) -> Iterator[bytes]:
    """The encoded messages, one after the other, so that never all of them are unpacked at once.

    Raises:
        BundleError: BundleAltered.
    """
    limit = MAX_PLAIN if bundle.header.kind == "out" else MAX_ANSWER_PLAIN
    for part in parts:
        try:
            yield decompress(part, limit)
        except BadInput as error:
            raise BundleAltered("a part cannot be unpacked") from error


def _signed(front: bytes, content: bytes) -> bytes:
    return _PURPOSE + len(front).to_bytes(4, "big") + front + content
