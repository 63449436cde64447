"""The papers of the patient that is looked at: consent, refusal, how to queue online, and a ticket of today's queue.

A ticket takes the next number before it is printed, so that none is given twice; the others take nothing.
"""

from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.actions.forms import POLIS, next_ticket
from desktop.letters.documents import consent_document, online_queue_document, ticket_document
from desktop.letters.reading import own_facility
from desktop.letters.sheet import Document, Paper
from desktop.letters.slips import Ticket
from desktop.queries.forms import ticket_width
from desktop.ui.desk import Desk
from desktop.ui.papers import Make, PaperOffice
from desktop.ui.widgets.paper_bar import TICKET
from sync.replica.reader import Reader

_ROLLS = {"58": Paper.ROLL_58, "80": Paper.ROLL_80}


class PatientPapers(QObject):
    """Prints and saves the papers that the bar of the patient names."""

    def __init__(self, desk: Desk, screen: QWidget) -> None:
        super().__init__(screen)
        self._desk = desk
        self.office = PaperOffice(desk, screen)

    def make(self, key: str, patient: str, *, printed: bool) -> None:
        """Print, or else save as PDF, the paper of a key for one patient."""
        then = self._print if printed else self._save
        person, day = self._desk.person, _now().date()
        if key.startswith(TICKET):
            poli = key.removeprefix(TICKET)
            self._desk.write(
                lambda replica: next_ticket(replica, poli, day),
                lambda number: then(key, partial(_ticket, poli=poli, number=number)),
            )
        elif key == "online_queue":
            then(key, partial(online_queue_document, patient_id=patient))
        else:
            staff = person.name if person else ""
            refused = key == "refusal"
            then(key, partial(consent_document, patient_id=patient, refused=refused, day=day, staff=staff))

    def _print(self, key: str, make: Make) -> None:
        self.office.print_document(make, same_printer=key.startswith(TICKET))

    def _save(self, _key: str, make: Make) -> None:
        self.office.save(make)


def _ticket(reader: Reader, *, poli: str, number: str) -> Document:
    ticket = Ticket(own_facility(reader), POLIS[poli], number, _now())
    return ticket_document(ticket, _ROLLS[ticket_width(reader)])


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
