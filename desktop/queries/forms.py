"""The contingency forms that this PC has printed: their reserved numbers, and which have been copied into a letter.

Only what this PC reserved is known here; another PC's forms are copied at that PC.
"""

import json
from dataclasses import dataclass

from desktop.queries.paper_letters import referrals_here
from desktop.queries.values import local_value
from sync.replica.reader import Reader

#: As ``sync.replica.letters`` names the values; it cannot be imported here without SQLAlchemy.
RESERVED_VALUE = "reserved_numbers."
#: The local value that says how wide the paper of tickets is, and its choices in millimetres, the usual one first.
TICKET_WIDTH_VALUE = "ticket_width"
TICKET_WIDTHS = ("58", "80")


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its number, the id that its letter will have, and whether the letter is here."""

    number: str
    referral: str
    used: bool


def reserved_forms(reader: Reader) -> list[Form]:
    """All forms of this PC, oldest first."""
    rows = reader.rows(
        "SELECT name, value FROM local WHERE district = :district AND name >= :begin AND name < :end",
        {"begin": RESERVED_VALUE, "end": f"{RESERVED_VALUE}["},
    )
    reserved: dict[str, str] = {}
    for row in rows:
        letter, _, end = row["name"].removeprefix(RESERVED_VALUE).partition("-")
        for running, referral in json.loads(row["value"]).items():
            reserved[referral] = f"{letter}-{int(running):04d}{end}"
    used = referrals_here(reader, list(reserved))
    forms = [Form(number, referral, referral in used) for referral, number in reserved.items()]
    # The first 48 bits of an id are its moment; forms printed together have the same.
    return sorted(forms, key=lambda form: (form.referral[:12], form.number))


def ticket_width(reader: Reader) -> str:
    """How wide the paper of tickets is at this PC, one of :data:`TICKET_WIDTHS`."""
    width = local_value(reader, TICKET_WIDTH_VALUE)
    return width if width in TICKET_WIDTHS else TICKET_WIDTHS[0]
