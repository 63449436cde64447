"""Enrolment: a one-time code is exchanged for a device card, and so a computer becomes a replica of its facility.

This is the computer's half. Asking again with the same code and key gives the same card, so an
answer lost on the way costs nothing; the key is derived and not stored, so even a crash between two tries is harmless.
"""

import hashlib

from sync.errors import BadInput, Refused
from sync.exchange.credential import KEY_BYTES, public_key
from sync.exchange.messages import (
    ENROL,
    RENEW,
    DeviceCard,
    EnrolRequest,
    RenewRequest,
    decode_message,
    encode_message,
    read_pack,
)
from sync.exchange.transport import Transport
from sync.replica.identity import PUBLIC, Identity
from sync.replica.replica import Replica

#: Crockford's base 32: no I, L, O or U, which people mistake for others.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10

#: The server's word for a code that it keeps for another facility.
OTHER_FACILITY = "other_facility"

#: A computer's name is cut to this many characters.
NAME_LENGTH = 80

_FRIENDLY = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict.fromkeys(" -\t\u00a0\u2013", None))


def normalise_code(typed: str) -> str:
    """The code as it was made: capitals, without spaces and dashes, O read as 0, I and L as 1.

    Raises:
        BadInput: it cannot be a one-time code.
    """
    code = typed.upper().translate(_FRIENDLY)
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
        raise BadInput(f"a one-time code has {CODE_LENGTH} letters and digits", field="code")
    return code


def derive_signing_key(database_key: bytes, code: str) -> bytes:
    """The signing key (32 bytes) of the computer that enrols with ``code`` and keeps ``database_key``.

    The same code tried again makes the same key, another code a new one. Raises BadInput like :func:`normalise_code`.
    """
    data = normalise_code(code).encode()
    return hashlib.blake2b(data, key=database_key, digest_size=KEY_BYTES, person=b"rujuk device key").digest()


def enrol(transport: Transport, *, code: str, pc_name: str, signing_key: bytes, facility: str = "") -> DeviceCard:
    """Ask the server behind ``transport`` for a card; ``facility``: whose computer this is already.

    Raises:
        BadInput: the code or the name cannot be right; nothing was sent.
        LinkError: NotAllowed when the code is unknown, expired, used by another computer, or of another facility.
    """
    name = pc_name.strip()[:NAME_LENGTH]
    if not name:
        raise BadInput("missing", field="pc_name")
    request = EnrolRequest(
        code=normalise_code(code), public_key=public_key(signing_key), pc_name=name, facility=facility
    )
    return _card(transport.send(ENROL, encode_message(request)))


def renew(replica: Replica, transport: Transport) -> None:
    """Make this computer another device, because a twin writes as this one: a cloned disk, or one put back from a copy.

    What it wrote under the former name stays. A lost answer costs nothing: the same key gives the same card.

    Raises:
        LinkError: it did not come to that; the next exchange tries again.
    """
    key = replica.next_key()
    request = RenewRequest(public_key(key), replica.identity.pc_name)
    card = _card(transport.send(RENEW, encode_message(request)))
    # Before the name: whoever bears a name can show its card to a server that has forgotten it.
    keep_card(replica, card)
    replica.renew(card.device, card.letter, key)


def keep_card(replica: Replica, card: DeviceCard) -> None:
    """Keep the public card of this computer as its server wrote it, without waiting for the feed to bring it."""
    if card.card:
        replica.receive(PUBLIC, read_pack(card.card))


def _card(answer: bytes) -> DeviceCard:
    try:
        return decode_message(answer, DeviceCard)
    except BadInput as error:
        raise Refused("the answer is not a device card") from error


def identity_of(card: DeviceCard, *, replica: str, epoch: str, pc_name: str, signing_key: bytes) -> Identity:
    """The identity of the new replica: its own ``replica`` and ``epoch`` ids, the rest from the card."""
    return Identity(
        district=card.district,
        replica=replica,
        epoch=epoch,
        device=card.device,
        letter=card.letter,
        facility=card.facility,
        facility_kind=card.facility_kind,
        pc_name=pc_name,
        signing_key=signing_key,
    )
