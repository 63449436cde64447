"""Pairing a PC with a hub by the code on the hub's screen: each side proves to the other that it knows the code.

The proofs cover the certificate that the PC sees, so whoever stands between with another one fails. The code is short:
a slow hash keeps it from being found in its ten minutes by one who listened. Nothing is stored before both have proved.
"""

import hashlib
import hmac
import json

import msgspec
import nacl.exceptions
import nacl.signing

from sync.errors import BadInput, NotAllowed
from sync.exchange.credential import public_key
from sync.exchange.messages import PAIR, PairAnswer, PairRequest, encode_message, read_answer
from sync.exchange.transport import Transport
from sync.replica import hub_links, hub_peers
from sync.replica.hub_codes import CODE_DIGITS
from sync.replica.replica import Replica

_SPACES = str.maketrans(dict.fromkeys(" -\t\u00a0\u2013", None))


def proof_key(code: str, fingerprint: bytes) -> bytes:
    """What both sides make of the code and the certificate (its SHA-256); about 0.05 s on purpose."""
    return hashlib.scrypt(code.encode(), salt=b"rujuk hub " + fingerprint, n=2**14, r=8, p=1, dklen=32)


def asker_proof(key: bytes, request: PairRequest) -> bytes:
    """How the PC shows that it knows the code."""
    said = [request.device, request.facility, request.pc_name, request.letter, request.public_key.hex()]
    return _proof(key, "pc", said)


def hub_proof(key: bytes, asked: bytes, device: str, facility: str, pc_name: str) -> bytes:
    """How the hub shows it, in answer to the PC's proof."""
    return _proof(key, "hub", [asked.hex(), device, facility, pc_name])


def pair(replica: Replica, transport: Transport, *, url: str, fingerprint: bytes, code: str) -> PairAnswer:
    """Make the hub at ``url``, which shows the certificate with this fingerprint, the hub of this PC.

    Raises:
        BadInput: that cannot be a code; nothing was sent.
        LinkError: NotAllowed with a ``code`` that says why; nothing was changed here.
    """
    typed = code.translate(_SPACES)
    if len(typed) != CODE_DIGITS or not (typed.isascii() and typed.isdecimal()):
        raise BadInput(f"the code of a hub has {CODE_DIGITS} digits", field="code")
    key, identity = proof_key(typed, fingerprint), replica.refresh()
    request = PairRequest(
        device=identity.device,
        facility=identity.facility,
        pc_name=identity.pc_name,
        letter=identity.letter,
        public_key=public_key(identity.signing_key),
        proof=b"",
    )
    request = msgspec.structs.replace(request, proof=asker_proof(key, request))
    answer = read_answer(transport.send(PAIR, encode_message(request)), PairAnswer)
    _check(replica, answer, hub_proof(key, request.proof, answer.device, answer.facility, answer.pc_name))

    partner = hub_links.Hub(answer.device, answer.pc_name, url, fingerprint)
    replica.write(lambda connection: hub_links.join_hub(connection, identity, partner, replica.new_id()))
    return answer


def sign_proof(signing_key: bytes, proof: bytes) -> bytes:
    """The hub's signature (Ed25519) beside its proof."""
    return bytes(nacl.signing.SigningKey(signing_key).sign(b"rujuk hub\n" + proof).signature)


def _check(replica: Replica, answer: PairAnswer, expected: bytes) -> None:
    identity = replica.identity
    if not hmac.compare_digest(answer.proof, expected):
        raise NotAllowed("the other side does not know the code", code="wrong_code")
    if answer.facility != identity.facility:
        raise NotAllowed("the hub belongs to another facility", code="other_facility")
    if answer.device == identity.device:
        raise NotAllowed("this is the computer itself", code="own_computer")
    card = replica.read(lambda connection: hub_peers.read_card(connection, identity.district, answer.device))
    if card is None:
        return
    if card.revoked or card.facility != identity.facility:
        raise NotAllowed("the district does not know this hub as one of the facility", code="revoked_device")
    try:
        nacl.signing.VerifyKey(bytes.fromhex(card.public_key)).verify(b"rujuk hub\n" + answer.proof, answer.signature)
    except (nacl.exceptions.BadSignatureError, ValueError) as error:
        raise NotAllowed("the hub is not the computer it says it is", code="bad_signature") from error


def _proof(key: bytes, role: str, said: list[str]) -> bytes:
    return hashlib.blake2b(
        json.dumps([role, *said]).encode(), key=key, digest_size=32, person=b"rujuk pairing"
    ).digest()
