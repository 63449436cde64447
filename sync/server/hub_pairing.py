"""The hub's half of pairing: a computer that proves it knows the code on this screen may speak from then on.

Five wrong tries take the code away. The same computer may ask again while the code lives, so a lost answer costs
nothing.
"""

import hmac

from sqlalchemy import Connection

from sync.exchange.credential import KEY_BYTES
from sync.exchange.enrol import NAME_LENGTH
from sync.exchange.messages import PairAnswer, PairRequest
from sync.exchange.pairing import asker_proof, hub_proof, proof_key, sign_proof
from sync.records.definition import is_id
from sync.records.moments import moment_text
from sync.replica import hub_codes, hub_peers
from sync.replica.hub_codes import HubCode
from sync.replica.hub_peers import HubPeer
from sync.replica.replica import Replica
from sync.server.problems import Problem


class Pairing:
    """Redeems codes for the hub that shows the certificate with this fingerprint (SHA-256)."""

    def __init__(self, replica: Replica, fingerprint: bytes) -> None:
        self._replica = replica
        self._fingerprint = fingerprint

    def pair(self, request: PairRequest, _address: str) -> PairAnswer:
        """Let a computer in.

        Raises:
            Problem: 403 with the reason, 422 for what cannot be a computer.
        """
        identity, now = self._replica.refresh(), self._replica.now()
        _check_computer(request)
        if request.facility != identity.facility:
            raise Problem(403, "other_facility", "this hub serves the computers of another facility")
        if request.device == identity.device:
            raise Problem(403, "own_computer", "this computer is the hub itself")
        code = self._live_code(request.device)
        key = proof_key(code.digits, self._fingerprint)
        proved = hmac.compare_digest(request.proof, asker_proof(key, request))

        def work(connection: Connection) -> str | None:
            if hub_codes.read_code(connection, identity.district) != code:
                return "wrong_code"  # others tried meanwhile
            if not proved:
                hub_codes.note_wrong_try(connection, identity.district, code)
                return "wrong_code"
            card = hub_peers.read_card(connection, identity.district, request.device)
            if card is not None and card.revoked:
                return "revoked_device"
            if card is not None and (card.facility, card.public_key) != (identity.facility, request.public_key.hex()):
                return "other_facility"
            moment = moment_text(now, "seconds")
            hub_codes.note_use(connection, identity.district, code, request.device)
            hub_peers.write_peer(
                connection,
                identity.district,
                HubPeer(request.device, request.pc_name, request.letter, request.public_key.hex(), moment, moment),
            )
            return None

        refused = self._replica.write(work)
        if refused is not None:
            raise Problem(403, refused, _REASONS[refused])
        proof = hub_proof(key, request.proof, identity.device, identity.facility, identity.pc_name)
        return PairAnswer(
            identity.device, identity.facility, identity.pc_name, proof, sign_proof(identity.signing_key, proof)
        )

    def _live_code(self, device: str) -> HubCode:
        district = self._replica.identity.district
        code = self._replica.read(lambda connection: hub_codes.read_code(connection, district))
        if code is None:
            raise Problem(403, "no_code", "the hub shows no code at this moment")
        if code.used_by not in (None, device):
            raise Problem(403, "used_code", "another computer has used this code")
        if code.expired(self._replica.now()):
            raise Problem(403, "expired_code", "this code has expired")
        return code


_REASONS = {
    "wrong_code": "the code is not the one on the hub's screen",
    "revoked_device": "the district office has revoked this computer",
    "other_facility": "the district office knows this computer as one of another facility",
}


def _check_computer(request: PairRequest) -> None:
    if not is_id(request.device) or len(request.public_key) != KEY_BYTES:
        raise Problem(422, "wrong_type", "no such device or key")
    for text in (request.pc_name, request.letter):
        if not text.strip() or not text.isprintable() or len(text) > NAME_LENGTH:
            raise Problem(422, "wrong_type", f"names have 1 to {NAME_LENGTH} printable characters")
