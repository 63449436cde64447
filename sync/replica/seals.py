"""The seal that a server puts on every revision it writes, so that it knows its own words again after it lost them.

A seal is a field of the revision that no record type declares: an Ed25519 signature over the revision without it. It
proves who wrote the bytes and nothing else; nothing here may look at a database.
"""

import base64

import msgspec
import nacl.exceptions
import nacl.signing

from sync.revisions.revision import Revision, decode_stored, encode_revision

SEAL_FIELD = "seal"

_SIGNED = b"rujuk-revision-1\n"


def sealed(body: bytes, signing_key: bytes) -> bytes:
    """The canonical bytes of a revision with its seal; they have another id than ``body``."""
    revision = decode_stored(body)
    signature = nacl.signing.SigningKey(signing_key).sign(_SIGNED + body).signature
    fields = {**revision.fields, SEAL_FIELD: base64.b85encode(signature).decode()}
    return encode_revision(msgspec.structs.replace(revision, fields=fields))


def is_sealed(revision: Revision, signing_key: bytes) -> bool:
    """Whether the owner of ``signing_key`` has written just this revision and sealed it."""
    seal = revision.fields.get(SEAL_FIELD)
    if not isinstance(seal, str):
        return False
    fields = {name: wire for name, wire in revision.fields.items() if name != SEAL_FIELD}
    body = encode_revision(msgspec.structs.replace(revision, fields=fields))
    try:
        nacl.signing.SigningKey(signing_key).verify_key.verify(_SIGNED + body, base64.b85decode(seal))
    except (nacl.exceptions.CryptoError, ValueError):
        return False
    return True
