"""Which computers may speak to this server: their cards, their credentials, and their revocation.

A request is answered only for the device whose signature it carries, and only as that device's facility. Nothing here
believes anything a message says about its sender.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select, update

from sync.errors import BadInput
from sync.exchange.credential import Credential, read_credential
from sync.exchange.service import Peer
from sync.records.definition import is_id
from sync.records.moments import moment_text
from sync.replica.devices import SEEN_EVERY, kept_program
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.replica.tables import device
from sync.server.cards import publish_card
from sync.server.problems import Problem


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A computer as the server knows it; moments are ISO 8601 in UTC."""

    id: str
    facility: str
    facility_code: str | None
    name: str
    letter: str
    enrolled_at: str
    revoked_at: str | None
    last_seen_at: str | None
    program: str | None
    stick_at: str | None
    hub_at: str | None


@dataclass(frozen=True, slots=True)
class Sender:
    """A computer that may speak to this server, and the key that proves it."""

    peer: Peer
    public_key: bytes


class Access:
    """The devices of one district."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._district = replica.identity.district
        self._one = self._devices().where(device.c.id == bindparam("device_id"))

    def authenticate(self, header: str, method: str, path: str, body: bytes, program: str) -> Peer:
        """The peer that signed this request; its contact is written down.

        Raises:
            Problem: 401 without a proven credential, 403 for a revoked device.
        """
        credential = presented(header)
        row = self._row(credential.device)
        if not credential.proves(bytes(row.public_key), method, path, body):
            raise not_known("bad_signature", "the signature does not fit this request")
        peer = _peer(row)
        now = self._replica.environment.now()
        if row.last_seen_at is None or row.last_seen_at < moment_text(now - SEEN_EVERY):
            self._note_contact(credential.device, now, program)
        return peer

    def sender(self, device_id: str) -> Sender:
        """A computer that has written something which others brought here; its signature is still to be proved.

        Raises:
            Problem: 401 for an unknown device, 403 for a revoked one.
        """
        if not is_id(device_id):
            raise Problem(401, "unknown_device", "no computer has such an id")
        row = self._row(device_id)
        return Sender(_peer(row), bytes(row.public_key))

    def note_stick(self, device_id: str) -> None:
        """Note that a stick of this computer was brought here just now; it has not spoken itself."""
        now = moment_text(self._replica.environment.now())
        change = update(device).where(device.c.district == self._district, device.c.id == device_id)
        self._replica.write(lambda connection: connection.execute(change.values(stick_at=now)))

    def devices(self) -> list[KnownDevice]:
        """All computers ever enrolled, oldest first."""
        query = self._devices().order_by(device.c.enrolled_at, device.c.id)
        return [_known(row) for row in self._replica.read(lambda connection: connection.execute(query).all())]

    def revoke(self, device_id: str) -> bool:
        """Refuse this computer from now on; whether there is such a computer. A revocation cannot be taken back."""
        revoked_at = func.coalesce(device.c.revoked_at, moment_text(self._replica.environment.now()))
        change = update(device).where(device.c.district == self._district, device.c.id == device_id)

        def work(connection: Connection) -> bool:
            if connection.execute(change.values(revoked_at=revoked_at)).rowcount == 0:
                return False
            publish_card(connection, self._replica, device_id)
            return True

        return self._replica.write(work)

    def _row(self, device_id: str) -> Row[Any]:
        asked = {"device_id": device_id}
        row = self._replica.read(lambda connection: connection.execute(self._one, asked).one_or_none())
        if row is None:
            raise not_known("unknown_device", "this computer is not enrolled here")
        return row

    def _devices(self) -> Select[Any]:
        facility = VALUE_TABLES["facility"]
        same = (facility.c.district == device.c.district) & (facility.c.id == device.c.facility)
        return (
            select(device, facility.c.code, facility.c.kind)
            .outerjoin_from(device, facility, same)
            .where(device.c.district == self._district)
        )

    def _note_contact(self, device_id: str, now: datetime, program: str) -> None:
        seen = moment_text(now)
        older = or_(device.c.last_seen_at.is_(None), device.c.last_seen_at < seen)
        change = update(device).where(device.c.district == self._district, device.c.id == device_id, older)
        values = {"last_seen_at": seen, "program": kept_program(program) or None}
        self._replica.write(lambda connection: connection.execute(change.values(values)))


_ASK = {"WWW-Authenticate": "Rujuk"}


def presented(header: str) -> Credential:
    """The credential in an ``Authorization`` header. Raises Problem (401) if there is none that can be read."""
    if not header:
        raise not_known("no_credential", "this request needs the credential of an enrolled computer")
    try:
        return read_credential(header)
    except BadInput as error:
        raise not_known("bad_credential", error.reason) from error


def not_known(code: str, reason: str) -> Problem:
    """The answer (401) to a credential that proves nothing here."""
    return Problem(401, code, reason, headers=_ASK)


def next_letter(connection: Connection, district: str, facility: str) -> str:
    """The first letter no computer of the facility ever had: A to Z, then AA and on. The caller holds its lock."""
    taken = set(
        connection.execute(
            select(device.c.letter).where(device.c.district == district, device.c.facility == facility)
        ).scalars()
    )
    number = 0
    while (letter := _letter(number)) in taken:
        number += 1
    return letter


def _peer(row: Row[Any]) -> Peer:
    if row.revoked_at is not None:
        raise Problem(403, "revoked_device", "the district office has revoked this computer")
    if row.kind is None:
        raise Problem(403, "unknown_facility", "the facility of this computer is not known here")
    return Peer(row.id, row.facility, row.kind, row.forked_at is not None, row.told_at)


def _known(row: Row[Any]) -> KnownDevice:
    return KnownDevice(
        id=row.id,
        facility=row.facility,
        facility_code=row.code,
        name=row.name,
        letter=row.letter,
        enrolled_at=row.enrolled_at,
        revoked_at=row.revoked_at,
        last_seen_at=row.last_seen_at,
        program=row.program,
        stick_at=row.stick_at,
        hub_at=row.hub_at,
    )


def _letter(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
