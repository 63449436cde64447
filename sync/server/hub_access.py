"""Which computers may speak to a hub: those of its facility, known by the district's card or by pairing.

The district's word counts more than the pairing: a revoked computer, or one of another facility, is refused however it
was paired. Nothing here believes anything a message says about its sender.
"""

from datetime import UTC, datetime

from sync.exchange.service import Peer
from sync.replica import hub_peers
from sync.replica.devices import SEEN_EVERY, kept_program
from sync.replica.replica import Replica
from sync.server.access import not_known, presented
from sync.server.problems import Problem


class HubAccess:
    """The computers of one facility."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def authenticate(self, header: str, method: str, path: str, body: bytes, program: str) -> Peer:
        """The PC that signed this request; its contact is written down.

        Raises:
            Problem: 401 without a proven credential, 403 for a computer that is revoked or of another facility.
        """
        credential = presented(header)
        # The hub itself may have become another device meanwhile.
        identity = self._replica.refresh()
        card, paired = self._replica.read(
            lambda connection: (
                hub_peers.read_card(connection, identity.district, credential.device),
                hub_peers.read_peer(connection, identity.district, credential.device),
            )
        )
        if card is None and (paired is None or paired.paired_at is None):
            raise not_known("unknown_device", "this computer is not paired with this hub")
        key = card.public_key if card is not None else paired.public_key if paired is not None else ""
        if not credential.proves(bytes.fromhex(key), method, path, body):
            raise not_known("bad_signature", "the signature does not fit this request")
        if card is not None and card.revoked:
            raise Problem(403, "revoked_device", "the district office has revoked this computer")
        if card is not None and card.facility != identity.facility:
            raise Problem(403, "other_facility", "this computer belongs to another facility")
        now, said = self._replica.now(), kept_program(program)
        if paired is None or paired.program != said or self._long_ago(paired.last_seen, now):
            self._replica.write(
                lambda connection: hub_peers.note_contact(
                    connection, identity.district, credential.device, now, program=said
                )
            )
        return Peer(credential.device, identity.facility, identity.facility_kind)

    @staticmethod
    def _long_ago(seen: str | None, now: datetime) -> bool:
        # Also when the clock was put back meanwhile.
        return seen is None or abs(now.astimezone(UTC) - datetime.fromisoformat(seen)) > SEEN_EVERY
