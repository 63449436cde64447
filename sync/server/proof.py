"""The answering half of proof: lists the computers of a facility, and gives a receipt only for what is really here.

The digest of a receipt is computed from the entries themselves and from revisions that exist, never taken from a sum
kept beside them. A receipt is not given while anything of the facility that has reached the server differs.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, select

from sync.errors import BadInput, NotAllowed
from sync.exchange.credential import public_key
from sync.exchange.proof_messages import (
    Computer,
    ComputersAnswer,
    ComputersRequest,
    KeptReport,
    ReceiptAnswer,
    ReceiptRequest,
)
from sync.exchange.service import Peer
from sync.replica import digest, tables
from sync.replica.devices import KnownComputer, known_computers, moment_of, note_proof
from sync.replica.identity import DISTRICT, PUBLIC
from sync.replica.receipts import Counted, ProvenFeed, Receipt, ReceiptComputer, sign_receipt
from sync.replica.replica import Replica
from sync.replica.storing import WAITS


class Proof:
    """Answers about proof from a replica that serves and has a key."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica

    def computers(self, peer: Peer, _message: ComputersRequest) -> ComputersAnswer:
        """The computers of the asker's facility; those of the whole district for the office."""
        facility = None if peer.facility_kind == "dinkes" else peer.facility
        district = self.replica.identity.district
        found = self.replica.read(lambda connection: known_computers(connection, district, facility))
        return ComputersAnswer(self.replica.environment.now_ms(), [as_message(item) for item in found])

    def receipt(self, peer: Peer, message: ReceiptRequest) -> ReceiptAnswer:
        """A receipt for the asker's feeds, or what is lacking.

        Raises:
            BadInput, NotAllowed: it asks for other feeds than its two.
        """
        home = DISTRICT if peer.facility_kind == "dinkes" else peer.facility
        asked = [feed.audience for feed in message.feeds]
        if not set(asked) <= {PUBLIC, home}:
            raise NotAllowed("this feed is not for this facility")
        if sorted(asked) != sorted((PUBLIC, home)):
            raise BadInput("a receipt is about the public and the own feed", field="feeds")
        lacking = [name for name in ("waiting", "refused", "carried") if getattr(message, name)]
        if message.epoch != self.replica.identity.epoch:
            lacking.append("epoch")
        if lacking:
            return ReceiptAnswer(lacking=lacking)
        lacking, kinds, computers = self.replica.read(lambda connection: self._examined(connection, home, message))
        if lacking:
            return ReceiptAnswer(lacking=lacking)
        now = moment_of(self.replica.environment.now_ms())
        receipt = self._receipt(peer, message.feeds, kinds, computers, now)
        self.replica.write(lambda connection: note_proof(connection, self.replica.identity.district, peer.device, now))
        return ReceiptAnswer(sign_receipt(receipt, self.replica.identity.signing_key))

    def _examined(
        self, connection: Connection, home: str, message: ReceiptRequest
    ) -> tuple[list[str], dict[str, Counted], list[KnownComputer]]:
        district = self.replica.identity.district
        lacking = sorted({code for feed in message.feeds if (code := _difference(connection, district, feed))})
        facility = None if home == DISTRICT else home
        if lacking:
            return lacking, {}, []
        return [], _kinds(connection, district, home), known_computers(connection, district, facility)

    def _receipt(
        self,
        peer: Peer,
        feeds: list[ProvenFeed],
        kinds: dict[str, Counted],
        computers: Sequence[KnownComputer],
        at: str,
    ) -> Receipt:
        identity = self.replica.identity
        own = next((item for item in computers if item.device == peer.device), None)
        of_facility = [item for item in computers if item.facility == peer.facility and item.revoked_at is None]
        replaced = {item.former for item in of_facility}
        return Receipt(
            district=identity.district,
            replica=identity.replica,
            epoch=identity.epoch,
            server_key=public_key(identity.signing_key),
            facility=peer.facility,
            facility_code=own.facility_code if own else "",
            facility_name=own.facility_name if own else "",
            device=peer.device,
            letter=own.letter if own else "",
            pc_name=own.name if own else "",
            at=at,
            equal=True,
            feeds=sorted(feeds, key=lambda feed: feed.audience),
            kinds=kinds,
            computers=[
                _on_receipt(as_message(item), at if item.device == peer.device else None)
                for item in of_facility
                if item.device not in replaced
            ],
        )


def as_message(known: KnownComputer) -> Computer:
    """A computer as it is told to others; ``records`` is the version of the record types its program knows."""
    said = _report_of(known)
    return Computer(
        device=known.device,
        letter=known.letter,
        name=known.name,
        facility=known.facility,
        facility_code=known.facility_code,
        facility_name=known.facility_name,
        enrolled_at=known.enrolled_at,
        seen_at=known.seen_at or "",
        revoked_at=known.revoked_at or "",
        forked_at=known.forked_at or "",
        former=known.former or "",
        proven_at=known.proven_at or "",
        program=(said.report.program if said else "") or known.program or "",
        records=said.records if said else 0,
        report=said.report if said else None,
        stick_at=known.stick_at or "",
        hub_at=known.hub_at or "",
        hub_waiting=known.hub_waiting or 0,
        told_at=known.told_at or "",
    )


def _report_of(known: KnownComputer) -> KeptReport | None:
    return None if known.report is None else msgspec.json.decode(known.report, type=KeptReport)


def _on_receipt(told: Computer, proven_now: str | None) -> ReceiptComputer:
    """A computer as a receipt lists it; ``proven_now``: the moment of the receipt, for the one that asks."""
    refused = told.report.refused if told.report else 0
    waiting = None if told.waiting is None else told.waiting + refused
    return ReceiptComputer(
        told.letter,
        told.name,
        told.heard_at or None,
        proven_now or told.proven_at or None,
        0 if proven_now else waiting,
        told.road,
    )


def _difference(connection: Connection, district: str, feed: ProvenFeed) -> str:
    """ "" if the feed is what the asker holds; "newer" if it has grown since, "differs" if it is another one."""
    entry, revision = tables.feed_entry, tables.revision
    # One statement, so that all of it is of one moment; a revision that is gone leaves its entry without one.
    rows = connection.execute(
        select(entry.c.number, entry.c.revision, revision.c.confirmed)
        .outerjoin_from(
            entry,
            revision,
            (revision.c.district == entry.c.district) & (revision.c.id == entry.c.revision),
        )
        .where(entry.c.district == district, entry.c.audience == feed.audience)
    ).all()
    if any(row.confirmed is None or row.confirmed == WAITS for row in rows):
        return "differs"
    known = [row.revision for row in rows if row.number <= feed.number]
    if digest.root(digest.add(digest.EMPTY, known)) != feed.root:
        return "newer" if len(known) < len(rows) else "differs"
    return "newer" if len(known) < len(rows) else ""


def _kinds(connection: Connection, district: str, audience: str) -> dict[str, Counted]:
    entry, revision = tables.feed_entry, tables.revision
    rows = connection.execute(
        select(revision.c.type, func.count(), func.count(revision.c.record.distinct()))
        .join(entry, (revision.c.district == entry.c.district) & (revision.c.id == entry.c.revision))
        .where(entry.c.district == district, entry.c.audience == audience)
        .group_by(revision.c.type)
        .order_by(revision.c.type)
    )
    return {name: Counted(revisions, records) for name, revisions, records in rows}
