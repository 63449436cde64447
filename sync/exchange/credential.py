"""The credential of a computer: an Ed25519 key that signs each request it sends. No secret ever travels.

The signature covers method, path, time and the body exactly as sent. The time is carried for the log and never
checked: clocks in a clinic may be wrong by years. A replayed push is harmless because pushes are idempotent; nobody can
record a request that travels in TLS, and without TLS whoever records requests reads the answers anyway.
"""

import base64
import hashlib
import itertools
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import nacl.exceptions
import nacl.signing

from sync.errors import BadInput

KEY_BYTES = 32
SIGNATURE_BYTES = 64
#: Signed in the place of the HTTP method: a part of a train is no request by itself.
TRAIN_METHOD = "TRAIN"

_SCHEME = "Rujuk"
_CREDENTIAL = re.compile(r"Rujuk device=([0-9a-f]{32}),time=([0-9]{1,12}),signature=([A-Za-z0-9_-]{86})")


def public_key(signing_key: bytes) -> bytes:
    """The public half (32 bytes) of a signing key (32 secret random bytes)."""
    return bytes(nacl.signing.SigningKey(signing_key).verify_key)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the requests of one device. ``now_s`` is its clock in seconds, which may be wrong."""

    device: str
    signing_key: bytes = field(repr=False)
    now_s: Callable[[], float] = time.time

    def authorization(self, method: str, path: str, body: bytes) -> str:
        """The value of the ``Authorization`` header of a request whose body travels as ``body``."""
        moment = str(int(self.now_s()))
        return self._header(moment, self._signature(method, path, moment, body))

    def signed_train(self, path: str, parts: Iterable[bytes]) -> tuple[str, Iterator[bytes]]:
        """The ``Authorization`` header of a train, and its parts, each behind its signature and signed when asked for.

        A signature covers the one before it: what arrived of a train that broke off is proved without the rest, and
        no part counts at another place or in another train.
        """
        moment = str(int(self.now_s()))
        signed = self._signed_parts(path, moment, parts)
        first = next(signed)
        return self._header(moment, first[:SIGNATURE_BYTES]), itertools.chain([first], signed)

    def _signed_parts(self, path: str, moment: str, parts: Iterable[bytes]) -> Iterator[bytes]:
        before = b""
        for part in parts:
            before = self._signature(TRAIN_METHOD, path, moment, before + part)
            yield before + part

    def _signature(self, method: str, path: str, moment: str, body: bytes) -> bytes:
        return nacl.signing.SigningKey(self.signing_key).sign(_message(method, path, moment, body)).signature

    def _header(self, moment: str, signature: bytes) -> str:
        return f"{_SCHEME} device={self.device},time={moment},signature={_text(signature)}"


@dataclass(frozen=True, slots=True)
class Credential:
    """What an ``Authorization`` header says; nothing in it is proved before :meth:`proves`."""

    device: str
    time: str
    signature: bytes

    def proves(self, key: bytes, method: str, path: str, body: bytes) -> bool:
        """Whether the holder of public ``key`` signed exactly this request."""
        try:
            nacl.signing.VerifyKey(key).verify(_message(method, path, self.time, body), self.signature)
        except nacl.exceptions.BadSignatureError:
            return False
        return True


def read_credential(header: str) -> Credential:
    """Read an ``Authorization`` header.

    Raises:
        BadInput: it is not written as this module writes it.
    """
    match = _CREDENTIAL.fullmatch(header)
    if match is None:
        raise BadInput("the Authorization header is not a Rujuk credential")
    device, moment, signature = match.groups()
    return Credential(device, moment, base64.urlsafe_b64decode(signature + "=="))


def header_of_part(header: str, signature: bytes) -> str:
    """The ``Authorization`` header that a part of a train would have by itself, given the train's."""
    return f"{header.rpartition('=')[0]}={_text(signature)}"


def _text(signature: bytes) -> str:
    return base64.urlsafe_b64encode(signature).rstrip(b"=").decode()


def _message(method: str, path: str, moment: str, body: bytes) -> bytes:
    digest = hashlib.blake2b(body, digest_size=32).digest()
    return b"\n".join((b"rujuk-1", method.encode(), path.encode(), moment.encode(), digest))
