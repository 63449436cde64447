"""One-time codes and what they buy: the card of a new computer.

A code is stored only as a slow hash, works once, for 48 hours and one facility. The same code with the same public key
gives the same card again, so that an answer lost on the way costs nothing; with another key it is refused.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection, insert, select, update

from sync.errors import BadInput
from sync.exchange.credential import KEY_BYTES, public_key
from sync.exchange.enrol import CODE_ALPHABET, CODE_LENGTH, NAME_LENGTH, OTHER_FACILITY, normalise_code
from sync.exchange.messages import DeviceCard, EnrolRequest, RenewRequest
from sync.exchange.service import Peer
from sync.records.moments import moment_text
from sync.replica import storing, tables
from sync.replica.feeds import lock_scopes
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.revisions.packing import pack
from sync.server.access import next_letter
from sync.server.cards import publish_card
from sync.server.problems import Problem

CODE_LIFETIME = timedelta(hours=48)

_TRIES = parse("20/hour")


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code as it is shown, once. It cannot be read back from the server."""

    code: str
    expires_at: str


class Enrolment:
    """Makes codes and redeems them, for one district."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._environment = replica.environment
        self._district = replica.identity.district
        # Kept per server process: an attacker gains one more window with each process, of 2**50 codes.
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def new_code(self, facility: str) -> NewCode:
        """Make a code for one computer of ``facility``."""
        signs = "".join(
            CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in self._environment.random_bytes(CODE_LENGTH)
        )
        now = self._environment.now()
        expires_at = moment_text(now + CODE_LIFETIME)
        row = insert(tables.enrolment_code).values(
            district=self._district,
            code_hash=self._hash(signs),
            facility=facility,
            created_at=moment_text(now),
            expires_at=expires_at,
        )
        self._replica.write(lambda connection: connection.execute(row))
        return NewCode(f"{signs[: CODE_LENGTH // 2]}-{signs[CODE_LENGTH // 2 :]}", expires_at)

    def enrol(self, request: EnrolRequest, address: str) -> DeviceCard:
        """Redeem a code. Only codes that are refused count towards the limit of an address.

        Raises:
            Problem: 403 with the reason, 422 for a text that cannot be a code or a name, 429 after 20 refusals an hour.
        """
        if not self._limiter.test(_TRIES, address):
            wait = {"Retry-After": str(self._wait(address))}
            raise Problem(429, "too_many_tries", "20 codes were refused within an hour", headers=wait)
        _check_computer(request.public_key, request.pc_name)
        try:
            code_hash = self._hash(normalise_code(request.code))
        except BadInput as error:
            self._limiter.hit(_TRIES, address)
            raise Problem(422, "wrong_type", error.reason) from error
        try:
            return self._replica.write(lambda connection: self._redeem(connection, code_hash, request))
        except Problem:
            self._limiter.hit(_TRIES, address)
            raise

    def _redeem(self, connection: Connection, code_hash: bytes, request: EnrolRequest) -> DeviceCard:
        table = tables.enrolment_code
        chosen = (table.c.district == self._district, table.c.code_hash == code_hash)
        code = connection.execute(select(table).where(*chosen).with_for_update()).one_or_none()
        if code is None:
            raise Problem(403, "unknown_code", "there is no such one-time code")
        if code.used_by is not None:
            if bytes(code.public_key) != request.public_key:
                raise Problem(403, "used_code", "another computer has used this one-time code")
            return self._card(connection, code.used_by)
        if request.facility not in ("", code.facility):
            raise Problem(403, OTHER_FACILITY, "this one-time code is for another facility")
        now = moment_text(self._environment.now())
        if code.expires_at <= now:
            raise Problem(403, "expired_code", "this one-time code has expired")
        device_id = self._new_device(connection, code.facility, request.public_key, request.pc_name.strip())
        connection.execute(
            update(table).where(*chosen).values(used_by=device_id, used_at=now, public_key=request.public_key)
        )
        return self._card(connection, device_id)

    def renew(self, peer: Peer, request: RenewRequest) -> DeviceCard:
        """A new device for a computer that shares its present one with a twin; the same key gives the same card again.

        Raises:
            Problem: 422 for a key or a name that cannot be one.
        """
        _check_computer(request.public_key, request.pc_name)

        def work(connection: Connection) -> DeviceCard:
            lock_scopes(connection, self._district, [peer.facility])
            table = tables.device
            known = connection.execute(
                select(table.c.id)
                .where(
                    table.c.district == self._district,
                    table.c.facility == peer.facility,
                    table.c.public_key == request.public_key,
                )
                # Two, where the card that a lost answer held has come back after a restore.
                .order_by(table.c.enrolled_at, table.c.id)
                .limit(1)
            ).scalar_one_or_none()
            device_id = known or self._new_device(
                connection, peer.facility, request.public_key, request.pc_name.strip(), former=peer.device
            )
            return self._card(connection, device_id)

        return self._replica.write(work)

    def _new_device(
        self, connection: Connection, facility: str, key: bytes, name: str, former: str | None = None
    ) -> str:
        # Two computers of one facility that enrol at once must not get the same letter.
        lock_scopes(connection, self._district, [facility])
        device_id = self._environment.new_id()
        connection.execute(
            insert(tables.device).values(
                district=self._district,
                id=device_id,
                facility=facility,
                name=name,
                letter=next_letter(connection, self._district, facility),
                public_key=key,
                enrolled_at=moment_text(self._environment.now()),
                former=former,
            )
        )
        publish_card(connection, self._replica, device_id)
        return device_id

    def _card(self, connection: Connection, device_id: str) -> DeviceCard:
        facility = VALUE_TABLES["facility"]
        device = tables.device
        row = connection.execute(
            select(device.c.letter, device.c.facility, device.c.revoked_at, facility.c.kind, facility.c.name)
            .join_from(
                device,
                facility,
                (facility.c.district == device.c.district) & (facility.c.id == device.c.facility),
            )
            .where(device.c.district == self._district, device.c.id == device_id)
        ).one()
        if row.revoked_at is not None:
            raise Problem(403, "revoked_device", "the district office has revoked this computer")
        words = storing.history_of(connection, self._district, [device_id]).get(device_id, [])
        return DeviceCard(
            district=self._district,
            device=device_id,
            letter=row.letter,
            facility=row.facility,
            facility_kind=row.kind,
            facility_name=row.name,
            replica=self._replica.identity.replica,
            epoch=self._replica.identity.epoch,
            server_key=public_key(self._replica.identity.signing_key),
            card=pack(sorted(words, key=lambda item: item.number)) if words else b"",
        )

    def _hash(self, code: str) -> bytes:
        # 50 bits are few: a slow hash keeps a stolen database from giving up a code within its 48 hours.
        return hashlib.scrypt(code.encode(), salt=b"rujuk code " + self._district.encode(), n=2**14, r=8, p=1, dklen=32)

    def _wait(self, address: str) -> int:
        reset_at = self._limiter.get_window_stats(_TRIES, address).reset_time
        return max(1, int(reset_at - time.time()) + 1)


def _check_computer(key: bytes, name: str) -> None:
    if len(key) != KEY_BYTES:
        raise Problem(422, "wrong_type", f"public_key must be {KEY_BYTES} bytes")
    if not name.strip().isprintable() or not 0 < len(name.strip()) <= NAME_LENGTH:
        raise Problem(422, "wrong_type", f"pc_name must be 1 to {NAME_LENGTH} printable characters")
