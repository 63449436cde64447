"""The key of a computer's database, sealed for the district's server alone: the way back when a PC is gone.

It lies beside the copies of the database. Who has only the copies and this file has nothing.
"""

import re

import nacl.exceptions
import nacl.public
import nacl.signing

from sync.errors import BadInput

_HEAD = "rujuk-kunci-1"
_FORM = re.compile(rf"{_HEAD} ([0-9a-f]{{32}}) ([0-9a-f]{{64,400}})\s*")


def seal_key(key: bytes, server_key: bytes, device: str) -> bytes:
    """The content of a key file. ``server_key``: public Ed25519 key of the district's server; ``device``: whose key."""
    box = nacl.public.SealedBox(nacl.signing.VerifyKey(server_key).to_curve25519_public_key())
    return f"{_HEAD} {device} {box.encrypt(key).hex()}\n".encode("ascii")


def open_key(content: bytes, signing_key: bytes) -> tuple[str, bytes]:
    """Device and key in a key file, for whoever holds the server's own ``signing_key``.

    Raises:
        BadInput: it is no key file, or was sealed for another server.
    """
    match = _FORM.fullmatch(content.decode("ascii", "replace"))
    if match is None:
        raise BadInput("this is no key file of Rujuk", field="file")
    box = nacl.public.SealedBox(nacl.signing.SigningKey(signing_key).to_curve25519_private_key())
    try:
        return match[1], bytes(box.decrypt(bytes.fromhex(match[2])))
    except (nacl.exceptions.CryptoError, ValueError) as error:
        raise BadInput("sealed for another server, or altered", field="file") from error
