"""The asking half of proof: is everything of this facility at the district, and may we have that in writing?

"Done" is said only with a receipt in hand that the pinned key of the server has signed. What is lacking comes as codes:
``waiting``, ``refused`` and ``carried`` (revisions of that state), ``newer`` (the other side has grown meanwhile),
``differs``, ``own`` (this database does not fit its own digest), ``epoch``, ``signature``, ``unproven``.
"""

from dataclasses import dataclass, replace

import msgspec

from sync.errors import BadInput
from sync.exchange.engine import exchange
from sync.exchange.manner import BRISK, Manner, Outcome
from sync.exchange.messages import encode_message, read_answer
from sync.exchange.proof_messages import (
    COMPUTERS,
    RECEIPT,
    Computer,
    ComputersAnswer,
    ComputersRequest,
    ReceiptAnswer,
    ReceiptRequest,
)
from sync.exchange.repair import repair
from sync.exchange.reporting import note_repair
from sync.exchange.transport import Transport
from sync.replica import links
from sync.replica.identity import PUBLIC
from sync.replica.receipts import ProvenFeed, read_receipt
from sync.replica.replica import Replica
from sync.replica.standing import cursors_hold, standing

#: Local values: the computers as the server last told them (JSON), and when that was (milliseconds since 1970).
COMPUTERS_VALUE, COMPUTERS_AT_VALUE = "computers", "computers.at"
#: Exchanges in a row for one receipt, while somebody goes on writing.
_MOST_ROUNDS = 4
#: What another exchange can mend, and what it can a little later, once others have brought on what is theirs.
_PASSING = frozenset({"waiting", "newer", "differs", "epoch", "own"})
LATER = _PASSING | {"carried"}


@dataclass(frozen=True, slots=True)
class Closing:
    """How the end of a day went: the exchanges together, and the receipt or what is lacking for it."""

    outcome: Outcome
    receipt: bytes = b""
    lacking: tuple[str, ...] = ()


def close_day(replica: Replica, transport: Transport, manner: Manner = BRISK) -> Closing:
    """Exchange until both sides are equal and ask for the receipt; what is lacking if there is none.

    Raises:
        LinkError: the link failed; what was confirmed until then counts.
    """
    total = Outcome()
    lacking: tuple[str, ...] = ("unproven",)
    for _ in range(_MOST_ROUNDS):
        outcome = exchange(replica, transport, manner)
        total = together(total, outcome)
        if not outcome.proven:
            return Closing(total, lacking=("unproven",))
        content, lacking = ask_receipt(replica, transport, manner)
        if content or not set(lacking) <= _PASSING or manner.stopped():
            return Closing(total, content, lacking)
    return Closing(total, lacking=lacking)


def ask_receipt(replica: Replica, transport: Transport, manner: Manner = BRISK) -> tuple[bytes, tuple[str, ...]]:
    """The receipt for what this replica holds now, already checked; or none and what is lacking.

    Raises:
        LinkError: the link failed.
    """
    identity = replica.identity
    stands = replica.read(lambda connection: standing(connection, identity))
    lacking = tuple(name for name in ("waiting", "refused", "carried") if getattr(stands, name))
    if lacking:
        return b"", lacking
    if not replica.read(lambda connection: cursors_hold(connection, identity)):
        _repair_own(replica, transport, manner)
        return b"", ("own",)
    link = replica.link()
    cursors = replica.read(lambda connection: links.read_cursors(connection, identity, links.DISTRICT_PEER))
    if link is None or link.server_key is None:
        return b"", ("signature",)
    feeds = [ProvenFeed(cursor.audience, cursor.number, cursor.root) for cursor in cursors]
    request = ReceiptRequest(link.epoch or "", feeds)
    answer = read_answer(transport.send(RECEIPT, encode_message(request)), ReceiptAnswer)
    if not answer.receipt:
        return b"", tuple(answer.lacking) or ("differs",)
    try:
        receipt = read_receipt(answer.receipt, link.server_key)
    except BadInput:
        return b"", ("signature",)
    said = (receipt.equal, receipt.device, receipt.facility, receipt.epoch)
    if said != (True, identity.device, identity.facility, request.epoch):
        return b"", ("signature",)
    if sorted(receipt.feeds, key=repr) != sorted(feeds, key=repr):
        return b"", ("signature",)
    return answer.receipt, ()


def fetch_computers(transport: Transport) -> list[Computer]:
    """The computers of this facility (at the office: of the district) as the server knows them.

    Raises:
        LinkError: the link failed, or the server is too old to know the question.
    """
    return read_answer(transport.send(COMPUTERS, encode_message(ComputersRequest())), ComputersAnswer).computers


def keep_computers(replica: Replica, transport: Transport, *, at_most_every_ms: int = 0) -> bool:
    """Fetch the list of computers and keep it where screens read it, unless that was done a short while ago.

    Raises:
        LinkError: the link failed; the list is as it was.
    """
    now_ms = replica.environment.now_ms()
    kept = replica.get_value(COMPUTERS_AT_VALUE)
    if kept is not None and 0 <= now_ms - int(kept) < at_most_every_ms:
        return False
    found = msgspec.json.encode(fetch_computers(transport)).decode()
    replica.set_value(COMPUTERS_VALUE, found)
    replica.set_value(COMPUTERS_AT_VALUE, str(now_ms))
    return True


def _repair_own(replica: Replica, transport: Transport, manner: Manner) -> None:
    fetched = lost = 0
    try:
        for audience in (PUBLIC, replica.identity.home_audience):
            for mended in repair(replica, transport, audience, manner):
                fetched, lost = fetched + mended.fetched, lost + mended.lost
    finally:
        note_repair(replica, fetched, lost)


def together(one: Outcome, other: Outcome) -> Outcome:
    """Two exchanges, one after the other."""
    names = ("sent", "received", "refused", "repaired", "lost", "requests")
    sums = {name: getattr(one, name) + getattr(other, name) for name in names}
    return replace(other, **sums)
