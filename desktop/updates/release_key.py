"""The makers' secret key, which lies on a disk only sealed with a passphrase (Argon2id, XSalsa20-Poly1305).

Values only: no file is read or written here, and no passphrase is kept.
"""

import json
import secrets

import nacl.exceptions
import nacl.pwhash.argon2id
import nacl.secret
import nacl.signing

from sync.errors import RujukError

_FORM = "rujuk-release-key-1"
_KEY = 32
SHORTEST_PASSPHRASE = 12


class WrongPassphrase(RujukError):
    """The passphrase does not open this key, or the file is damaged."""


def new_key(passphrase: str) -> tuple[bytes, bytes]:
    """The content of a new key file, and the public half for ``release.keys``.

    Raises:
        ValueError: the passphrase is too short to protect anything.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ValueError(f"a passphrase has {SHORTEST_PASSPHRASE} signs or more")
    secret, salt = secrets.token_bytes(_KEY), secrets.token_bytes(nacl.pwhash.argon2id.SALTBYTES)
    sealed = nacl.secret.SecretBox(_derived(passphrase, salt)).encrypt(secret)
    public = bytes(nacl.signing.SigningKey(secret).verify_key)
    file = {"form": _FORM, "public": public.hex(), "salt": salt.hex(), "sealed": bytes(sealed).hex()}
    return json.dumps(file, indent=1).encode() + b"\n", public


def open_key(content: bytes, passphrase: str) -> bytes:
    """The secret key in a key file; raises WrongPassphrase."""
    try:
        file = json.loads(content)
        if file["form"] != _FORM:
            raise WrongPassphrase("another form of key file")
        box = nacl.secret.SecretBox(_derived(passphrase, bytes.fromhex(file["salt"])))
        return bytes(box.decrypt(bytes.fromhex(file["sealed"])))
    except (ValueError, KeyError, TypeError, nacl.exceptions.CryptoError) as error:
        raise WrongPassphrase("wrong passphrase, or no key file") from error


def _derived(passphrase: str, salt: bytes) -> bytes:
    argon = nacl.pwhash.argon2id
    return bytes(argon.kdf(_KEY, passphrase.encode(), salt, argon.OPSLIMIT_MODERATE, argon.MEMLIMIT_MODERATE))
