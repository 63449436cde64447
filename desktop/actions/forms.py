"""Numbers for papers that are printed before anything is written: contingency forms, and tickets of the day's queue.

A number is given once. None of them is sent: what they stand for is written later, or not at all.
"""

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from desktop.actions.letter_numbers import letter_number, series_end
from desktop.queries.forms import TICKET_WIDTH_VALUE, Form

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: The polis of a puskesmas: P-Care ``poli`` 001 to 003, and what people ask for beside them.
POLIS = MappingProxyType(
    {"umum": "Poli Umum", "gigi": "Poli Gigi", "kia": "Poli KIA/KB", "lansia": "Poli Lansia", "mtbs": "Poli Anak/MTBS"}
)
_QUEUE_VALUE = "queue."


def reserve_forms(replica: "Replica", count: int) -> list[Form]:
    """Reserve the next numbers of this PC's letters for ``count`` forms on paper."""
    from sync.replica.letters import reserve_numbers

    letter, end = replica.identity.letter, series_end(replica.now().astimezone())
    reserved = reserve_numbers(replica, f"{letter}-", end, count)
    return [Form(letter_number(letter, running, end), record, used=False) for running, record in reserved.items()]


def next_ticket(replica: "Replica", poli: str, day: date) -> str:
    """The next number of a poli's queue on a day, ``A-003``, from 1 on.

    This PC's letter is in it, so that two PCs never give the same.
    """
    from sync.replica.local_values import count_up

    name, district = f"{_QUEUE_VALUE}{day.isoformat()}.{poli}", replica.identity.district
    number = replica.write(lambda connection: count_up(connection, district, name))
    return f"{replica.identity.letter}-{number:03d}"


def set_ticket_width(replica: "Replica", width: str) -> None:
    """Remember how wide the paper of tickets is at this PC, one of ``TICKET_WIDTHS``."""
    replica.set_value(TICKET_WIDTH_VALUE, width)
