"""Whether the key that signed a letter is that of a computer of the district, as far as this PC knows.

The district's server publishes a card of every computer, which each PC gets by its ordinary exchange; so it is known
without a network, as of the last one. Nothing is refused because a card is not here: it may not have come yet.
"""

from dataclasses import dataclass
from datetime import datetime

from desktop.letters.seal import OpenedLetter
from desktop.queries.values import read_record
from sync.records import Computer, Facility
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class Signer:
    """What is known of who signed. ``as_of``: when this PC was last known to have all cards."""

    known: bool = False
    """The key is that of a computer of the facility that the letter names as its sender."""
    foreign: bool = False
    """The computer is known, but its key or its facility is another one: the letter is not its."""
    revoked_at: datetime | None = None
    as_of: datetime | None = None


def signer_of(reader: Reader, opened: OpenedLetter, as_of: datetime | None) -> Signer:
    """Who signed an opened letter, as far as the cards tell that this PC got by ``as_of``."""
    card = read_record(reader, Computer, opened.device)
    if card is None:
        return Signer(as_of=as_of)
    sender = read_record(reader, Facility, card.facility)
    same_sender = sender is None or sender.code == opened.coded.sender[0]
    if card.public_key != opened.key.hex() or not same_sender:
        return Signer(foreign=True, as_of=as_of)
    return Signer(known=sender is not None, revoked_at=card.revoked_at, as_of=as_of)
